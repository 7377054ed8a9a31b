// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/hosting.h"

#include "app/desktop/hosting/invites.h"
#include "app/desktop/hosting/login_name.h"
#include "app/desktop/hosting/owner.h"
#include "app/desktop/hosting/owner_password.h"
#include "app/desktop/hosting/ports.h"
#include "app/desktop/preferences.h"
#include "app/desktop/screen_text.h"
#include "server/server.h"

#include <QUrl>

#include <algorithm>

namespace belfry::desktop {
namespace {

QString textOf(const Error& error)
{
    return QString::fromStdString(error.message);
}

} // namespace

class Hosting::Parts : public QObject
{
public:
    Parts(Hosting* hosting, QString directory, Preferences& preferences, ports::Range firstChoice)
        : m_hosting(hosting), m_directory(std::move(directory)), m_preferences(preferences), m_firstChoice(firstChoice),
          m_owner([this] { signInOwner(); }), m_password(&m_network),
          m_invites(&m_network, [this](auto then) { withOwner(std::move(then)); })
    {
        connect(&m_password, &OwnerPassword::set, this, [this] {
            m_owner.tokenEnded(); // a new password ends the person's tokens, ours among them
            signInOwner();
            Q_EMIT m_hosting->ownerPasswordSet();
        });
        connect(&m_password, &OwnerPassword::refused, m_hosting, &Hosting::ownerPasswordRefused);
        connect(&m_invites, &Invites::unauthorized, this, [this] { m_owner.tokenEnded(); });
    }

    void start();
    void startAt(int port);
    void started();
    void failed(const Error& error);
    void stopped();
    void stop();
    void restart();
    void forget();
    void setState(State state);
    void signInOwner();
    void ownerSignedIn(const server::OwnerSignIn& signIn);
    void ownerRefused(const Error& error);
    void withOwner(std::function<void(Result<OwnerAccess>)> then)
    {
        m_owner.access(m_state == State::On, std::move(then));
    }
    ports::Place place() const;
    int others() const;
    void tellOthers();

