// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/application.h"

#include "app/desktop/hosting/cut_off.h"
#include "app/desktop/icons.h"
#include "app/desktop/leaving.h"
#include "app/desktop/link_handler.h"
#include "app/desktop/notifier/notifier.h"
#include "server/server.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFileOpenEvent>
#include <QFuture>
#include <QSysInfo>

#include <chrono>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;

constexpr auto trayPatience = 10s;
constexpr auto serverPatience = 4s;
constexpr auto exitPatience = 4800ms; // 5 s is the contract's

QString machineName()
{
    const QString name = QSysInfo::machineHostName();
    return name.isEmpty() ? QStringLiteral("desktop") : name;
}

} // namespace

Application::Application(const Options& options, SingleInstance& instance, QObject* parent)
    : QObject(parent), m_options(options), m_instance(instance),
      m_preferences(options.directory + QStringLiteral("/desktop.ini")), m_client(options.directory, machineName()),
      m_hosting(options.directory + QStringLiteral("/server"), m_preferences),
      m_tray(m_client, m_hosting, m_preferences, m_menu),
      m_popups(m_client, m_preferences, systemClock(), makeNotifier([this] { return m_tray.icon(); })),
      m_windows(m_client, m_hosting, m_preferences, m_menu)
{
    if (!options.isDefaultDirectory)
        m_preferences.setSessionArguments({QStringLiteral("--data"), options.directory});
    m_translations.use(m_preferences.language());
    connect(&m_preferences, &Preferences::languageChanged, this,
            [this](const QString& locale) { m_translations.use(locale); });
    connectMenu();
    connectHosting();
    connectSession();
    connect(&m_popups, &PopupDesk::rowChosen, &m_windows, &Windows::showRow);
    connect(&m_popups, &PopupDesk::listChosen, &m_windows, &Windows::showHistory);
    connect(&m_windows, &Windows::quitRequested, this, &Application::requestQuit);
    connect(&m_tray, &Tray::clicked, &m_windows, &Windows::toggleHistory);
    connect(&m_tray, &Tray::hostChanged, this, &Application::trayHostChanged);
    m_trayPatience.setSingleShot(true);
    connect(&m_trayPatience, &QTimer::timeout, this, [this] {
        if (!m_tray.isThere())
            m_windows.showMinimized();
    });
}

Application::~Application() = default;

void Application::start()
{
    m_client.start();
    if (m_preferences.hostsLocalServer())
        m_hosting.turnOn();
    if (m_options.isHidden)
        m_trayPatience.start(trayPatience);
    else if (m_options.link.isEmpty())
        m_windows.showHistory();
    m_tray.start();
    if (m_options.isDefaultDirectory)
        registerLinkHandler();
    if (!m_options.link.isEmpty())
        showJoinOnceRead(m_options.link);
}

/// Which connection is in use is asked about: so not before that is known.
void Application::showJoinOnceRead(const QString& link)
{
    if (m_isRead)
        m_windows.showJoin(link);
    else
        m_linkToShow = link;
}

void Application::connectMenu()
{
    m_menu.setQuiet(m_preferences.quiet());
    connect(&m_preferences, &Preferences::quietChanged, &m_menu, &TrayMenu::setQuiet);
    connect(&m_client, &client::Client::unreadChanged, &m_menu, &TrayMenu::setUnread);
    connect(&m_menu, &TrayMenu::historyRequested, &m_windows, &Windows::showHistory);
    connect(&m_menu, &TrayMenu::testRequested, this, &Application::sendTest);
    connect(&m_menu, &TrayMenu::quietChosen, this,
            [this](QuietChoice choice) { m_preferences.setQuiet(quietFrom(choice, QDateTime::currentDateTime())); });
    connect(&m_menu, &TrayMenu::quietEndRequested, this, [this] { m_preferences.setQuiet({}); });
    connect(&m_menu, &TrayMenu::hostingChosen, this, [this](bool isOn) {
        if (isOn)
            m_hosting.turnOn();
        else if (const int others = m_hosting.othersConnected(); others > 0)
            m_windows.ask(cutoff::byTurningOff(others), [this] { m_hosting.turnOff(); });
        else
            m_hosting.turnOff();
    });
    connect(&m_menu, &TrayMenu::addressCopyRequested, this,
            [this] { QApplication::clipboard()->setText(shownServerAddress()); });
    // Networks come and go without a word.
    connect(&m_menu, &TrayMenu::aboutToShow, this, &Application::sayHosting);
    connect(&m_menu, &TrayMenu::settingsRequested, this, [this] { m_windows.showSettings(); });
    connect(&m_menu, &TrayMenu::aboutRequested, &m_windows, &Windows::showAbout);
    connect(&m_menu, &TrayMenu::quitRequested, this, &Application::requestQuit);
}

