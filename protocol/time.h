// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace belfry {

/// A moment in UTC, to the millisecond: the precision of everything on the wire.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2026-11-23T08:00:00.000Z` (RFC 3339, always UTC and three decimals).
std::string formatTime(Time time);

/// Any RFC 3339 date-time, with any offset and any number of decimals (cut to milliseconds); nothing where it is none.
/// A leap second counts as the first moment of the next minute. What lies outside the years 0000 to 9999 once it is in
/// UTC is none either: it could not be written.
std::optional<Time> parseTime(std::string_view text);

/// Tells the time. Replaced in tests, so that nothing has to wait for a clock.
/// Thread: any.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
    virtual std::chrono::steady_clock::time_point monotonic() const = 0;
};

/// The machine's own clocks.
const Clock& systemClock();

} // namespace belfry
