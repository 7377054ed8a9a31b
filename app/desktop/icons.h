// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <QIcon>

namespace belfry::desktop {

/// The bell's looks, told apart by their shape (desktop.md, "Tray icon").
enum class Bell { Plain, Dot, Bar, Hollow, Exclamation };

/// From resources/icons, in every size from 16 to 256. Thread: GUI.
QIcon bellIcon(Bell bell);
/// What stands beside a notification: 16 to 64.
QIcon typeIcon(Type type);
/// The program's own.
QIcon appIcon();

} // namespace belfry::desktop
