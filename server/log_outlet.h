// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace belfry::server {

/// What is taken of one log line at most, its newline included: what a pipe takes whole or not at all (POSIX,
/// PIPE_BUF).
inline constexpr std::size_t longestLogLine = 4096;

/// Writes a line of at most longestLogLine bytes to stderr where that does not wait for anybody: one file a system.
/// @return false where it was not written: whoever reads is behind, has gone, or the disk is full. Thread: one at a
/// time.
bool writeLogLine(std::string_view line);

} // namespace belfry::server
