// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/dismissed.h"
#include "app/desktop/popups/stage.h"
#include "app/desktop/popups/standing_popups.h"
#include "app/desktop/preferences.h"
#include "client/row.h"
#include "protocol/time.h"

#include <QHash>
#include <QMap>
#include <QString>

#include <chrono>
#include <deque>
#include <functional>
#include <optional>

namespace belfry::desktop {

/// Decides what pops up, what is summed up and what goes to the list only (client.md, "Popups"; desktop.md, "A popup").
///
/// Knows no screen and no clock of its own: it is told what arrives and what happened on the screen, and tells its
/// stage. tick() is to be called no later than nextTick() says. Thread: one.
class PopupPolicy
{
public:
    using PopsUp = std::function<bool(Priority)>;

    /// @param stage, clock  outlive this
    /// @param popsUp        which priorities pop up at all (Preferences); critical ones are not asked for
    PopupPolicy(PopupStage& stage, const Clock& clock, PopsUp popsUp);

    // --- what comes from the server ---------------------------------------------------------------------------------
    void arrived(const client::Row& row);
    void replaced(client::RowId earlier, const client::Row& row);
    void withdrawn(const QList<client::RowId>& rows);
    /// What came while away; 0 takes the summary back.
    /// @param important  those of high priority among them: shown after do-not-disturb
    void awaySummary(int count, const QList<client::Row>& important = {});
    /// Some of those were read or taken back elsewhere: so many are left. Nothing where none stands.
    void awaySummaryDropped(int count);
    void setServerName(const QString& name) { m_standing.setServerName(name); }
    /// Another connection is the active one: everything of the last one goes.
    void connectionChanged();

    // --- what the person and the session do -------------------------------------------------------------------------
    void setQuiet(const Quiet& quiet);
    void setLocked(bool isLocked) { m_standing.setLocked(isLocked); }

    // --- what happens on the screen ---------------------------------------------------------------------------------
    /// The daemon has answered: it stands.
    void wasShown(PopupId id);
    void wasClosed(PopupId id, ClosedBy by);
    /// A button was pressed and dealt with: the popup goes.
    void wasUsed(PopupId id);
    /// Another daemon, which knows nothing of these: critical ones are shown again, the others are forgotten.
    void stageRestarted(const QList<PopupId>& lost);
    /// The program ends: everything is closed.
    void closeAll() { m_standing.takeAllDown(); }

    void tick();
    /// How long until tick() is wanted; nothing: not before something else happens.
    std::optional<std::chrono::milliseconds> nextTick() const;

    /// The row whose buttons a popup shows; nothing for summaries and what is no more.
    std::optional<client::Row> rowOf(PopupId id) const;

private:
    bool isQuiet() const;
    void settleQuiet();
    bool hold(const client::Row& row);
    void put(const client::Row& row);
    std::size_t waitingForStage() const;
    void putCritical(const client::Row& row);
    PopupId criticalSummaryOf(const QString& sender);
    void replaceSingle(StandingPopup& popup, const client::Row& row);
    void replaceInSummary(StandingPopup& summary, client::RowId earlier, const client::Row& row);
    void gone(PopupId id, ClosedBy by);
    void showHeld();
    std::chrono::steady_clock::time_point now() const { return m_clock.monotonic(); }

    PopupStage& m_stage;
    const Clock& m_clock;
    PopsUp m_popsUp;
    Quiet m_quiet;

    StandingPopups m_standing;
    QHash<QString, PopupId> m_criticalSummaries; ///< by sender
    PopupId m_nextCriticalSummary;
    std::deque<std::chrono::steady_clock::time_point> m_recent; ///< when the last new popups came
    std::optional<std::chrono::steady_clock::time_point> m_burstGrew;
    QMap<client::RowId, client::Row> m_held; ///< high ones that do-not-disturb keeps
    std::optional<std::chrono::steady_clock::time_point> m_awayDismissed, m_awayGrew;
    Dismissed m_dismissed;
};

} // namespace belfry::desktop
