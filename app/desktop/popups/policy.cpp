// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/policy.h"

#include "app/desktop/popups/quiet.h"

#include <algorithm>
#include <utility>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;
using client::Row;
using client::RowId;
using Kind = StandingPopup::Kind;

constexpr PopupId burstId = summaryIds - 1;
constexpr PopupId awayId = summaryIds - 2;
constexpr PopupId quietEndId = summaryIds - 3;
constexpr PopupId firstCriticalSummaryId = summaryIds - 100;

constexpr std::size_t burstSize = 5;
constexpr auto burstWindow = 2s;
constexpr auto burstCountsOnFor = 10s;
constexpr auto awayCollectsFor = 15s; // counts of one collecting come at least this often
constexpr auto wallClockCheck = 10s;  // a wall clock may jump: its end is looked at this often
constexpr int mostCritical = 5;
constexpr int mostCriticalOfOne = 2;

QString senderKey(const Row& row)
{
    return row.senderId != 0 ? QString::number(row.senderId) : QStringLiteral("=") + row.senderName;
}

QDateTime wallTime(const Clock& clock)
{
    return QDateTime::fromMSecsSinceEpoch(clock.now().time_since_epoch().count());
}

} // namespace

PopupPolicy::PopupPolicy(PopupStage& stage, const Clock& clock, PopsUp popsUp)
    : m_stage(stage), m_clock(clock), m_popsUp(std::move(popsUp)), m_standing(stage, clock),
      m_nextCriticalSummary(firstCriticalSummaryId)
{
}

// --- what comes from the server -------------------------------------------------------------------------------------

void PopupPolicy::arrived(const Row& row)
{
    settleQuiet();
    if (StandingPopup* const popup = m_standing.holding(row.rowId)) {
        if (popup->kind == Kind::Single && popup->row.rowId == row.rowId) {
            popup->row = row;
            if (!popup->drawnAt)
                m_standing.draw(*popup);
        }
        return;
    }
    if (m_held.contains(row.rowId))
        return;
    if (row.priority == Priority::Critical)
        putCritical(row);
    else if (!hold(row))
        put(row);
}

/// Takes what is not to pop up now: for the list only, or until do-not-disturb ends.
bool PopupPolicy::hold(const Row& row)
{
    if (m_popsUp(row.priority) && !isQuiet())
        return false;
    if (m_popsUp(row.priority) && row.priority == Priority::High)
        m_held.insert(row.rowId, row); // shown after, and so not yet to be remembered as shown
    else
        m_stage.markShown({row.rowId});
    return true;
}

void PopupPolicy::put(const Row& row)
{
    while (!m_recent.empty() && now() - m_recent.front() > burstWindow)
        m_recent.pop_front();
    const bool countsOn = m_burstGrew && now() - *m_burstGrew < burstCountsOnFor && m_standing.isStanding(burstId);
    if (countsOn || m_recent.size() >= burstSize || waitingForStage() >= burstSize) {
        m_burstGrew = now();
        m_standing.draw(m_standing.include(burstId, Kind::Burst, row));
        return;
    }
    m_recent.push_back(now());
    m_standing.putSingle(row);
}

/// Popups that a stage which hangs has not answered for: they would all come at once when it goes on.
std::size_t PopupPolicy::waitingForStage() const
{
    const auto& all = m_standing.all();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& each) {
        const StandingPopup& popup = each.second;
        return popup.kind == Kind::Single && !popup.isCritical() && !popup.unanswered.isEmpty();
    }));
}

void PopupPolicy::putCritical(const Row& row)
{
    const QString sender = senderKey(row);
    int standing = 0, ofThisSender = 0;
    for (const auto& [id, popup] : m_standing.all()) {
        if (popup.kind != Kind::Single || !popup.isCritical())
            continue;
        ++standing;
        if (senderKey(popup.row) == sender)
            ++ofThisSender;
    }
    if (standing < mostCritical && ofThisSender < mostCriticalOfOne)
        m_standing.putSingle(row);
    else
        m_standing.draw(m_standing.include(criticalSummaryOf(sender), Kind::CriticalSummary, row));
}

/// The one that stands for this sender, or a new one's number.
PopupId PopupPolicy::criticalSummaryOf(const QString& sender)
{
    m_criticalSummaries.removeIf(
        [this](QHash<QString, PopupId>::iterator at) { return !m_standing.isStanding(at.value()); });
    if (!m_criticalSummaries.contains(sender))
        m_criticalSummaries.insert(sender, m_nextCriticalSummary--);
    return m_criticalSummaries.value(sender);
}

void PopupPolicy::replaced(RowId earlier, const Row& row)
{
    settleQuiet();
    if (m_standing.holding(row.rowId)) { // it came as itself before: only the earlier one is left to go
        withdrawn({earlier});
        return;
    }
    if (StandingPopup* const popup = m_standing.holding(earlier)) {
        if (popup->kind == Kind::Single)
            replaceSingle(*popup, row);
        else
            replaceInSummary(*popup, earlier, row);
        return;
    }
    m_held.remove(earlier);
    if (m_dismissed.contains(earlier) && row.priority < Priority::High) {
        m_dismissed.add(row.rowId);
        m_stage.markShown({row.rowId});
        return;
    }
    arrived(row);
}

void PopupPolicy::replaceSingle(StandingPopup& popup, const Row& row)
{
    if (row.priority != Priority::Critical && hold(row))
        m_standing.takeDown(popup.id); // what it says holds no more
    else
        m_standing.changeSingle(popup, row);
}

