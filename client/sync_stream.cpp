// SPDX-License-Identifier: GPL-3.0-or-later
// The stream: attempts, what they bring into the inbox, and how they end. What has come together is stored together, in
// the order it came; nothing is told before its commit.
#include "client/sync.h"
#include "client/sync_words.h"

namespace belfry::client {
namespace {

/// Events of a long replay are stored in commits of so many.
constexpr std::size_t batchSize = 500;
constexpr std::chrono::seconds longestRetryAfter{300};

Seq numberFrom(const std::string& id)
{
    if (id.empty() || id.size() > 16) {
        return 0;
    }
    Seq number = 0;
    for (const char c : id) {
        if (c < '0' || c > '9') {
            return 0;
        }
        number = number * 10 + (c - '0');
    }
    return number <= maxJsonInteger ? number : 0;
}

} // namespace

// --- an attempt -------------------------------------------------------------------------------------------------

void Sync::openStream()
{
    EventSourceOptions options;
    options.url = m_connection.address;
    options.url.setPath(QStringLiteral("/api/notifications/sse/"));
    options.token = m_token;
    options.tokenInQuery = m_tokenInQuery;
    options.pin = m_connection.pin;
    options.reconnectDelay = m_times.reconnectDelay;
    options.idleTimeout = m_times.idleTimeout;
    options.longestRetryAfter = longestRetryAfter;
    options.allowPlainHttp = m_connection.address.scheme() == QStringLiteral("http");
    if (!isClassic() && m_place.cursor) {
        options.lastEventId = QString::number(*m_place.cursor);
    }
    m_source.start(options);
    schedule();
}

void Sync::onState(EventSource::State state)
{
    if (m_mode == Mode::Off) {
        return;
    }
    if (state == EventSource::State::Connecting) {
        m_hadEvent = false;
        m_firstByteDue = isClassic() ? std::nullopt : std::optional<Moment>(now() + m_times.firstByte);
        if (m_mode == Mode::Stream) {
            setState(LinkState::Connecting, m_status.reason);
        }
    }
    schedule();
}

void Sync::onOpened(const QString& log)
{
    if (m_mode == Mode::Off) {
        return;
    }
    learnTime(m_source.serverTime()); // before anything is judged that comes
    const bool hasSentCursor = !m_source.lastEventId().isEmpty();
    if (isClassic()) {
        if (m_place.id != 0 && m_place.wasEverConnected && !m_place.isLimitationTold) {
            m_status.limitation = words::classicLimitation();
            m_place.isLimitationTold = true;
            (void)m_inbox.noteLimitationTold(m_place.id);
        }
        becomeLive();
        show(m_collector.caughtUp(now(), m_inbox.expiryTime()));
        return;
    }
    if (m_place.id != 0) {
        // A proxy may have dropped the header: then the log is taken for the one it was.
        const QString named = !log.isEmpty() ? log : !m_place.log.isEmpty() ? m_place.log : m_connection.serverId;
        if (!m_place.log.isEmpty() && named != m_place.log) {
            m_source.setLastEventId(QString());
            beginListing(Listing::OtherLog, named, std::nullopt);
        } else if (!m_place.cursor && m_place.listing == Listing::None) {
            beginListing(Listing::First, named, std::nullopt);
        }
        if (m_place.listing != Listing::None) {
            readList();
        }
    }
    if (hasSentCursor && !log.isEmpty()) {
        m_collector.begin(now());
    }
    if (!m_connection.isOwnServer) {
        checkIdentity([] {});
    }
    schedule();
}

void Sync::onWaiting(const Error& reason, std::chrono::milliseconds delay)
{
    m_firstByteDue.reset();
    if (m_mode == Mode::Stream) {
        setState(LinkState::Waiting, words::lost(reason, m_connection.address), momentIn(delay));
    } else if (m_mode == Mode::Polling) {
        m_source.stop();
        m_isTrial = false;
        m_streamDue = now() + m_times.streamAgain;
    }
    schedule();
}

void Sync::onFailed(const Error& reason)
{
    m_firstByteDue.reset();
    const bool isAuth = reason.status == 401 || reason.status == 403;
    if (isAuth && isClassic() && !m_tokenInQuery) {
        m_tokenInQuery = true;
        openStream();
        return;
    }
    if (isAuth) {
        refuse(LinkState::SignedOut, words::signInAgain());
        Q_EMIT unauthorized();
    } else if (m_mode == Mode::Polling) {
        m_isTrial = false;
        m_streamDue = now() + m_times.streamAgain;
    } else {
        refuse(LinkState::Refused, words::refused(reason, m_connection.address));
    }
    schedule();
}

// --- what it brings ---------------------------------------------------------------------------------------------

void Sync::onEvent(const SseEvent& event)
{
    if (m_mode == Mode::Off) {
        return;
    }
    m_lastContact = now();
    if (!m_hadEvent) {
        m_hadEvent = true;
        m_silentAttempts = 0;
        m_firstByteDue.reset();
        if (m_mode == Mode::Polling) {
            leavePolling();
        }
        if (!isClassic()) {
            becomeLive();
        }
    }
    m_queue.push_back(event);
    if (m_queue.size() >= batchSize) {
        flush();
    } else if (!m_isFlushQueued) {
        // What has come together is stored together.
        m_isFlushQueued = true;
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_isFlushQueued = false;
                flush();
            },
            Qt::QueuedConnection);
    }
}

