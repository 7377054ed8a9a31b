// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/event.h"

#include "protocol/json.h"
#include "protocol/sse_encoder.h"
#include "server/store/commit_sink.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <string>

namespace belfry::server {

EventPtr EventPtr::make(Seq seq, std::string_view inside, std::optional<Time> expiresAt, EventPtr whenExpired)
{
    char head[24]; // the size in hex, CR LF (RFC 9112 §7.1)
    char* end = std::to_chars(head, head + 16, inside.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    const std::size_t headBytes = static_cast<std::size_t>(end - head);

    void* const memory = ::operator new(sizeof(WireEvent) + headBytes + inside.size() + 2);
    WireEvent* const event = new (memory) WireEvent;
    event->m_seq = seq;
    event->m_headBytes = static_cast<std::uint32_t>(headBytes);
    event->m_bodyBytes = static_cast<std::uint32_t>(inside.size());
    event->m_expiresAt = expiresAt.value_or(Time::max());
    event->m_whenExpired = std::exchange(whenExpired.m_event, nullptr);
    char* to = std::copy_n(head, headBytes, event->bytes());
    to = std::copy(inside.begin(), inside.end(), to);
    *to++ = '\r';
    *to = '\n';
    return EventPtr(event);
}

EventPtr EventPtr::make(const LogEntry& entry)
{
    EventPtr whenExpired;
    std::string inside;
    if (entry.expiresAt && entry.kind == EventKind::Notification && !entry.key.empty()) {
        appendSseEvent(inside, entry.seq, retractedEvent({entry.seq, entry.key, entry.senderId}));
        whenExpired = make(entry.seq, inside);
        inside.clear();
    }
    inside.reserve(entry.data.size() + 40);
    appendSseEvent(inside, entry.seq, entry.data);
    return make(entry.seq, inside, entry.expiresAt, std::move(whenExpired));
}

EventPtr EventPtr::sharedAt(Time now) const
{
    if (!m_event->isExpired(now)) {
        return *this;
    }
    EventPtr shown(m_event->m_whenExpired);
    shown.retain();
    return shown;
}

void EventPtr::retain() const
{
    if (m_event) {
        m_event->m_references.fetch_add(1, std::memory_order_relaxed);
    }
}

void EventPtr::release(WireEvent* event)
{
    if (event && event->m_references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        release(event->m_whenExpired);
        event->~WireEvent();
        ::operator delete(event);
    }
}

} // namespace belfry::server
