// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace belfry::server {

/// Looks over a request's head as it arrives, before any parser sees it (RFC 9112 §2 to §5; protocol.md, "Common
/// rules").
///
/// Finds where the head ends, and refuses what the parser would take: lines and heads too long, too many fields, bare
/// LF and CR, folded fields, space before a colon, control bytes, raw high bytes in the target, versions that are none
/// of ours. Each byte is looked at once, however they are cut. Thread: one. Never throws.
class HeadScanner
{
public:
    static constexpr std::size_t maxLineBytes = 8 * 1024; ///< without its CR LF
    static constexpr std::size_t maxFields = 100;
    static constexpr std::size_t defaultHeadBytes = 64 * 1024;

    explicit HeadScanner(std::size_t maxHeadBytes = defaultHeadBytes) : m_maxHeadBytes(maxHeadBytes) {}

    /// @param head  all that has arrived of the head so far, the same bytes as before and more; it may go on behind the
    /// head
    /// @return the head's length with its empty line, 0 where it is not complete yet, or what is wrong with it
    Result<std::size_t> scan(std::string_view head);

    /// Empty lines before the request line, which are skipped (RFC 9112 §2.2).
    std::size_t skippedBytes() const { return m_start; }

private:
    std::optional<Error> endOfLine(std::string_view line);
    std::optional<Error> tooLong() const;

    std::size_t m_maxHeadBytes;
    std::size_t m_start = 0; // where the request line begins
    std::size_t m_lineStart = 0;
    std::size_t m_scanned = 0;
    std::size_t m_lines = 0; // that are complete, the request line first
};

/// A line of the head without its CR LF: nothing, or what is wrong with it.
std::optional<Error> checkRequestLine(std::string_view line);
std::optional<Error> checkFieldLine(std::string_view line);

/// 400: the request's head breaks the format.
Error malformed(std::string_view sentence);

} // namespace belfry::server
