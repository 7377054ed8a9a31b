// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api.h"
#include "client/http_rules.h"
#include "client/words.h"

#include <QHostAddress>

namespace belfry::client {

namespace {

constexpr int plainPort = 8000;

tl::unexpected<Error> badAddress(const QString& sentence)
{
    Error error = errorOf(0, "bad_address", sentence);
    error.field = "server";
    return tl::unexpected(std::move(error));
}

} // namespace

Result<QUrl> completedAddress(const QString& typed, bool allowPlainHttp, const QString& pin)
{
    QString text = typed.trimmed();
    if (text.isEmpty())
        return badAddress(LinkWords::tr("Type the server's address, for example office.example."));
    const bool hasScheme = text.contains(QLatin1StringView("://"));
    if (!hasScheme) {
        // An IPv6 address as people type it: without brackets.
        if (QHostAddress(text).protocol() == QAbstractSocket::IPv6Protocol)
            text = u'[' + text + u']';
        text.prepend(QLatin1StringView("https://"));
    }
    QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return badAddress(LinkWords::tr("\"%1\" is no address of a server.").arg(typed.trimmed().left(200)));
    if (url.scheme() != QLatin1StringView("http") && url.scheme() != QLatin1StringView("https"))
        return badAddress(LinkWords::tr("A server's address begins with https:// or http://."));
    if (!url.userInfo().isEmpty())
        return badAddress(LinkWords::tr("Leave name and password out of the address."));
    if (url.hasQuery() || url.hasFragment() || (!url.path().isEmpty() && url.path() != QLatin1StringView("/")))
        return badAddress(LinkWords::tr("Leave out what follows the server's name in the address."));
    url.setPath(QString());
    if (!hasScheme && isLoopback(url)) {
        if (pin.isEmpty())
            url.setScheme(QStringLiteral("http"));
        else if (url.port() < 0)
            url.setPort(plainPort);
    }
    if (url.scheme() == QLatin1StringView("http") && !pin.isEmpty())
        return badAddress(LinkWords::tr("A pin is for an encrypted connection: write the address with https://."));
    if (Result<void> fits = checkUrl(url, allowPlainHttp); !fits)
        return tl::unexpected(fits.error());
    if (url.scheme() == QLatin1StringView("http") && url.port() < 0)
        url.setPort(plainPort);
    return url;
}

} // namespace belfry::client
