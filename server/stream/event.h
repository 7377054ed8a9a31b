// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/time.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace belfry::server {

struct LogEntry;

/// The finished bytes of one event, shared by every stream and loop that shows it (engine.md, section 3).
///
/// One allocation: counter, number, sizes, then the chunk frame around `data: …\nid: N\n\n`. Immutable; nothing in it
/// depends on the recipient.
class WireEvent
{
public:
    Seq seq() const { return m_seq; } ///< 0 where the event carries no number
    std::string_view chunked() const  ///< for HTTP/1.1
    {
        return {bytes(), m_headBytes + m_bodyBytes + 2};
    }
    std::string_view plain() const ///< the inside, for HTTP/1.0
    {
        return {bytes() + m_headBytes, m_bodyBytes};
    }
    std::string_view wire(bool isChunked) const { return isChunked ? chunked() : plain(); }
    /// What it weighs in rings, backlogs and queues.
    std::size_t weight() const { return m_headBytes + m_bodyBytes + 2; }
    bool isExpired(Time now) const { return m_expiresAt <= now; }

private:
    friend class EventPtr;
    WireEvent() = default;
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
    char* bytes() { return reinterpret_cast<char*>(this + 1); }

    mutable std::atomic<std::uint32_t> m_references{1};
    std::uint32_t m_headBytes = 0; // of the chunk frame before the inside
    std::uint32_t m_bodyBytes = 0; // of the inside
    Seq m_seq = 0;
    Time m_expiresAt = Time::max();
    WireEvent* m_whenExpired = nullptr; // one reference to it
};

/// Shares a WireEvent. Thread: any.
class EventPtr
{
public:
    EventPtr() : m_event(nullptr) {}
    EventPtr(const EventPtr& other) : m_event(other.m_event) { retain(); }
    EventPtr(EventPtr&& other) noexcept : m_event(std::exchange(other.m_event, nullptr)) {}
    EventPtr& operator=(EventPtr other) noexcept
    {
        std::swap(m_event, other.m_event);
        return *this;
    }
    ~EventPtr() { release(m_event); }

    /// @param inside       the text/event-stream bytes without chunk frame
    /// @param expiresAt    from then on it is not shown any more
    /// @param whenExpired  what is shown in its place then, under the same number; nothing: it is left out
    static EventPtr make(Seq seq, std::string_view inside, std::optional<Time> expiresAt = std::nullopt,
                         EventPtr whenExpired = EventPtr());
    /// An entry of the log as streams show it: expiry looked at, and with a key `retracted` after it.
    static EventPtr make(const LogEntry& entry);

    /// What is to be shown now: the event, what takes its place after its expiry, or nothing.
    EventPtr sharedAt(Time now) const;

    const WireEvent* operator->() const { return m_event; }
    const WireEvent& operator*() const { return *m_event; }
    explicit operator bool() const { return m_event != nullptr; }

private:
    explicit EventPtr(WireEvent* owned) : m_event(owned) {}
    void retain() const;
    static void release(WireEvent* event);
    WireEvent* m_event;
};

} // namespace belfry::server
