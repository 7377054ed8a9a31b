// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clock.h"

#include <cstdint>
#include <functional>

namespace belfry::bench {

/// The generator's one epoll loop. A link's name tells whose it is (upper half) and which (lower half).
class Reactor
{
public:
    enum Owner : std::uint32_t { Streams, Senders, Deaf, Owners };
    using Handler = std::function<void(std::uint32_t which)>;

    Reactor();
    int descriptor() const { return m_epoll; }
    static std::uint64_t name(Owner owner, std::size_t which) { return (std::uint64_t{owner} << 32) | which; }
    void onReady(Owner owner, Handler handler) { m_handlers[owner] = std::move(handler); }

    /// Waits for readiness until that moment at most, and handles what is ready.
    void turn(Nanoseconds until);
    /// Turns until the condition holds. @return false where the moment came first.
    template <class Condition> bool turnUntil(Condition holds, Nanoseconds until)
    {
        while (!holds()) {
            if (now() >= until) {
                return false;
            }
            turn(until);
        }
        return true;
    }

private:
    int m_epoll;
    Handler m_handlers[Owners];
};

} // namespace belfry::bench
