// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/event_line.h"
#include "app/cli/restored_log.h"
#include "app/cli/terminal.h"
#include "app/process.h"
#include "client/event_source.h"
#include "client/http_rules.h"
#include "protocol/json.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QTimer>

#include <limits>
#include <optional>

namespace belfry::cli {

namespace {

Usage usage()
{
    return {
        .command = "listen",
        .operands = {},
        .about = "Prints what arrives: one readable line a notification, or one JSON object an event.\n"
                 "Reconnects by itself; what it is doing stands on standard error.",
        .options = {{.name = "url", .value = "URL", .help = "Any SSE stream, instead of a Belfry server"},
                    serverOption(),
                    tokenFileOption(),
                    plainHttpOption(),
                    pinOption(),
                    {.name = "json", .value = {}, .help = "Print {\"event\",\"data\",\"id\"}, one a line"},
                    {.name = "count", .value = "N", .help = "End with 0 after so many"},
                    {.name = "timeout", .value = "S", .help = "End with 3 after so many seconds in all"},
                    {.name = "reconnect-delay", .value = "MS", .help = "Wait that long before a new attempt"},
                    {.name = "idle-timeout", .value = "S", .help = "Without a byte for so long the link is dead (75)"},
                    {.name = "last-event-id", .value = "ID", .help = "Begin after this event"}}};
}

/// What the options come to.
struct Plan
{
    client::EventSourceOptions stream;
    bool isAnyServer = false; ///< --url
    bool isJson = false;
    std::optional<std::int64_t> count;
    std::optional<std::chrono::milliseconds> timeout;
};

/// An address without scheme is https, on loopback http unless it is pinned. What it comes to is judged by EventSource.
QUrl streamUrl(const QString& typed, bool isPinned)
{
    const QString text = typed.trimmed();
    if (text.contains(QLatin1StringView("://")))
        return QUrl(text);
    const QUrl plain(QStringLiteral("http://") + text);
    return client::isLoopback(plain) && !isPinned ? plain : QUrl(QStringLiteral("https://") + text);
}

tl::expected<Plan, ExitCode> planOf(const Options& options)
{
    Plan plan;
    plan.isAnyServer = options.has("url");
    if (plan.isAnyServer && options.isGiven("server"))
        return tl::unexpected(options.usageError(QStringLiteral("--url and --server exclude each other")));
    plan.isJson = options.has("json");
    const auto count = options.integer("count", 1, std::numeric_limits<std::int64_t>::max());
    const auto timeout = options.duration("timeout");
    const auto delay = options.integer("reconnect-delay", 0, 86'400'000);
    const auto idle = options.duration("idle-timeout");
    for (const bool isWrong : {!count, !timeout, !delay, !idle}) {
        if (isWrong)
            return tl::unexpected(ExitCode::Usage);
    }
    plan.count = *count;
    plan.timeout = *timeout;
    if (*delay)
        plan.stream.reconnectDelay = std::chrono::milliseconds(**delay);
    if (*idle)
        plan.stream.idleTimeout = **idle;
    plan.stream.lastEventId = options.value("last-event-id");
    for (const QChar c : plan.stream.lastEventId) {
        if (c < u' ' || c == QChar(0x7F))
            return tl::unexpected(options.usageError(QStringLiteral("--last-event-id holds a control character")));
    }
    plan.stream.allowPlainHttp = options.has("allow-plain-http");
    const Result<QString> pin = givenPin(options);
    if (!pin)
        return tl::unexpected(options.usageError(QString::fromStdString(pin.error().message)));
    plan.stream.pin = *pin;
    if (plan.isAnyServer) {
        plan.stream.url = streamUrl(options.value("url"), !pin->isEmpty());
        if (!pin->isEmpty() && plan.stream.url.scheme() != QLatin1StringView("https"))
            return tl::unexpected(options.usageError(QStringLiteral("--pin is for an address with https://")));
    } else if (const Result<QUrl> server = serverFor(options); !server) {
        return tl::unexpected(options.usageError(QString::fromStdString(server.error().message)));
    }
    return plan;
}

class Listening : public QObject
{
public:
    Listening(const Options& options, Plan plan)
        : m_options(options), m_plan(std::move(plan)), m_source(&m_network),
          m_log(&m_network, [this](const SseEvent& event) { show(event); })
    {
        connect(&m_source, &client::EventSource::opened, this, [this](const QString& log) {
            complain(QStringLiteral("connected to %1.").arg(m_plan.stream.url.host()));
            if (!m_plan.isAnyServer)
                m_log.opened(log, m_source.serverTime());
        });
        connect(&m_source, &client::EventSource::eventReceived, this, [this](const SseEvent& event) {
            if (m_plan.isAnyServer)
                show(event);
            else
                m_log.received(event);
        });
        connect(&m_source, &client::EventSource::waiting, this,
                [](const Error& reason, std::chrono::milliseconds delay) {
                    complain(QStringLiteral("%1 Trying again in %2 s.")
                                 .arg(QString::fromStdString(reason.message))
                                 .arg(static_cast<double>(delay.count()) / 1000, 0, 'f', 1));
                });
        connect(&m_source, &client::EventSource::failed, this, [this](const Error& reason) {
            const ExitCode code = failedCall(reason);
            const bool isAboutUs = code == ExitCode::SignedOut || code == ExitCode::Forbidden;
            finish(isAboutUs ? code : ExitCode::Failed); // protocol.md, "The client's rules"
        });
        connect(&m_stop, &app::StopSignal::requested, this, [this] {
            if (m_plan.count)
                return finish(failed(QStringLiteral("stopped after %1 of %2 events.").arg(m_seen).arg(*m_plan.count)));
            finish(ExitCode::Done);
        });
        m_deadline.setSingleShot(true);
        m_deadline.setTimerType(Qt::PreciseTimer);
        connect(&m_deadline, &QTimer::timeout, this, [this] {
            complain(u"the time given by --timeout is over.");
            finish(ExitCode::TimedOut);
        });
        if (m_plan.timeout)
            m_deadline.start(*m_plan.timeout);
    }

