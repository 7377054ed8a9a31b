// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/quiet.h"

namespace belfry::desktop {
namespace {

/// From midnight until 08:00 of the next day, and an hour where a clock is put back for the winter.
constexpr qint64 longestSeconds = 33 * 3600;

} // namespace

Quiet quietFrom(QuietChoice choice, const QDateTime& now)
{
    Quiet quiet{true, {}};
    switch (choice) {
    case QuietChoice::HalfAnHour:
        quiet.until = now.addSecs(30 * 60);
        break;
    case QuietChoice::OneHour:
        quiet.until = now.addSecs(60 * 60);
        break;
    case QuietChoice::UntilTomorrow:
        quiet.until = QDateTime(now.toLocalTime().date().addDays(1), QTime(8, 0));
        break;
    case QuietChoice::UntilTurnedOff:
        break;
    }
    return quiet;
}

bool holds(const Quiet& quiet, const QDateTime& now)
{
    return quiet.isOn && (!quiet.until.isValid() || (now < quiet.until && now.secsTo(quiet.until) <= longestSeconds));
}

} // namespace belfry::desktop
