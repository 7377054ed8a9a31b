// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/sse_parser.h"

#include <QByteArrayView>
#include <QStringDecoder>
#include <QUtf8StringView>

#include <algorithm>
#include <charconv>
#include <limits>

namespace belfry {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// WHATWG "UTF-8 decode": what is no UTF-8 becomes U+FFFD.
std::string validUtf8(std::string line)
{
    const bool isAscii = std::all_of(line.begin(), line.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    if (isAscii || QUtf8StringView(line.data(), qsizetype(line.size())).isValidUtf8())
        return line;
    QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decode(QByteArrayView(line.data(), qsizetype(line.size())));
    return text.toStdString();
}

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
    while (!bytes.empty()) {
        if (std::exchange(m_skipLineFeed, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        m_line.append(bytes.substr(0, end));
        if (m_line.size() + m_data.size() > m_limitBytes)
            return false;
        if (end == std::string_view::npos)
            break;
        m_skipLineFeed = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        endLine(events);
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

void SseParser::endLine(std::vector<SseEvent>& events)
{
    const std::string line = validUtf8(std::exchange(m_line, {}));
    if (line.empty()) {
        dispatch(events);
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0)
        return; // a comment
    if (colon == std::string::npos) {
        field(line, {});
        return;
    }
    std::string_view value = std::string_view(line).substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    field(std::string_view(line).substr(0, colon), value);
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
