// SPDX-License-Identifier: GPL-3.0-or-later
// What a stream's events do to the history.
#include "client/inbox_fold.h"
#include "client/inbox_internal.h"
#include "client/inbox_rows.h"
#include "client/words.h"
#include "protocol/text.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace belfry::client {
namespace {

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QByteArray titleHash(const QString& title)
{
    return QCryptographicHash::hash(title.toUtf8(), QCryptographicHash::Sha256);
}

QVariant optionalTime(const std::optional<Time>& time)
{
    return time ? QVariant(toMilliseconds(*time)) : QVariant(QMetaType::fromType<qint64>());
}

QString answersText(const std::vector<std::string>& answers)
{
    if (answers.empty()) {
        return QStringLiteral("");
    }
    QJsonArray array;
    for (const std::string& answer : answers) {
        array.append(text(answer));
    }
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

/// What rows are found again by (key, category) stands in the form in which it is compared; rows of older programs hold
/// it as it was sent.
QString compared(const std::string& utf8)
{
    return text(comparable(utf8));
}

/// A null QString would be stored as NULL.
QString notNull(const QString& value)
{
    return value.isNull() ? QStringLiteral("") : value;
}

} // namespace

Result<Effects> Inbox::apply(LinkId link, UserId self, std::span<const NumberedEvent> events)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    const LinkPlace place = placeOf(link);
    Gathered gathered;
    std::optional<Seq> cursor;
    for (const NumberedEvent& numbered : events) {
        const Seq number = numbered.number;
        if (const auto* notification = std::get_if<Notification>(&numbered.event)) {
            const Seq name = notification->id > 0 ? notification->id : number;
            gatherNotification(link, place.log, Incoming{*notification, name, number, {}, {}, {}, false, false, 0},
                               gathered);
        } else if (const auto* read = std::get_if<ReadState>(&numbered.event)) {
            gatherRead(link, place.log, *read, number, gathered);
        } else if (const auto* unread = std::get_if<UnreadState>(&numbered.event)) {
            gatherUnread(link, place.log, *unread, number, gathered);
        } else if (const auto* acked = std::get_if<Acked>(&numbered.event)) {
            if (acked->user.id == self) {
                gatherAcked(link, place.log, *acked, number, gathered);
            }
        } else if (const auto* retracted = std::get_if<Retracted>(&numbered.event)) {
            gatherRetracted(link, place.log, *retracted, number, gathered);
        }
        if (number > 0) {
            cursor = number;
        }
    }
    if (cursor) {
        m_database.run("UPDATE links SET cursor = ? WHERE id = ?", {static_cast<qint64>(*cursor), link});
    }
    return commit(gathered);
}

