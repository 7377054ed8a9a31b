// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox_reader.h"

#include "client/inbox_rows.h"

#include <QFile>

#include <algorithm>
#include <limits>

namespace belfry::client {

InboxReader::InboxReader(QString path) : m_path(std::move(path)) {}

InboxReader::~InboxReader() = default;

qint64 InboxReader::linkOf(const QString& connectionId)
{
    if (!m_database.isOpen() && (!QFile::exists(m_path) || !m_database.open(m_path, InboxDatabase::Access::ReadOnly))) {
        return 0;
    }
    QSqlQuery& query = m_database.run("SELECT id FROM links WHERE name = ?", {connectionId});
    const qint64 link = query.next() ? query.value(0).toLongLong() : 0;
    query.finish();
    (void)m_database.takeFault();
    return link;
}

void InboxReader::inSlices(const RowQuery& query, bool isSearch, const IsWanted& isWanted,
                           const std::function<bool(RowId first, RowId last)>& take)
{
    RowId first = query.after != 0 && query.after != belowAllRows ? query.after + 1 : belowAllRows;
    RowId last = query.before > 0 ? query.before - 1 : std::numeric_limits<RowId>::max();
    if (!isSearch) {
        (void)take(first, last);
        return;
    }
    QSqlQuery& ends = m_database.run("SELECT (SELECT min(row_id) FROM rows), (SELECT max(row_id) FROM rows)");
    const bool isAny = ends.next() && !ends.value(0).isNull();
    first = std::max(first, isAny ? ends.value(0).toLongLong() : 0);
    last = std::min(last, isAny ? ends.value(1).toLongLong() : -1);
    ends.finish();
    bool goesOn = true;
    while (first <= last && goesOn && (!isWanted || isWanted())) {
        if (query.after != 0) {
            goesOn = take(first, std::min(last, first + sliceRows - 1));
            first += sliceRows;
        } else {
            goesOn = take(std::max(first, last - sliceRows + 1), last);
            last -= sliceRows;
        }
    }
}

RowPage InboxReader::rows(const QString& connectionId, const RowQuery& query, const IsWanted& isWanted)
{
    RowPage page;
    const qint64 link = linkOf(connectionId);
    if (link == 0) {
        return page;
    }
    const Condition condition = conditionFor(link, query);
    const int limit = std::clamp(query.limit, 1, 100'000);
    const QString sql = QStringLiteral("SELECT %1 FROM %2 WHERE %3 AND %4 >= ? AND %4 <= ? ORDER BY %4 %5 LIMIT ?")
                            .arg(QLatin1StringView(rowColumns), condition.from, condition.sql, condition.order,
                                 QLatin1StringView(query.after != 0 ? "ASC" : "DESC"));
    inSlices(query, condition.isSearch, isWanted, [&](RowId first, RowId last) {
        const qsizetype wanted = limit + 1 - page.rows.size();
        QSqlQuery found = m_database.runOnce(sql, condition.values + QVariantList{first, last, wanted});
        while (found.next()) {
            if (page.rows.size() == limit) {
                page.hasMore = true;
                break;
            }
            page.rows.append(rowFrom(found));
        }
        return !page.hasMore;
    });
    if (query.after != 0) {
        std::reverse(page.rows.begin(), page.rows.end());
    }
    (void)m_database.takeFault();
    return page;
}

int InboxReader::count(const QString& connectionId, const RowQuery& query, const IsWanted& isWanted)
{
    const qint64 link = linkOf(connectionId);
    if (link == 0) {
        return 0;
    }
    const Condition condition = conditionFor(link, query);
    const QString sql = QStringLiteral("SELECT count(*) FROM %1 WHERE %2 AND %3 >= ? AND %3 <= ?")
                            .arg(condition.from, condition.sql, condition.order);
    int count = 0;
    RowQuery all;
    inSlices(all, condition.isSearch, isWanted, [&](RowId first, RowId last) {
        QSqlQuery found = m_database.runOnce(sql, condition.values + QVariantList{first, last});
        count += found.next() ? found.value(0).toInt() : 0;
        return true;
    });
    (void)m_database.takeFault();
    return count;
}

QStringList InboxReader::categories(const QString& connectionId)
{
    QStringList all;
    const qint64 link = linkOf(connectionId);
    if (link == 0) {
        return all;
    }
    // By leaps over the index: the categories are few, the rows may be a million.
    QSqlQuery& found = m_database.run(
        "WITH RECURSIVE each(name) AS ("
        "SELECT (SELECT min(category) FROM rows WHERE link = ? AND deleted = 0 AND category <> '') "
        "UNION ALL SELECT (SELECT min(category) FROM rows WHERE link = ? AND deleted = 0 AND category <> '' "
        "AND category > each.name) FROM each WHERE each.name IS NOT NULL) "
        "SELECT name FROM each WHERE name IS NOT NULL",
        {link, link});
    while (found.next()) {
        all.append(found.value(0).toString());
    }
    found.finish();
    (void)m_database.takeFault();
    return all;
}

QList<QPair<UserId, QString>> InboxReader::senders(const QString& connectionId)
{
    QList<QPair<UserId, QString>> all;
    const qint64 link = linkOf(connectionId);
    if (link == 0) {
        return all;
    }
    QSqlQuery& found = m_database.run(
        "WITH RECURSIVE each(id) AS ("
        "SELECT (SELECT min(sender_id) FROM rows WHERE link = ? AND deleted = 0) "
        "UNION ALL SELECT (SELECT min(sender_id) FROM rows WHERE link = ? AND deleted = 0 AND sender_id > each.id) "
        "FROM each WHERE each.id IS NOT NULL) "
        "SELECT id, (SELECT sender_name FROM rows WHERE link = ? AND deleted = 0 AND sender_id = each.id "
        "ORDER BY row_id DESC LIMIT 1) FROM each WHERE id IS NOT NULL",
        {link, link, link});
    while (found.next()) {
        all.append({found.value(0).toLongLong(), found.value(1).toString()});
    }
    found.finish();
    (void)m_database.takeFault();
    return all;
}

Row InboxReader::row(RowId rowId)
{
    (void)linkOf(QString());
    if (!m_database.isOpen()) {
        return {};
    }
    static const QByteArray sql =
        QByteArray("SELECT ") + rowColumns + " FROM rows r WHERE r.row_id = ? AND r.deleted = 0";
    QSqlQuery& found = m_database.run(sql.constData(), {rowId});
    Row row = found.next() ? rowFrom(found) : Row();
    found.finish();
    (void)m_database.takeFault();
    return row;
}

} // namespace belfry::client
