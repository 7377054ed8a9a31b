// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/sync.h"

#include "client/sync_words.h"

namespace belfry::client {
namespace {

/// The header Date has whole seconds: less than this is not a difference.
constexpr std::chrono::milliseconds smallestOffset{2000};
constexpr std::chrono::hours timeAge{1};
/// An event is never so long on its way: its times and the server's as we know it differ by more only where that was
/// set.
constexpr std::chrono::minutes longestWay{2};
constexpr std::chrono::minutes askTimeEvery{1};

} // namespace

Sync::Sync(Inbox& inbox, QNetworkAccessManager* network, const Clock& clock, SyncTimes times, QObject* parent)
    : QObject(parent), m_inbox(inbox), m_clock(clock), m_times(times), m_network(network), m_source(network),
      m_collector(times.collecting), m_listed(times.collecting)
{
    connect(&m_source, &EventSource::opened, this, &Sync::onOpened);
    connect(&m_source, &EventSource::eventReceived, this, &Sync::onEvent);
    connect(&m_source, &EventSource::stateChanged, this, &Sync::onState);
    connect(&m_source, &EventSource::waiting, this, &Sync::onWaiting);
    connect(&m_source, &EventSource::failed, this, &Sync::onFailed);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Sync::onTimer);
}

Sync::~Sync() = default;

void Sync::start(const Connection& connection, const QString& token)
{
    stop();
    m_inbox.setServerTime(std::nullopt);
    m_connection = connection;
    m_token = token;
    m_tokenInQuery = false;
    m_status = LinkStatus();
    m_status.serverName = connection.serverName;
    m_status.isClassic = isClassic();
    m_mode = Mode::Stream;
    makeCalls();
    inboxOpened();
    setState(LinkState::Connecting);
    if (isClassic() || connection.isOwnServer) {
        openStream(); // our own server was started in this process: nobody else can sit at its address
        return;
    }
    // Who it is first, without the token: that goes to the server it was given by alone.
    checkIdentity([this] { openStream(); });
}

void Sync::makeCalls()
{
    // Later, not now: this may run in an answer of theirs. What they still answer is not for this link.
    for (std::unique_ptr<Api>* old : {&m_api, &m_anonymous}) {
        if (*old) {
            old->release()->deleteLater();
        }
        *old = std::make_unique<Api>(m_network, m_connection.address);
        (*old)->setKind(m_connection.kind);
        (*old)->setPin(m_connection.pin);
        (*old)->setSilence(m_times.callSilence);
    }
    m_api->setToken(m_token);
}

void Sync::stop()
{
    ++m_generation;
    m_mode = Mode::Off;
    m_source.stop();
    m_source.setLastEventId(QString());
    m_timer.stop();
    m_collector.clear();
    m_listed.clear();
    m_queue.clear();
    m_place = LinkPlace();
    m_hadEvent = m_isTrial = m_listAnswers = m_isListing = m_isPolling = false;
    m_silentAttempts = 0;
    m_firstByteDue = m_pollDue = m_streamDue = m_finalDue = m_listDue = m_lastContact = m_lastPoll = m_timeLearned =
        m_timeAsked = std::nullopt;
}

void Sync::inboxOpened()
{
    if (m_mode == Mode::Off || m_place.id != 0) {
        return;
    }
    Result<LinkPlace> place = m_inbox.place(m_connection.id);
    if (!place) {
        writeFailed(place.error());
        return;
    }
    m_place = *place;
    if (Result<Effects> expired = m_inbox.expire(m_place.id); expired && !expired->isEmpty()) {
        Q_EMIT happened(*expired);
    }
    // What a crash or a quit left unshown joins what is collected.
    const QList<Row> left = m_inbox.unshown(m_place.id);
    if (!left.isEmpty()) {
        m_collector.begin(now());
        for (const Row& row : left) {
            m_collector.came(row, now());
        }
    }
    schedule();
}

void Sync::inboxFailed(const Error& error)
{
    writeFailed(error);
}

void Sync::renewToken(const QString& token)
{
    m_token = token;
    if (m_api) {
        m_api->setToken(token);
    }
    m_source.setToken(token);
    if (m_mode == Mode::Stream) {
        m_source.reconnectNow(true);
    }
}

