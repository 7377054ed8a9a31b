// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <chrono>
#include <cstddef>

namespace belfry::server {

/// What a server bears before it refuses: `belfry serve --max-…` as values. Zero where a limit is off.
struct ServerLimits
{
    std::size_t connections = 0;                    ///< 0: as many as the system lets open, less those for files
    std::size_t waitingConnectionsPerAddress = 256; ///< that have not shown a valid token (WaitingRoom)
    int streams = 0;
    int streamsPerUser = 0;
    int requestsPerAddress = 0; ///< a minute
    int publishesPerSender = 0; ///< a minute
    int statesPerMinute = 600;  ///< a person's calls that change what is read or confirmed
    int statesAtOnce = 1200;    ///< of those, after a rest
    std::size_t headerBytes = 64 * 1024;
    std::size_t bodyBytes = limits::bodyBytes;
    std::chrono::seconds headerTime{10}, bodyTime{30}, idleTime{60};
    std::size_t jsonDepth = limits::jsonDepth;
    std::size_t backlogBytes = 256 * 1024; ///< a stream's, in memory; past that it catches up from the log
};

} // namespace belfry::server
