// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/chunked_body.h"

#include "server/net/characters.h"
#include "server/net/head_scanner.h"
#include "server/net/request.h"

#include <algorithm>
#include <charconv>

namespace belfry::server {

namespace {

tl::unexpected<Error> malformedChunk()
{
    return failure(400, "malformed_request", "A chunk of the request's body is malformed.");
}

bool isHex(char c)
{
    return hexValue(c).has_value();
}

void skipBlanks(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

bool skipToken(std::string_view& text)
{
    const auto end = std::find_if_not(text.begin(), text.end(), isTokenCharacter);
    const auto length = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(length);
    return length > 0;
}

/// A quoted-string (RFC 9110 §5.6.4); the line's bytes are field characters already.
bool skipQuoted(std::string_view& text)
{
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return true;
        }
        if (text[at] == '\\')
            ++at;
    }
    return false;
}

/// chunk-ext = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
bool areExtensions(std::string_view text)
{
    while (!text.empty()) {
        skipBlanks(text);
        if (!text.starts_with(';'))
            return false;
        text.remove_prefix(1);
        skipBlanks(text);
        if (!skipToken(text))
            return false;
        std::string_view value = text;
        skipBlanks(value);
        if (!value.starts_with('='))
            continue;
        value.remove_prefix(1);
        skipBlanks(value);
        if (!(value.starts_with('"') ? skipQuoted(value) : skipToken(value)))
            return false;
        text = value;
    }
    return true;
}

} // namespace

Result<bool> ChunkedBody::take(std::string_view& input)
{
    while (!input.empty()) {
        if (m_left > 0) {
            const std::size_t taken = std::min(m_left, input.size());
            m_body.append(input.substr(0, taken));
            input.remove_prefix(taken);
            m_left -= taken;
            continue;
        }
        const char byte = input.front();
        input.remove_prefix(1);
        const Result<bool> isLine = takeOfLine(byte);
        if (!isLine)
            return isLine;
        if (*isLine) {
            const Result<bool> isWhole = endLine();
            if (!isWhole || *isWhole)
                return isWhole;
            m_line.clear();
        }
    }
    return false;
}

Result<bool> ChunkedBody::takeOfLine(char byte)
{
    if (m_line.ends_with('\r')) {
        if (byte != '\n')
            return malformedChunk();
        m_line.pop_back();
        return true;
    }
    if (byte != '\r' && !isFieldCharacter(byte))
        return malformedChunk();
    m_line.push_back(byte);
    if (m_line.size() + m_trailerBytes > maxChunkHeaderBytes)
        return failure(400, "malformed_request", "A chunk's header is longer than 8 KiB.");
    if (m_kind == Line::EndOfChunk && byte != '\r')
        return malformedChunk();
    if (m_kind == Line::Size && !isHex(byte)) {
        const bool hasDigits = m_line.size() > 1;
        if (!hasDigits || (byte != '\r' && byte != ';' && byte != ' ' && byte != '\t'))
            return malformedChunk();
        m_kind = Line::Extension;
    }
    return false;
}

Result<bool> ChunkedBody::endLine()
{
    switch (m_kind) {
    case Line::Size:
    case Line::Extension:
        return endSizeLine();
    case Line::EndOfChunk:
        m_kind = Line::Size;
        return false;
    case Line::Trailer:
        break;
    }
    if (m_line.empty())
        return true;
    if (checkFieldLine(m_line))
        return malformedChunk();
    // What would have framed the message must not come behind it (RFC 9110 §6.5.1).
    const std::string_view name = std::string_view(m_line).substr(0, m_line.find(':'));
    if (equalsIgnoringCase(name, "content-length") || equalsIgnoringCase(name, "transfer-encoding"))
        return malformedChunk();
    m_trailerBytes += m_line.size() + 2;
    return false;
}

Result<bool> ChunkedBody::endSizeLine()
{
    const char* const end = m_line.data() + m_line.size();
    std::uint64_t size = 0;
    const auto digits = std::from_chars(m_line.data(), end, size, 16);
    if (digits.ec != std::errc() || !areExtensions({digits.ptr, static_cast<std::size_t>(end - digits.ptr)}))
        return malformedChunk();
    if (size > m_limitBytes - m_body.size())
        return tl::unexpected(bodyTooLarge(m_limitBytes));
    m_left = static_cast<std::size_t>(size);
    m_kind = size == 0 ? Line::Trailer : Line::EndOfChunk;
    return false;
}

} // namespace belfry::server
