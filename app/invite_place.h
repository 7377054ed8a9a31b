// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace belfry::app {

/// Where others reach a server.
struct Place
{
    QString host; ///< of IPv6 without brackets
    int port = 0;
    bool isThisMachineOnly = false;

    QString text() const; ///< HOST:PORT
};

/// Where other computers reach a server on this machine that listens at these URLs, the best first: of "every address"
/// those of this machine's networks. Where there are none, the loopback ones.
QList<Place> placesFor(const QStringList& urls);

} // namespace belfry::app
