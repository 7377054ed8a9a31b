// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/sse_parser.h"

#include "protocol/text.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace belfry {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Where a line ends: goes on over the bytes of one piece, never twice over the same ones.
class LineEnds
{
public:
    explicit LineEnds(std::string_view bytes) : m_bytes(bytes), m_lineFeed(bytes.find('\n')), m_return(bytes.find('\r'))
    {
    }

    /// The first CR or LF at or after `from`; npos where there is none.
    std::size_t next(std::size_t from)
    {
        goOn(m_lineFeed, '\n', from);
        goOn(m_return, '\r', from);
        return std::min(m_lineFeed, m_return);
    }

private:
    void goOn(std::size_t& known, char wanted, std::size_t from) const
    {
        if (known < from)
            known = m_bytes.find(wanted, from);
    }

    std::string_view m_bytes;
    std::size_t m_lineFeed, m_return; // npos: none any more
};

} // namespace

SseParser::SseParser(std::size_t limitBytes) : m_limitBytes(limitBytes) {}

bool SseParser::feed(std::string_view bytes, std::vector<SseEvent>& events)
{
    while (m_atStart && !bytes.empty()) {
        if (bytes.front() != byteOrderMark[m_bomBytes]) {
            m_line.assign(byteOrderMark.substr(0, m_bomBytes));
            m_atStart = false;
            break;
        }
        bytes.remove_prefix(1);
        m_atStart = ++m_bomBytes < byteOrderMark.size();
    }
    LineEnds ends(bytes);
    for (std::size_t at = 0; at < bytes.size();) {
        if (std::exchange(m_skipLineFeed, false) && bytes[at] == '\n') {
            ++at;
            continue;
        }
        const std::size_t end = ends.next(at);
        const std::string_view part = bytes.substr(at, end - at);
        if (m_line.size() + part.size() + m_data.size() > m_limitBytes)
            return false;
        if (end == std::string_view::npos) {
            m_line.append(part);
            break;
        }
        m_skipLineFeed = bytes[end] == '\r';
        at = end + 1;
        if (m_line.empty()) { // it came whole, as most do
            endLine(part, events);
        } else {
            m_line.append(part);
            endLine(m_line, events);
            m_line.clear();
        }
    }
    return true;
}

void SseParser::reset()
{
    m_line.clear();
    m_data.clear();
    m_event.clear();
    m_idBuffer = m_lastEventId;
    m_bomBytes = 0;
    m_atStart = true;
    m_skipLineFeed = false;
    m_hasData = false;
}

void SseParser::setLastEventId(std::string id)
{
    m_lastEventId = std::move(id);
    m_idBuffer = m_lastEventId;
}

std::optional<long long> SseParser::takeRetry()
{
    return std::exchange(m_retry, std::nullopt);
}

void SseParser::endLine(std::string_view line, std::vector<SseEvent>& events)
{
    if (line.empty()) {
        dispatch(events);
        return;
    }
    // Line ends are no part of any longer character, so a line can be decoded by itself.
    std::string decoded;
    if (firstNonUtf8(line))
        line = decoded = decodedUtf8(line);
    const std::size_t colon = line.find(':');
    if (colon == 0)
        return; // a comment
    if (colon == std::string_view::npos) {
        field(line, {});
        return;
    }
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    field(line.substr(0, colon), value);
}

void SseParser::field(std::string_view name, std::string_view value)
{
    if (name == "data") {
        m_data.append(value).push_back('\n');
        m_hasData = true;
    } else if (name == "event") {
        m_event = value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos)
            m_idBuffer = value;
    } else if (name == "retry") {
        const bool isNumber =
            !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!isNumber)
            return;
        long long milliseconds = 0;
        const auto parsed = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
        m_retry = parsed.ec == std::errc() ? milliseconds : std::numeric_limits<long long>::max();
    }
}

void SseParser::dispatch(std::vector<SseEvent>& events)
{
    m_lastEventId = m_idBuffer;
    if (std::exchange(m_hasData, false)) {
        m_data.pop_back();
        events.push_back({m_event.empty() ? std::string("message") : m_event, std::move(m_data), m_lastEventId});
    }
    m_data.clear();
    m_event.clear();
}

} // namespace belfry
