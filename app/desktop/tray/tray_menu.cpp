// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/tray/tray_menu.h"

#include "app/desktop/screen_text.h"
#include "app/desktop/tray/tray_face.h"

#include <QEvent>

namespace belfry::desktop {

TrayMenu::TrayMenu(QWidget* parent) : QMenu(parent)
{
    setObjectName(QStringLiteral("trayMenu"));
    m_unreadAction = add(*this, "unreadAction");
    m_historyAction = add(*this, "showHistoryAction");
    m_testAction = add(*this, "sendTestAction");
    addSeparator();
    m_quietMenu = addMenu(QString());
    m_quietMenu->setObjectName(QStringLiteral("quietMenu"));
    m_halfAnHour = add(*m_quietMenu, "quietHalfAnHourAction");
    m_oneHour = add(*m_quietMenu, "quietOneHourAction");
    m_untilTomorrow = add(*m_quietMenu, "quietUntilTomorrowAction");
    m_untilTurnedOff = add(*m_quietMenu, "quietUntilTurnedOffAction");
    m_quietOff = add(*m_quietMenu, "quietOffAction");
    addSeparator();
    m_serverMenu = addMenu(QString());
    m_serverMenu->setObjectName(QStringLiteral("localServerMenu"));
    m_serverOn = add(*m_serverMenu, "localServerOnAction");
    m_serverAddress = add(*m_serverMenu, "localServerAddressAction");
    addSeparator();
    m_settingsAction = add(*this, "settingsAction");
    m_settingsAction->setMenuRole(QAction::PreferencesRole);
    m_aboutAction = add(*this, "aboutAction");
    m_aboutAction->setMenuRole(QAction::AboutRole);
    m_quitAction = add(*this, "quitAction");
    m_quitAction->setMenuRole(QAction::QuitRole);

    const auto chooses = [this](QAction* action, QuietChoice choice) {
        connect(action, &QAction::triggered, this, [this, choice] { Q_EMIT quietChosen(choice); });
    };
    chooses(m_halfAnHour, QuietChoice::HalfAnHour);
    chooses(m_oneHour, QuietChoice::OneHour);
    chooses(m_untilTomorrow, QuietChoice::UntilTomorrow);
    chooses(m_untilTurnedOff, QuietChoice::UntilTurnedOff);
    connect(m_quietOff, &QAction::triggered, this, &TrayMenu::quietEndRequested);
    connect(m_unreadAction, &QAction::triggered, this, &TrayMenu::historyRequested);
    connect(m_historyAction, &QAction::triggered, this, &TrayMenu::historyRequested);
    connect(m_testAction, &QAction::triggered, this, &TrayMenu::testRequested);
    connect(m_serverOn, &QAction::triggered, this, [this] { Q_EMIT hostingChosen(!isServerOn()); });
    connect(m_serverAddress, &QAction::triggered, this, &TrayMenu::addressCopyRequested);
    connect(m_settingsAction, &QAction::triggered, this, &TrayMenu::settingsRequested);
    connect(m_aboutAction, &QAction::triggered, this, &TrayMenu::aboutRequested);
    connect(m_quitAction, &QAction::triggered, this, &TrayMenu::quitRequested);
    setTexts();
}

QAction* TrayMenu::add(QMenu& menu, const char* name)
{
    QAction* const action = menu.addAction(QString());
    action->setObjectName(QLatin1StringView(name));
    return action;
}

bool TrayMenu::isServerOn() const
{
    return m_hosting == Hosting::State::On || m_hosting == Hosting::State::Starting;
}

void TrayMenu::setTexts()
{
    setTitle(tr("&Belfry")); // where a window carries it
    m_unreadAction->setText(m_unread > 0 ? tr("%Ln unread", nullptr, m_unread) : tr("Nothing unread"));
    m_historyAction->setText(tr("Show &history"));
    m_testAction->setText(tr("Send &test message"));

    const QString end = m_quiet.isOn ? quietEndText(m_quiet, QDateTime::currentDateTime()) : QString();
    m_quietMenu->setTitle(!m_quiet.isOn   ? tr("&Do not disturb")
                          : end.isEmpty() ? tr("&Do not disturb (on)")
                                          : tr("&Do not disturb (%1)").arg(end));
    m_halfAnHour->setText(tr("&30 minutes"));
    m_oneHour->setText(tr("&1 hour"));
    m_untilTomorrow->setText(tr("Until &tomorrow"));
    m_untilTurnedOff->setText(tr("Until I turn it &off"));
    m_quietOff->setText(tr("Turn o&ff now"));
    m_quietOff->setVisible(m_quiet.isOn);

    m_serverMenu->setTitle(tr("&Local server"));
    m_serverOn->setText(isServerOn() ? tr("Turn &off…") : tr("Turn &on"));
    switch (m_hosting) {
    case Hosting::State::Off:
        m_serverAddress->setText(tr("Off"));
        break;
    case Hosting::State::Starting:
        m_serverAddress->setText(tr("Starting …"));
        break;
    case Hosting::State::On:
        m_serverAddress->setText(tr("%1 (copy)").arg(screen::label(m_address)));
        break;
    case Hosting::State::Failed:
        m_serverAddress->setText(screen::label(m_sentence, 80));
        break;
    }
    m_serverAddress->setEnabled(m_hosting == Hosting::State::On);

    m_settingsAction->setText(tr("&Settings…"));
    m_aboutAction->setText(tr("&About Belfry"));
    m_quitAction->setText(tr("&Quit"));
}

void TrayMenu::setUnread(int unread)
{
    if (unread == m_unread)
        return;
    m_unread = unread;
    setTexts();
}

void TrayMenu::setSendingTest(bool isSending)
{
    m_testAction->setEnabled(!isSending);
}

void TrayMenu::setQuiet(const Quiet& quiet)
{
    m_quiet = quiet;
    setTexts();
}

void TrayMenu::setHosting(Hosting::State state, const QString& address, const QString& sentence)
{
    m_hosting = state;
    m_address = address;
    m_sentence = sentence;
    setTexts();
}

void TrayMenu::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        setTexts();
    QMenu::changeEvent(event);
}

} // namespace belfry::desktop
