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
    const bool isEverywhere = host == QLatin1String("*") && !isBracketed;
    const QHostAddress address(host);
    const bool isIpv6 = address.protocol() == QAbstractSocket::IPv6Protocol;
    if (!isNumber || !(isLocalhost || isEverywhere || (!address.isNull() && isIpv6 == isBracketed)))
        return failure(400, "listen",
                       "“" + text.toStdString() +
                           "” is no address to listen at. Say ADDRESS:PORT, such as 127.0.0.1:8000, [::1]:8000 or "
                           "*:8000.");
    return ListenAddress{isLocalhost ? "localhost" : isEverywhere ? "*" : address.toString().toStdString(), port};
}

} // namespace

bool isLoopback(const ListenAddress& address)
{
    return address.address == "localhost" || QHostAddress(QString::fromStdString(address.address)).isLoopback();
}

std::string urlOf(const ListenAddress& address, bool allowPlainHttp)
{
    const bool isPlain = allowPlainHttp || isLoopback(address);
    const bool isIpv6 = address.address.find(':') != std::string::npos;
    return std::string(isPlain ? "http://" : "https://") + (isIpv6 ? "[" + address.address + "]" : address.address) +
           ":" + std::to_string(address.port);
}

std::string localUrlOf(const std::vector<ListenAddress>& addresses, bool allowPlainHttp)
{
    for (const ListenAddress& address : addresses) {
        if (isLoopback(address))
            return urlOf(address, true);
        // Whoever listens at every address listens at this machine's own, too.
        const QHostAddress host(QString::fromStdString(address.address));
        if (host == QHostAddress(QHostAddress::AnyIPv4))
            return urlOf({"127.0.0.1", address.port}, true);
        if (host == QHostAddress(QHostAddress::AnyIPv6))
            return urlOf({"::1", address.port}, true);
    }
    return addresses.empty() ? std::string() : urlOf(addresses.front(), allowPlainHttp);
}

Result<std::vector<ListenAddress>> listenAddresses(const QStringList& texts)
{
    std::vector<ListenAddress> addresses;
    for (const QString& text : texts) {
        const auto address = parsed(text);
        if (!address)
            return tl::unexpected(address.error());
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
        QTcpServer probe;
        const QHostAddress host = address.address == "localhost" ? QHostAddress(QHostAddress::LocalHost)
                                  : address.address == "*"       ? QHostAddress(QHostAddress::AnyIPv4)
                                                           : QHostAddress(QString::fromStdString(address.address));
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
