// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/sync_collector.h"

#include <algorithm>

namespace belfry::client {
namespace {

Time toTime(const QDateTime& time)
{
    return Time(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

} // namespace

void Collector::begin(Moment now)
{
    if (!m_began) {
        m_began = now;
        m_summarised.clear();
        m_standing.reset();
    }
}

void Collector::clear()
{
    m_began.reset();
    m_held.clear();
    m_summarised.clear();
    m_standing.reset();
    m_dropped.reset();
}

void Collector::came(const Row& row, Moment now)
{
    if (!row.isUnread() || row.ackedAt.isValid()) {
        return;
    }
    m_held[row.rowId] = Held{row.priority, toTime(row.createdAt),
                             row.expiresAt.isValid() ? std::optional<Time>(toTime(row.expiresAt)) : std::nullopt, now};
}

void Collector::changed(const Row& row)
{
    if (!row.isUnread() || row.ackedAt.isValid()) {
        drop(row.rowId);
    }
}

void Collector::drop(RowId row)
{
    m_held.erase(row);
    if (m_summarised.remove(row) && m_standing) {
        m_standing = static_cast<int>(m_summarised.size());
        m_dropped = m_standing;
        if (*m_standing == 0) {
            m_standing.reset();
        }
    }
}

std::optional<int> Collector::takeDropped()
{
    return std::exchange(m_dropped, std::nullopt);
}

QList<RowId> Collector::watched() const
{
    return heldIds() + QList<RowId>(m_summarised.cbegin(), m_summarised.cend());
}

QList<RowId> Collector::heldIds() const
{
    QList<RowId> ids;
    for (const auto& [rowId, held] : m_held) {
        ids.append(rowId);
    }
    return ids;
}

void Collector::dropExpired(Time serverNow)
{
    std::erase_if(m_held, [serverNow](const auto& entry) {
        return entry.second.expiresAt && *entry.second.expiresAt <= serverNow;
    });
}

QList<RowId> Collector::takeCritical(std::optional<Moment> until)
{
    QList<RowId> due;
    std::erase_if(m_held, [&due, until](const auto& entry) {
        const bool isDue = entry.second.priority == Priority::Critical && (!until || entry.second.came <= *until);
        if (isDue) {
            due.append(entry.first);
        }
        return isDue;
    });
    return due;
}

bool Collector::isWorthASummary() const
{
    // What is low stays in the list, and so does a summary of nothing else.
    return std::any_of(m_held.cbegin(), m_held.cend(),
                       [](const auto& entry) { return entry.second.priority > Priority::Low; });
}

Showing Collector::tick(Moment now, Time serverNow)
{
    Showing showing;
    if (!m_began) {
        return showing;
    }
    dropExpired(serverNow);
    showing.singles = takeCritical(now - m_times.criticalAfter);
    if (now - *m_began >= m_times.summaryAfter) {
        const auto waiting = std::count_if(m_held.cbegin(), m_held.cend(), [](const auto& entry) {
            return entry.second.priority != Priority::Critical;
        });
        const int count = isWorthASummary() ? static_cast<int>(waiting) : 0;
        if (count != m_standing.value_or(0)) {
            showing.summary = count;
            m_standing = count;
        }
    }
    return showing;
}

Showing Collector::caughtUp(Moment now, Time serverNow)
{
    (void)now;
    Showing showing;
    if (!m_began) {
        return showing;
    }
    m_began.reset();
    dropExpired(serverNow);
    showing.singles = takeCritical(std::nullopt);
    const bool isStanding = m_standing.value_or(0) > 0;
    if (m_held.size() == 1 && !isStanding) {
        const auto& [rowId, held] = *m_held.cbegin();
        if (serverNow - held.createdAt < m_times.fresh) {
            showing.singles.append(rowId);
            m_held.clear();
            return showing;
        }
    }
    const int count = isWorthASummary() ? static_cast<int>(m_held.size()) : 0;
    if (count != m_standing.value_or(0)) {
        showing.summary = count;
    }
    showing.summarised = heldIds();
    m_summarised = QSet<RowId>(showing.summarised.cbegin(), showing.summarised.cend());
    m_standing = count > 0 ? std::optional<int>(count) : std::nullopt;
    m_held.clear();
    return showing;
}

std::optional<Collector::Moment> Collector::nextDue() const
{
    if (!m_began || m_held.empty()) {
        return std::nullopt;
    }
    std::optional<Moment> due;
    const auto consider = [&due](Moment moment) { due = due ? std::min(*due, moment) : moment; };
    for (const auto& [rowId, held] : m_held) {
        if (held.priority == Priority::Critical) {
            consider(held.came + m_times.criticalAfter);
        }
    }
    if (m_standing.value_or(0) == 0) {
        consider(*m_began + m_times.summaryAfter);
    }
    return due;
}

} // namespace belfry::client
