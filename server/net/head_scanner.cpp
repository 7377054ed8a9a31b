// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/head_scanner.h"

#include "server/net/characters.h"
#include "server/net/request.h"

#include <algorithm>

namespace belfry::server {

namespace {

constexpr std::size_t maxEmptyLines = 8;

bool isVersion(std::string_view text)
{
    return text.size() == 8 && text.starts_with("HTTP/") && isDigit(text[5]) && text[6] == '.' && isDigit(text[7]);
}

} // namespace

Error malformed(std::string_view sentence)
{
    return Error{400, "malformed_request", std::string(sentence), {}, 0};
}

std::optional<Error> checkRequestLine(std::string_view line)
{
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return malformed("The request line is not METHOD TARGET VERSION.");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!isToken(method))
        return malformed("The method is no token.");
    if (target.empty() || !std::all_of(target.begin(), target.end(), isTargetCharacter))
        return malformed("The request target holds characters that may not stand in it.");
    if (!isVersion(version))
        return malformed("The request line is not METHOD TARGET VERSION.");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return Error{505, "http_version", "This server speaks HTTP/1.1 and HTTP/1.0.", {}, 0};
    return std::nullopt;
}

std::optional<Error> checkFieldLine(std::string_view line)
{
    if (line.front() == ' ' || line.front() == '\t')
        return malformed("A header field is folded over two lines.");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return malformed("A header field has no colon.");
    if (!isToken(line.substr(0, colon)))
        return malformed("A header field's name is no token.");
    const std::string_view value = line.substr(colon + 1);
    if (!std::all_of(value.begin(), value.end(), isFieldCharacter))
        return malformed("A header field's value holds control characters.");
    return std::nullopt;
}

std::optional<Error> HeadScanner::tooLong() const
{
    if (m_lines == 0)
        return Error{414, "target_too_long", "The request line is longer than 8 KiB.", {}, 0};
    return Error{431, "header_too_large", "A header field is longer than 8 KiB.", {}, 0};
}

std::optional<Error> HeadScanner::endOfLine(std::string_view line)
{
    if (line.size() > maxLineBytes)
        return tooLong();
    if (m_lines > maxFields)
        return Error{431, "header_too_large", "The request has more than 100 header fields.", {}, 0};
    return m_lines == 0 ? checkRequestLine(line) : checkFieldLine(line);
}

Result<std::size_t> HeadScanner::scan(std::string_view head)
{
    while (m_scanned < head.size()) {
        const char byte = head[m_scanned];
        if (byte == '\n')
            return tl::unexpected(malformed("A line ends with a bare line feed."));
        if (byte != '\r') {
            if (isControl(byte) && byte != '\t')
                return tl::unexpected(malformed("The request's head holds control characters."));
            ++m_scanned;
            if (m_scanned - m_lineStart > maxLineBytes)
                return tl::unexpected(*tooLong());
            if (m_scanned - m_start > m_maxHeadBytes)
                return tl::unexpected(Error{
                    431, "header_too_large", "The header is larger than " + sizeText(m_maxHeadBytes) + ".", {}, 0});
            continue;
        }
        if (m_scanned + 1 == head.size())
            return 0; // looked at again with the byte that follows
        if (head[m_scanned + 1] != '\n')
            return tl::unexpected(malformed("A carriage return stands alone."));
        const std::string_view line = head.substr(m_lineStart, m_scanned - m_lineStart);
        m_scanned += 2;
        m_lineStart = m_scanned;
        if (line.empty()) {
            if (m_lines > 0)
                return m_scanned;
            m_start = m_scanned;
            if (m_start > 2 * maxEmptyLines)
                return tl::unexpected(malformed("There is no request line."));
            continue;
        }
        if (const std::optional<Error> wrong = endOfLine(line))
            return tl::unexpected(*wrong);
        ++m_lines;
    }
    return 0;
}

} // namespace belfry::server