    Hosting* m_hosting;
    QString m_directory;
    Preferences& m_preferences;
    const ports::Range m_firstChoice;
    QNetworkAccessManager m_network;
    Owner m_owner;
    OwnerPassword m_password;
    Invites m_invites;
    std::unique_ptr<server::Server> m_server;
    State m_state = State::Off;
    QString m_address, m_pin, m_sentence;
    QStringList m_urls; ///< all that it listens at
    bool m_isPortTaken = false;
    bool m_isSettling = false;  ///< no port is stored yet: a taken one is passed over
    bool m_startsAgain = false; ///< turned on again while it was stopping
    bool m_isOwnStreamOpen = false;
    int m_port = 0; ///< the one asked for; 0: any
    int m_others = 0;
};

Hosting::Hosting(QString directory, Preferences& preferences, ports::Range firstChoice, QObject* parent)
    : QObject(parent), m_parts(std::make_unique<Parts>(this, std::move(directory), preferences, firstChoice))
{
}

Hosting::~Hosting() = default;

Hosting::State Hosting::state() const
{
    return m_parts->m_state;
}

QString Hosting::address() const
{
    return m_parts->m_address;
}

bool Hosting::isOnNetwork() const
{
    return m_parts->m_preferences.isLocalServerOnNetwork();
}

QList<app::Place> Hosting::placesForOthers() const
{
    QList<app::Place> places = m_parts->m_state == State::On ? app::placesFor(m_parts->m_urls) : QList<app::Place>();
    places.removeIf([](const app::Place& place) { return place.isThisMachineOnly; });
    return places;
}

QString Hosting::addressForOthers() const
{
    const QList<app::Place> places = placesForOthers();
    return places.isEmpty() ? QString() : QStringLiteral("https://") + places.constFirst().text();
}

QString Hosting::pin() const
{
    return m_parts->m_pin;
}

Invites& Hosting::invites()
{
    return m_parts->m_invites;
}

QString Hosting::serverId() const
{
    return m_parts->m_state == State::On ? m_parts->m_server->serverId() : QString();
}

QString Hosting::sentence() const
{
    return m_parts->m_sentence;
}

bool Hosting::isPortTaken() const
{
    return m_parts->m_isPortTaken;
}

int Hosting::othersConnected() const
{
    return m_parts->m_others;
}

UserId Hosting::ownerId() const
{
    return m_parts->m_owner.id();
}

QString Hosting::ownerName() const
{
    return m_parts->m_owner.name();
}

QString Hosting::ownerSentence() const
{
    return m_parts->m_owner.sentence();
}

void Hosting::turnOn()
{
    m_parts->m_preferences.setHostsLocalServer(true);
    m_parts->start();
}

void Hosting::turnOff()
{
    m_parts->m_preferences.setHostsLocalServer(false);
    m_parts->stop();
}

void Hosting::useAnotherPort()
{
    if (m_parts->m_state == State::On || m_parts->m_state == State::Starting)
        return;
    m_parts->m_preferences.setHostsLocalServer(true);
    m_parts->m_preferences.setLocalServerPort(0);
    m_parts->start();
}

void Hosting::setOnNetwork(bool isOnNetwork)
{
    if (isOnNetwork == this->isOnNetwork())
        return;
    m_parts->m_preferences.setLocalServerOnNetwork(isOnNetwork);
    m_parts->restart();
}

void Hosting::stopForQuit()
{
    m_parts->stop();
}

void Hosting::signInAgain()
{
    m_parts->signInOwner();
}

void Hosting::setOwnStreamOpen(bool isOpen)
{
    m_parts->m_isOwnStreamOpen = isOpen;
    m_parts->tellOthers();
}

void Hosting::setOwnerPassword(const QString& password)
{
    m_parts->withOwner([this, password](const Result<OwnerAccess>& access) {
        if (access)
            m_parts->m_password.change(*access, m_parts->m_owner.id(), password);
        else
            Q_EMIT ownerPasswordRefused(textOf(access.error()));
    });
}

void Hosting::Parts::start()
{
    if (m_state == State::On || (m_state == State::Starting && m_server))
        return;
    if (m_server) { // its threads have not ended yet
        m_startsAgain = true;
        setState(State::Starting);
        return;
    }
    const int stored = m_preferences.localServerPort();
    m_isSettling = stored == 0;
    startAt(m_isSettling ? ports::nextFree(m_firstChoice, place()) : stored);
}

ports::Place Hosting::Parts::place() const
{
    return m_preferences.isLocalServerOnNetwork() ? ports::Place::Everywhere : ports::Place::Loopback;
}

void Hosting::Parts::startAt(int port)
{
    m_port = port;
    m_sentence.clear();
    m_isPortTaken = false;

    server::ServerSettings settings;
    settings.dataDirectory = m_directory;
    settings.listen = {
        (place() == ports::Place::Everywhere ? QStringLiteral("*:%1") : QStringLiteral("localhost:%1")).arg(port)};
    m_server = std::make_unique<server::Server>(settings);
    connect(m_server.get(), &server::Server::started, this, [this] { started(); });
    connect(m_server.get(), &server::Server::failed, this, [this](const Error& error) { failed(error); });
    connect(m_server.get(), &server::Server::stopped, this, [this] { stopped(); });
    connect(m_server.get(), &server::Server::streamCountChanged, this, [this] { tellOthers(); });
    connect(m_server.get(), &server::Server::ownerSignedIn, this,
            [this](const server::OwnerSignIn& signIn) { ownerSignedIn(signIn); });
    connect(m_server.get(), &server::Server::ownerRefused, this, [this](const Error& error) { ownerRefused(error); });
    setState(State::Starting);
    m_server->start();
}

void Hosting::Parts::started()
{
    if (m_state != State::Starting || m_startsAgain)
        return; // turned off meanwhile
    m_address = m_server->localUrl();
    m_urls = m_server->urls();
    m_pin = m_server->pin();
    m_preferences.setLocalServerPort(QUrl(m_address).port(m_firstChoice.first));
    setState(State::On);
    signInOwner();
}

void Hosting::Parts::failed(const Error& error)
{
    // Deleted later: this is its own signal.
    m_server.release()->deleteLater();
    forget();
    if (m_state == State::Off || m_startsAgain) { // it was to stop anyway
        Q_EMIT m_hosting->ended();
        if (std::exchange(m_startsAgain, false))
            start();
        return;
    }
    const bool isTaken = m_state == State::Starting && m_port != 0 && !ports::isFree(m_port, place());
    if (isTaken && m_isSettling) {
        startAt(ports::nextFree({m_port + 1, m_firstChoice.last}, place()));
        return;
    }
    m_isPortTaken = isTaken;
    m_sentence = isTaken ? Hosting::tr("The local server could not start: another program uses port %1.").arg(m_port)
                         : Hosting::tr("The local server stopped: %1").arg(screen::line(textOf(error)));
    setState(State::Failed);
    tellOthers();
}

/// What was known of the server that ran.
void Hosting::Parts::forget()
{
    m_address.clear();
    m_pin.clear();
    m_urls.clear();
    m_owner.ended();
}

/// What it listens at has changed: a server that runs ends, and another follows.
void Hosting::Parts::restart()
{
    if (m_state == State::Off)
        return;      // from the next start on
    if (!m_server) { // it has failed: perhaps it goes now
        start();
        return;
    }
    m_startsAgain = true;
    m_sentence.clear();
    m_isPortTaken = false;
    forget();
    m_server->stop();
    setState(State::Starting);
    tellOthers();
}

void Hosting::Parts::stop()
{
    m_startsAgain = false;
    m_sentence.clear();
    m_isPortTaken = false;
    forget();
    if (m_server) // it is Off for everybody from now on; stopped() comes when its threads have ended
        m_server->stop();
    setState(State::Off);
    tellOthers();
    if (!m_server)
        Q_EMIT m_hosting->ended();
}

void Hosting::Parts::stopped()
{
    m_server.release()->deleteLater();
    Q_EMIT m_hosting->ended();
    if (std::exchange(m_startsAgain, false))
        start();
}

void Hosting::Parts::setState(State state)
{
    if (state == std::exchange(m_state, state))
        return;
    Q_EMIT m_hosting->stateChanged(state);
}

void Hosting::Parts::signInOwner()
{
    if (m_server && m_state == State::On)
        m_server->signInOwner(loginName());
}

void Hosting::Parts::ownerSignedIn(const server::OwnerSignIn& signIn)
{
    if (m_state != State::On)
        return; // turned off meanwhile
    m_owner.signedIn({QUrl(m_address), signIn.token}, signIn.id, signIn.name);
    Q_EMIT m_hosting->ownerSignedIn(signIn);
}

void Hosting::Parts::ownerRefused(const Error& error)
{
    if (m_state != State::On)
        return; // turned off meanwhile
    m_owner.refused(
        error.code == "owner_gone"
            ? Hosting::tr("Your own account on the local server was removed or is no admin any more. Ask another admin "
                          "of it to set that right, or sign in with another account.")
            : Hosting::tr("The local server does not let you in: %1").arg(screen::line(textOf(error))));
    Q_EMIT m_hosting->ownerRefused(m_owner.sentence());
}

int Hosting::Parts::others() const
{
    if (!m_server || m_state != State::On)
        return 0;
    return std::max(0, m_server->streamCount() - (m_isOwnStreamOpen ? 1 : 0));
}

void Hosting::Parts::tellOthers()
{
    const int now = others();
    if (now != std::exchange(m_others, now))
        Q_EMIT m_hosting->othersConnectedChanged(now);
}

} // namespace belfry::desktop
