// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/stream/event.h"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace belfry::server {

/// What waits for a subscriber that is slower than its events: references, and how far the first is written.
///
/// Thread: its loop's. Knows no socket; what is given out is taken back with consume().
class Backlog
{
public:
    static constexpr std::size_t gatherBytes = 16 * 1024; ///< a TLS record

    /// @param base  the number up to which everything is settled before the first entry
    Backlog(bool isChunked, Seq base) : m_isChunked(isChunked), m_base(base) {}

    bool isEmpty() const { return m_entries.empty(); }
    std::size_t bytes() const { return m_bytes; }
    void push(EventPtr event);

    /// The next bytes to write, valid until the next call of anything: at least `mustRepeat` of them. What has expired
    /// before its first byte was given is taken out or shown as what takes its place. Empty where nothing is left.
    std::string_view next(std::string& scratch, Time now, std::size_t mustRepeat);
    /// @return how many events that finished
    std::size_t consume(std::size_t bytes);

    /// Whether a stream that ended here would end within an event. @param mustRepeat  Sink::mustRepeat()
    bool isMidEvent(std::size_t mustRepeat) const { return m_offset > 0 || mustRepeat > 0; }
    /// Keeps only what is in flight: the half-written first entry, under TLS all that an unfinished record holds; and
    /// `opening`, the stream's first bytes, where they still wait.
    /// @return the number up to which the reader will have seen everything: where catching up begins.
    Seq keepInFlight(std::size_t mustRepeat, const EventPtr& opening);

    /// The number up to which everything is finished.
    Seq base() const { return m_base; }
    /// With nothing in it, it may begin anew from another number.
    void setBase(Seq base) { m_base = base; }

private:
    std::string_view wire(const EventPtr& event) const { return event->wire(m_isChunked); }

    std::deque<EventPtr> m_entries;
    std::size_t m_bytes = 0;  // of all entries, whole
    std::size_t m_offset = 0; // how much of the first is written
    bool m_isChunked;
    Seq m_base;
};

} // namespace belfry::server
