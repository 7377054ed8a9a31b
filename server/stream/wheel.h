// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/stream/subscriber.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace belfry::server {

/// When to look at each stream: 64 slots of a second each, a slot says "look" and the stream itself knows why
/// (engine.md, section 6).
///
/// Thread: one loop's.
class Wheel
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::uint32_t slots = 64;

    explicit Wheel(TimePoint now) : m_start(now), m_lastTurn(now) {}

    /// A second has gone by: what stood in its slot (all of them, where the loop was late) becomes due.
    void turn(TimePoint now);
    /// One of the due, taken out; null when there is none.
    Subscriber* takeDue();
    /// Looks at it at the first turn at or after that moment, or sooner.
    void lookAt(Subscriber& subscriber, TimePoint when);
    void remove(Subscriber& subscriber);

private:
    static constexpr std::uint8_t due = slots, nowhere = 255;
    void put(Subscriber& subscriber, std::uint8_t slot);

    TimePoint m_start;
    TimePoint m_lastTurn;
    std::uint32_t m_tick = 0;
    std::array<std::vector<Subscriber*>, slots + 1> m_slots;
};

} // namespace belfry::server
