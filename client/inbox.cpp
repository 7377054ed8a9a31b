// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox.h"

#include "client/inbox_internal.h"
#include "client/inbox_rows.h"

#include <QFile>

namespace belfry::client {

Inbox::Inbox(const Clock& clock) : m_clock(clock) {}

Inbox::~Inbox() = default;

Result<void> Inbox::open(const QString& path)
{
    m_path = path;
    // Made by us, so that it is nobody else's to read whatever the umask; SQLite's side files take its mode.
    if (QFile file(path); !file.exists() && file.open(QIODevice::ReadWrite | QIODevice::NewOnly)) {
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    }
    if (Result<void> opened = m_database.open(path, InboxDatabase::Access::ReadWrite); !opened) {
        return opened;
    }
    QSqlQuery& next = m_database.run("SELECT value FROM counters WHERE name = 'next_row'");
    m_nextRow = m_storedNextRow = next.next() ? next.value(0).toLongLong() : 1;
    next.finish();
    QSqlQuery& deleted = m_database.run("SELECT max(deleted) FROM rows WHERE deleted <> 0");
    m_lastDeletion = deleted.next() ? deleted.value(0).toLongLong() : 0;
    deleted.finish();
    return m_database.takeFault();
}

LinkPlace Inbox::placeOf(LinkId link)
{
    LinkPlace place;
    QSqlQuery& query =
        m_database.run("SELECT id, log, cursor, poll_seen, listing, listing_before, limitation_told, seen_at "
                       "FROM links WHERE id = ?",
                       {link});
    if (query.next()) {
        const auto optionalSeq = [&query](int column) {
            const QVariant value = query.value(column);
            return value.isNull() ? std::nullopt : std::optional<Seq>(value.toLongLong());
        };
        place.id = query.value(0).toLongLong();
        place.log = query.value(1).toString();
        place.cursor = optionalSeq(2);
        place.pollSeen = query.value(3).toLongLong();
        place.listing = static_cast<Listing>(query.value(4).toInt());
        place.listingBefore = optionalSeq(5);
        place.isLimitationTold = query.value(6).toBool();
        place.wasEverConnected = query.value(7).toLongLong() != 0;
    }
    query.finish();
    return place;
}

Result<LinkPlace> Inbox::place(const QString& connectionId)
{
    LinkId link = 0;
    QSqlQuery& found = m_database.run("SELECT id FROM links WHERE name = ?", {connectionId});
    if (found.next()) {
        link = found.value(0).toLongLong();
    }
    found.finish();
    if (link == 0) {
        if (Result<void> begun = m_database.begin(); !begun) {
            return tl::unexpected<Error>(begun.error());
        }
        link = m_database.run("INSERT INTO links (name) VALUES (?)", {connectionId}).lastInsertId().toLongLong();
        if (Result<void> done = m_database.commit(); !done) {
            return tl::unexpected<Error>(done.error());
        }
    }
    const LinkPlace place = placeOf(link);
    if (Result<void> fine = m_database.takeFault(); !fine) {
        return tl::unexpected<Error>(fine.error());
    }
    return place;
}

Result<void> Inbox::enterLog(LinkId link, const QString& log)
{
    m_database.run("UPDATE links SET log = ? WHERE id = ?", {log, link});
    return m_database.takeFault();
}

Result<void> Inbox::setPollSeen(LinkId link, Seq number)
{
    m_database.run("UPDATE links SET poll_seen = ? WHERE id = ?", {static_cast<qint64>(number), link});
    return m_database.takeFault();
}

Result<void> Inbox::noteConnected(LinkId link)
{
    m_database.run("UPDATE links SET seen_at = ? WHERE id = ?", {toMilliseconds(m_clock.now()), link});
    return m_database.takeFault();
}

Result<void> Inbox::noteLimitationTold(LinkId link)
{
    m_database.run("UPDATE links SET limitation_told = 1 WHERE id = ?", {link});
    return m_database.takeFault();
}

Result<void> Inbox::tryWriting()
{
    if (!isOpen()) {
        if (Result<void> opened = open(m_path); !opened) {
            return opened;
        }
    }
    if (Result<void> begun = m_database.begin(); !begun) {
        return begun;
    }
    m_database.run("INSERT OR REPLACE INTO counters VALUES ('last_try', ?)", {toMilliseconds(m_clock.now())});
    return m_database.commit();
}

RowId Inbox::nextRowId()
{
    return m_nextRow++;
}

Result<Effects> Inbox::commit(Gathered& gathered)
{
    if (m_nextRow != m_storedNextRow) {
        m_database.run("UPDATE counters SET value = ? WHERE name = 'next_row'", {m_nextRow});
    }
    if (Result<void> done = m_database.commit(); !done) {
        return tl::unexpected<Error>(done.error());
    }
    m_storedNextRow = m_nextRow;
    return settle(gathered);
}

Effects Inbox::settle(Gathered& gathered)
{
    Effects effects;
    const QSet<RowId> removed(gathered.removed.cbegin(), gathered.removed.cend());
    const QSet<RowId> inserted(gathered.inserted.cbegin(), gathered.inserted.cend());
    for (const RowId rowId : std::as_const(gathered.inserted)) {
        if (!removed.contains(rowId)) {
            effects.inserted.append(row(rowId));
        }
    }
    for (const auto& [earlier, later] : std::as_const(gathered.replaced)) {
        if (!inserted.contains(earlier) && !removed.contains(later)) {
            effects.replaced.append({earlier, later});
        }
    }
    // Nobody has heard of what came and went within one commit.
    const auto isNews = [&inserted](RowId rowId) { return !inserted.contains(rowId); };
    std::copy_if(gathered.removed.cbegin(), gathered.removed.cend(), std::back_inserter(effects.removed), isNews);
    std::copy_if(gathered.withdrawn.cbegin(), gathered.withdrawn.cend(), std::back_inserter(effects.withdrawn), isNews);
    effects.isMuch = gathered.isMuch || gathered.changed.size() > muchRows || gathered.removed.size() > muchRows;
    if (!effects.isMuch) {
        for (const RowId rowId : std::as_const(gathered.changed)) {
            if (isNews(rowId) && !removed.contains(rowId)) {
                if (Row changed = row(rowId); changed.rowId != 0) {
                    effects.changed.append(std::move(changed));
                }
            }
        }
    }
    return effects;
}

QList<Inbox::Known> Inbox::known(QSqlQuery& query) const
{
    QList<Known> all;
    while (query.next()) {
        Known one;
        one.rowId = query.value(0).toLongLong();
        one.log = query.value(1).toString();
        one.number = query.value(2).toLongLong();
        one.isRead = query.value(3).toBool();
        one.isAcked = query.value(4).toBool();
        one.stateSeq = query.value(5).toLongLong();
        one.faded = query.value(6).toInt();
        one.pending = query.value(7).toInt();
        one.isDeleted = query.value(8).toLongLong() != 0;
        if (const QVariant expiresAt = query.value(9); !expiresAt.isNull()) {
            one.expiresAt = expiresAt.toLongLong();
        }
        all.append(one);
    }
    query.finish();
    return all;
}

std::optional<Inbox::Known> Inbox::find(LinkId link, const QString& log, Seq number)
{
    const QList<Known> all =
        known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND log = ? AND number = ?",
                             {link, log, static_cast<qint64>(number)}));
    return all.isEmpty() ? std::nullopt : std::optional<Known>(all.first());
}

