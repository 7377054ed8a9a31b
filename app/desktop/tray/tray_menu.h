// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/hosting.h"
#include "app/desktop/popups/quiet.h"

#include <QMenu>

namespace belfry::desktop {

/// The tray's menu, in the order of desktop.md; a window shows the same one where there is no tray.
///
/// Says what was chosen, does nothing itself. Its actions have object names ("sendTestAction" …) for tests and screen
/// readers' scripts. Thread: GUI.
class TrayMenu : public QMenu
{
    Q_OBJECT
public:
    explicit TrayMenu(QWidget* parent = nullptr);

    void setUnread(int unread);
    void setSendingTest(bool isSending);
    void setQuiet(const Quiet& quiet);
    void setHosting(Hosting::State state, const QString& address, const QString& sentence);

Q_SIGNALS:
    void historyRequested();
    void testRequested();
    void quietChosen(belfry::desktop::QuietChoice choice);
    void quietEndRequested();
    void hostingChosen(bool isOn);
    void addressCopyRequested();
    void settingsRequested();
    void aboutRequested();
    void quitRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    QAction* add(QMenu& menu, const char* name);
    void setTexts();
    bool isServerOn() const;

    QAction* m_unreadAction;
    QAction* m_historyAction;
    QAction* m_testAction;
    QMenu* m_quietMenu;
    QAction* m_halfAnHour;
    QAction* m_oneHour;
    QAction* m_untilTomorrow;
    QAction* m_untilTurnedOff;
    QAction* m_quietOff;
    QMenu* m_serverMenu;
    QAction* m_serverOn;
    QAction* m_serverAddress;
    QAction* m_settingsAction;
    QAction* m_aboutAction;
    QAction* m_quitAction;

    int m_unread = 0;
    Quiet m_quiet;
    Hosting::State m_hosting = Hosting::State::Off;
    QString m_address, m_sentence;
};

} // namespace belfry::desktop
