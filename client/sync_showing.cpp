// SPDX-License-Identifier: GPL-3.0-or-later
// What of that which was stored is shown, and how.
#include "client/sync.h"

namespace belfry::client {

void Sync::note(const Effects& effects)
{
    ++m_stateStamp;
    for (Collector* collector : {&m_collector, &m_listed}) {
        for (const Row& row : effects.changed) {
            collector->changed(row);
        }
        for (const QList<RowId>* rows : {&effects.removed, &effects.withdrawn}) {
            for (const RowId row : *rows) {
                collector->gone(row);
            }
        }
        if (effects.isMuch) {
            for (const RowId rowId : collector->watched()) {
                Row row = m_inbox.row(rowId);
                if (row.rowId == 0) {
                    collector->gone(rowId);
                } else {
                    collector->changed(row);
                }
            }
        }
        if (const std::optional<int> left = collector->takeDropped()) {
            if (*left == 0) {
                Q_EMIT awaySummary(0);
            } else {
                Q_EMIT awaySummaryDropped(*left);
            }
        }
    }
    schedule();
}

void Sync::publish(const Effects& effects, Collector& collector, bool isPast)
{
    if (effects.isEmpty()) {
        return;
    }
    Effects told = effects;
    if (isPast) {
        for (const auto& [earlier, later] : effects.replaced) {
            told.withdrawn.append(earlier);
        }
        told.replaced.clear();
    }
    note(told);
    Q_EMIT happened(told);
    QList<RowId> shownBefore;
    for (const Row& row : effects.inserted) {
        if (wasShownUnstored(row)) {
            shownBefore.append(row.rowId);
        } else if (row.isShown && row.priority != Priority::Low) {
            continue; // a first look's history
        } else if (isPast) {
            collector.came(row, now());
        } else if (row.isUnread() && !row.ackedAt.isValid()) {
            const auto earlier = std::find_if(effects.replaced.cbegin(), effects.replaced.cend(),
                                              [&row](const auto& pair) { return pair.second == row.rowId; });
            if (earlier != effects.replaced.cend()) {
                Q_EMIT replaced(earlier->first, row);
            } else {
                Q_EMIT arrived(row, Arrival::Live);
            }
        }
    }
    if (!shownBefore.isEmpty()) {
        (void)m_inbox.setShown(shownBefore, true);
    }
    if (isPast) {
        show(collector.tick(now(), m_inbox.expiryTime()));
    }
}

void Sync::show(const Showing& showing)
{
    for (const RowId rowId : showing.singles) {
        if (Row row = m_inbox.row(rowId); row.rowId != 0 && row.isUnread()) {
            Q_EMIT arrived(row, Arrival::Single);
        }
    }
    if (showing.summary) {
        Q_EMIT awaySummary(*showing.summary);
    }
    if (!showing.summarised.isEmpty()) {
        (void)m_inbox.setShown(showing.summarised, true);
    }
}

void Sync::showUnstored(const Notification& notification)
{
    // Not by its log: that may be written where nothing can be read.
    const QString name = m_connection.id + u'/' + QString::number(notification.id);
    if (notification.id > 0) {
        if (m_shownUnstored.contains(name)) {
            return;
        }
        m_shownUnstored.insert(name);
    }
    Row row;
    row.rowId = m_nextUnstored--;
    row.id = notification.id;
    row.log = m_place.log;
    row.title = QString::fromStdString(notification.title);
    row.message = QString::fromStdString(notification.message);
    row.type = notification.type;
    row.priority = notification.priority;
    row.url = QString::fromStdString(notification.url);
    row.senderId = notification.sender.id;
    row.senderName = QString::fromStdString(notification.sender.name);
    row.createdAt = QDateTime::fromMSecsSinceEpoch(notification.createdAt.time_since_epoch().count(), Qt::UTC);
    Q_EMIT arrived(row, Arrival::Live);
}

bool Sync::wasShownUnstored(const Row& row)
{
    return row.id > 0 && m_shownUnstored.remove(m_connection.id + u'/' + QString::number(row.id));
}

} // namespace belfry::client
