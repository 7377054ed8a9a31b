// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/chunked_body.h"

#include "server/net/characters.h"
#include "server/net/head_scanner.h"

#include <algorithm>
#include <new>

namespace belfry::server {

namespace {

/// The parser unfolds the trailer's lines; here they are held to what holds for the head's.
/// @param bytes  the last chunk, the trailer and the empty line, perhaps with the line end of the chunk before
bool hasStrictTrailer(std::string_view bytes)
{
    if (bytes.starts_with("\r\n"))
        bytes.remove_prefix(2);
    bytes.remove_prefix(std::min(bytes.find("\r\n") + 2, bytes.size()));
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find("\r\n"), bytes.size());
        if (end > 0 && checkFieldLine(bytes.substr(0, end)))
            return false;
        bytes.remove_prefix(std::min(end + 2, bytes.size()));
    }
    return true;
}

/// Whether more bytes can still make a chunk header, or a last chunk with its trailer, of these. The parser only looks
/// at either when it is whole, and what is wrong already should not wait for that.
/// @param bytes  perhaps with the line end of the chunk before
bool mayBeginChunk(std::string_view bytes)
{
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r')
            return false;
    }
    if (bytes.starts_with("\r\n"))
        bytes.remove_prefix(2);
    const std::string_view line = bytes.substr(0, bytes.find('\r'));
    const auto sizeEnd = std::find_if_not(line.begin(), line.end(), [](char c) { return hexValue(c).has_value(); });
    if (sizeEnd == line.begin())
        return line.empty() && (bytes.empty() || bytes == "\r");
    return sizeEnd == line.end() || *sizeEnd == ';' || *sizeEnd == ' ' || *sizeEnd == '\t';
}

} // namespace

ChunkedBody::ChunkedBody(std::size_t limitBytes)
{
    // The real head was judged before; the parser only has to be told which framing follows.
    static constexpr std::string_view head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    boost::beast::error_code error;
    m_parser.eager(false); // a step at a time, so that the last one is seen alone
    m_parser.body_limit(limitBytes);
    m_parser.put(boost::asio::buffer(head.data(), head.size()), error);
}

Result<bool> ChunkedBody::take(std::string_view& input)
{
    const std::size_t before = m_undigested.size();
    if (before > 0)
        m_undigested.append(input);
    const std::string_view bytes = before > 0 ? std::string_view(m_undigested) : input;
    if (bytes.empty())
        return false;

    boost::beast::error_code error;
    std::size_t eaten = 0;
    while (eaten < bytes.size() && !error) {
        const std::string_view rest = bytes.substr(eaten);
        std::size_t step = 0;
        try {
            step = m_parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
        } catch (const std::bad_alloc&) {
            return failure(503, "busy", "The server is short of memory.", {}, 5);
        }
        eaten += step;
        if (m_parser.is_done()) {
            if (!hasStrictTrailer(rest.substr(0, step)))
                break;
            input.remove_prefix(eaten - before);
            m_undigested = {};
            return true;
        }
    }
    if (error == boost::beast::http::error::body_limit)
        return failure(413, "too_large", "The request's body is larger than 128 KiB.");
    if (m_parser.is_done() || (error && error != boost::beast::http::error::need_more))
        return failure(400, "malformed_request", "A chunk of the request's body is malformed.");
    // What is left is the beginning of a chunk header or of the trailer.
    const std::string_view rest = bytes.substr(eaten);
    if (rest.size() > maxChunkHeaderBytes)
        return failure(400, "malformed_request", "A chunk's header is longer than 8 KiB.");
    if (!mayBeginChunk(rest))
        return failure(400, "malformed_request", "A chunk of the request's body is malformed.");
    m_undigested = std::string(rest);
    input = {};
    return false;
}

} // namespace belfry::server
