// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/popup.h"
#include "app/desktop/popups/standing.h"
#include "app/desktop/preferences.h"
#include "client/row.h"
#include "protocol/time.h"

#include <QHash>
#include <QMap>
#include <QSet>
#include <QString>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>

namespace belfry::desktop {

/// Why a popup is gone from the screen.
enum class ClosedBy { Timeout, Person, Us, Unknown };

/// Where popups are shown and what is to be remembered of them.
class PopupStage
{
public:
    virtual ~PopupStage() = default;
    /// Shows it, or replaces the one of this number in place.
    virtual void show(PopupId id, const Popup& popup) = 0;
    virtual void close(PopupId id) = 0;
    /// These are not to be shown again at a later start.
    virtual void markShown(const QList<client::RowId>& rows) = 0;
    /// Do-not-disturb has come to its stored end.
    virtual void quietEnded() = 0;
};

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
    void setServerName(const QString& name) { m_serverName = name; }
    /// Another connection is the active one: everything of the last one goes.
    void connectionChanged();

    // --- what the person and the session do -------------------------------------------------------------------------
    void setQuiet(const Quiet& quiet);
    void setLocked(bool isLocked);

    // --- what happens on the screen ---------------------------------------------------------------------------------
    /// The daemon has answered: it stands.
    void wasShown(PopupId id);
    void wasClosed(PopupId id, ClosedBy by);
    /// A button was pressed and dealt with: the popup goes.
    void wasUsed(PopupId id);
    /// Another daemon, which knows nothing of these: critical ones are shown again, the others are forgotten.
    void stageRestarted(const QList<PopupId>& lost);
    /// The program ends: everything is closed.
    void closeAll();

    void tick();
    /// How long until tick() is wanted; nothing: not before something else happens.
    std::optional<std::chrono::milliseconds> nextTick() const;

    /// The row whose buttons a popup shows; nothing for summaries and what is no more.
    std::optional<client::Row> rowOf(PopupId id) const;

private:
    void settleQuiet();
    bool hold(const client::Row& row);
    void put(const client::Row& row);
    std::size_t waitingForStage() const;
    void putCritical(const client::Row& row);
    void putSingle(const client::Row& row);
    void addTo(PopupId summary, StandingPopup::Kind kind, const client::Row& row);
    StandingPopup& include(PopupId summary, StandingPopup::Kind kind, const client::Row& row);
    void replaceSingle(StandingPopup& popup, const client::Row& row);
    void replaceInSummary(StandingPopup& summary, client::RowId earlier, const client::Row& row);
    bool drop(client::RowId row);
    void draw(StandingPopup& popup);
    void drawNow(StandingPopup& popup);
    Popup compose(const StandingPopup& popup) const;
    void forget(PopupId id);
    void takeDown(PopupId id);
    void gone(PopupId id, ClosedBy by);
    void showHeld();
    void dismiss(client::RowId row);
    std::chrono::steady_clock::time_point now() const { return m_clock.monotonic(); }

    PopupStage& m_stage;
    const Clock& m_clock;
    PopsUp m_popsUp;
    QString m_serverName;
    Quiet m_quiet;
    bool m_isLocked = false;

    std::map<PopupId, StandingPopup> m_standing; ///< on the screen, or on its way there
    QHash<client::RowId, PopupId> m_where;       ///< which of them a row is in
    QHash<QString, PopupId> m_criticalSummaries; ///< by sender
    PopupId m_nextCriticalSummary;
    std::deque<std::chrono::steady_clock::time_point> m_recent; ///< when the last new popups came
    std::optional<std::chrono::steady_clock::time_point> m_burstGrew;
    QMap<client::RowId, client::Row> m_held; ///< high ones that do-not-disturb keeps
    std::optional<std::chrono::steady_clock::time_point> m_awayDismissed, m_awayGrew;
    QSet<client::RowId> m_dismissed; ///< whose popups the person closed: the newest so many
    std::deque<client::RowId> m_dismissedOrder;
};

} // namespace belfry::desktop
