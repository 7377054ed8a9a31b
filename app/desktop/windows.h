// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/form.h"
#include "app/desktop/settings/settings_window.h"
#include "client/row.h"
#include "protocol/result.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <optional>

class QMenu;
class QWidget;

namespace belfry::desktop {

class HistoryWindow;
class JoinDialog;
class SignInDialog;

/// The windows, each made when it is first wanted, so that a start to the tray costs none of them. Thread: GUI.
class Windows : public QObject
{
    Q_OBJECT
public:
    Windows(client::Client& client, Hosting& hosting, Preferences& preferences, QMenu& menu, QObject* parent = nullptr);
    ~Windows() override;

    void showHistory();
    void showRow(client::RowId row);
    /// A click on the tray icon: shows the history, or hides it where it is in front.
    void toggleHistory();
    /// Without a tray the history carries the menu.
    void setHasTray(bool hasTray);
    /// Where the history is hidden, and could not be reached: minimised.
    void showMinimized();
    /// @param page  nothing: as it is, or the one that was used last
    void showSettings(std::optional<SettingsWindow::Page> page = {});
    /// One at a time: the one that is open stays as it is.
    /// @param connectionId  again, to this one: address and name are filled in; empty: anywhere
    void showSignIn(const QString& connectionId);
    /// To the active connection, where that is not our own server's.
    void showSignInAgain();
    /// Asks whether to join by an invite link, or says what is wrong with it. One at a time: the one that is open stays
    /// as it is.
    void showJoin(const QString& link);
    void showAbout();
    /// Asks what concerns the whole program, one at a time; `whenSure` is called after a yes.
    void ask(const form::Question& question, std::function<void()> whenSure);
    /// The program ends: windows may close.
    void closeAll();

Q_SIGNALS:
    void quitRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    HistoryWindow& history();
    void sayLinkTrouble(const Error& error);
    QWidget* parentForDialogs() const;

    client::Client& m_client;
    Hosting& m_hosting;
    Preferences& m_preferences;
    QMenu& m_menu;
    std::unique_ptr<HistoryWindow> m_history;
    std::unique_ptr<SettingsWindow> m_settings;
    QPointer<SignInDialog> m_signIn;
    QPointer<JoinDialog> m_join;
    QPointer<QWidget> m_about, m_question, m_linkTrouble;
    QElapsedTimer m_sinceActive; ///< since the history was last in front
    bool m_hasTray = true;
    bool m_isClosing = false;
};

} // namespace belfry::desktop
