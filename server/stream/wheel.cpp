// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/wheel.h"

#include <algorithm>

namespace belfry::server {

using namespace std::chrono_literals;

void Wheel::turn(TimePoint now)
{
    // Counted by the clock, to the nearest second: a timer that wavers neither skips a slot nor falls behind for good.
    const auto seconds = std::chrono::round<std::chrono::seconds>(now - m_start).count();
    const std::uint32_t target = std::max(m_tick + 1, static_cast<std::uint32_t>(std::max<long long>(seconds, 0)));
    const std::uint32_t steps = std::min(target - m_tick, slots);
    for (std::uint32_t step = 1; step <= steps; ++step) {
        std::vector<Subscriber*>& slot = m_slots[(m_tick + step) % slots];
        for (Subscriber* const subscriber : slot) {
            put(*subscriber, due);
        }
        slot.clear();
    }
    m_tick = target;
    m_lastTurn = now;
}

Subscriber* Wheel::takeDue()
{
    std::vector<Subscriber*>& waiting = m_slots[due];
    if (waiting.empty()) {
        return nullptr;
    }
    Subscriber* const subscriber = waiting.back();
    remove(*subscriber);
    return subscriber;
}

void Wheel::lookAt(Subscriber& subscriber, TimePoint when)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::clamp<TimePoint::duration>(
        when - m_lastTurn, TimePoint::duration(1s), TimePoint::duration(std::chrono::seconds(slots - 1))));
    const std::uint32_t tick = m_tick + static_cast<std::uint32_t>(seconds.count());
    if (subscriber.wheelSlot != nowhere) {
        if (subscriber.wheelSlot == due || subscriber.wheelTick <= tick) {
            return;
        }
        remove(subscriber);
    }
    subscriber.wheelTick = tick;
    put(subscriber, static_cast<std::uint8_t>(tick % slots));
}

void Wheel::remove(Subscriber& subscriber)
{
    if (subscriber.wheelSlot == nowhere) {
        return;
    }
    std::vector<Subscriber*>& slot = m_slots[subscriber.wheelSlot];
    slot[subscriber.wheelPlace] = slot.back();
    slot[subscriber.wheelPlace]->wheelPlace = subscriber.wheelPlace;
    slot.pop_back();
    subscriber.wheelSlot = nowhere;
}

void Wheel::put(Subscriber& subscriber, std::uint8_t slot)
{
    subscriber.wheelSlot = slot;
    subscriber.wheelPlace = static_cast<std::uint32_t>(m_slots[slot].size());
    m_slots[slot].push_back(&subscriber);
}

} // namespace belfry::server
