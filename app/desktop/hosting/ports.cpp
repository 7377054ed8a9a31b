// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/ports.h"

#include <QTcpServer>

namespace belfry::desktop::ports {

bool isFree(int port)
{
    QTcpServer fourth, sixth;
    if (!fourth.listen(QHostAddress::LocalHost, quint16(port)))
        return false;
    return sixth.listen(QHostAddress::LocalHostIPv6, quint16(port)) ||
           sixth.serverError() != QAbstractSocket::AddressInUseError;
}

int nextFree(Range range)
{
    for (int port = range.first; port <= range.last; ++port) {
        if (isFree(port))
            return port;
    }
    return 0;
}

} // namespace belfry::desktop::ports
