// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/wakeup.h"

namespace belfry::client {
namespace {

constexpr std::chrono::seconds largestDrift{5};
constexpr std::chrono::seconds quietAfter{15};

} // namespace

WakeupWatch::WakeupWatch(const Clock& clock, std::chrono::milliseconds every, QObject* parent)
    : QObject(parent), m_clock(clock), m_wall(clock.now()), m_monotonic(clock.monotonic())
{
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &WakeupWatch::look);
    m_timer.start(every);
}

void WakeupWatch::look()
{
    const Time wall = m_clock.now();
    const auto monotonic = m_clock.monotonic();
    const auto drift = (wall - m_wall) - (monotonic - m_monotonic);
    m_wall = wall;
    m_monotonic = monotonic;
    m_hasWoken = m_hasWoken || std::chrono::abs(drift) > largestDrift;
    if (m_hasWoken && monotonic >= m_quietUntil) {
        m_hasWoken = false;
        m_quietUntil = monotonic + quietAfter;
        Q_EMIT woke();
    }
}

} // namespace belfry::client