int Inbox::unread(LinkId link)
{
    QSqlQuery& query = m_database.run(
        "SELECT count(*) FROM rows WHERE link = ? AND read_at IS NULL AND faded = 0 AND deleted = 0", {link});
    const int count = query.next() ? query.value(0).toInt() : 0;
    query.finish();
    (void)m_database.takeFault();
    return count;
}

Row Inbox::row(RowId rowId)
{
    static const QByteArray sql =
        QByteArray("SELECT ") + rowColumns + " FROM rows r WHERE r.row_id = ? AND r.deleted = 0";
    QSqlQuery& query = m_database.run(sql.constData(), {rowId});
    Row row = query.next() ? rowFrom(query) : Row();
    query.finish();
    return row;
}

QList<Row> Inbox::unshown(LinkId link)
{
    static const QByteArray sql = QByteArray("SELECT ") + rowColumns +
                                  " FROM rows r WHERE r.link = ? AND r.shown = 0 AND r.read_at IS NULL AND r.faded = 0 "
                                  "AND r.deleted = 0 ORDER BY r.row_id";
    QList<Row> rows;
    QSqlQuery& query = m_database.run(sql.constData(), {link});
    while (query.next()) {
        rows.append(rowFrom(query));
    }
    query.finish();
    (void)m_database.takeFault();
    return rows;
}

