// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace belfry::server {

/// How long something took, each time: counted by buckets, as Prometheus asks for it. Plain numbers, without a lock:
/// one thread counts, others are given copies.
struct Latencies
{
    /// The buckets' upper bounds; the last bucket, without one, comes after them.
    static constexpr std::array<std::chrono::microseconds::rep, 13> boundsMicroseconds{
        250, 500, 1000, 2500, 5000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000};

    std::array<std::uint64_t, boundsMicroseconds.size() + 1> counts{};
    std::uint64_t microseconds = 0; ///< of all together

    void add(std::chrono::steady_clock::duration time)
    {
        const auto taken = std::max<std::chrono::microseconds::rep>(
            std::chrono::duration_cast<std::chrono::microseconds>(time).count(), 0);
        const auto bound = std::lower_bound(boundsMicroseconds.begin(), boundsMicroseconds.end(), taken);
        ++counts[static_cast<std::size_t>(bound - boundsMicroseconds.begin())];
        microseconds += static_cast<std::uint64_t>(taken);
    }

    Latencies& operator+=(const Latencies& other)
    {
        for (std::size_t i = 0; i < counts.size(); ++i)
            counts[i] += other.counts[i];
        microseconds += other.microseconds;
        return *this;
    }
};

} // namespace belfry::server
