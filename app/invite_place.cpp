// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/invite_place.h"

#include <QHostAddress>
#include <QNetworkInterface>
#include <QUrl>

#include <algorithm>
#include <array>

namespace belfry::app {

namespace {

struct Ranked
{
    int rank = 0; ///< the lowest is the best
    Place place;
};

/// Networks inside this machine (containers, virtual machines) and tunnels: hardly the office's.
bool isInner(const QNetworkInterface& network)
{
    static constexpr std::array prefixes{"docker", "br-", "veth", "virbr",  "vbox",
                                         "vmnet",  "lxc", "lxd",  "podman", "cni"};
    const QString name = network.name();
    return network.flags().testFlag(QNetworkInterface::IsPointToPoint) ||
           std::any_of(prefixes.begin(), prefixes.end(), [&name](const char* prefix) {
               return name.startsWith(QLatin1StringView(prefix), Qt::CaseInsensitive);
           });
}

/// Addresses of this machine that others can use; those of real networks first, of these IPv4, which every network in
/// an office has.
QList<Ranked> reachable(QAbstractSocket::NetworkLayerProtocol protocol, int port)
{
    QList<Ranked> places;
    for (const QNetworkInterface& network : QNetworkInterface::allInterfaces()) {
        if (!network.flags().testFlag(QNetworkInterface::IsUp))
            continue;
        for (const QNetworkAddressEntry& entry : network.addressEntries()) {
            const QHostAddress address = entry.ip();
            if (address.protocol() != protocol || address.isLoopback() || address.isLinkLocal() ||
                address.isMulticast())
                continue;
            const int rank = (isInner(network) ? 2 : 0) + (protocol == QAbstractSocket::IPv4Protocol ? 0 : 1);
            places.append({rank, {address.toString(), port, false}});
        }
    }
    return places;
}

} // namespace

QString Place::text() const
{
    return QStringLiteral("%1:%2").arg(host.contains(u':') ? u'[' + host + u']' : host).arg(port);
}

QList<Place> placesFor(const QStringList& urls)
{
    QList<Ranked> outside;
    QList<Place> inside;
    for (const QString& text : urls) {
        const QUrl url(text);
        const QHostAddress address(url.host());
        if (address == QHostAddress(QHostAddress::AnyIPv4)) {
            outside += reachable(QAbstractSocket::IPv4Protocol, url.port());
            inside.append({QStringLiteral("127.0.0.1"), url.port(), true});
        } else if (address == QHostAddress(QHostAddress::AnyIPv6)) {
            outside += reachable(QAbstractSocket::IPv6Protocol, url.port());
            inside.append({QStringLiteral("::1"), url.port(), true});
        } else if (address.isLoopback() || url.host() == QLatin1StringView("localhost")) {
            inside.append({url.host(), url.port(), true});
        } else {
            outside.append({0, {url.host(), url.port(), false}}); // as it was asked for
        }
    }
    if (outside.isEmpty())
        return inside;
    std::stable_sort(outside.begin(), outside.end(), [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    QList<Place> places;
    for (const Ranked& each : outside)
        places.append(each.place);
    return places;
}

} // namespace belfry::app
