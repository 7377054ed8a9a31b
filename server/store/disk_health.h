// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/store/kept_room.h"

#include <atomic>
#include <chrono>
#include <string>

namespace belfry::server {

/// Whether commits reach the disk, and what is done while they do not: one line in the log when that begins and one
/// when it ends, a try of our own once a second, and on a full disk the room that was kept back is given up for what
/// takes away.
///
/// Thread: the store's; isGood() from any.
class DiskHealth
{
public:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds probeInterval{1};

    explicit DiskHealth(KeptRoom room) : m_room(std::move(room)) {}

    /// False from the first commit that failed until one that wrote something succeeded; after a full disk not before
    /// the room kept back is whole again.
    bool isGood() const { return m_isGood.load(); }
    /// The disk was full and is not known to have room again: what needs room is answered with this. Null otherwise.
    const Error* fullness() const { return m_isFull ? &m_reason : nullptr; }

    /// A commit failed, or a part of one. @return true where room was given up for another try
    bool failed(const Error& error, Moment now);
    /// Whether it is time to try by oneself.
    bool isProbeDue(Moment now) const { return !isGood() && now >= m_nextProbe; }
    /// Takes the room back where there is some again, and notes the time. The caller commits something that writes.
    void beginProbe(Moment now);
    /// A commit that wrote something is on disk.
    void stored(Moment now);

    KeptRoom& room() { return m_room; }

private:
    KeptRoom m_room;
    std::atomic<bool> m_isGood{true};
    bool m_isFull = false;
    Error m_reason;
    Moment m_since{}, m_nextProbe{};
};

} // namespace belfry::server