void Application::connectHosting()
{
    connect(&m_hosting, &Hosting::stateChanged, this, [this](Hosting::State state) {
        sayHosting();
        if (state != Hosting::State::On) // also while it starts anew at other addresses
            m_client.ownServerStopped();
    });
    connect(&m_hosting, &Hosting::ownerSignedIn, this, [this](const server::OwnerSignIn& signIn) {
        m_client.useOwnServer(m_hosting.address(), m_hosting.serverId(), machineName(), signIn.id, signIn.name,
                              signIn.token);
    });
    connect(&m_client, &client::Client::ownTokenWanted, &m_hosting, &Hosting::signInAgain);
    connect(&m_hosting, &Hosting::ownerRefused, this,
            [this](const QString& sentence) { m_popups.say(tr("The local server does not know you"), sentence); });
    connect(&m_client, &client::Client::statusChanged, this, [this](const client::LinkStatus& status) {
        m_hosting.setOwnStreamOpen(m_client.active().isOwnServer && status.state == client::LinkState::Live);
    });
}

/// The one that others use, where they may.
QString Application::shownServerAddress() const
{
    const QString forOthers = m_hosting.addressForOthers();
    return forOthers.isEmpty() ? m_hosting.address() : forOthers;
}

void Application::sayHosting()
{
    m_menu.setHosting(m_hosting.state(), shownServerAddress(), m_hosting.sentence());
}

void Application::connectSession()
{
    connect(&m_instance, &SingleInstance::showRequested, &m_windows, &Windows::showHistory);
    connect(&m_instance, &SingleInstance::linkHandedOver, this, &Application::showJoinOnceRead);
    connect(&m_client, &client::Client::started, this, [this] {
        m_isRead = true;
        if (!m_linkToShow.isEmpty())
            m_windows.showJoin(std::exchange(m_linkToShow, {}));
    });
    connect(&m_stopSignal, &app::StopSignal::requested, this, &Application::leave);
    connect(&m_session, &SessionWatch::woke, &m_client, &client::Client::machineWoke);
    connect(&m_session, &SessionWatch::lockedChanged, &m_popups, &PopupDesk::setLocked);
    qApp->installEventFilter(this);
}

void Application::sendTest()
{
    m_menu.setSendingTest(true);
    m_client.sendTest().then(this, [this](const Result<int>& sent) {
        m_menu.setSendingTest(false);
        if (!sent)
            m_popups.say(tr("The test message was not sent"), QString::fromStdString(sent.error().message));
    });
}

void Application::trayHostChanged(bool isThere)
{
    m_windows.setHasTray(isThere);
    // Hidden at a start, a tray may come yet; later, a window without one could not be reached any more.
    if (!isThere && !m_trayPatience.isActive())
        m_windows.showMinimized();
    if (isThere)
        m_trayPatience.stop();
}

void Application::requestQuit()
{
    if (const int others = m_hosting.othersConnected(); others > 0)
        m_windows.ask(cutoff::byQuitting(others), [this] { leave(); });
    else
        leave();
}

void Application::leave()
{
    if (std::exchange(m_isLeaving, true))
        return;
    exitAtLatestIn(exitPatience);
    m_popups.closeAll();
    m_windows.closeAll();
    m_tray.hide();
    const auto end = [] { QCoreApplication::exit(0); };
    // Queued: where no server runs ended() comes at once, perhaps before the event loop runs that it is to end.
    connect(&m_hosting, &Hosting::ended, this, end, Qt::QueuedConnection);
    QTimer::singleShot(serverPatience, this, end);
    m_hosting.stopForQuit();
}

bool Application::eventFilter(QObject* watched, QEvent* event)
{
    // The session ends, or the platform's own Quit: never asked back.
    if (watched == qApp && event->type() == QEvent::Quit && !m_isLeaving) {
        leave();
        return true;
    }
    // macOS hands links over so.
    if (watched == qApp && event->type() == QEvent::FileOpen) {
        const QString link = static_cast<QFileOpenEvent*>(event)->url().toString(QUrl::FullyEncoded);
        if (mayBeLink(link)) {
            showJoinOnceRead(link);
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace belfry::desktop
