// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/session_watch.h"

#include "app/desktop/session_watch_parts.h"

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;

constexpr auto tickInterval = 5s;
constexpr auto largestDrift = 5s;
constexpr qint64 oneWakeUpMilliseconds = 3000; // the system's word and the clocks' drift mean the same one

} // namespace

bool WakeDetector::look(Wall wall, Steady steady)
{
    const auto drift = (wall - m_wall) - std::chrono::duration_cast<Wall::duration>(steady - m_steady);
    const bool woke = m_hasLooked && std::chrono::abs(drift) > largestDrift;
    m_wall = wall;
    m_steady = steady;
    m_hasLooked = true;
    return woke;
}

SessionWatch::SessionWatch(QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>())
{
    connect(&m_parts->ticks, &QTimer::timeout, this, [this] {
        if (m_parts->detector.look(std::chrono::system_clock::now(), std::chrono::steady_clock::now()))
            wake();
    });
    m_parts->ticks.setTimerType(Qt::VeryCoarseTimer);
    m_parts->ticks.start(tickInterval);
    connectSystem();
}

SessionWatch::~SessionWatch() = default;

bool SessionWatch::isLocked() const
{
    return m_parts->isLocked;
}

void SessionWatch::prepareForSleep(bool isGoing)
{
    if (!isGoing)
        wake();
}

void SessionWatch::wake()
{
    if (m_parts->lastWake.isValid() && m_parts->lastWake.elapsed() < oneWakeUpMilliseconds)
        return;
    m_parts->lastWake.start();
    Q_EMIT woke();
}

void SessionWatch::setLocked(bool isLocked)
{
    if (isLocked != std::exchange(m_parts->isLocked, isLocked))
        Q_EMIT lockedChanged(isLocked);
}

} // namespace belfry::desktop
