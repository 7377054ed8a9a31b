// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry {

/// One dispatched event of a stream.
struct SseEvent
{
    std::string event = "message"; ///< its name
    std::string data;
    std::string id; ///< the last event id as it stood when the event was dispatched

    bool operator==(const SseEvent&) const = default;
};

/// Turns the bytes of a text/event-stream into events, however they are cut (WHATWG HTML 9.2.6).
///
/// Holds at most one unfinished line and event; beyond `limitBytes` it stops and says so. What is no UTF-8 becomes
/// U+FFFD (text.h). The last event id survives reset(): a connection that breaks off drops its unfinished block, and an
/// id in it, only. Thread: one. Never throws.
class SseParser
{
public:
    explicit SseParser(std::size_t limitBytes = 1024 * 1024);

    /// Takes the next bytes. Appends what they complete to `events`.
    /// @return false where a line or an event is longer than the limit: drop the connection.
    bool feed(std::string_view bytes, std::vector<SseEvent>& events);

    /// A new connection: forgets what is unfinished, keeps the last event id.
    void reset();

    const std::string& lastEventId() const { return m_lastEventId; }
    void setLastEventId(std::string id);

    /// What `retry:` said, once: milliseconds, or nothing since the last call.
    std::optional<long long> takeRetry();

private:
    void endLine(std::string_view line, std::vector<SseEvent>& events);
    void field(std::string_view name, std::string_view value);
    void dispatch(std::vector<SseEvent>& events);

    std::size_t m_limitBytes;
    std::string m_line;
    std::string m_data;
    std::string m_event;
    std::string m_idBuffer; // takes effect at the end of its block
    std::string m_lastEventId;
    std::optional<long long> m_retry;
    std::size_t m_bomBytes = 0;
    bool m_atStart = true;
    bool m_skipLineFeed = false;
    bool m_hasData = false;
};

} // namespace belfry
