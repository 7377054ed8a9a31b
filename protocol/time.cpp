// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace belfry {

namespace {

using namespace std::chrono;

/// Reads RFC 3339 from left to right; the first thing that does not fit ends it.
class Reader
{
public:
    explicit Reader(std::string_view text) : m_rest(text) {}

    std::optional<int> number(std::size_t digits)
    {
        if (m_rest.size() < digits)
            return std::nullopt;
        int value = 0;
        for (const char c : m_rest.substr(0, digits)) {
            if (c < '0' || c > '9')
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        m_rest.remove_prefix(digits);
        return value;
    }

    bool oneOf(std::string_view characters)
    {
        if (m_rest.empty() || characters.find(m_rest.front()) == std::string_view::npos)
            return false;
        m_last = m_rest.front();
        m_rest.remove_prefix(1);
        return true;
    }

    /// `.123456`: milliseconds, the rest cut off. 0 where there is no fraction, nothing where it has no digits.
    std::optional<int> fraction()
    {
        if (!oneOf("."))
            return 0;
        int value = 0;
        std::size_t digits = 0;
        while (const auto digit = number(1)) {
            if (digits++ < 3)
                value = value * 10 + *digit;
        }
        if (digits == 0)
            return std::nullopt;
        for (; digits < 3; ++digits)
            value *= 10;
        return value;
    }

    char last() const { return m_last; }
    bool atEnd() const { return m_rest.empty(); }

private:
    std::string_view m_rest;
    char m_last = 0;
};

} // namespace

std::string formatTime(Time time)
{
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 48> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count()));
    return std::string(text.data(), static_cast<std::size_t>(size));
}

std::optional<Time> parseTime(std::string_view text)
{
    Reader in(text);
    const auto y = in.number(4);
    if (!y || !in.oneOf("-"))
        return std::nullopt;
    const auto m = in.number(2);
    if (!m || !in.oneOf("-"))
        return std::nullopt;
    const auto d = in.number(2);
    if (!d || !in.oneOf("Tt "))
        return std::nullopt;
    const auto hour = in.number(2);
    if (!hour || !in.oneOf(":"))
        return std::nullopt;
    const auto minute = in.number(2);
    if (!minute || !in.oneOf(":"))
        return std::nullopt;
    const auto second = in.number(2);
    const auto milliseconds_ = second ? in.fraction() : std::nullopt;
    if (!milliseconds_ || !in.oneOf("Zz+-"))
        return std::nullopt;

    minutes offset{0};
    if (const char sign = in.last(); sign == '+' || sign == '-') {
        const auto offsetHour = in.number(2);
        if (!offsetHour || !in.oneOf(":"))
            return std::nullopt;
        const auto offsetMinute = in.number(2);
        if (!offsetMinute || *offsetHour > 23 || *offsetMinute > 59)
            return std::nullopt;
        offset = hours(*offsetHour) + minutes(*offsetMinute);
        if (sign == '-')
            offset = -offset;
    }
    const year_month_day date{year(*y), month(unsigned(*m)), day(unsigned(*d))};
    if (!in.atEnd() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const Time time = Time(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) +
                      milliseconds(*milliseconds_) - offset;
    // An offset, or a leap second, may lead out of the years that can be written.
    const bool canBeWritten =
        time >= Time(sys_days(year(0) / January / 1)) && time < Time(sys_days(year(10000) / January / 1));
    return canBeWritten ? std::optional(time) : std::nullopt;
}

const Clock& systemClock()
{
    class SystemClock final : public Clock
    {
    public:
        Time now() const override { return floor<milliseconds>(system_clock::now()); }
        steady_clock::time_point monotonic() const override { return steady_clock::now(); }
    };
    static const SystemClock clock;
    return clock;
}

} // namespace belfry
