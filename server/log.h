// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::server {

enum class LogLevel : std::uint8_t { Error, Warn, Info, Debug };

std::optional<LogLevel> logLevelFromString(std::string_view text);

/// Details of a log line: `key=value`, quoted where the value needs it.
using LogDetails = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Lines below this are not written. Default: Info. Thread: any.
void setLogLevel(LogLevel level);
bool isLogged(LogLevel level);

/// One line on stderr: `2026-11-23T08:00:00.000Z info net listening address="127.0.0.1:8000"`. Control characters are
/// escaped, so that a line stays one; what is over 4 KiB is cut. Nobody passes a token, a password or a query in.
/// Never waits: a line that whoever reads the log does not take at once is lost, and the next one that is taken says
/// how many were. Thread: any.
void log(LogLevel level, std::string_view area, std::string_view text, LogDetails details = {});

/// The line as log() writes it, without its time and newline.
std::string logLine(LogLevel level, std::string_view area, std::string_view text, LogDetails details);

} // namespace belfry::server
