// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/popup.h"
#include "client/row.h"

namespace belfry::desktop {

/// What one notification's popup says (desktop.md, "A popup").
/// @param isLocked    the session is locked: all but critical ones say only whose message it is
/// @param serverName  said beside the sender; empty: left out
Popup composePopup(const client::Row& row, bool isLocked, const QString& serverName);

/// "12 new messages": a burst's summary.
Popup composeBurst(int count);
/// "7 messages while you were away".
Popup composeAway(int count);
/// "3 messages while you were not to be disturbed".
Popup composeQuietEnd(int count);
/// "4 more critical messages from ops", with the newest title.
Popup composeCriticalSummary(int count, const QString& sender, const QString& newestTitle);

/// Whether a link may be opened: http or https with a host, nothing else.
bool isOpenableLink(const QString& url);

} // namespace belfry::desktop
