// SPDX-License-Identifier: GPL-3.0-or-later
// What the person does to the history, and what of it waits to be sent.
#include "client/inbox_internal.h"
#include "client/inbox_rows.h"

namespace belfry::client {
namespace {

/// Bits of what is still in `changes` for a row; set anew whenever one of them was answered.
constexpr const char* recomputePending =
    "UPDATE rows SET pending = "
    "(EXISTS (SELECT 1 FROM changes c WHERE c.row_id = rows.row_id AND c.kind IN (1, 2)) "
    "OR (read_at IS NOT NULL AND EXISTS (SELECT 1 FROM changes c WHERE c.link = rows.link AND c.kind = 3 "
    "AND c.log = rows.log AND c.number >= rows.number))) "
    "| (2 * EXISTS (SELECT 1 FROM changes c WHERE c.row_id = rows.row_id AND c.kind = 4)) WHERE row_id = ?";

QString placeholders(qsizetype count)
{
    return QStringList(count, QStringLiteral("?")).join(u',');
}

/// Lists of values are cut to what SQLite binds at once with room to spare.
constexpr qsizetype slice = 500;

} // namespace

void Inbox::queue(LinkId link, ChangeKind kind, const Known& known, const QString& answer)
{
    if (kind == ChangeKind::Read || kind == ChangeKind::Unread) {
        m_database.run("DELETE FROM changes WHERE row_id = ? AND kind IN (1, 2)", {known.rowId});
    }
    m_database.run("INSERT INTO changes (link, log, number, row_id, kind, answer) VALUES (?, ?, ?, ?, ?, ?)",
                   {link, known.log, static_cast<qint64>(known.number), known.rowId, static_cast<int>(kind),
                    answer.isNull() ? QStringLiteral("") : answer});
}

Result<Effects> Inbox::markRead(LinkId link, const QList<RowId>& rows, bool isTold)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    Gathered gathered;
    const qint64 now = toMilliseconds(serverNow());
    for (const RowId rowId : rows) {
        for (const Known& one : known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS
                                                     " FROM rows WHERE row_id = ? AND link = ? AND deleted = 0",
                                                     {rowId, link}))) {
            gathered.withdrawn.append(rowId);
            if (one.isRead) {
                continue;
            }
            m_database.run("UPDATE rows SET read_at = ?, note = '' WHERE row_id = ?", {now, rowId});
            if (isTold && one.number > 0 && one.faded == NotFaded) {
                queue(link, ChangeKind::Read, one);
                m_database.run("UPDATE rows SET pending = pending | 1 WHERE row_id = ?", {rowId});
            }
            gathered.changed.insert(rowId);
        }
    }
    return commit(gathered);
}

Result<Effects> Inbox::markUnread(LinkId link, const QList<RowId>& rows, bool isTold)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    Gathered gathered;
    for (const RowId rowId : rows) {
        for (const Known& one : known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE row_id = ? "
                                                     "AND link = ? AND deleted = 0 AND faded = 0",
                                                     {rowId, link}))) {
            if (!one.isRead) {
                continue;
            }
            m_database.run("UPDATE rows SET read_at = NULL, shown = 1, note = '' WHERE row_id = ?", {rowId});
            if (isTold && one.number > 0) {
                queue(link, ChangeKind::Unread, one);
                m_database.run("UPDATE rows SET pending = pending | 1 WHERE row_id = ?", {rowId});
            }
            gathered.changed.insert(rowId);
        }
    }
    return commit(gathered);
}

Result<Effects> Inbox::markAllRead(LinkId link, const RowQuery& matching, bool isTold)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    const bool isFiltered = !matching.text.trimmed().isEmpty() || matching.type || !matching.category.isEmpty() ||
                            matching.sender.has_value();
    RowQuery unread = matching;
    unread.unreadOnly = true;
    const Condition condition = conditionFor(link, unread);
    QSqlQuery query = m_database.runOnce(
        QStringLiteral("SELECT " BELFRY_KNOWN_COLUMNS " FROM %1 WHERE ").arg(condition.from) + condition.sql,
        condition.values);
    const QList<Known> rows = known(query);
    const LinkPlace place = placeOf(link);
    const qint64 now = toMilliseconds(serverNow());
    Gathered gathered;
    if (isTold && !isFiltered && !rows.isEmpty()) {
        m_database.run("DELETE FROM changes WHERE link = ? AND kind IN (1, 2) AND log = ? AND row_id IN "
                       "(SELECT row_id FROM rows WHERE link = ? AND deleted = 0)",
                       {link, place.log, link});
        Known upTo;
        upTo.log = place.log;
        upTo.number = newestNumber(link);
        if (upTo.number > 0) {
            queue(link, ChangeKind::ReadUpTo, upTo);
        }
    }
    for (const Known& one : rows) {
        const bool isSent = isTold && one.number > 0 && one.log == place.log;
        if (isSent && isFiltered) {
            queue(link, ChangeKind::Read, one);
        }
        m_database.run("UPDATE rows SET read_at = ?, note = '', pending = pending | ? WHERE row_id = ?",
                       {now, isSent ? PendingRead : NothingPending, one.rowId});
        gathered.changed.insert(one.rowId);
        gathered.withdrawn.append(one.rowId);
    }
    return commit(gathered);
}

