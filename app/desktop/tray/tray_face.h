// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/icons.h"
#include "app/desktop/preferences.h"
#include "client/client.h"

namespace belfry::desktop {

/// What the tray icon shows and says.
struct TrayFace
{
    Bell bell = Bell::Hollow;
    QString tooltip; ///< plain text; never one that a toolkit takes for markup
};

/// From how the link stands, what is unread and do-not-disturb (desktop.md, "Tray icon"). The link comes first: the
/// calm bells are shown only while connected.
TrayFace trayFace(const client::LinkStatus& status, int unread, const Quiet& quiet, const QDateTime& now);

/// "until 14:30", "until Tue 08:00"; empty where it has no end.
QString quietEndText(const Quiet& quiet, const QDateTime& now);

} // namespace belfry::desktop
