// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/durations.h"

#include <QStringList>

#include <array>
#include <cmath>

namespace belfry::cli {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds longest = std::chrono::days(36'525);

struct Unit
{
    char16_t letter;
    std::chrono::seconds length;
    const char* shown;
};
/// From long to short; in this order they may follow each other.
constexpr std::array units{Unit{u'w', std::chrono::weeks(1), nullptr}, Unit{u'd', std::chrono::days(1), "d"},
                           Unit{u'h', std::chrono::hours(1), "h"}, Unit{u'm', std::chrono::minutes(1), "min"},
                           Unit{u's', std::chrono::seconds(1), "s"}};

bool isPartOfNumber(QChar c)
{
    return c == u'.' || (c >= u'0' && c <= u'9');
}

} // namespace

std::optional<std::chrono::milliseconds> durationFrom(QStringView typed)
{
    Seconds sum{};
    const Unit* unit = units.data();
    const Unit* const end = units.data() + units.size();
    if (typed.isEmpty())
        return std::nullopt;
    while (!typed.isEmpty()) {
        qsizetype digits = 0;
        while (digits < typed.size() && isPartOfNumber(typed[digits]))
            ++digits;
        bool isNumber = false;
        const double number = typed.first(digits).toDouble(&isNumber);
        typed = typed.sliced(digits);
        while (unit != end && !(typed.isEmpty() ? unit->letter == u's' : typed.front() == unit->letter))
            ++unit;
        if (!isNumber || unit == end)
            return std::nullopt;
        sum += number * Seconds(unit->length);
        ++unit; // each once
        typed = typed.sliced(std::min<qsizetype>(1, typed.size()));
    }
    if (sum > longest)
        return std::nullopt;
    const std::chrono::milliseconds duration(std::llround(sum.count() * 1000));
    return duration > duration.zero() ? std::optional(duration) : std::nullopt;
}

QString shownDuration(std::chrono::milliseconds duration)
{
    if (duration < std::chrono::seconds(10))
        return QStringLiteral("%1 s").arg(static_cast<double>(duration.count()) / 1000, 0, 'f', 1);
    auto left = std::chrono::duration_cast<std::chrono::seconds>(duration);
    QStringList parts;
    for (const Unit& unit : units) {
        if (unit.shown == nullptr)
            continue;
        const auto count = left / unit.length;
        left %= unit.length;
        if (count > 0)
            parts += QStringLiteral("%1 %2").arg(count).arg(QLatin1StringView(unit.shown));
        if (parts.size() == 2 || (!parts.isEmpty() && count == 0))
            break;
    }
    return parts.join(u' ');
}

} // namespace belfry::cli