Result<Effects> Inbox::acknowledge(LinkId link, RowId rowId, const QString& answer)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    Gathered gathered;
    const qint64 now = toMilliseconds(serverNow());
    for (const Known& one :
         known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE row_id = ? AND link = ? "
                              "AND deleted = 0 AND faded = 0 AND number IS NOT NULL",
                              {rowId, link}))) {
        gathered.withdrawn.append(rowId);
        if (one.isAcked) {
            continue;
        }
        queue(link, ChangeKind::Acknowledge, one, answer);
        m_database.run("UPDATE rows SET acked_at = ?, answer = ?, read_at = coalesce(read_at, ?), note = '', "
                       "pending = pending | 2 WHERE row_id = ?",
                       {now, answer.isNull() ? QStringLiteral("") : answer, now, rowId});
        gathered.changed.insert(rowId);
    }
    return commit(gathered);
}

Result<Effects> Inbox::deleteRows(LinkId link, const QList<RowId>& rows)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    ++m_lastDeletion;
    Gathered gathered;
    for (const RowId rowId : rows) {
        QSqlQuery& hidden = m_database.run("UPDATE rows SET deleted = ? WHERE row_id = ? AND link = ? AND deleted = 0",
                                           {m_lastDeletion, rowId, link});
        if (hidden.numRowsAffected() > 0) {
            gathered.removed.append(rowId);
            gathered.withdrawn.append(rowId);
        }
    }
    return commit(gathered);
}

Deletion Inbox::beginDeletion(LinkId link, const RowQuery& matching, int atOnce)
{
    Deletion deletion{link, matching, ++m_lastDeletion};
    deletion.matching.before = deletion.matching.after = 0;
    deletion.matching.limit = atOnce;
    return deletion;
}

Result<ChangedPart> Inbox::deletePart(Deletion& deletion)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    RowQuery& matching = deletion.matching;
    Condition condition = conditionFor(deletion.link, matching);
    if (matching.before > 0) {
        condition.sql += QStringLiteral(" AND %1 < ?").arg(condition.order);
        condition.values.append(matching.before);
    }
    condition.values.append(matching.limit);
    QSqlQuery query = m_database.runOnce(QStringLiteral("SELECT r.row_id FROM %1 WHERE %2 ORDER BY %3 DESC LIMIT ?")
                                             .arg(condition.from, condition.sql, condition.order),
                                         condition.values);
    Gathered gathered;
    while (query.next()) {
        gathered.removed.append(query.value(0).toLongLong());
    }
    query.finish();
    for (const RowId rowId : std::as_const(gathered.removed)) {
        m_database.run("UPDATE rows SET deleted = ? WHERE row_id = ?", {deletion.batch, rowId});
    }
    gathered.withdrawn = gathered.removed;
    const bool isLast = gathered.removed.size() < matching.limit;
    const RowId next = gathered.removed.isEmpty() ? matching.before : gathered.removed.last();
    Result<Effects> effects = commit(gathered);
    if (!effects) {
        return tl::unexpected<Error>(effects.error());
    }
    matching.before = next;
    return ChangedPart{std::move(*effects), isLast};
}

Result<ChangedPart> Inbox::undoPart(LinkId link, qint64 batch, int limit)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    QSqlQuery& shown = m_database.run("UPDATE rows SET deleted = 0, shown = 1 WHERE row_id IN (SELECT row_id FROM rows "
                                      "WHERE deleted <> 0 AND deleted = ? AND link = ? ORDER BY row_id DESC LIMIT ?)",
                                      {batch, link, limit});
    const int count = shown.numRowsAffected();
    // They come back where they were, which is seldom the top: the window reads anew.
    Gathered gathered;
    gathered.isMuch = count > 0;
    Result<Effects> effects = commit(gathered);
    if (!effects) {
        return tl::unexpected<Error>(effects.error());
    }
    return ChangedPart{std::move(*effects), count < limit};
}

