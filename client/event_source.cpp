// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/event_source.h"

#include "client/backoff.h"
#include "client/stream_attempt.h"
#include "client/words.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QRandomGenerator>
#include <QSignalBlocker>
#include <QTimer>

namespace belfry::client {

namespace {

using namespace std::chrono_literals;

/// An attempt younger than that is not thrown away for a newer one.
constexpr auto freshAttempt = 1s;

Backoff backoffFor(const EventSourceOptions& options)
{
    return Backoff([] { return QRandomGenerator::global()->generateDouble(); }, options.reconnectDelay,
                   options.longestRetryAfter);
}

} // namespace

class EventSource::Parts
{
public:
    Parts(EventSource* owner, QNetworkAccessManager* network) : m_owner(owner), m_network(network)
    {
        m_retry.setSingleShot(true);
        m_retry.setTimerType(Qt::PreciseTimer); // a coarse one may come early: the server asked for that long
        QObject::connect(&m_retry, &QTimer::timeout, owner, [this] { attempt(); });
    }

    void start(const EventSourceOptions& options)
    {
        dropAttempt();
        m_options = options;
        m_backoff = backoffFor(options);
        setLastEventId(options.lastEventId);
        attempt();
    }

    void stop()
    {
        dropAttempt();
        setState(State::Stopped);
    }

    void reconnectNow(bool evenIfOpen)
    {
        const bool isWanted =
            m_state == State::Waiting || m_state == State::Failed ||
            (m_state == State::Connecting && std::chrono::milliseconds(m_attemptAge.elapsed()) > freshAttempt) ||
            (m_state == State::Open && evenIfOpen);
        if (isWanted)
            attempt();
    }

    /// What could not be a header's value is no id (WHATWG 9.2.6 takes none with NUL; line ends cannot come).
    void setLastEventId(const QString& id)
    {
        const QByteArray utf8 = id.toUtf8();
        const bool fits = !utf8.contains('\0') && !utf8.contains('\n') && !utf8.contains('\r');
        m_parser.setLastEventId(fits ? utf8.toStdString() : std::string());
    }

    std::optional<Time> serverTime() const { return m_attempt ? m_attempt->serverTime() : std::nullopt; }

    EventSource* m_owner;
    QNetworkAccessManager* m_network;
    EventSourceOptions m_options;
    Backoff m_backoff = backoffFor({});
    SseParser m_parser;
    State m_state = State::Stopped;

private:
    void attempt()
    {
        dropAttempt();
        m_parser.reset();
        m_hasBytes = false;
        m_attempt = new StreamAttempt(m_network, m_options, QByteArray::fromStdString(m_parser.lastEventId()), m_owner);
        QObject::connect(m_attempt, &StreamAttempt::opened, m_owner, [this](const QString& log) { onOpened(log); });
        QObject::connect(m_attempt, &StreamAttempt::bytesReceived, m_owner,
                         [this](const QByteArray& bytes) { onBytes(bytes); });
        QObject::connect(m_attempt, &StreamAttempt::ended, m_owner,
                         [this](const StreamAttempt::Ending& ending) { onEnded(ending); });
        m_attemptAge.start();
        const QPointer<StreamAttempt> made = m_attempt;
        setState(State::Connecting);
        if (made && made == m_attempt)
            made->start();
    }

    void dropAttempt()
    {
        m_retry.stop();
        if (m_attempt)
            m_attempt->drop();
        m_attempt = nullptr;
    }

    void onOpened(const QString& log)
    {
        const QPointer<StreamAttempt> current = m_attempt;
        setState(State::Open);
        if (current && current == m_attempt)
            Q_EMIT m_owner->opened(log);
    }

    void onBytes(const QByteArray& bytes)
    {
        const QPointer<StreamAttempt> current = m_attempt;
        if (!std::exchange(m_hasBytes, true)) {
            Q_EMIT m_owner->firstByteReceived();
            if (!current || current != m_attempt)
                return;
        }
        std::vector<SseEvent> events;
        const bool fits =
            m_parser.feed(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), events);
        if (const std::optional<long long> retry = m_parser.takeRetry())
            m_backoff.serverSaid(std::chrono::milliseconds(*retry));
        if (!events.empty())
            m_backoff.succeeded();
        for (const SseEvent& event : events) {
            Q_EMIT m_owner->eventReceived(event);
            // Whoever heard it may have stopped, restarted or deleted us. `current` is a child of the owner.
            if (!current || current != m_attempt)
                return;
        }
        if (!fits)
            onEnded({errorOf(0, "too_long", LinkWords::tr("The server sent an event of over 1 MiB.")), false, {}});
    }

    void onEnded(const StreamAttempt::Ending& ending)
    {
        dropAttempt();
        const QPointer<EventSource> owner(m_owner);
        if (ending.isFinal) {
            setState(State::Failed);
            if (owner && m_state == State::Failed && !m_attempt)
                Q_EMIT owner->failed(ending.reason);
            return;
        }
        const std::chrono::milliseconds delay = m_backoff.lost(ending.retryAfter);
        m_retry.start(delay);
        setState(State::Waiting);
        if (owner && m_state == State::Waiting && m_retry.isActive())
            Q_EMIT owner->waiting(ending.reason, delay);
    }

    void setState(State state)
    {
        if (std::exchange(m_state, state) != state)
            Q_EMIT m_owner->stateChanged(state);
    }

    QPointer<StreamAttempt> m_attempt;
    QTimer m_retry;
    QElapsedTimer m_attemptAge;
    bool m_hasBytes = false;
};

EventSource::EventSource(QNetworkAccessManager* network, QObject* parent)
    : QObject(parent), m_parts(std::make_unique<Parts>(this, network))
{
}

EventSource::~EventSource()
{
    // Before the private parts go: an attempt is a child, and would outlive them.
    const QSignalBlocker quiet(this);
    m_parts->stop();
}

void EventSource::start(const EventSourceOptions& options)
{
    m_parts->start(options);
}

void EventSource::stop()
{
    m_parts->stop();
}

void EventSource::reconnectNow(bool evenIfOpen)
{
    m_parts->reconnectNow(evenIfOpen);
}

void EventSource::setToken(const QString& token)
{
    m_parts->m_options.token = token;
}

EventSource::State EventSource::state() const
{
    return m_parts->m_state;
}

QString EventSource::lastEventId() const
{
    return QString::fromStdString(m_parts->m_parser.lastEventId());
}

void EventSource::setLastEventId(const QString& id)
{
    m_parts->setLastEventId(id);
}

std::optional<Time> EventSource::serverTime() const
{
    return m_parts->serverTime();
}

int EventSource::failuresInARow() const
{
    return m_parts->m_backoff.failures();
}

} // namespace belfry::client
