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

/// Not the caller's mistake, as a machine may get an address later.
tl::unexpected<Error> cannotListen(const ListenAddress& address, const QString& why)
{
    return failure(500, "cannot_listen", "Can't listen at " + named(address) + ": " + why.toStdString() + ".");
}

std::vector<QHostAddress> hostsOf(const ListenAddress& address)
{
    if (address.address == "localhost")
        return {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
    if (address.address == "*")
        return {QHostAddress(QHostAddress::AnyIPv4), QHostAddress(QHostAddress::AnyIPv6)};
    return {QHostAddress(QString::fromStdString(address.address))};
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
        // Of two the machine may lack one (addresses.h); what it lacks altogether is said.
        bool isThere = false;
        QString missing;
        for (const QHostAddress& host : hostsOf(address)) {
            QTcpServer probe;
            if (probe.listen(host, address.port)) {
                isThere = true;
                continue;
            }
            switch (probe.serverError()) {
            case QAbstractSocket::AddressInUseError:
                return failure(409, "port_in_use", named(address) + " is in use by another program.");
            case QAbstractSocket::SocketAddressNotAvailableError:
                missing = QStringLiteral("this machine does not have that address");
                break;
            case QAbstractSocket::UnsupportedSocketOperationError:
                missing = QStringLiteral("this machine does not speak that protocol");
                break;
            default:
                return cannotListen(address, probe.errorString());
            }
        }
        if (!isThere)
            return cannotListen(address, missing);
    }
    return {};
}

} // namespace belfry::server