void PopupPolicy::replaceInSummary(StandingPopup& summary, RowId earlier, const Row& row)
{
    const bool staysInIt = (row.priority == Priority::Critical) == summary.isCritical();
    if (!staysInIt) {
        m_standing.drop(earlier);
        arrived(row);
    } else if (!summary.isCritical() && hold(row)) {
        m_standing.drop(earlier);
    } else {
        m_standing.exchange(summary, earlier, row);
    }
}

void PopupPolicy::withdrawn(const QList<RowId>& rows)
{
    for (const RowId row : rows) {
        m_held.remove(row);
        m_standing.drop(row);
    }
}

void PopupPolicy::awaySummary(int count, const QList<Row>& important)
{
    settleQuiet();
    if (count <= 0) {
        m_standing.takeDown(awayId);
        return;
    }
    if (isQuiet()) {
        for (const Row& row : important) {
            if (row.priority == Priority::High && m_popsUp(row.priority))
                m_held.insert(row.rowId, row);
        }
        return;
    }
    const bool sameCollecting = m_awayGrew && now() - *m_awayGrew < awayCollectsFor;
    m_awayGrew = now();
    if (m_awayDismissed && sameCollecting)
        return;
    m_awayDismissed.reset();
    m_standing.setAway(awayId, count);
}

void PopupPolicy::awaySummaryDropped(int count)
{
    if (!m_standing.isStanding(awayId))
        return;
    if (count <= 0)
        m_standing.takeDown(awayId);
    else
        m_standing.setAway(awayId, count);
}

void PopupPolicy::connectionChanged()
{
    closeAll();
    m_held.clear();
    m_recent.clear();
    m_awayGrew.reset();
    m_awayDismissed.reset();
}

// --- what the person does -------------------------------------------------------------------------------------------

void PopupPolicy::setQuiet(const Quiet& quiet)
{
    m_quiet = quiet;
    if (!isQuiet())
        showHeld();
}

bool PopupPolicy::isQuiet() const
{
    return holds(m_quiet, wallTime(m_clock));
}

void PopupPolicy::settleQuiet()
{
    if (!m_quiet.isOn || isQuiet())
        return;
    m_quiet = {};
    showHeld();
    m_stage.quietEnded();
}

void PopupPolicy::showHeld()
{
    const QMap<RowId, Row> held = std::exchange(m_held, {});
    if (held.size() == 1) {
        put(held.first());
    } else if (!held.isEmpty()) {
        for (const Row& row : held)
            m_standing.include(quietEndId, Kind::QuietEnd, row);
        m_standing.draw(*m_standing.find(quietEndId));
    }
}

// --- what happens on the screen -------------------------------------------------------------------------------------

void PopupPolicy::wasShown(PopupId id)
{
    StandingPopup* const popup = m_standing.find(id);
    if (!popup)
        return;
    const QList<RowId> rows = std::exchange(popup->unanswered, {});
    // A critical one is shown again at the next start unless the person closed it, and so is remembered then only.
    if (!popup->isCritical() && !rows.isEmpty())
        m_stage.markShown(rows);
}

void PopupPolicy::wasClosed(PopupId id, ClosedBy by)
{
    gone(id, by);
}

void PopupPolicy::wasUsed(PopupId id)
{
    if (!m_standing.isStanding(id))
        return;
    gone(id, ClosedBy::Person);
    m_stage.close(id);
}

void PopupPolicy::gone(PopupId id, ClosedBy by)
{
    const StandingPopup* const standing = m_standing.find(id);
    if (!standing)
        return;
    const StandingPopup popup = *standing;
    m_standing.forget(id);
    if (by == ClosedBy::Person) {
        for (const RowId row : popup.rows())
            m_dismissed.add(row);
        if (popup.kind == Kind::Away)
            m_awayDismissed = now();
        if (const QList<RowId> rows = popup.rows(); !rows.isEmpty())
            m_stage.markShown(rows);
        // A replacement that waits for its second is not what was closed.
        if (popup.kind == Kind::Single && popup.redrawAt && popup.row.priority >= Priority::High)
            arrived(popup.row);
    } else if (popup.kind == Kind::Single && popup.redrawAt) {
        arrived(popup.row);
    }
}

void PopupPolicy::stageRestarted(const QList<PopupId>& lost)
{
    for (const PopupId id : lost) {
        StandingPopup* const popup = m_standing.find(id);
        if (popup && popup->isCritical())
            m_standing.drawNow(*popup);
        else
            m_standing.forget(id);
    }
}

// --- time -----------------------------------------------------------------------------------------------------------

void PopupPolicy::tick()
{
    settleQuiet();
    m_standing.drawDue();
}

std::optional<std::chrono::milliseconds> PopupPolicy::nextTick() const
{
    std::optional<std::chrono::milliseconds> next = m_standing.nextDrawing();
    if (m_quiet.isOn && m_quiet.until.isValid()) {
        const std::chrono::milliseconds left(wallTime(m_clock).msecsTo(m_quiet.until));
        const auto look = std::clamp<std::chrono::milliseconds>(left, 0ms, wallClockCheck);
        next = next ? std::min(*next, look) : look;
    }
    return next;
}

std::optional<Row> PopupPolicy::rowOf(PopupId id) const
{
    const StandingPopup* const popup = m_standing.find(id);
    if (!popup || popup->kind != Kind::Single)
        return std::nullopt;
    return popup->drawnRow;
}

} // namespace belfry::desktop
