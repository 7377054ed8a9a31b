// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/ports.h"

#include <QTcpServer>

namespace belfry::desktop::ports {

bool isFree(int port, Place place)
{
    const bool isLocal = place == Place::Loopback;
    QTcpServer fourth, sixth;
    if (!fourth.listen(isLocal ? QHostAddress::LocalHost : QHostAddress::AnyIPv4, quint16(port)))
        return false;
    return sixth.listen(isLocal ? QHostAddress::LocalHostIPv6 : QHostAddress::AnyIPv6, quint16(port)) ||
           sixth.serverError() != QAbstractSocket::AddressInUseError;
}

int nextFree(Range range, Place place)
{
    for (int port = range.first; port <= range.last; ++port) {
        if (isFree(port, place))
            return port;
    }
    return 0;
}

} // namespace belfry::desktop::ports