void Inbox::gatherNotification(LinkId link, const QString& log, const Incoming& item, Gathered& gathered)
{
    const Notification& n = item.notification;
    Seq number = item.number;
    if (number > 0) {
        if (const std::optional<Known> known = find(link, log, number)) {
            if (item.isListed) {
                mergeState(*known, item, gathered);
                return;
            }
            // A classic backend's number is a claim: only the same message under it is the same one.
            const Row held = row(known->rowId);
            if (!log.isEmpty() || held.rowId == 0 || (held.title == text(n.title) && held.message == text(n.message))) {
                return;
            }
            number = 0;
        } else {
            QSqlQuery& tombstone = m_database.run("SELECT 1 FROM tombstones WHERE link = ? AND log = ? AND number = ?",
                                                  {link, log, static_cast<qint64>(number)});
            const bool isBuried = tombstone.next();
            tombstone.finish();
            if (isBuried || adopt(link, log, item, gathered)) {
                return;
            }
        }
    }
    QList<Known> earlier;
    if (!n.key.empty()) {
        earlier = known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND sender_id = ? "
                                       "AND key IN (?, ?) AND key <> '' AND log = ? AND faded <> 2 ORDER BY row_id",
                                       {link, static_cast<qint64>(n.sender.id), compared(n.key), text(n.key), log}));
        for (const Known& one : std::as_const(earlier)) {
            if (number > 0 && one.number > number) {
                return; // what took its place is here already
            }
        }
    }
    const RowId rowId = item.rowId != 0 ? item.rowId : nextRowId();
    const Time now = serverNow();
    const QString title = text(n.title);
    const QString message = text(n.message);
    const QString senderName = text(n.sender.name);
    const QString category = compared(n.category);
    const bool isExpired = n.expiresAt && *n.expiresAt <= expiryTime();
    const qint64 createdAt = toMilliseconds(n.createdAt == Time{} ? now : n.createdAt);
    m_database.run(
        "INSERT INTO rows (row_id, link, log, number, title, message, type, priority, category, url, key, require_ack, "
        "answers, data, expires_at, sender_id, sender_name, created_at, read_at, acked_at, answer, state_seq, faded, "
        "shown, "
        "folded) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        {rowId,
         link,
         notNull(log),
         number > 0 ? QVariant(static_cast<qint64>(number)) : QVariant(QMetaType::fromType<qint64>()),
         notNull(title),
         notNull(message),
         static_cast<int>(n.type),
         static_cast<int>(n.priority),
         notNull(category),
         notNull(text(n.url)),
         notNull(compared(n.key)),
         n.requireAck,
         answersText(n.answers),
         notNull(text(n.data)),
         optionalTime(n.expiresAt),
         static_cast<qint64>(n.sender.id),
         notNull(senderName),
         createdAt,
         optionalTime(item.readAt),
         optionalTime(item.ackedAt),
         notNull(text(item.answer)),
         static_cast<qint64>(item.stateSeq),
         isExpired ? FadedExpired : NotFaded,
         item.isShown || n.priority == Priority::Low,
         notNull(foldForSearch(title + u'\n' + message + u'\n' + senderName + u'\n' + category))});
    gathered.inserted.append(rowId);
    for (const Known& one : std::as_const(earlier)) {
        if ((one.pending & PendingAck) != 0) {
            take(link, one, gathered);
            continue;
        }
        entomb(link, one.rowId);
        if (!one.isDeleted) {
            gathered.removed.append(one.rowId);
            gathered.replaced.append({one.rowId, rowId});
        }
    }
}

bool Inbox::adopt(LinkId link, const QString& log, const Incoming& item, Gathered& gathered)
{
    const Notification& n = item.notification;
    for (const QString& other : otherLogs(link, log)) {
        const QVariantList name{link, other, static_cast<qint64>(item.number), static_cast<qint64>(n.sender.id),
                                toMilliseconds(n.createdAt)};
        const QList<Known> same =
            known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND log = ? AND number = ? "
                                 "AND sender_id = ? AND created_at = ? AND title = ?",
                                 name + QVariantList{text(n.title)}));
        if (!same.isEmpty()) {
            const RowId rowId = same.first().rowId;
            // The restored log may have forgotten what the person did: what was read here stays read.
            m_database.run("UPDATE rows SET log = ?, faded = CASE faded WHEN 2 THEN 0 ELSE faded END, state_seq = ?, "
                           "read_at = coalesce(read_at, ?), acked_at = coalesce(acked_at, ?), "
                           "answer = CASE answer WHEN '' THEN ? ELSE answer END WHERE row_id = ?",
                           {log, static_cast<qint64>(item.stateSeq), optionalTime(item.readAt),
                            optionalTime(item.ackedAt), notNull(text(item.answer)), rowId});
            m_database.run("UPDATE changes SET log = ? WHERE row_id = ?", {log, rowId});
            if (!same.first().isDeleted) {
                gathered.changed.insert(rowId);
            }
            return true;
        }
        QSqlQuery& moved =
            m_database.run("UPDATE tombstones SET log = ? WHERE link = ? AND log = ? AND number = ? AND sender_id = ? "
                           "AND created_at = ? AND title_hash = ?",
                           QVariantList{log} + name + QVariantList{titleHash(text(n.title))});
        if (moved.numRowsAffected() > 0) {
            return true;
        }
    }
    return false;
}

