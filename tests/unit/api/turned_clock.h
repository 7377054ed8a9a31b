// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

/// A clock that stands still until a test turns it.
class TurnedClock final : public belfry::Clock
{
public:
    belfry::Time now() const override { return m_now; }
    std::chrono::steady_clock::time_point monotonic() const override { return m_monotonic; }
    void turn(std::chrono::milliseconds by)
    {
        m_now += by;
        m_monotonic += by;
    }

private:
    belfry::Time m_now = belfry::parseTime("2026-11-23T08:00:00.000Z").value();
    std::chrono::steady_clock::time_point m_monotonic{std::chrono::hours(1000)};
};
