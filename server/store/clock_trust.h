// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <atomic>
#include <chrono>

namespace belfry::server {

/// Whether the wall clock can be believed where it says that something is old.
///
/// A clock that is set wrong must not cost an office its messages, nor bring back to life what was ended. Where the
/// wall clock moves against the monotonic one by more than a day between two looks (at start: where it is more than a
/// day from the newest entry), nothing is removed for its age during the next 24 hours: time for a person, or for NTP,
/// to put it right. What is within a day is not worth that, and a machine that slept shows no more.
/// Thread: the store's; waiting() any.
class ClockTrust
{
public:
    static constexpr std::chrono::hours largestJump{24};
    static constexpr std::chrono::hours patience{24};

    /// @param newest  of the log, the epoch where there is none
    ClockTrust(const Clock& clock, Time newest);

    /// Looks at both clocks. To be done before anything is removed.
    /// @return by how much the wall clock was set since the last look, where that is more than a day; at the first
    ///         look, how far it is from the newest entry
    std::chrono::milliseconds look();
    /// The wall clock, as the last look found it.
    Time now() const { return m_wall; }
    /// What removal by age goes by: the clock, or the beginning of time while that is not believed.
    Time removal() const;
    /// How long removal by age waits yet; zero where it does not.
    std::chrono::seconds waiting() const;

private:
    using Moment = std::chrono::steady_clock::time_point;

    const Clock& m_clock;
    Time m_wall;
    Moment m_monotonic;
    std::chrono::milliseconds m_atStart{0}; // to be told by the first look
    std::atomic<Moment> m_waitsUntil{Moment::min()};
};

} // namespace belfry::server
