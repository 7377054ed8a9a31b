// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/call.h"

#include "client/handshake.h"
#include "client/http_rules.h"
#include "client/words.h"
#include "protocol/json.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

namespace belfry::client {

namespace {

/// 500 notifications at their longest fit; a server that sends without end does not.
constexpr qint64 answerBytes = 64 * 1024 * 1024;

} // namespace

Call::Call(QNetworkAccessManager* network, CallRequest request, std::function<void(Result<CallAnswer>)> answer,
           QObject* parent)
    : QObject(parent), m_network(network), m_request(std::move(request)), m_answer(std::move(answer))
{
}

Call::~Call()
{
    releaseReply();
}

void Call::start()
{
    Result<void> fits = checkUrl(m_request.url, true);
    if (fits && m_network == nullptr)
        fits = tl::unexpected(errorOf(0, "unreachable", LinkWords::tr("The network is not there.")));
    if (!fits) {
        QMetaObject::invokeMethod(
            this, [this, error = fits.error()] { finish(tl::unexpected(error)); }, Qt::QueuedConnection);
        return;
    }
    send(m_request.url);
}

void Call::send(const QUrl& url)
{
    releaseReply();
    QNetworkRequest request = plainRequest(url, m_request.pin);
    request.setTransferTimeout(static_cast<int>(m_request.silence.count()));
    request.setRawHeader("Accept", "application/json");
    if (isSameOrigin(url, m_request.url))
        setBearer(request, m_request.token);
    if (!m_request.idempotencyKey.isEmpty())
        request.setRawHeader("Idempotency-Key", m_request.idempotencyKey.toUtf8());
    if (m_request.body)
        request.setRawHeader("Content-Type", "application/json");
    m_reply = m_network->sendCustomRequest(request, m_request.verb, m_request.body.value_or(QByteArray()));
    m_handshake = Handshake::watch(m_reply, m_request.pin);
    connect(m_reply, &QNetworkReply::readyRead, this, [this] {
        if (m_reply && m_reply->bytesAvailable() > answerBytes) {
            m_isTooLong = true;
            m_reply->abort();
        }
    });
    connect(m_reply, &QNetworkReply::finished, this, &Call::onFinished);
}

void Call::releaseReply()
{
    if (!m_reply)
        return;
    QNetworkReply* const reply = m_reply;
    m_reply = nullptr;
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void Call::onFinished()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QNetworkReply::NetworkError fault = m_reply->error();
    if (m_isTooLong)
        return finish(tl::unexpected(errorOf(
            status, "bad_answer", LinkWords::tr("%1 sent an answer that is too long.").arg(m_reply->url().host()))));
    if (status == 0)
        return finish(tl::unexpected(m_handshake->refusal().value_or(networkError(*m_reply))));
    if (isRedirect(status)) {
        if (const QUrl elsewhere = m_reply->url().resolved(QUrl::fromEncoded(m_reply->rawHeader("Location")));
            m_request.takesAnyAnswer && !isSameOrigin(elsewhere, m_request.url))
            return finish(CallAnswer{status, {}, std::nullopt, elsewhere});
        if (m_request.verb != "GET" || ++m_redirects > mostRedirects) {
            return finish(tl::unexpected(
                errorOf(status, "bad_redirect",
                        LinkWords::tr("%1 redirects elsewhere, which is not followed: use the address it redirects to.")
                            .arg(m_reply->url().host()))));
        }
        const Result<QUrl> target =
            redirectTarget(m_reply->url(), m_reply->rawHeader("Location"), m_request.allowPlainHttp);
        if (!target)
            return finish(tl::unexpected(target.error()));
        return send(*target);
    }
    const QByteArray body = m_reply->readAll();
    if ((status < 200 || status > 299) && !m_request.takesAnyAnswer) {
        Error error = parseError(status, std::string_view(body.constData(), static_cast<std::size_t>(body.size())));
        const Time now = parseHttpDate(m_reply->rawHeader("Date")).value_or(systemClock().now());
        if (const auto later = retryAfter(m_reply->rawHeader("Retry-After"), now))
            error.retryAfterSeconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*later).count());
        return finish(tl::unexpected(std::move(error)));
    }
    // A good head and a body that broke off is no answer: what was asked may have happened or not.
    if (fault != QNetworkReply::NoError && status <= 299)
        return finish(tl::unexpected(networkError(*m_reply)));
    finish(CallAnswer{status, body, parseHttpDate(m_reply->rawHeader("Date")), {}});
}

void Call::finish(Result<CallAnswer> result)
{
    releaseReply();
    deleteLater();
    // Moved out: whoever hears it may delete us.
    const auto answer = std::move(m_answer);
    if (answer)
        answer(std::move(result));
}

} // namespace belfry::client