QStringList Inbox::otherLogs(LinkId link, const QString& log)
{
    // By leaps over the index: the names are few, the rows may be a million.
    QStringList logs;
    for (const char* sql : {"SELECT min(log) FROM rows WHERE link = ? AND log > ? AND number IS NOT NULL",
                            "SELECT min(log) FROM tombstones WHERE link = ? AND log > ?"}) {
        QString last = QStringLiteral("");
        for (;;) {
            QSqlQuery& query = m_database.run(sql, {link, last});
            const QString next = query.next() ? query.value(0).toString() : QString();
            query.finish();
            if (next.isEmpty()) {
                break;
            }
            if (next != log && !logs.contains(next)) {
                logs.append(next);
            }
            last = next;
        }
    }
    return logs;
}

void Inbox::mergeState(const Known& known, const Incoming& item, Gathered& gathered)
{
    if (item.stateSeq < known.stateSeq || known.faded == FadedLocal) {
        return;
    }
    const bool mayRead = known.pending == NothingPending;
    const bool mayAck = (known.pending & PendingAck) == 0;
    const bool readDiffers = mayRead && known.isRead != item.readAt.has_value();
    const bool ackDiffers = mayAck && known.isAcked != item.ackedAt.has_value();
    if (readDiffers) {
        m_database.run("UPDATE rows SET read_at = ? WHERE row_id = ?", {optionalTime(item.readAt), known.rowId});
        if (item.readAt && !known.isDeleted) {
            gathered.withdrawn.append(known.rowId);
        }
    }
    if (ackDiffers) {
        m_database.run("UPDATE rows SET acked_at = ?, answer = ? WHERE row_id = ?",
                       {optionalTime(item.ackedAt), notNull(text(item.answer)), known.rowId});
    }
    if (item.stateSeq > known.stateSeq) {
        m_database.run("UPDATE rows SET state_seq = ? WHERE row_id = ?",
                       {static_cast<qint64>(item.stateSeq), known.rowId});
    }
    if ((readDiffers || ackDiffers) && !known.isDeleted) {
        gathered.changed.insert(known.rowId);
    }
}

void Inbox::gatherRead(LinkId link, const QString& log, const ReadState& read, Seq number, Gathered& gathered)
{
    QList<Known> rows;
    if (read.upTo) {
        rows = known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND read_at IS NULL "
                                    "AND faded = 0 AND deleted = 0 AND log = ? AND number <= ?",
                                    {link, log, static_cast<qint64>(*read.upTo)}));
    }
    for (const Seq id : read.ids) {
        if (const std::optional<Known> one = find(link, log, id)) {
            rows.append(*one);
        }
    }
    const qint64 now = toMilliseconds(serverNow());
    for (const Known& one : std::as_const(rows)) {
        if (one.stateSeq >= number || one.pending != NothingPending) {
            continue;
        }
        m_database.run("UPDATE rows SET read_at = coalesce(read_at, ?), state_seq = ? WHERE row_id = ?",
                       {now, static_cast<qint64>(number), one.rowId});
        if (!one.isRead && !one.isDeleted) {
            gathered.changed.insert(one.rowId);
            gathered.withdrawn.append(one.rowId);
        }
    }
}

void Inbox::gatherUnread(LinkId link, const QString& log, const UnreadState& unread, Seq number, Gathered& gathered)
{
    for (const Seq id : unread.ids) {
        const std::optional<Known> one = find(link, log, id);
        if (!one || one->stateSeq >= number || one->pending != NothingPending) {
            continue;
        }
        // It was seen before it was marked: nothing to pop up again.
        m_database.run("UPDATE rows SET read_at = NULL, shown = 1, state_seq = ? WHERE row_id = ?",
                       {static_cast<qint64>(number), one->rowId});
        if (one->isRead && !one->isDeleted) {
            gathered.changed.insert(one->rowId);
        }
    }
}

