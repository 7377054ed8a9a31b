// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox_rows.h"

#include "client/inbox_fold.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlQuery>
#include <QTimeZone>
#include <QVariant>

namespace belfry::client {

const char* const rowColumns =
    "r.row_id, r.number, r.log, r.title, r.message, r.type, r.priority, r.category, r.url, r.key, "
    "r.require_ack, r.answers, r.expires_at, r.sender_id, r.sender_name, r.created_at, r.read_at, "
    "r.acked_at, r.answer, r.faded, r.shown, r.pending, r.note";

QDateTime toDateTime(qint64 milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC);
}

qint64 toMilliseconds(Time time)
{
    return time.time_since_epoch().count();
}

Row rowFrom(const QSqlQuery& query)
{
    const auto optionalTime = [&query](int column) {
        const QVariant value = query.value(column);
        return value.isNull() ? QDateTime() : toDateTime(value.toLongLong());
    };
    Row row;
    row.rowId = query.value(0).toLongLong();
    row.id = query.value(1).toLongLong();
    row.log = query.value(2).toString();
    row.title = query.value(3).toString();
    row.message = query.value(4).toString();
    row.type = static_cast<Type>(query.value(5).toInt());
    row.priority = static_cast<Priority>(query.value(6).toInt());
    row.category = query.value(7).toString();
    row.url = query.value(8).toString();
    row.key = query.value(9).toString();
    row.requireAck = query.value(10).toBool();
    const QString answers = query.value(11).toString();
    if (!answers.isEmpty()) {
        for (const QJsonValue answer : QJsonDocument::fromJson(answers.toUtf8()).array()) {
            row.answers.append(answer.toString());
        }
    }
    row.expiresAt = optionalTime(12);
    row.senderId = query.value(13).toLongLong();
    row.senderName = query.value(14).toString();
    row.createdAt = toDateTime(query.value(15).toLongLong());
    row.readAt = optionalTime(16);
    row.ackedAt = optionalTime(17);
    row.answer = query.value(18).toString();
    const int faded = query.value(19).toInt();
    row.isExpired = faded == 1;
    row.isLocalOnly = faded == 2;
    row.isShown = query.value(20).toBool();
    row.changeNote = query.value(22).toString();
    row.change = query.value(21).toInt() != 0 ? ChangeState::Waiting
                 : row.changeNote.isEmpty()   ? ChangeState::None
                                              : ChangeState::Refused;
    return row;
}

Condition conditionFor(qint64 link, const RowQuery& query)
{
    QStringList indexed;
    QStringList scanned;
    for (const QString& word : foldForSearch(query.text).split(u' ', Qt::SkipEmptyParts)) {
        // Unread ones are few and have an index of their own, which leads then: in their text words are looked for as
        // they are, the same that the trigrams find.
        if (word.toUcs4().size() >= 3 && !query.unreadOnly) {
            QString inQuotes = word;
            indexed.append(u'"' + inQuotes.replace(u'"', QStringLiteral("\"\"")) + u'"');
        } else {
            scanned.append(word);
        }
    }
    Condition condition{QStringLiteral("rows r"),
                        QStringLiteral("r.link = ? AND r.deleted = 0"),
                        {link},
                        QStringLiteral("r.row_id"),
                        !indexed.isEmpty() || !scanned.isEmpty()};
    if (!indexed.isEmpty()) {
        // The index leads, newest first, and stops when a page is full: however many rows match.
        condition.from = QStringLiteral("found CROSS JOIN rows r ON r.row_id = found.rowid");
        condition.sql = QStringLiteral("found MATCH ? AND r.link = ? AND r.deleted = 0");
        condition.values = {indexed.join(u' '), link};
        condition.order = QStringLiteral("found.rowid");
    } else if (!scanned.isEmpty() && !query.unreadOnly) {
        // All are looked at: along the table itself, not by way of an index.
        condition.sql = QStringLiteral("+r.link = ? AND +r.deleted = 0");
    }
    const auto add = [&condition](const QString& sql, const QVariant& value) {
        condition.sql += QStringLiteral(" AND ") + sql;
        condition.values.append(value);
    };
    if (query.type) {
        add(QStringLiteral("r.type = ?"), static_cast<int>(*query.type));
    }
    if (!query.category.isEmpty()) {
        add(QStringLiteral("r.category <> '' AND r.category = ?"), query.category);
    }
    if (query.sender) {
        add(QStringLiteral("r.sender_id = ?"), static_cast<qint64>(*query.sender));
    }
    if (query.unreadOnly) {
        condition.sql += QStringLiteral(" AND r.read_at IS NULL AND r.faded = 0");
    }
    for (const QString& word : std::as_const(scanned)) {
        add(QStringLiteral("instr(r.folded, ?) > 0"), word);
    }
    return condition;
}

} // namespace belfry::client
