// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>
#include <string_view>

namespace belfry::server {

/// A body under `Transfer-Encoding: chunked` (RFC 9112 §7.1), decoded by Beast; trailers are dropped.
///
/// Thread: one. Never throws.
class ChunkedBody
{
public:
    static constexpr std::size_t maxChunkHeaderBytes = 8 * 1024; ///< with extensions; the trailer is held to it as well

    explicit ChunkedBody(std::size_t limitBytes);

    /// Takes from the front of `input` what belongs to the body.
    /// @return whether it is whole; 400 where a chunk is malformed, 413 where it is larger than the limit
    Result<bool> take(std::string_view& input);
    std::string takeBytes() { return std::move(m_parser.get().body()); }

private:
    boost::beast::http::request_parser<boost::beast::http::string_body> m_parser;
    std::string m_undigested; // the beginning of a chunk header
};

} // namespace belfry::server