void Inbox::gatherAcked(LinkId link, const QString& log, const Acked& acked, Seq number, Gathered& gathered)
{
    const std::optional<Known> one = find(link, log, acked.id);
    if (!one || one->stateSeq >= number || (one->pending & PendingAck) != 0) {
        return;
    }
    const qint64 at = toMilliseconds(acked.ackedAt == Time{} ? serverNow() : acked.ackedAt);
    m_database.run("UPDATE rows SET acked_at = ?, answer = ?, state_seq = ?, note = '' WHERE row_id = ?",
                   {at, notNull(text(acked.answer)), static_cast<qint64>(number), one->rowId});
    if (one->pending == NothingPending) {
        m_database.run("UPDATE rows SET read_at = coalesce(read_at, ?) WHERE row_id = ?", {at, one->rowId});
    }
    if (!one->isDeleted) {
        gathered.changed.insert(one->rowId);
        gathered.withdrawn.append(one->rowId);
    }
}

void Inbox::gatherRetracted(LinkId link, const QString& log, const Retracted& retracted, Seq number, Gathered& gathered)
{
    QList<Known> gone;
    if (const std::optional<Known> one = find(link, log, retracted.id)) {
        // Under its own number it says that the message has expired: that row stays, grey.
        if (number == retracted.id && one->expiresAt) {
            if (one->faded == NotFaded) {
                m_database.run("UPDATE rows SET faded = 1 WHERE row_id = ?", {one->rowId});
                gathered.changed.insert(one->rowId);
                gathered.withdrawn.append(one->rowId);
            }
        } else {
            gone.append(*one);
        }
    } else {
        m_database.run("INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, 0, 0, x'')",
                       {link, log, static_cast<qint64>(retracted.id)});
    }
    if (!retracted.key.empty() && retracted.senderId) {
        gone += known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND sender_id = ? "
                                     "AND key IN (?, ?) AND key <> '' AND log = ? AND number < ?",
                                     {link, static_cast<qint64>(*retracted.senderId), compared(retracted.key),
                                      text(retracted.key), log, static_cast<qint64>(retracted.id)}));
    }
    for (const Known& one : std::as_const(gone)) {
        take(link, one, gathered);
    }
}

void Inbox::take(LinkId link, const Known& known, Gathered& gathered)
{
    if ((known.pending & PendingAck) != 0 && !known.isDeleted) {
        // The person has answered it: so they are told that the answer came too late.
        m_database.run("DELETE FROM changes WHERE row_id = ?", {known.rowId});
        m_database.run(
            "UPDATE rows SET pending = 0, acked_at = NULL, answer = '', faded = 2, note = ? WHERE row_id = ?",
            {InboxWords::tr("This message was taken back before your answer was sent."), known.rowId});
        gathered.changed.insert(known.rowId);
        gathered.withdrawn.append(known.rowId);
        return;
    }
    entomb(link, known.rowId);
    if (!known.isDeleted) {
        gathered.removed.append(known.rowId);
        gathered.withdrawn.append(known.rowId);
    }
}

void Inbox::entomb(LinkId link, RowId rowId)
{
    QSqlQuery& query = m_database.run(
        "SELECT log, number, sender_id, created_at, title FROM rows WHERE row_id = ? AND number IS NOT NULL", {rowId});
    if (query.next()) {
        const QVariantList values{link,           query.value(0), query.value(1),
                                  query.value(2), query.value(3), titleHash(query.value(4).toString())};
        query.finish();
        m_database.run("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?, ?, ?, ?)", values);
    }
    m_database.run("DELETE FROM changes WHERE row_id = ?", {rowId});
    m_database.run("DELETE FROM rows WHERE row_id = ?", {rowId});
}

} // namespace belfry::client
