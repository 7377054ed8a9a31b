// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/log.h"

#include "protocol/time.h"
#include "server/log_outlet.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>

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

std::string dated(std::string line)
{
    std::string out = formatTime(systemClock().now()) + " " + std::move(line);
    if (out.size() >= longestLogLine) {
        constexpr std::string_view cut = "\xe2\x80\xa6"; // …
        std::size_t end = longestLogLine - 1 - cut.size();
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80)
            --end;
        out.resize(end);
        out += cut;
    }
    out.push_back('\n');
    return out;
}

/// Where the lines go. What cannot be written at once is lost, and counted: no loop waits for whoever reads the log.
/// The lock keeps lines of several threads apart; nothing waits while it is held.
class Outlet
{
public:
    void write(const std::string& line)
    {
        const std::lock_guard lock(m_mutex);
        if (m_lost > 0) {
            const std::string lost = dated(logLine(LogLevel::Warn, "log", "lines were lost: nobody took them",
                                                   {{"lines", std::to_string(m_lost)}}));
            if (writeLogLine(lost))
                m_lost = 0;
        }
        if (m_lost > 0 || !writeLogLine(line))
            ++m_lost;
    }

private:
    std::mutex m_mutex;
    std::uint64_t m_lost = 0;
};

Outlet& outlet()
{
    static Outlet one;
    return one;
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
    try {
        outlet().write(dated(logLine(level, area, text, details)));
    } catch (const std::exception&) {
        // No memory for the line, and a log ends nobody.
    }
}

} // namespace belfry::server