Seq Inbox::newestNumber(LinkId link)
{
    QSqlQuery& query = m_database.run("SELECT max(number) FROM rows WHERE link = ? AND log = (SELECT log FROM links "
                                      "WHERE id = ?) AND number IS NOT NULL",
                                      {link, link});
    const Seq newest = query.next() ? query.value(0).toLongLong() : 0;
    query.finish();
    return newest;
}

void Inbox::setServerTime(std::optional<Time> at)
{
    m_serverTime = at;
    m_serverTimeAt = m_clock.monotonic();
}

Time Inbox::serverNow() const
{
    if (!m_serverTime) {
        return m_clock.now();
    }
    return *m_serverTime + std::chrono::floor<std::chrono::milliseconds>(m_clock.monotonic() - m_serverTimeAt);
}

Result<Effects> Inbox::expire(LinkId link)
{
    if (!knowsServerTime()) {
        return Effects();
    }
    const QVariantList values{toMilliseconds(serverNow()), link};
    if (known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE expires_at IS NOT NULL AND faded = 0 "
                             "AND expires_at <= ? AND link = ? LIMIT 1",
                             values))
            .isEmpty()) {
        (void)m_database.takeFault();
        return Effects();
    }
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    Gathered gathered;
    const QList<Known> due =
        known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE expires_at IS NOT NULL AND faded = 0 "
                             "AND expires_at <= ? AND link = ?",
                             values));
    for (const Known& one : due) {
        m_database.run("UPDATE rows SET faded = 1 WHERE row_id = ?", {one.rowId});
        if (!one.isDeleted) {
            gathered.changed.insert(one.rowId);
            gathered.withdrawn.append(one.rowId);
        }
    }
    return commit(gathered);
}

std::optional<Time> Inbox::nextExpiry(LinkId link)
{
    if (!knowsServerTime()) {
        return std::nullopt;
    }
    QSqlQuery& query = m_database.run(
        "SELECT min(expires_at) FROM rows WHERE expires_at IS NOT NULL AND faded = 0 AND link = ?", {link});
    std::optional<Time> next;
    if (query.next() && !query.value(0).isNull()) {
        next = Time(std::chrono::milliseconds(query.value(0).toLongLong()));
    }
    query.finish();
    (void)m_database.takeFault();
    return next;
}

Result<bool> Inbox::retain(LinkId link, int keepRows, int limit)
{
    using namespace std::chrono_literals;
    // By the earlier of the two clocks: one of them may be wrong, and nothing goes for that.
    const Time now = knowsServerTime() ? std::min(serverNow(), m_clock.now()) : Time{};
    const qint64 yearAgo = toMilliseconds(now - 24h * 365);
    QList<Known> old = known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS
                                            " FROM rows WHERE link = ? AND created_at < ? AND deleted = 0 "
                                            "AND (read_at IS NOT NULL OR faded <> 0) AND pending = 0 LIMIT ?",
                                            {link, yearAgo, limit}));
    if (old.isEmpty()) {
        QSqlQuery& count = m_database.run("SELECT count(*) FROM rows WHERE link = ? AND deleted = 0", {link});
        const int excess = count.next() ? count.value(0).toInt() - keepRows : 0;
        count.finish();
        if (excess > 0) {
            const QVariantList values{link, std::min(excess, limit)};
            old = known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND deleted = 0 "
                                       "AND (read_at IS NOT NULL OR faded <> 0) ORDER BY row_id LIMIT ?",
                                       values));
            if (old.isEmpty()) {
                old = known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS
                                           " FROM rows WHERE link = ? AND deleted = 0 ORDER BY row_id LIMIT ?",
                                           values));
            }
        }
    }
    if (old.isEmpty()) {
        Result<void> fine = m_database.takeFault();
        return fine ? Result<bool>(false) : tl::unexpected<Error>(fine.error());
    }
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    for (const Known& one : std::as_const(old)) {
        m_database.run("DELETE FROM changes WHERE row_id = ?", {one.rowId});
        m_database.run("DELETE FROM rows WHERE row_id = ?", {one.rowId});
    }
    Result<void> done = m_database.commit();
    return done ? Result<bool>(true) : tl::unexpected<Error>(done.error());
}

} // namespace belfry::client
