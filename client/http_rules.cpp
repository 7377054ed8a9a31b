// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/http_rules.h"

#include "client/handshake.h"
#include "client/words.h"

#include <QDateTime>
#include <QHostAddress>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>
#include <array>

namespace belfry::client {

namespace {

bool isHttp(const QUrl& url)
{
    return url.scheme() == QLatin1StringView("http");
}

bool isHttps(const QUrl& url)
{
    return url.scheme() == QLatin1StringView("https");
}

int portOf(const QUrl& url)
{
    return url.port(isHttps(url) ? 443 : 80);
}

} // namespace

bool isLoopback(const QUrl& url)
{
    QString host = url.host().toLower();
    while (host.endsWith(u'.'))
        host.chop(1);
    if (host == QLatin1StringView("localhost") || host.endsWith(QLatin1StringView(".localhost")))
        return true;
    // QHostAddress also reads "127.1" and the like, as the resolver does.
    return QHostAddress(host).isLoopback();
}

bool isSameOrigin(const QUrl& one, const QUrl& other)
{
    return one.scheme() == other.scheme() && one.host() == other.host() && portOf(one) == portOf(other);
}

Result<void> checkUrl(const QUrl& url, bool allowPlainHttp)
{
    if (!url.isValid() || url.host().isEmpty() || (!isHttp(url) && !isHttps(url)))
        return tl::unexpected(
            errorOf(0, "bad_url", LinkWords::tr("That is no address of a server: write it as https://HOST.")));
    if (isHttp(url) && !allowPlainHttp && !isLoopback(url)) {
        return tl::unexpected(errorOf(
            0, "plain_http",
            LinkWords::tr(
                "%1 is addressed without encryption: use https://, or allow plain http where the network is trusted.")
                .arg(url.host())));
    }
    return {};
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<QUrl> redirectTarget(const QUrl& from, const QByteArray& location, bool allowPlainHttp)
{
    const QUrl relative = QUrl::fromEncoded(location.trimmed());
    if (location.trimmed().isEmpty() || !relative.isValid())
        return tl::unexpected(
            errorOf(0, "bad_redirect", LinkWords::tr("%1 redirects to no address.").arg(from.host())));
    QUrl target = from.resolved(relative);
    target.setFragment(QString());
    if (isHttps(from) && isHttp(target)) {
        return tl::unexpected(errorOf(
            0, "bad_redirect",
            LinkWords::tr("%1 redirects from https to unencrypted http; that is not followed.").arg(from.host())));
    }
    if (Result<void> fits = checkUrl(target, allowPlainHttp); !fits) {
        return tl::unexpected(errorOf(
            0, "bad_redirect", LinkWords::tr("%1 redirects to an address that is not followed.").arg(from.host())));
    }
    return target;
}

QNetworkRequest plainRequest(const QUrl& url, const QString& pin)
{
    QNetworkRequest request(url);
    Handshake::prepare(request, pin);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Belfry/" BELFRY_VERSION));
    return request;
}

void setBearer(QNetworkRequest& request, const QString& token)
{
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token.toUtf8());
}

std::optional<Time> parseHttpDate(QByteArrayView text)
{
    const QString date = QString::fromLatin1(text).simplified();
    static constexpr std::array formats{"ddd, dd MMM yyyy hh:mm:ss 'GMT'", "dddd, dd-MMM-yy hh:mm:ss 'GMT'",
                                        "ddd MMM d hh:mm:ss yyyy"};
    for (const char* const format : formats) {
        QDateTime read = QLocale::c().toDateTime(date, QLatin1StringView(format));
        if (!read.isValid())
            continue;
        read.setTimeSpec(Qt::UTC);
        // Two digits of a year mean the past century's only where the other would lie over 50 years ahead.
        if (format == formats[1] && read.date().year() < QDate::currentDate().year() - 50)
            read = read.addYears(100);
        return Time(std::chrono::milliseconds(read.toMSecsSinceEpoch()));
    }
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> retryAfter(QByteArrayView header, Time now)
{
    const QByteArray value = header.toByteArray().trimmed();
    if (value.isEmpty())
        return std::nullopt;
    if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        // More digits than a day has seconds mean "long", not an overflow.
        return std::chrono::seconds(value.size() > 9 ? 999'999'999 : value.toLongLong());
    }
    if (const std::optional<Time> date = parseHttpDate(value))
        return std::max(std::chrono::milliseconds::zero(), *date - now);
    return std::nullopt;
}

Error networkError(const QNetworkReply& reply)
{
    const QString host = reply.url().host();
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        return errorOf(0, "unreachable", LinkWords::tr("%1 refuses the connection: is the server running?").arg(host));
    case QNetworkReply::RemoteHostClosedError:
        return errorOf(0, "unreachable", LinkWords::tr("%1 closed the connection.").arg(host));
    case QNetworkReply::HostNotFoundError:
        return errorOf(0, "unreachable",
                       LinkWords::tr("%1 is not found: check the address and the network.").arg(host));
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError:
        return errorOf(0, "timeout", LinkWords::tr("%1 did not answer in time.").arg(host));
    case QNetworkReply::SslHandshakeFailedError:
        return errorOf(0, "unreachable", LinkWords::tr("No encrypted connection to %1 could be made.").arg(host));
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::TemporaryNetworkFailureError:
        return errorOf(0, "unreachable", LinkWords::tr("The network is not there."));
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return errorOf(0, "unreachable", LinkWords::tr("The proxy on the way to %1 does not let through.").arg(host));
    case QNetworkReply::NoError:
        return errorOf(0, "unreachable", LinkWords::tr("%1 ended the connection.").arg(host));
    default:
        return errorOf(0, "unreachable", LinkWords::tr("The connection to %1 broke off.").arg(host));
    }
}

Error timeoutError(const QUrl& url, std::chrono::milliseconds waited)
{
    return errorOf(0, "timeout",
                   LinkWords::tr("Nothing came from %1 for %2 s: the link is dead.")
                       .arg(url.host())
                       .arg(static_cast<double>(waited.count()) / 1000));
}

} // namespace belfry::client
