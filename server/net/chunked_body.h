// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::server {

/// A body under `Transfer-Encoding: chunked` (RFC 9112 §7.1): chunk extensions and trailers are held to the grammar and
/// dropped. Each byte is looked at once, however they are cut, and what is malformed is refused with its first wrong
/// byte or line, not when the rest has come.
///
/// Thread: one. Throws only where there is no memory.
class ChunkedBody
{
public:
    static constexpr std::size_t maxChunkHeaderBytes = 8 * 1024; ///< with extensions; the trailer is held to it as well

    explicit ChunkedBody(std::size_t limitBytes) : m_limitBytes(limitBytes) {}

    /// Takes from the front of `input` what belongs to the body.
    /// @return whether it is whole; 400 where a chunk is malformed, 413 where it is larger than the limit
    Result<bool> take(std::string_view& input);
    std::string takeBytes() { return std::move(m_body); }

private:
    /// What a line is about: a chunk's size, and what follows the size on it; nothing; a field.
    enum class Line : std::uint8_t { Size, Extension, EndOfChunk, Trailer };

    /// The next byte of a line. @return whether it was the line's last, or what is wrong with it
    Result<bool> takeOfLine(char byte);
    /// A line without its CR LF. @return whether the body is whole
    Result<bool> endLine();
    Result<bool> endSizeLine();

    std::size_t m_limitBytes;
    std::string m_body;
    std::string m_line;             // unfinished
    std::size_t m_left = 0;         // bytes of the chunk that are still to come
    std::size_t m_trailerBytes = 0; // of the lines before
    Line m_kind = Line::Size;       // what the line is, or the next one
};

} // namespace belfry::server
