// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <atomic>
#include <chrono>
#include <cstdint>

/// A clock that stands still until a test turns it.
class TurnedClock final : public belfry::Clock
{
public:
    belfry::Time now() const override { return m_start + passed(); }
    std::chrono::steady_clock::time_point monotonic() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::hours(1000)) + passed();
    }
    void turn(std::chrono::milliseconds by) { m_passed += by.count(); }

private:
    std::chrono::milliseconds passed() const { return std::chrono::milliseconds(m_passed.load()); }

    const belfry::Time m_start = belfry::parseTime("2026-11-23T08:00:00.000Z").value();
    std::atomic<std::int64_t> m_passed{0};
};
