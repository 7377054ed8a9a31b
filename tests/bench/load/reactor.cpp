// SPDX-License-Identifier: GPL-3.0-or-later
#include "reactor.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

namespace belfry::bench {

Reactor::Reactor() : m_epoll(::epoll_create1(EPOLL_CLOEXEC)) {}

void Reactor::turn(Nanoseconds until)
{
    // Short turns, so that conditions that depend on the time alone are looked at.
    const Nanoseconds at = now();
    const Nanoseconds left = until > at ? std::min<Nanoseconds>(until - at, 100 * millisecond) : 0;
    const timespec patience{0, static_cast<long>(left)};
    std::array<epoll_event, 256> events;
    const int count = ::epoll_pwait2(m_epoll, events.data(), static_cast<int>(events.size()), &patience, nullptr);
    for (int i = 0; i < count; ++i) {
        const std::uint64_t name = events[static_cast<std::size_t>(i)].data.u64;
        m_handlers[name >> 32](static_cast<std::uint32_t>(name));
    }
}

} // namespace belfry::bench
