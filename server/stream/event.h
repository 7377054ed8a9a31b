// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace belfry::server {

/// The finished bytes of one event, shared by every stream and loop that shows it (engine.md, section 3).
///
/// One allocation: counter, number, size, then the chunk frame around `id: N\ndata: …\n\n`. Immutable.
class WireEvent
{
public:
    Seq seq() const { return m_seq; } ///< 0 where the event carries no number
    std::string_view chunked() const; ///< for HTTP/1.1
    std::string_view plain() const;   ///< the inside, for HTTP/1.0

private:
    friend class EventPtr;
    WireEvent(Seq seq, std::uint32_t headBytes, std::uint32_t bodyBytes)
        : m_seq(seq), m_headBytes(headBytes), m_bodyBytes(bodyBytes)
    {
    }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

    std::atomic<std::uint32_t> m_references{1};
    Seq m_seq;
    std::uint32_t m_headBytes; // of the chunk frame before the inside
    std::uint32_t m_bodyBytes; // of the inside
};

/// Shares a WireEvent. Thread: any.
class EventPtr
{
public:
    EventPtr() = default;
    EventPtr(const EventPtr& other) : m_event(other.m_event) { retain(); }
    EventPtr(EventPtr&& other) noexcept : m_event(std::exchange(other.m_event, nullptr)) {}
    EventPtr& operator=(EventPtr other) noexcept
    {
        std::swap(m_event, other.m_event);
        return *this;
    }
    ~EventPtr() { release(); }

    /// @param inside  the text/event-stream bytes without chunk frame
    static EventPtr make(Seq seq, std::string_view inside);

    const WireEvent* operator->() const { return m_event; }
    const WireEvent& operator*() const { return *m_event; }
    explicit operator bool() const { return m_event != nullptr; }

private:
    void retain() const;
    void release();
    WireEvent* m_event = nullptr;
};

} // namespace belfry::server