void Sync::flush()
{
    const std::vector<SseEvent> queue = std::exchange(m_queue, {});
    const int generation = m_generation;
    std::vector<NumberedEvent> batch;
    for (const SseEvent& event : queue) {
        if (generation != m_generation) {
            return; // a listener has switched the connection meanwhile
        }
        StreamEvent meaning = event.event == "ping" ? StreamEvent(Ping{}) : parseStreamEvent(event.data);
        const Seq number = isClassic() ? 0 : numberFrom(event.id);
        if (std::holds_alternative<Ping>(meaning)) {
            // The first one says up to where the stream is: the next begins there, also where nothing came for us.
            if (m_place.id != 0 && !m_isFaulty && number > m_place.cursor.value_or(0)) {
                batch.push_back({Unknown{}, number});
            }
            store(batch);
            onPing();
        } else if (const auto* reset = std::get_if<Reset>(&meaning)) {
            store(batch);
            if (!isClassic()) {
                onReset(*reset, number);
            }
        } else {
            batch.push_back({std::move(meaning), number});
        }
    }
    store(batch);
    schedule();
}

void Sync::store(std::vector<NumberedEvent>& batch)
{
    if (batch.empty()) {
        return;
    }
    const std::vector<NumberedEvent> events = std::exchange(batch, {});
    for (const NumberedEvent& event : events) {
        if (const auto* notification = std::get_if<Notification>(&event.event); notification && !isClassic()) {
            compareTimes(*notification);
        }
    }
    Result<Effects> effects =
        m_isFaulty || m_place.id == 0
            ? tl::unexpected<Error>(Error{500, "inbox_unusable", m_status.reason.toStdString(), {}, 0})
            : m_inbox.apply(m_place.id, m_connection.userId, events);
    if (!effects) {
        if (!m_isFaulty) {
            writeFailed(effects.error());
        }
        for (const NumberedEvent& event : events) {
            if (const auto* notification = std::get_if<Notification>(&event.event)) {
                showUnstored(*notification);
            }
        }
        return;
    }
    for (const NumberedEvent& event : events) {
        if (event.number > 0) {
            m_place.cursor = event.number;
        }
    }
    publish(*effects, m_collector, m_collector.isCollecting());
}

void Sync::onReset(const Reset& reset, Seq number)
{
    if (m_place.id == 0 || m_isFaulty) {
        return;
    }
    const bool isOther = !reset.log.empty() && QString::fromStdString(reset.log) != m_place.log;
    if (isOther || m_place.listing != Listing::OtherLog) {
        beginListing(isOther ? Listing::OtherLog : Listing::Reset,
                     isOther ? QString::fromStdString(reset.log) : m_place.log,
                     number > 0 ? std::optional<Seq>(number) : std::nullopt);
    }
    readList();
}

void Sync::onPing()
{
    show(m_collector.caughtUp(now(), m_inbox.expiryTime()));
}

} // namespace belfry::client
