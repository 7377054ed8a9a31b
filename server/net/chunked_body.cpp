// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/chunked_body.h"

#include <new>

namespace belfry::server {

ChunkedBody::ChunkedBody(std::size_t limitBytes)
{
    // The real head was judged before; the parser only has to be told which framing follows.
    static constexpr std::string_view head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    boost::beast::error_code error;
    m_parser.eager(true);
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
    try {
        eaten = m_parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    } catch (const std::bad_alloc&) {
        return failure(503, "busy", "The server is short of memory.", {}, 5);
    }
    if (error == boost::beast::http::error::body_limit)
        return failure(413, "too_large", "The request's body is larger than 128 KiB.");
    if (error && error != boost::beast::http::error::need_more)
        return failure(400, "malformed_request", "A chunk of the request's body is malformed.");
    if (m_parser.is_done()) {
        input.remove_prefix(eaten - before);
        m_undigested = {};
        return true;
    }
    // What is left is the beginning of a chunk header or of the trailer.
    const std::string_view rest = bytes.substr(eaten);
    if (rest.size() > maxChunkHeaderBytes)
        return failure(400, "malformed_request", "A chunk's header is longer than 8 KiB.");
    m_undigested = std::string(rest);
    input = {};
    return false;
}

} // namespace belfry::server
