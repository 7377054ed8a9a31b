// SPDX-License-Identifier: GPL-3.0-or-later
// Windows and macOS: their notification centres hide texts on a locked screen by themselves; wake-ups are seen by the
// clocks.
#include "app/desktop/session_watch.h"

namespace belfry::desktop {

SessionWatch::SessionWatch(QObject* parent) : QObject(parent) {}

void SessionWatch::prepareForSleep(bool) {}

void SessionWatch::setLocked(bool) {}

void SessionWatch::askLocked() {}

} // namespace belfry::desktop
