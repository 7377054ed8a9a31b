// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/commit_sink.h"
#include "server/stream/event.h"
#include "server/stream/hub.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace belfry::server {

/// An event and whom it is for: what ring and loops share, one for all of them.
struct AddressedEvent
{
    EventPtr event;
    Audience audience;
    std::chrono::steady_clock::time_point askedAt{}; ///< when it came to the store

    std::size_t weight() const { return event->weight() + audience.ids.size() * sizeof(UserId); }
};
using AddressedPtr = std::shared_ptr<const AddressedEvent>;

/// The newest events, in memory: most of those who come back have missed only these (engine.md, section 3).
///
/// Bounded by number and by weight; what is older is read from the store. Thread: any; its mutex is held only to append
/// and to copy references.
class Ring
{
public:
    /// @param newest  the log's newest number: the ring reaches back to it, and no further
    explicit Ring(Seq newest, const StreamLimits& limits) : m_limits(limits), m_floor(newest) {}

    /// Takes a batch in log order, and then what it replaced or retracted: those are not shown any more.
    void append(std::span<const AddressedPtr> events, std::span<const Seq> dead);

    /// A person's events in (cursor, tail], up to a page.
    struct Page
    {
        std::vector<EventPtr> events;
        Seq examinedTo = 0; ///< tail where the page reached it
    };
    /// @param createdAfter  the log's number when the account was made: what was for everyone up to it is not theirs
    /// @return nothing where the ring does not reach back to the cursor
    std::optional<Page> read(UserId user, Seq createdAfter, Seq cursor, Seq tail) const;

    /// The last number that fell out.
    Seq floor() const;

private:
    struct Entry
    {
        AddressedPtr addressed;
        bool isDead = false;
    };
    const StreamLimits m_limits;
    mutable std::mutex m_mutex;
    std::deque<Entry> m_entries; // ascending
    std::size_t m_bytes = 0;
    Seq m_floor;
};

} // namespace belfry::server