void Sync::retryNow()
{
    if (m_mode == Mode::Polling) {
        m_pollDue = now();
        m_streamDue = now();
    } else if (m_source.state() == EventSource::State::Failed || m_source.state() == EventSource::State::Stopped) {
        if (m_mode == Mode::Stream && m_finalDue) {
            m_finalDue = now();
        }
    } else {
        m_source.reconnectNow(false);
    }
    if (m_isFaulty) {
        m_writeDue = now();
    }
    schedule();
}

void Sync::wake()
{
    m_lastContact.reset(); // what a poll brings now is the past
    if (m_mode == Mode::Stream && m_source.state() != EventSource::State::Failed &&
        m_source.state() != EventSource::State::Stopped) {
        setState(LinkState::Connecting);
        m_source.reconnectNow(true);
        schedule();
        return;
    }
    retryNow();
}

void Sync::setWindowOpen(bool isOpen)
{
    m_isWindowOpen = isOpen;
    if (isOpen && m_mode == Mode::Polling && m_pollDue) {
        m_pollDue = std::min(*m_pollDue, now() + m_times.pollOpen);
        schedule();
    }
}

void Sync::becomeLive()
{
    m_finalDue.reset();
    m_lastContact = now();
    if (m_place.id != 0 && !m_place.wasEverConnected && m_inbox.noteConnected(m_place.id)) {
        m_place.wasEverConnected = true;
    }
    setState(LinkState::Live);
    if (!isClassic() && (!m_timeLearned || now() - *m_timeLearned > timeAge)) {
        askTime();
    }
    Q_EMIT connected();
}

void Sync::askTime()
{
    m_timeAsked = now();
    ListRequest glance;
    glance.limit = 1;
    m_api->list(glance, forThisLink([this](Result<ListAnswer> answer) {
                    if (answer) {
                        learnTime(answer->serverTime);
                    }
                }));
}

void Sync::learnTime(const std::optional<Time>& serverTime)
{
    if (!serverTime) {
        if (!m_inbox.knowsServerTime()) {
            m_inbox.setServerTime(m_clock.now()); // a proxy dropped the header: there is no better one
        }
        return;
    }
    m_timeLearned = now();
    const Time at = *serverTime + std::chrono::milliseconds(500);
    if (m_inbox.knowsServerTime() && std::chrono::abs(at - m_inbox.serverNow()) < smallestOffset) {
        return;
    }
    const Time here = m_clock.now();
    m_inbox.setServerTime(std::chrono::abs(at - here) < smallestOffset ? here : at);
}

/// A server whose clock was set while the stream was open: what it sends has not expired by that clock, and is not
/// dated after it.
void Sync::compareTimes(const Notification& notification)
{
    const Time serverNow = m_inbox.serverNow();
    const bool wasSetBack = notification.expiresAt && *notification.expiresAt + longestWay <= serverNow;
    const bool wasSetOn = notification.createdAt > serverNow + longestWay;
    if ((!wasSetBack && !wasSetOn) || (m_timeAsked && now() - *m_timeAsked < askTimeEvery)) {
        return; // asked just now, it is the event that was long on its way
    }
    if (wasSetBack) {
        m_inbox.setServerTime(*notification.expiresAt - longestWay); // shown meanwhile
    }
    askTime();
}

void Sync::checkIdentity(const std::function<void()>& then)
{
    m_anonymous->server(forThisLink([this, then](Result<ServerCard> card) {
        if (m_mode == Mode::Off) {
            return;
        }
        if (card && !m_connection.serverId.isEmpty() && card->id != m_connection.serverId) {
            m_source.stop();
            refuse(LinkState::Refused, words::anotherServer(m_connection.address));
            return;
        }
        if (card && !card->name.isEmpty() && card->name != m_status.serverName) {
            m_status.serverName = card->name;
            Q_EMIT statusChanged(m_status);
        }
        then();
    }));
}

void Sync::refuse(LinkState state, const QString& reason)
{
    m_mode = Mode::Stream;
    m_isTrial = false;
    m_pollDue = m_streamDue = m_firstByteDue = std::nullopt;
    m_finalDue = now() + m_times.finalAgain;
    setState(state, reason);
    schedule();
}

void Sync::setState(LinkState state, const QString& reason, const QDateTime& next)
{
    if (m_status.state == state && m_status.reason == reason && m_status.nextAttempt == next) {
        return;
    }
    m_status.state = state;
    m_status.reason = reason;
    m_status.nextAttempt = next;
    Q_EMIT statusChanged(m_status);
}

} // namespace belfry::client
