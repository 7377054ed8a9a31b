// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/invite_link.h"

#include "client/pin.h"
#include "client/words.h"

#include <QRegularExpression>
#include <QUrlQuery>

namespace belfry::client {

namespace {

constexpr int defaultPort = 8000;

tl::unexpected<Error> noLink()
{
    return tl::unexpected(errorOf(
        400, "bad_link",
        LinkWords::tr("That is no invite link, or not all of it: it begins with belfry:// and ends with a code. "
                      "Copy it whole, or ask for a new one.")));
}

} // namespace

bool isInviteLink(const QString& text)
{
    return text.trimmed().startsWith(QLatin1StringView("belfry:"), Qt::CaseInsensitive);
}

Result<InviteLink> readInviteLink(const QString& text)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    const bool isPlace = url.isValid() && url.scheme() == QLatin1StringView("belfry") && !url.host().isEmpty() &&
                         url.userInfo().isEmpty() && !url.hasQuery() &&
                         (url.path() == QLatin1StringView("/join") || url.path() == QLatin1StringView("/join/"));
    if (!isPlace)
        return noLink();
    const QUrlQuery parts(url.fragment(QUrl::FullyEncoded));
    const Result<QString> pin = pinFrom(parts.queryItemValue(QStringLiteral("pin"), QUrl::FullyDecoded));
    const QString code = parts.queryItemValue(QStringLiteral("code"), QUrl::FullyDecoded);
    static const QRegularExpression base64url(QStringLiteral("\\A[A-Za-z0-9_-]{1,100}\\z"));
    if (!pin || !base64url.match(code).hasMatch())
        return noLink();
    InviteLink link;
    link.address.setScheme(QStringLiteral("https"));
    link.address.setHost(url.host());
    link.address.setPort(url.port(defaultPort));
    link.pin = *pin;
    link.code = code;
    return link;
}

QString inviteLink(const QString& host, int port, const QString& pin, const QString& code)
{
    const QString name = host.contains(u':') ? u'[' + host + u']' : host;
    // Some read a plus in there as a space.
    QString bare = pin.startsWith(QLatin1StringView("sha256//")) ? pin.sliced(8) : pin;
    bare.replace(u'+', QLatin1StringView("%2B"));
    return QStringLiteral("belfry://%1:%2/join#pin=%3&code=%4").arg(name).arg(port).arg(bare, code);
}

} // namespace belfry::client