Result<bool> Inbox::finishDeletion(qint64 batch, int limit, bool isTold)
{
    const QList<Known> rows = known(m_database.run(
        "SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE deleted <> 0 AND deleted <= ? LIMIT ?", {batch, limit}));
    if (rows.isEmpty()) {
        Result<void> fine = m_database.takeFault();
        return fine ? Result<bool>(false) : tl::unexpected<Error>(fine.error());
    }
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    for (const Known& one : rows) {
        QSqlQuery& owner = m_database.run("SELECT link FROM rows WHERE row_id = ?", {one.rowId});
        const LinkId link = owner.next() ? owner.value(0).toLongLong() : 0;
        owner.finish();
        entomb(link, one.rowId);
        if (isTold && !one.isRead && one.faded == NotFaded && one.number > 0 && !one.log.isEmpty()) {
            Known nameless = one;
            nameless.rowId = 0;
            m_database.run("INSERT INTO changes (link, log, number, row_id, kind, answer) VALUES (?, ?, ?, 0, 1, '')",
                           {link, nameless.log, static_cast<qint64>(nameless.number)});
        }
    }
    if (Result<void> done = m_database.commit(); !done) {
        return tl::unexpected<Error>(done.error());
    }
    return rows.size() == limit;
}

Result<void> Inbox::setShown(const QList<RowId>& rows, bool isShown)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return begun;
    }
    for (qsizetype from = 0; from < rows.size(); from += slice) {
        QVariantList values{isShown};
        for (const RowId rowId : rows.mid(from, slice)) {
            values.append(rowId);
        }
        m_database.runOnce(
            QStringLiteral("UPDATE rows SET shown = ? WHERE row_id IN (%1)").arg(placeholders(values.size() - 1)),
            values);
    }
    return m_database.commit();
}

QList<Change> Inbox::nextChanges(LinkId link, int limit)
{
    QList<Change> changes;
    // What belongs to a log that is being looked for waits until it is settled.
    QSqlQuery& query = m_database.run("SELECT change_id, kind, log, number, row_id, answer FROM changes WHERE link = ? "
                                      "AND log = (SELECT log FROM links WHERE id = ?) ORDER BY change_id LIMIT ?",
                                      {link, link, limit});
    while (query.next()) {
        Change change;
        change.changeId = query.value(0).toLongLong();
        change.kind = static_cast<ChangeKind>(query.value(1).toInt());
        change.log = query.value(2).toString();
        change.number = query.value(3).toLongLong();
        change.rowId = query.value(4).toLongLong();
        change.answer = query.value(5).toString();
        if (!changes.isEmpty() && change.kind != changes.first().kind) {
            break;
        }
        changes.append(change);
        if (change.kind == ChangeKind::Acknowledge || change.kind == ChangeKind::ReadUpTo) {
            break;
        }
    }
    query.finish();
    (void)m_database.takeFault();
    return changes;
}

Result<Effects> Inbox::changesAnswered(LinkId link, const QList<Change>& changes)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    Gathered gathered;
    for (const Change& change : changes) {
        m_database.run("DELETE FROM changes WHERE change_id = ?", {change.changeId});
    }
    for (const Change& change : changes) {
        QList<RowId> rows{change.rowId};
        if (change.kind == ChangeKind::ReadUpTo) {
            rows.clear();
            for (const Known& one :
                 known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS
                                      " FROM rows WHERE link = ? AND pending <> 0 AND log = ? AND number <= ?",
                                      {link, change.log, static_cast<qint64>(change.number)}))) {
                rows.append(one.rowId);
            }
        }
        for (const RowId rowId : std::as_const(rows)) {
            if (rowId != 0) {
                m_database.run(recomputePending, {rowId});
                gathered.changed.insert(rowId);
            }
        }
    }
    return commit(gathered);
}

Result<Effects> Inbox::changeRefused(LinkId link, const Change& change, const QString& note,
                                     const std::optional<ListItem>& holds)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    Gathered gathered;
    m_database.run("DELETE FROM changes WHERE change_id = ?", {change.changeId});
    if (change.rowId != 0) {
        m_database.run(recomputePending, {change.rowId});
        m_database.run("UPDATE rows SET note = ? WHERE row_id = ? AND link = ?", {note, change.rowId, link});
        if (change.kind == ChangeKind::Acknowledge) {
            const std::optional<Time> ackedAt = holds ? holds->ackedAt : std::nullopt;
            m_database.run("UPDATE rows SET acked_at = ?, answer = ? WHERE row_id = ?",
                           {ackedAt ? QVariant(toMilliseconds(*ackedAt)) : QVariant(QMetaType::fromType<qint64>()),
                            holds && ackedAt ? QString::fromStdString(holds->answer) : QStringLiteral(""),
                            change.rowId});
        }
        gathered.changed.insert(change.rowId);
    }
    return commit(gathered);
}

QList<Row> Inbox::waitingRows(LinkId link, int limit)
{
    QList<RowId> ids;
    QSqlQuery& query = m_database.run("SELECT row_id FROM rows WHERE link = ? AND pending <> 0 AND deleted = 0 "
                                      "ORDER BY row_id DESC LIMIT ?",
                                      {link, limit});
    while (query.next()) {
        ids.append(query.value(0).toLongLong());
    }
    query.finish();
    QList<Row> rows;
    for (const RowId rowId : std::as_const(ids)) {
        rows.append(row(rowId));
    }
    (void)m_database.takeFault();
    return rows;
}

} // namespace belfry::client
