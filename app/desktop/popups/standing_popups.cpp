// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/standing_popups.h"

#include "app/desktop/popups/compose.h"

#include <algorithm>
#include <utility>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;
using client::Row;
using client::RowId;
using Kind = StandingPopup::Kind;

constexpr auto redrawInterval = 1s;

} // namespace

StandingPopup* StandingPopups::find(PopupId id)
{
    const auto at = m_popups.find(id);
    return at != m_popups.end() ? &at->second : nullptr;
}

const StandingPopup* StandingPopups::find(PopupId id) const
{
    const auto at = m_popups.find(id);
    return at != m_popups.end() ? &at->second : nullptr;
}

StandingPopup* StandingPopups::holding(RowId row)
{
    const auto where = m_where.constFind(row);
    return where != m_where.constEnd() ? &m_popups.at(*where) : nullptr;
}

void StandingPopups::putSingle(const Row& row)
{
    StandingPopup& popup = m_popups[row.rowId];
    popup.id = row.rowId;
    changeSingle(popup, row);
}

void StandingPopups::changeSingle(StandingPopup& popup, const Row& row)
{
    m_where.remove(popup.row.rowId);
    m_where.insert(row.rowId, popup.id);
    popup.row = row;
    popup.undrawn = {row.rowId};
    draw(popup);
}

StandingPopup& StandingPopups::include(PopupId id, Kind kind, const Row& row)
{
    StandingPopup& summary = m_popups[id];
    summary.id = id;
    summary.kind = kind;
    summary.row = row;
    summary.titles.insert(row.rowId, row.title);
    summary.undrawn.append(row.rowId);
    m_where.insert(row.rowId, id);
    return summary;
}

void StandingPopups::exchange(StandingPopup& summary, RowId earlier, const Row& row)
{
    summary.titles.remove(earlier);
    summary.undrawn.removeAll(earlier);
    m_where.remove(earlier);
    draw(include(summary.id, summary.kind, row));
}

void StandingPopups::setAway(PopupId id, int count)
{
    StandingPopup& summary = m_popups[id];
    summary.id = id;
    summary.kind = Kind::Away;
    if (summary.drawnAt && summary.awayCount == count)
        return;
    summary.awayCount = count;
    draw(summary);
}

void StandingPopups::drop(RowId row)
{
    StandingPopup* const popup = holding(row);
    if (!popup)
        return;
    if (popup->kind == Kind::Single || popup->titles.size() <= 1) {
        takeDown(popup->id);
        return;
    }
    popup->titles.remove(row);
    popup->undrawn.removeAll(row);
    popup->unanswered.removeAll(row);
    m_where.remove(row);
    draw(*popup);
}

void StandingPopups::draw(StandingPopup& popup)
{
    if (!popup.drawnAt || now() - *popup.drawnAt >= redrawInterval)
        drawNow(popup);
    else
        popup.redrawAt = *popup.drawnAt + redrawInterval;
}

void StandingPopups::drawNow(StandingPopup& popup)
{
    popup.drawnAt = now();
    popup.redrawAt.reset();
    popup.drawnRow = popup.row;
    popup.unanswered += std::exchange(popup.undrawn, {});
    m_stage.show(popup.id, compose(popup));
}

void StandingPopups::drawDue()
{
    for (auto& [id, popup] : m_popups) {
        if (popup.redrawAt && *popup.redrawAt <= now())
            drawNow(popup);
    }
}

std::optional<std::chrono::milliseconds> StandingPopups::nextDrawing() const
{
    std::optional<std::chrono::milliseconds> next;
    for (const auto& [id, popup] : m_popups) {
        if (!popup.redrawAt)
            continue;
        const auto in = std::max(std::chrono::ceil<std::chrono::milliseconds>(*popup.redrawAt - now()), 0ms);
        next = next ? std::min(*next, in) : in;
    }
    return next;
}

void StandingPopups::takeDown(PopupId id)
{
    if (!isStanding(id))
        return;
    forget(id);
    m_stage.close(id);
}

void StandingPopups::takeAllDown()
{
    QList<PopupId> ids;
    for (const auto& [id, popup] : m_popups)
        ids.append(id);
    for (const PopupId id : ids)
        takeDown(id);
}

void StandingPopups::forget(PopupId id)
{
    const auto at = m_popups.find(id);
    if (at == m_popups.end())
        return;
    for (const RowId row : at->second.rows())
        m_where.remove(row);
    m_popups.erase(at);
}

void StandingPopups::setLocked(bool isLocked)
{
    if (isLocked == std::exchange(m_isLocked, isLocked))
        return;
    for (auto& [id, popup] : m_popups) {
        if (popup.kind == Kind::Single && !popup.isCritical())
            drawNow(popup);
    }
}

Popup StandingPopups::compose(const StandingPopup& popup) const
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

} // namespace belfry::desktop
