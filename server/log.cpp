// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/log.h"

#include "protocol/time.h"

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace belfry::server {

namespace {

std::atomic<LogLevel> threshold{LogLevel::Info};

std::string_view name(LogLevel level)
{
    switch (level) {
    case LogLevel::Error:
        return "error";
    case LogLevel::Warn:
        return "warn";
    case LogLevel::Info:
        return "info";
    case LogLevel::Debug:
        return "debug";
    }
    return {};
}

/// A byte of C0, DEL, or C1 as UTF-8 spells it (0xc2 0x80 to 0xc2 0x9f).
bool isControl(std::string_view text, std::size_t at)
{
    const auto isIn = [&](std::size_t place, unsigned char first, unsigned char last) {
        const auto byte = place < text.size() ? static_cast<unsigned char>(text[place]) : 0;
        return byte >= first && byte <= last;
    };
    const bool isC1 = (isIn(at, 0xc2, 0xc2) && isIn(at + 1, 0x80, 0x9f)) ||
                      (at > 0 && isIn(at - 1, 0xc2, 0xc2) && isIn(at, 0x80, 0x9f));
    return isIn(at, 0x00, 0x1f) || isIn(at, 0x7f, 0x7f) || isC1;
}

/// Control characters as \xNN: one line stays one, and a terminal obeys nobody else.
void appendEscaped(std::string& line, std::string_view text, bool isQuoted)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (isControl(text, at)) {
            const auto byte = static_cast<unsigned char>(c);
            line.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        } else {
            if (isQuoted && (c == '"' || c == '\\'))
                line.push_back('\\');
            line.push_back(c);
        }
    }
}

bool isPlain(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/-_.:%").find(c) != std::string_view::npos;
    });
}

} // namespace

std::optional<LogLevel> logLevelFromString(std::string_view text)
{
    for (const auto level : {LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug}) {
        if (name(level) == text)
            return level;
    }
    return std::nullopt;
}

void setLogLevel(LogLevel level)
{
    threshold = level;
}

bool isLogged(LogLevel level)
{
    return level <= threshold.load(std::memory_order_relaxed);
}

std::string logLine(LogLevel level, std::string_view area, std::string_view text, LogDetails details)
{
    std::string line(name(level));
    line.append(" ").append(area).append(" ");
    appendEscaped(line, text, false);
    for (const auto& [key, value] : details) {
        line.append(" ").append(key).append("=");
        if (isPlain(value)) {
            line.append(value);
        } else {
            line.push_back('"');
            appendEscaped(line, value, true);
            line.push_back('"');
        }
    }
    return line;
}

void log(LogLevel level, std::string_view area, std::string_view text, LogDetails details)
{
    if (!isLogged(level))
        return;
    const std::string line = formatTime(systemClock().now()) + " " + logLine(level, area, text, details) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr); // one call: lines of several threads do not mix
}

} // namespace belfry::server
