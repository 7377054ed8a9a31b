// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/commit_sink.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace belfry::server {

/// One bit a loop.
using LoopMask = std::uint64_t;

/// Who has streams, and on which loops: so that only loops with a recipient are woken, and presence costs nothing.
///
/// Split by person over many small locks, each held for one look-up: never across anything, never per delivery.
/// Thread: any.
class Presence
{
public:
    /// A stream of this person begins on a loop / ends. `isLast`: it was the person's last on that loop.
    void enter(UserId user, unsigned loop);
    void leave(UserId user, unsigned loop, bool isLast);

    LoopMask loopsOf(UserId user) const;
    int streams(UserId user) const;
    /// How many people have one.
    int people() const { return m_people.load(std::memory_order_relaxed); }
    std::vector<std::pair<UserId, int>> present() const;

private:
    struct Entry
    {
        LoopMask loops = 0;
        int streams = 0;
    };
    struct alignas(64) Part
    {
        mutable std::mutex mutex;
        std::unordered_map<UserId, Entry> people;
    };
    static constexpr std::size_t parts = 64;
    Part& partOf(UserId user) { return m_parts[static_cast<std::uint64_t>(user) % parts]; }
    const Part& partOf(UserId user) const { return m_parts[static_cast<std::uint64_t>(user) % parts]; }

    std::array<Part, parts> m_parts;
    std::atomic<int> m_people{0};
};

} // namespace belfry::server
