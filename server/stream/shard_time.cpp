// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/shard_parts.h"

#include <algorithm>

namespace belfry::server {

using namespace std::chrono_literals;

void Shard::Parts::tick()
{
    m_wheel.turn(m_clock.monotonic());
    if (!m_isDuePosted) {
        walkDue();
    }
}

void Shard::Parts::walkDue()
{
    const bool isDone = lookAtDue(m_hub.limits().sendsPerSlice);
    sendCollected();
    if (isDone) {
        return;
    }
    m_isDuePosted = true;
    post([this] {
        m_isDuePosted = false;
        walkDue();
    });
}

bool Shard::Parts::lookAtDue(int most)
{
    for (; most > 0; --most) {
        Subscriber* const subscriber = m_wheel.takeDue();
        if (!subscriber) {
            return true;
        }
        look(*subscriber);
    }
    return false;
}

void Shard::Parts::look(Subscriber& subscriber)
{
    if (subscriber.credential.expiresAt <= m_clock.now()) {
        close(subscriber, true);
        return;
    }
    const auto now = m_clock.monotonic();
    if (subscriber.catchUp && subscriber.catchUp->isStalling && subscriber.catchUp->stallAt <= now) {
        ++m_figures.stalledClosed;
        close(subscriber, false);
        return;
    }
    if (subscriber.nextPing <= now) {
        subscriber.nextPing += m_settings.pingInterval;
        if (subscriber.nextPing <= now) {
            subscriber.nextPing = now + m_settings.pingInterval;
        }
        schedule(subscriber);
        m_source.inUse(subscriber.credential);
        ping(subscriber);
        return;
    }
    schedule(subscriber);
}

void Shard::Parts::ping(Subscriber& subscriber)
{
    // Not while it catches up or has a backlog: what waits there tells the reader as much.
    if (subscriber.phase == Subscriber::Phase::Live && !subscriber.catchUp) {
        write(subscriber, m_ping, subscriber.lastSeq);
    }
}

void Shard::Parts::schedule(Subscriber& subscriber)
{
    const auto now = m_clock.monotonic();
    auto when = subscriber.nextPing;
    // Only the near future counts, so that no far expiry overflows a finer unit.
    const auto left = subscriber.credential.expiresAt - m_clock.now();
    if (left < std::chrono::milliseconds(2min)) {
        when = std::min(when, now + std::max<std::chrono::milliseconds>(left, 0ms));
    }
    if (subscriber.catchUp && subscriber.catchUp->isStalling) {
        when = std::min(when, subscriber.catchUp->stallAt);
    }
    m_wheel.lookAt(subscriber, when);
}

std::chrono::milliseconds Shard::Parts::momentWithinInterval()
{
    m_random += 0x9e3779b97f4a7c15; // SplitMix64
    std::uint64_t value = m_random;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    value ^= value >> 31;
    const auto interval = static_cast<std::uint64_t>(std::max<std::int64_t>(m_settings.pingInterval.count(), 1));
    return std::chrono::milliseconds(1 + static_cast<std::int64_t>(value % interval));
}

} // namespace belfry::server
