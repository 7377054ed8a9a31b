// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <ctime>

namespace belfry::bench {

/// Nanoseconds of the monotonic clock.
using Nanoseconds = std::uint64_t;
inline constexpr Nanoseconds millisecond = 1'000'000, second = 1'000'000'000;

inline Nanoseconds now()
{
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<Nanoseconds>(time.tv_sec) * second + static_cast<Nanoseconds>(time.tv_nsec);
}

} // namespace belfry::bench
