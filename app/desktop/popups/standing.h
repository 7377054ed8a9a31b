// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/popup.h"
#include "client/row.h"

#include <QMap>

#include <chrono>
#include <optional>

namespace belfry::desktop {

/// A popup of ours that is on the screen, or on its way there.
struct StandingPopup
{
    enum class Kind { Single, Burst, Away, QuietEnd, CriticalSummary };

    PopupId id = 0;
    Kind kind = Kind::Single;
    client::Row row;                     ///< Single: the one; CriticalSummary: the newest, for its sender
    client::Row drawnRow;                ///< Single: the one whose buttons are on the screen
    QMap<client::RowId, QString> titles; ///< summaries: what they count
    int awayCount = 0;                   ///< Away: what the client counts
    QList<client::RowId> undrawn;        ///< rows that the next drawing shows for the first time
    QList<client::RowId> unanswered;     ///< drawn, and the daemon has not answered yet
    std::optional<std::chrono::steady_clock::time_point> drawnAt;
    std::optional<std::chrono::steady_clock::time_point> redrawAt;

    /// Stays until closed by the person, and is shown again at the next start unless the person closed it.
    bool isCritical() const
    {
        return kind == Kind::CriticalSummary || (kind == Kind::Single && row.priority == Priority::Critical);
    }
    QList<client::RowId> rows() const { return kind == Kind::Single ? QList{row.rowId} : titles.keys(); }
    int count() const { return kind == Kind::Away ? awayCount : int(titles.size()); }
};

} // namespace belfry::desktop
