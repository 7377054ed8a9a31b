// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/invite_place.h"

#include <QHostAddress>
#include <QNetworkInterface>
#include <QUrl>

namespace belfry::app {

namespace {

/// Addresses of this machine that others can use; IPv4 first, which every network in an office has.
QList<QHostAddress> reachable(bool withIpv4, bool withIpv6)
{
    QList<QHostAddress> ipv4, ipv6;
    for (const QHostAddress& address : QNetworkInterface::allAddresses()) {
        if (address.isLoopback() || address.isLinkLocal() || address.isMulticast())
            continue;
        if (address.protocol() == QAbstractSocket::IPv4Protocol)
            ipv4.append(address);
        else
            ipv6.append(address);
    }
    return (withIpv4 ? ipv4 : QList<QHostAddress>()) + (withIpv6 ? ipv6 : QList<QHostAddress>());
}

} // namespace

QString Place::text() const
{
    return QStringLiteral("%1:%2").arg(host.contains(u':') ? u'[' + host + u']' : host).arg(port);
}

QList<Place> placesFor(const QStringList& urls)
{
    QList<Place> outside, inside;
    for (const QString& text : urls) {
        const QUrl url(text);
        const QHostAddress address(url.host());
        const bool isEveryIpv4 = address == QHostAddress(QHostAddress::AnyIPv4);
        const bool isEveryIpv6 = address == QHostAddress(QHostAddress::AnyIPv6);
        if (isEveryIpv4 || isEveryIpv6) {
            for (const QHostAddress& own : reachable(isEveryIpv4, isEveryIpv6))
                outside.append({own.toString(), url.port(), false});
            inside.append({isEveryIpv4 ? QStringLiteral("127.0.0.1") : QStringLiteral("::1"), url.port(), true});
        } else if (address.isLoopback() || url.host() == QLatin1StringView("localhost")) {
            inside.append({url.host(), url.port(), true});
        } else {
            outside.append({url.host(), url.port(), false});
        }
    }
    return outside.isEmpty() ? inside : outside;
}

} // namespace belfry::app
