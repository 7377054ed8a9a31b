// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <memory>

namespace belfry::client {
class Client;
}

namespace belfry::desktop {

class Hosting;
class Preferences;

/// Settings: General, Notifications, Server and account, Local server, About. Changes apply at once (desktop.md,
/// "Dialogs").
///
/// Its objectName is "settingsWindow". Thread: GUI. Owns none of its arguments; they outlive it.
class SettingsWindow : public QDialog
{
    Q_OBJECT
public:
    enum class Page { General, Notifications, Account, LocalServer, About };
    Q_ENUM(Page)

    SettingsWindow(client::Client& client, Hosting& hosting, Preferences& preferences, QWidget* parent = nullptr);
    ~SettingsWindow() override;

    /// Turns to a page. Does not show or raise the window.
    void showPage(Page page);

Q_SIGNALS:
    /// @param connectionId  again, to this one; empty: to another server
    void signInRequested(const QString& connectionId);

protected:
    void changeEvent(QEvent* event) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
