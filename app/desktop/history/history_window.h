// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QMainWindow>

#include <memory>

class QMenu;

namespace belfry::client {
class Client;
}

namespace belfry::desktop {

class Hosting;
class Preferences;

/// The history of the active connection: list, search, detail, status line (desktop.md, "History window").
///
/// Its objectName is "historyWindow". Closing hides it; where it offers the tray's menu (there is no tray) closing
/// minimises; after prepareToQuit() closing closes. Geometry, columns and filters live in Preferences.
/// Thread: GUI. Owns neither of its arguments; they outlive it.
class HistoryWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// @param trayMenuForWindows  the tray's menu, shown in the window while offersTrayMenu(); null: there is none to
    /// show
    HistoryWindow(client::Client& client, Hosting& hosting, Preferences& preferences,
                  QMenu* trayMenuForWindows = nullptr, QWidget* parent = nullptr);
    ~HistoryWindow() override;

    /// Selects this row and its detail, filters cleared where they hide it. The person chose it (a click on its popup),
    /// so it counts as read after 1 s in view like any selection of theirs. Does not show or raise the window.
    void showRow(client::RowId row);
    /// The list from its newest row. Does not show or raise the window.
    void showList();

    /// Without a tray host the window carries the tray's menu, and closing minimises.
    void setOffersTrayMenu(bool offers);
    bool offersTrayMenu() const;
    /// From now on a close event is accepted and geometry is stored: the program ends.
    void prepareToQuit();

Q_SIGNALS:
    /// The person asked to end the program from the window (Ctrl+Q).
    void aboutToQuitRequested();
    /// Somebody is to sign in, again or anew.
    void signInRequested();
    void settingsRequested();

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
