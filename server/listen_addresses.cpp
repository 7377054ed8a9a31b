// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/listen_addresses.h"

#include <QHostAddress>
#include <QTcpServer>

namespace belfry::server {

namespace {

std::string named(const ListenAddress& address)
{
    return address.address + " port " + std::to_string(address.port);
}

Result<ListenAddress> parsed(const QString& text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool isNumber = false;
    const ushort port = text.mid(colon + 1).toUShort(&isNumber);
    QString host = text.left(qMax(colon, qsizetype(0)));
    const bool isBracketed = host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']'));
    if (isBracketed)
        host = host.mid(1, host.size() - 2);
    const bool isLocalhost = host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 && !isBracketed;
    const QHostAddress address(host);
    const bool isIpv6 = address.protocol() == QAbstractSocket::IPv6Protocol;
    if (!isNumber || !(isLocalhost || (!address.isNull() && isIpv6 == isBracketed)))
        return failure(400, "listen",
                       "“" + text.toStdString() +
                           "” is no address to listen at. Say ADDRESS:PORT, such as 127.0.0.1:8000 or [::1]:8000.");
    return ListenAddress{isLocalhost ? "localhost" : address.toString().toStdString(), port};
}

} // namespace

bool isLoopback(const ListenAddress& address)
{
    return address.address == "localhost" || QHostAddress(QString::fromStdString(address.address)).isLoopback();
}

std::string urlOf(const ListenAddress& address)
{
    const bool isIpv6 = address.address.find(':') != std::string::npos;
    return "http://" + (isIpv6 ? "[" + address.address + "]" : address.address) + ":" + std::to_string(address.port);
}

Result<std::vector<ListenAddress>> listenAddresses(const QStringList& texts, bool allowPlainHttp)
{
    std::vector<ListenAddress> addresses;
    for (const QString& text : texts) {
        const auto address = parsed(text);
        if (!address)
            return tl::unexpected(address.error());
        if (!isLoopback(*address) && !allowPlainHttp)
            return failure(400, "plain_http",
                           "Over " + address->address +
                               " everybody on the way could read the messages. Listen at 127.0.0.1, or say "
                               "--allow-plain-http if you mean it.");
        addresses.push_back(*address);
    }
    if (addresses.empty())
        return failure(400, "listen", "Say where to listen: --listen ADDRESS:PORT.");
    return addresses;
}

Result<void> areFree(const std::vector<ListenAddress>& addresses)
{
    for (const ListenAddress& address : addresses) {
        if (address.port == 0)
            continue;
        const bool isLocalhost = address.address == "localhost";
        QTcpServer probe;
        const QHostAddress host =
            isLocalhost ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(QString::fromStdString(address.address));
        if (probe.listen(host, address.port))
            continue;
        if (probe.serverError() == QAbstractSocket::AddressInUseError)
            return failure(409, "port_in_use", named(address) + " is in use by another program.");
        return failure(400, "listen",
                       "Can't listen at " + named(address) + ": " + probe.errorString().toStdString() + ".");
    }
    return {};
}

} // namespace belfry::server
