// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/policy.h"

#include "app/desktop/popups/compose.h"
#include "app/desktop/popups/quiet.h"

#include <algorithm>

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
constexpr auto redrawInterval = 1s;
constexpr auto awayCollectsFor = 15s; // counts of one collecting come at least this often
constexpr auto wallClockCheck = 10s;  // a wall clock may jump: its end is looked at this often
constexpr int mostCritical = 5;
constexpr int mostCriticalOfOne = 2;
constexpr std::size_t mostDismissed = 4096;

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
    : m_stage(stage), m_clock(clock), m_popsUp(std::move(popsUp)), m_nextCriticalSummary(firstCriticalSummaryId)
{
}

// --- what comes from the server -------------------------------------------------------------------------------------

void PopupPolicy::arrived(const Row& row)
{
    settleQuiet();
    if (m_where.contains(row.rowId)) {
        const auto at = m_standing.find(m_where.value(row.rowId));
        if (at->second.kind == Kind::Single && at->second.row.rowId == row.rowId) {
            at->second.row = row;
            if (!at->second.drawnAt)
                draw(at->second);
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
    const bool isQuiet = holds(m_quiet, wallTime(m_clock));
    if (m_popsUp(row.priority) && !isQuiet)
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
    const bool countsOn = m_burstGrew && now() - *m_burstGrew < burstCountsOnFor && m_standing.contains(burstId);
    if (countsOn || m_recent.size() >= burstSize || waitingForStage() >= burstSize) {
        m_burstGrew = now();
        addTo(burstId, Kind::Burst, row);
        return;
    }
    m_recent.push_back(now());
    putSingle(row);
}

/// Popups that a stage which hangs has not answered for: they would all come at once when it goes on.
std::size_t PopupPolicy::waitingForStage() const
{
    return static_cast<std::size_t>(std::count_if(m_standing.begin(), m_standing.end(), [](const auto& each) {
        const StandingPopup& popup = each.second;
        return popup.kind == Kind::Single && !popup.isCritical() && !popup.unanswered.isEmpty();
    }));
}

void PopupPolicy::putCritical(const Row& row)
{
    int standing = 0, ofThisSender = 0;
    for (const auto& [id, popup] : m_standing) {
        if (popup.kind != Kind::Single || !popup.isCritical())
            continue;
        ++standing;
        if (senderKey(popup.row) == senderKey(row))
            ++ofThisSender;
    }
    if (standing < mostCritical && ofThisSender < mostCriticalOfOne) {
        putSingle(row);
        return;
    }
    const QString sender = senderKey(row);
    if (!m_criticalSummaries.contains(sender))
        m_criticalSummaries.insert(sender, m_nextCriticalSummary--);
    addTo(m_criticalSummaries.value(sender), Kind::CriticalSummary, row);
}

void PopupPolicy::putSingle(const Row& row)
{
    StandingPopup& popup = m_standing[row.rowId];
    popup.id = row.rowId;
    popup.row = row;
    popup.undrawn = {row.rowId};
    m_where.insert(row.rowId, popup.id);
    draw(popup);
}

void PopupPolicy::addTo(PopupId id, Kind kind, const Row& row)
{
    draw(include(id, kind, row));
}

/// Counts one row in a summary, which is not drawn yet.
StandingPopup& PopupPolicy::include(PopupId id, Kind kind, const Row& row)
{
    StandingPopup& summary = m_standing[id];
    summary.id = id;
    summary.kind = kind;
    summary.row = row;
    summary.titles.insert(row.rowId, row.title);
    summary.undrawn.append(row.rowId);
    m_where.insert(row.rowId, id);
    return summary;
}

void PopupPolicy::replaced(RowId earlier, const Row& row)
{
    settleQuiet();
    if (m_where.contains(row.rowId)) { // it came as itself before: only the earlier one is left to go
        withdrawn({earlier});
        return;
    }
    if (const auto where = m_where.constFind(earlier); where != m_where.constEnd()) {
        StandingPopup& popup = m_standing.at(*where);
        if (popup.kind == Kind::Single)
            replaceSingle(popup, row);
        else
            replaceInSummary(popup, earlier, row);
        return;
    }
    m_held.remove(earlier);
    if (m_dismissed.contains(earlier) && row.priority < Priority::High) {
        dismiss(row.rowId);
        m_stage.markShown({row.rowId});
        return;
    }
    arrived(row);
}

void PopupPolicy::replaceSingle(StandingPopup& popup, const Row& row)
{
    if (row.priority != Priority::Critical && hold(row)) {
        takeDown(popup.id); // what it says holds no more
        return;
    }
    m_where.remove(popup.row.rowId);
    m_where.insert(row.rowId, popup.id);
    popup.row = row;
    popup.undrawn = {row.rowId};
    draw(popup);
}

void PopupPolicy::replaceInSummary(StandingPopup& summary, RowId earlier, const Row& row)
{
    const bool staysInIt = (row.priority == Priority::Critical) == summary.isCritical();
    if (!staysInIt) {
        drop(earlier);
        arrived(row);
        return;
    }
    if (!summary.isCritical() && hold(row)) {
        drop(earlier);
        return;
    }
    summary.titles.remove(earlier);
    summary.undrawn.removeAll(earlier);
    m_where.remove(earlier);
    addTo(summary.id, summary.kind, row);
}

void PopupPolicy::withdrawn(const QList<RowId>& rows)
{
    for (const RowId row : rows) {
        m_held.remove(row);
        drop(row);
    }
}

/// Takes one row out of whatever popup it is in; a summary goes when it counts nothing any more.
bool PopupPolicy::drop(RowId row)
{
    const auto where = m_where.constFind(row);
    if (where == m_where.constEnd())
        return false;
    StandingPopup& popup = m_standing.at(*where);
    if (popup.kind == Kind::Single || popup.titles.size() <= 1) {
        takeDown(popup.id);
        return true;
    }
    popup.titles.remove(row);
    popup.undrawn.removeAll(row);
    popup.unanswered.removeAll(row);
    m_where.remove(row);
    draw(popup);
    return true;
}

void PopupPolicy::awaySummary(int count, const QList<Row>& important)
{
    settleQuiet();
    if (count <= 0) {
        takeDown(awayId);
        return;
    }
    if (holds(m_quiet, wallTime(m_clock))) {
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
    StandingPopup& summary = m_standing[awayId];
    summary.id = awayId;
    summary.kind = Kind::Away;
    if (summary.drawnAt && summary.awayCount == count)
        return;
    summary.awayCount = count;
    draw(summary);
}

void PopupPolicy::awaySummaryDropped(int count)
{
    const auto at = m_standing.find(awayId);
    if (at == m_standing.end() || count == at->second.awayCount)
        return;
    at->second.awayCount = count;
    if (count <= 0)
        takeDown(awayId);
    else
        draw(at->second);
}

void PopupPolicy::connectionChanged()
{
    closeAll();
    m_held.clear();
    m_recent.clear();
    m_awayGrew.reset();
    m_awayDismissed.reset();
}

// --- what the person and the session do -----------------------------------------------------------------------------

void PopupPolicy::setQuiet(const Quiet& quiet)
{
    m_quiet = quiet;
    if (!holds(m_quiet, wallTime(m_clock)))
        showHeld();
}

void PopupPolicy::settleQuiet()
{
    if (!m_quiet.isOn || holds(m_quiet, wallTime(m_clock)))
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
            include(quietEndId, Kind::QuietEnd, row);
        draw(m_standing.at(quietEndId));
    }
}

void PopupPolicy::setLocked(bool isLocked)
{
    if (isLocked == m_isLocked)
        return;
    m_isLocked = isLocked;
    for (auto& [id, popup] : m_standing) {
        if (popup.kind == Kind::Single && !popup.isCritical())
            drawNow(popup);
    }
}

// --- what happens on the screen -------------------------------------------------------------------------------------

void PopupPolicy::wasShown(PopupId id)
{
    const auto at = m_standing.find(id);
    if (at == m_standing.end())
        return;
    const QList<RowId> rows = std::exchange(at->second.unanswered, {});
    // A critical one is shown again at the next start unless the person closed it, and so is remembered then only.
    if (!at->second.isCritical() && !rows.isEmpty())
        m_stage.markShown(rows);
}

void PopupPolicy::wasClosed(PopupId id, ClosedBy by)
{
    gone(id, by);
}

void PopupPolicy::wasUsed(PopupId id)
{
    if (!m_standing.contains(id))
        return;
    gone(id, ClosedBy::Person);
    m_stage.close(id);
}

void PopupPolicy::gone(PopupId id, ClosedBy by)
{
    const auto at = m_standing.find(id);
    if (at == m_standing.end())
        return;
    const StandingPopup popup = at->second;
    forget(id);
    if (by == ClosedBy::Person) {
        for (const RowId row : popup.rows())
            dismiss(row);
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
        const auto at = m_standing.find(id);
        if (at == m_standing.end())
            continue;
        if (at->second.isCritical())
            drawNow(at->second);
        else
            forget(id);
    }
}

void PopupPolicy::closeAll()
{
    QList<PopupId> all;
    for (const auto& [id, popup] : m_standing)
        all.append(id);
    for (const PopupId id : all)
        takeDown(id);
}

void PopupPolicy::takeDown(PopupId id)
{
    if (!m_standing.contains(id))
        return;
    forget(id);
    m_stage.close(id);
}

void PopupPolicy::forget(PopupId id)
{
    const auto at = m_standing.find(id);
    if (at == m_standing.end())
        return;
    for (const RowId row : at->second.rows())
        m_where.remove(row);
    if (at->second.kind == Kind::CriticalSummary)
        m_criticalSummaries.remove(m_criticalSummaries.key(id));
    if (id == burstId)
        m_burstGrew.reset();
    m_standing.erase(at);
}

void PopupPolicy::dismiss(RowId row)
{
    if (m_dismissed.contains(row))
        return;
    m_dismissed.insert(row);
    m_dismissedOrder.push_back(row);
    if (m_dismissedOrder.size() > mostDismissed) {
        m_dismissed.remove(m_dismissedOrder.front());
        m_dismissedOrder.pop_front();
    }
}

// --- drawing --------------------------------------------------------------------------------------------------------

void PopupPolicy::draw(StandingPopup& popup)
{
    if (!popup.drawnAt || now() - *popup.drawnAt >= redrawInterval)
        drawNow(popup);
    else
        popup.redrawAt = *popup.drawnAt + redrawInterval;
}

void PopupPolicy::drawNow(StandingPopup& popup)
{
    popup.drawnAt = now();
    popup.redrawAt.reset();
    popup.drawnRow = popup.row;
    popup.unanswered += std::exchange(popup.undrawn, {});
    m_stage.show(popup.id, compose(popup));
}

Popup PopupPolicy::compose(const StandingPopup& popup) const
{
    switch (popup.kind) {
    case Kind::Burst:
        return composeBurst(popup.count());
    case Kind::Away:
        return composeAway(popup.count());
    case Kind::QuietEnd:
        return composeQuietEnd(popup.count());
    case Kind::CriticalSummary:
        return composeCriticalSummary(popup.count(), popup.row.senderName, popup.titles.last());
    case Kind::Single:
        break;
    }
    return composePopup(popup.row, m_isLocked, m_serverName);
}

void PopupPolicy::tick()
{
    settleQuiet();
    for (auto& [id, popup] : m_standing) {
        if (popup.redrawAt && *popup.redrawAt <= now())
            drawNow(popup);
    }
}

std::optional<std::chrono::milliseconds> PopupPolicy::nextTick() const
{
    std::optional<std::chrono::milliseconds> next;
    const auto wanted = [&next](std::chrono::milliseconds in) {
        in = std::max(in, 0ms);
        next = next ? std::min(*next, in) : in;
    };
    for (const auto& [id, popup] : m_standing) {
        if (popup.redrawAt)
            wanted(std::chrono::ceil<std::chrono::milliseconds>(*popup.redrawAt - now()));
    }
    if (m_quiet.isOn && m_quiet.until.isValid()) {
        const std::chrono::milliseconds left(wallTime(m_clock).msecsTo(m_quiet.until));
        wanted(std::min<std::chrono::milliseconds>(left, wallClockCheck));
    }
    return next;
}

std::optional<Row> PopupPolicy::rowOf(PopupId id) const
{
    const auto at = m_standing.find(id);
    if (at == m_standing.end() || at->second.kind != Kind::Single)
        return std::nullopt;
    return at->second.drawnRow;
}

} // namespace belfry::desktop
