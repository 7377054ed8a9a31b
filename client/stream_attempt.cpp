// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/stream_attempt.h"

#include "client/handshake.h"
#include "client/http_rules.h"
#include "client/words.h"
#include "protocol/json.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QUrlQuery>

namespace belfry::client {

namespace {

using namespace std::chrono_literals;

/// How long the body of an error is waited for: its sentence is worth little more.
constexpr auto bodyGrace = 2s;
constexpr qint64 errorBodyBytes = 16 * 1024;

bool isRetried(int status)
{
    const bool isInterim = status >= 100 && status < 200; // the answer itself was still to come: Qt 6.4 drops it
    return isInterim || status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
           status == 504;
}

bool isEventStream(const QByteArray& contentType)
{
    const qsizetype parameters = contentType.indexOf(';');
    return contentType.left(parameters < 0 ? contentType.size() : parameters).trimmed().toLower() ==
           "text/event-stream";
}

QUrl withToken(QUrl url, const QString& token)
{
    QUrlQuery query(url);
    if (!query.hasQueryItem(QStringLiteral("token"))) {
        // Encoded by hand: a `+` in a query means a space to many servers.
        query.addQueryItem(QStringLiteral("token"), QString::fromLatin1(QUrl::toPercentEncoding(token)));
        url.setQuery(query);
    }
    return url;
}

} // namespace

StreamAttempt::StreamAttempt(QNetworkAccessManager* network, const EventSourceOptions& options,
                             const QByteArray& lastEventId, QObject* parent)
    : QObject(parent), m_network(network), m_options(options), m_lastEventId(lastEventId)
{
    m_idle.setSingleShot(true);
    m_idle.setInterval(options.idleTimeout);
    connect(&m_idle, &QTimer::timeout, this, &StreamAttempt::onIdle);
    m_bodyGrace.setSingleShot(true);
    m_bodyGrace.setInterval(bodyGrace);
    connect(&m_bodyGrace, &QTimer::timeout, this, &StreamAttempt::concludeStatus);
}

StreamAttempt::~StreamAttempt()
{
    releaseReply();
}

void StreamAttempt::start()
{
    if (Result<void> fits = checkUrl(m_options.url, m_options.allowPlainHttp); !fits)
        return end({fits.error(), true, {}});
    if (m_network == nullptr)
        return end({errorOf(0, "unreachable", LinkWords::tr("The network is not there.")), true, {}});
    request(m_options.tokenInQuery && !m_options.token.isEmpty() ? withToken(m_options.url, m_options.token)
                                                                 : m_options.url);
}

void StreamAttempt::drop()
{
    m_isOver = true;
    m_idle.stop();
    m_bodyGrace.stop();
    disconnect();
    releaseReply();
    deleteLater();
}

void StreamAttempt::request(const QUrl& url)
{
    releaseReply();
    m_url = url;
    m_status = 0;
    QNetworkRequest request = plainRequest(url, m_options.pin);
    request.setRawHeader("Accept", "text/event-stream");
    request.setRawHeader("Accept-Encoding", "identity"); // a decompressor would hold events back
    request.setRawHeader("Cache-Control", "no-cache");
    if (!m_lastEventId.isEmpty())
        request.setRawHeader("Last-Event-ID", m_lastEventId);
    if (!m_options.tokenInQuery && isSameOrigin(url, m_options.url))
        setBearer(request, m_options.token);
    m_idle.start();
    m_reply = m_network->get(request);
    m_handshake = Handshake::watch(m_reply, m_options.pin);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &StreamAttempt::onHead);
    connect(m_reply, &QNetworkReply::readyRead, this, &StreamAttempt::onBytes);
    connect(m_reply, &QNetworkReply::finished, this, &StreamAttempt::onFinished);
}

