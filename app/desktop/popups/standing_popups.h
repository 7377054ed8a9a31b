// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/stage.h"
#include "app/desktop/popups/standing.h"
#include "protocol/time.h"

#include <QHash>
#include <QString>

#include <chrono>
#include <map>
#include <optional>

namespace belfry::desktop {

/// What stands on the stage, or is on its way there: which popups, which rows each of them holds, and what they say
/// now.
///
/// A row is in one popup at most. Each popup is drawn at most once a second: what changes between is drawn when its
/// second has passed, by drawDue(). Decides nothing of what is to be shown (that is PopupPolicy's). References stay
/// good until their popup is forgotten. Thread: one.
class StandingPopups
{
public:
    using Moment = std::chrono::steady_clock::time_point;

    /// @param stage, clock  outlive this
    StandingPopups(PopupStage& stage, const Clock& clock) : m_stage(stage), m_clock(clock) {}

    // --- looking ----------------------------------------------------------------------------------------------------
    bool isStanding(PopupId id) const { return m_popups.contains(id); }
    /// Null where it does not stand.
    StandingPopup* find(PopupId id);
    const StandingPopup* find(PopupId id) const;
    /// The popup that a row is in; null where it is in none.
    StandingPopup* holding(client::RowId row);
    const std::map<PopupId, StandingPopup>& all() const { return m_popups; }

    // --- changing what they hold ------------------------------------------------------------------------------------
    /// A popup of its own for this row, drawn.
    void putSingle(const client::Row& row);
    /// A single one shows another row from now on.
    void changeSingle(StandingPopup& popup, const client::Row& row);
    /// Counts one row in a summary, which stands from now on. Not drawn yet.
    StandingPopup& include(PopupId summary, StandingPopup::Kind kind, const client::Row& row);
    /// A summary counts one row in another's place.
    void exchange(StandingPopup& summary, client::RowId earlier, const client::Row& row);
    /// The summary of what came while away counts so many.
    void setAway(PopupId id, int count);
    /// Takes one row out of whatever popup it is in; a summary goes when it counts nothing any more.
    void drop(client::RowId row);

    // --- drawing and taking down ------------------------------------------------------------------------------------
    void draw(StandingPopup& popup);
    void drawNow(StandingPopup& popup);
    /// Draws what was put off and whose second has passed.
    void drawDue();
    /// How long until drawDue() has something to do, 0 where it has; nothing: nothing was put off.
    std::optional<std::chrono::milliseconds> nextDrawing() const;
    /// Off the stage, and forgotten.
    void takeDown(PopupId id);
    void takeAllDown();
    /// It is off the stage already.
    void forget(PopupId id);
    /// Single ones that are not critical say no more than whose they are while the session is locked.
    void setLocked(bool isLocked);
    void setServerName(const QString& name) { m_serverName = name; }

private:
    Popup compose(const StandingPopup& popup) const;
    Moment now() const { return m_clock.monotonic(); }

    PopupStage& m_stage;
    const Clock& m_clock;
    QString m_serverName;
    bool m_isLocked = false;
    std::map<PopupId, StandingPopup> m_popups;
    QHash<client::RowId, PopupId> m_where; ///< which of them a row is in
};

} // namespace belfry::desktop