    void start()
    {
        if (m_plan.isAnyServer) {
            const Result<QString> token = givenToken(m_options);
            if (!token)
                return finish(failedCall(token.error()));
            m_plan.stream.token = *token;
            return m_source.start(m_plan.stream);
        }
        findAccess(m_options, this, [this](const Result<Access>& access) {
            if (!access)
                return finish(failedCall(access.error()));
            m_plan.stream.url = access->server;
            m_plan.stream.url.setPath(QStringLiteral("/api/notifications/sse/"));
            m_plan.stream.token = access->token;
            m_plan.stream.pin = access->pin;
            m_log.begin(*access, m_plan.stream.lastEventId);
            m_source.start(m_plan.stream);
        });
    }

private:
    void show(const SseEvent& event)
    {
        if (m_isOver)
            return;
        const std::optional<QByteArray> line = lineFor(event);
        if (!line)
            return;
        if (!print(*line + '\n'))
            return finish(failed(u"Standard output cannot be written."));
        if (++m_seen == m_plan.count)
            finish(ExitCode::Done);
    }

    /// Nothing where the event is not to be seen.
    std::optional<QByteArray> lineFor(const SseEvent& event) const
    {
        if (m_plan.isJson) {
            const bool isHidden = !m_plan.isAnyServer && std::holds_alternative<Ping>(parseStreamEvent(event.data));
            return isHidden ? std::nullopt : std::optional(jsonLine(event));
        }
        const StreamEvent meant = parseStreamEvent(event.data);
        if (const auto* const notification = std::get_if<Notification>(&meant))
            return readableLine(*notification).toUtf8();
        if (m_plan.isAnyServer && std::holds_alternative<Unknown>(meant))
            return readableLine(event).toUtf8();
        return std::nullopt;
    }

    void finish(ExitCode code)
    {
        if (std::exchange(m_isOver, true))
            return;
        m_source.stop();
        QCoreApplication::exit(static_cast<int>(code));
    }

    const Options& m_options;
    Plan m_plan;
    QNetworkAccessManager m_network;
    client::EventSource m_source;
    RestoredLog m_log;
    app::StopSignal m_stop;
    QTimer m_deadline;
    std::int64_t m_seen = 0;
    bool m_isOver = false;
};

} // namespace

ExitCode runListen(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    const auto plan = planOf(*options);
    if (!plan)
        return plan.error();
    Listening listening(*options, *plan);
    QMetaObject::invokeMethod(
        &listening, [&listening] { listening.start(); }, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace belfry::cli
