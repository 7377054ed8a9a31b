// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace belfry::server {

struct SessionUse
{
    std::uint64_t session = 0;
    Time at{};
};

/// When sessions were last used, to the hour: a use costs a look-up in memory, and the store writes what has come
/// together with its housekeeping. What was not yet written is lost with the process: an hour's precision is all that
/// is promised. Thread: any.
class SessionUses
{
public:
    /// A request, or a stream that is alive.
    void note(std::uint64_t session, Time now);
    /// Up to `limit` uses that are to be written.
    std::vector<SessionUse> take(std::size_t limit);
    bool isWaiting() const;

private:
    struct Shelf
    {
        mutable std::mutex mutex;
        std::unordered_map<std::uint64_t, Time> noted;
        std::vector<SessionUse> waiting;
    };
    std::array<Shelf, 16> m_shelves;
};

} // namespace belfry::server