void StreamAttempt::releaseReply()
{
    if (!m_reply)
        return;
    QNetworkReply* const reply = m_reply;
    m_reply = nullptr;
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void StreamAttempt::onHead()
{
    if (m_isOver || m_status != 0 || !m_reply)
        return;
    m_status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_status == 0)
        return;
    m_idle.start();
    if (m_status == 200) {
        const QByteArray type = m_reply->rawHeader("Content-Type");
        const QByteArray coding = m_reply->rawHeader("Content-Encoding").trimmed().toLower();
        if (!isEventStream(type)) {
            return end(
                {errorOf(
                     200, "no_stream",
                     LinkWords::tr("%1 answers, but not with an event stream (Content-Type \"%2\"): check the address.")
                         .arg(m_url.host(), QString::fromUtf8(type).left(80))),
                 true,
                 {}});
        }
        if (!coding.isEmpty() && coding != "identity")
            return end(
                {errorOf(200, "no_stream",
                         LinkWords::tr("%1 sends a compressed stream, which was not asked for.").arg(m_url.host())),
                 true,
                 {}});
        m_isOpen = true;
        m_serverTime = parseHttpDate(m_reply->rawHeader("Date"));
        Q_EMIT opened(QString::fromUtf8(m_reply->rawHeader("Belfry-Log").trimmed()));
        return;
    }
    if (isRedirect(m_status))
        return follow(m_reply->rawHeader("Location"));
    m_bodyGrace.start(); // its body may say why; finished() or the timer concludes
}

void StreamAttempt::onBytes()
{
    if (m_isOver || !m_reply)
        return;
    m_idle.start();
    if (m_isOpen) {
        const QByteArray bytes = m_reply->readAll();
        if (!bytes.isEmpty())
            Q_EMIT bytesReceived(bytes);
    } else if (m_status != 0 && m_reply->bytesAvailable() > errorBodyBytes) {
        concludeStatus();
    }
}

void StreamAttempt::onFinished()
{
    if (m_isOver || !m_reply)
        return;
    onHead(); // where the head was the whole answer
    if (m_isOver || !m_reply)
        return;
    if (m_isOpen) {
        const QPointer<StreamAttempt> self(this);
        onBytes();
        if (!self || m_isOver || !m_reply)
            return;
        return end({networkError(*m_reply), false, {}});
    }
    if (m_status != 0)
        return concludeStatus();
    switch (m_reply->error()) {
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
        return end({errorOf(0, "bad_url", LinkWords::tr("That is no address of a server: write it as https://HOST.")),
                    true,
                    {}});
    default: {
        const std::optional<Error> refusal = m_handshake->refusal();
        return end({refusal.value_or(networkError(*m_reply)), refusal.has_value(), {}});
    }
    }
}

void StreamAttempt::onIdle()
{
    if (m_status != 0 && !m_isOpen)
        return concludeStatus();
    end({timeoutError(m_url, m_options.idleTimeout), false, {}});
}

void StreamAttempt::follow(const QByteArray& location)
{
    if (++m_redirects > mostRedirects) {
        return end({errorOf(m_status, "bad_redirect",
                            LinkWords::tr("%1 redirects more than %2 times.").arg(m_url.host()).arg(mostRedirects)),
                    true,
                    {}});
    }
    const Result<QUrl> target = redirectTarget(m_url, location, m_options.allowPlainHttp);
    if (!target)
        return end({target.error(), true, {}});
    request(*target);
}

void StreamAttempt::concludeStatus()
{
    if (m_isOver || !m_reply)
        return;
    Ending ending;
    ending.isFinal = !isRetried(m_status);
    if (m_status == 204) {
        ending.reason = errorOf(204, "no_stream",
                                LinkWords::tr("%1 says that there is nothing to listen to (204).").arg(m_url.host()));
    } else {
        const QByteArray body = m_reply->read(errorBodyBytes);
        ending.reason = parseError(m_status, std::string_view(body.constData(), static_cast<std::size_t>(body.size())));
    }
    if (!ending.isFinal) {
        const Time now = parseHttpDate(m_reply->rawHeader("Date")).value_or(systemClock().now());
        ending.retryAfter = retryAfter(m_reply->rawHeader("Retry-After"), now);
        if (ending.retryAfter)
            ending.reason.retryAfterSeconds =
                static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*ending.retryAfter).count());
    }
    end(std::move(ending));
}

void StreamAttempt::end(Ending ending)
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_idle.stop();
    m_bodyGrace.stop();
    releaseReply();
    Q_EMIT ended(ending);
}

} // namespace belfry::client
