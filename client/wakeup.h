// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <QObject>
#include <QTimer>

namespace belfry::client {

/// Notices that the machine slept: monotonic timers may stand still in suspend, so a wall clock that has gone more than
/// 5 s further (or less far) than they did between two ticks is a wake-up (client.md, "Clocks, sleep, leaving").
/// A clock that is set again and again is no reason to connect again and again: at most one signal in 15 s.
/// Thread: its object's.
class WakeupWatch : public QObject
{
    Q_OBJECT
public:
    explicit WakeupWatch(const Clock& clock, std::chrono::milliseconds every = std::chrono::seconds(3),
                         QObject* parent = nullptr);

Q_SIGNALS:
    void woke();

private:
    void look();

    const Clock& m_clock;
    QTimer m_timer;
    Time m_wall;
    std::chrono::steady_clock::time_point m_monotonic;
    std::chrono::steady_clock::time_point m_quietUntil{};
    bool m_hasWoken = false; ///< and it was not said yet
};

} // namespace belfry::client
