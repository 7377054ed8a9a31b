// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/clock_trust.h"

#include <utility>

namespace belfry::server {

using std::chrono::milliseconds;

ClockTrust::ClockTrust(const Clock& clock, Time newest)
    : m_clock(clock), m_wall(clock.now()), m_monotonic(clock.monotonic()),
      m_atStart(newest == Time{} ? milliseconds(0) : m_wall - newest)
{
}

milliseconds ClockTrust::look()
{
    const Time wall = m_clock.now();
    const Moment monotonic = m_clock.monotonic();
    const auto passed = std::chrono::round<milliseconds>(monotonic - m_monotonic);
    const milliseconds jump = std::exchange(m_atStart, milliseconds(0)) + (wall - m_wall) - passed;
    m_wall = wall;
    m_monotonic = monotonic;
    if (std::chrono::abs(jump) <= largestJump) {
        return milliseconds(0);
    }
    m_waitsUntil = monotonic + patience;
    return jump;
}

Time ClockTrust::removal() const
{
    return m_monotonic < m_waitsUntil.load() ? Time{} : m_wall;
}

std::chrono::seconds ClockTrust::waiting() const
{
    const Moment until = m_waitsUntil;
    const Moment now = m_clock.monotonic();
    return now < until ? std::chrono::ceil<std::chrono::seconds>(until - now) : std::chrono::seconds(0);
}

} // namespace belfry::server
