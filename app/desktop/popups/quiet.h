// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/preferences.h"

namespace belfry::desktop {

/// How long do-not-disturb is to last, as the menu offers it.
enum class QuietChoice { HalfAnHour, OneHour, UntilTomorrow, UntilTurnedOff };

/// What a choice means at this moment. "Tomorrow" is 08:00 of the next day, local time (client.md).
Quiet quietFrom(QuietChoice choice, const QDateTime& now);

/// Whether it is on and its end has not come yet. An end further away than any choice sets was chosen by a clock that
/// has been set back since: it does not hold popups back for years.
bool holds(const Quiet& quiet, const QDateTime& now);

} // namespace belfry::desktop
