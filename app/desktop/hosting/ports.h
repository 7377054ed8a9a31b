// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace belfry::desktop::ports {

/// The ports that are tried before any free one (client.md, "Own local server").
struct Range
{
    int first = 8000;
    int last = 8009;
};

/// Where a port is wanted.
enum class Place { Loopback, Everywhere };

/// Whether nobody holds this port there, IPv4 and, where the machine has it, IPv6. A look only: who binds next may
/// still lose a race.
bool isFree(int port, Place place = Place::Loopback);

/// The lowest free one of these; 0 where there is none, for "any free one".
int nextFree(Range range, Place place = Place::Loopback);

} // namespace belfry::desktop::ports
