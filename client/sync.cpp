// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/sync.h"

#include "client/sync_words.h"

namespace belfry::client {
namespace {

/// Events of a long replay are stored in commits of so many.
constexpr std::size_t batchSize = 500;
constexpr std::chrono::seconds longestRetryAfter{300};
/// The header Date has whole seconds: less than this is not a difference.
constexpr std::chrono::milliseconds smallestOffset{2000};
constexpr std::chrono::hours offsetAge{1};

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
    m_firstByteDue = m_pollDue = m_streamDue = m_finalDue = m_listDue = m_lastContact = m_lastPoll = m_offsetLearned =
        std::nullopt;
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

void Sync::openStream()
{
    EventSourceOptions options;
    options.url = m_connection.address;
    options.url.setPath(QStringLiteral("/api/notifications/sse/"));
    options.token = m_token;
    options.tokenInQuery = m_tokenInQuery;
    options.pin = m_connection.pin;
    options.reconnectDelay = m_times.reconnectDelay;
    options.longestRetryAfter = longestRetryAfter;
    options.allowPlainHttp = m_connection.address.scheme() == QStringLiteral("http");
    if (!isClassic() && m_place.cursor) {
        options.lastEventId = QString::number(*m_place.cursor);
    }
    m_source.start(options);
    schedule();
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

// --- the stream -------------------------------------------------------------------------------------------------

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
    const bool hasSentCursor = !m_source.lastEventId().isEmpty();
    if (isClassic()) {
        if (m_place.id != 0 && m_place.wasEverConnected && !m_place.isLimitationTold) {
            m_status.limitation = words::classicLimitation();
            m_place.isLimitationTold = true;
            (void)m_inbox.noteLimitationTold(m_place.id);
        }
        becomeLive();
        show(m_collector.caughtUp(now(), m_inbox.serverNow()));
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
    show(m_collector.caughtUp(now(), m_inbox.serverNow()));
}

void Sync::becomeLive()
{
    m_finalDue.reset();
    m_lastContact = now();
    if (m_place.id != 0 && !m_place.wasEverConnected && m_inbox.noteConnected(m_place.id)) {
        m_place.wasEverConnected = true;
    }
    setState(LinkState::Live);
    if (!isClassic() && (!m_offsetLearned || now() - *m_offsetLearned > offsetAge)) {
        ListRequest glance;
        glance.limit = 1;
        m_api->list(glance, forThisLink([this](Result<ListAnswer> answer) {
                        if (answer) {
                            learnTime(answer->serverTime);
                        }
                    }));
    }
    Q_EMIT connected();
}

void Sync::learnTime(const std::optional<Time>& serverTime)
{
    if (!serverTime) {
        return;
    }
    m_offsetLearned = now();
    const auto offset = *serverTime + std::chrono::milliseconds(500) - m_clock.now();
    m_inbox.setServerOffset(std::chrono::abs(offset) < smallestOffset ? std::chrono::milliseconds(0) : offset);
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

void Sync::onWaiting(const Error& reason, std::chrono::milliseconds delay)
{
    m_firstByteDue.reset();
    if (m_mode == Mode::Stream) {
        setState(LinkState::Waiting, words::lost(reason, m_connection.address),
                 QDateTime::currentDateTimeUtc().addMSecs(delay.count()));
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
