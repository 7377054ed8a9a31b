// SPDX-License-Identifier: GPL-3.0-or-later
// What the server's list does to the history: the first look, a reset, another log, and polling.
#include "client/inbox_internal.h"
#include "client/inbox_rows.h"

namespace belfry::client {
namespace {

/// Set aside for one listing: its limit and a page beyond it.
constexpr RowId listingBlock = Inbox::listingLimit + 1000;
constexpr std::chrono::hours criticalAge{24};

} // namespace

Result<void> Inbox::beginListing(LinkId link, Listing why, const QString& log, std::optional<Seq> cursor)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return begun;
    }
    const RowId floor = m_nextRow;
    m_nextRow += listingBlock;
    m_database.run("UPDATE links SET listing = ?, log = ?, cursor = ?, listing_before = NULL, listing_floor = ?, "
                   "listing_next = ?, listing_count = 0, poll_seen = 0 WHERE id = ?",
                   {static_cast<int>(why), log.isNull() ? QStringLiteral("") : log,
                    cursor ? QVariant(static_cast<qint64>(*cursor)) : QVariant(QMetaType::fromType<qint64>()), floor,
                    m_nextRow - 1, link});
    Gathered nothing;
    Result<Effects> done = commit(nothing);
    return done ? Result<void>() : tl::unexpected<Error>(done.error());
}

Result<ListedPage> Inbox::addListed(LinkId link, std::span<const ListItem> items, Seq latestId, bool isLastPage)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    const LinkPlace place = placeOf(link);
    QSqlQuery& progress =
        m_database.run("SELECT listing_floor, listing_next, listing_count FROM links WHERE id = ?", {link});
    const bool isListing = progress.next() && place.listing != Listing::None;
    const RowId floor = isListing ? progress.value(0).toLongLong() : 0;
    RowId next = isListing ? progress.value(1).toLongLong() : 0;
    qint64 count = isListing ? progress.value(2).toLongLong() : 0;
    progress.finish();

    Gathered gathered;
    bool hasMetKept = false;
    std::optional<Seq> lowest = place.listingBefore;
    for (const ListItem& item : items) {
        const Notification& n = item.notification;
        if (n.id <= 0) {
            continue;
        }
        lowest = lowest ? std::min(*lowest, n.id) : n.id;
        ++count;
        const std::optional<Known> known = find(link, place.log, n.id);
        hasMetKept = hasMetKept || (known && known->rowId < floor);
        const bool isToBeShown =
            place.listing != Listing::First || (n.priority == Priority::Critical && !item.readAt && !item.ackedAt &&
                                                serverNow() - n.createdAt < criticalAge);
        const qsizetype before = gathered.inserted.size();
        gatherNotification(link, place.log,
                           Incoming{n, n.id, latestId, item.readAt, item.ackedAt, item.answer, true, !isToBeShown,
                                    next > floor ? next : 0},
                           gathered);
        if (gathered.inserted.size() > before) {
            --next;
        }
    }
    if (!place.cursor) {
        m_database.run("UPDATE links SET cursor = ? WHERE id = ?", {static_cast<qint64>(latestId), link});
    }
    m_database.run(
        "UPDATE links SET listing_before = ?, listing_next = ?, listing_count = ?, poll_seen = max(poll_seen, ?) "
        "WHERE id = ?",
        {static_cast<qint64>(lowest.value_or(0)), next, count, static_cast<qint64>(latestId), link});
    const bool isDone =
        isLastPage || !lowest || count >= listingLimit || (place.listing == Listing::Reset && hasMetKept) || !isListing;
    if (isDone && isListing) {
        finishListing(link, isLastPage || !lowest, gathered);
    }
    Result<Effects> effects = commit(gathered);
    if (!effects) {
        return tl::unexpected<Error>(effects.error());
    }
    return ListedPage{std::move(*effects), isDone};
}

void Inbox::finishListing(LinkId link, bool isEnd, Gathered& gathered)
{
    const LinkPlace place = placeOf(link);
    if (place.listing == Listing::OtherLog) {
        QSqlQuery& progress = m_database.run("SELECT listing_floor FROM links WHERE id = ?", {link});
        const RowId floor = progress.next() ? progress.value(0).toLongLong() : 0;
        progress.finish();
        QSqlQuery& adopted = m_database.run(
            "SELECT 1 FROM rows WHERE link = ? AND log = ? AND number IS NOT NULL AND row_id < ? LIMIT 1",
            {link, place.log, floor});
        const bool isSameStem = adopted.next();
        adopted.finish();
        if (!isEnd && isSameStem) {
            // A log grows at its end only: where one of its numbers is ours, so are all below it that were not looked
            // at.
            const QVariantList values{place.log, link, place.log, static_cast<qint64>(place.listingBefore.value_or(0))};
            m_database.run("UPDATE OR IGNORE rows SET log = ?, faded = CASE faded WHEN 2 THEN 0 ELSE faded END "
                           "WHERE link = ? AND log <> ? AND number IS NOT NULL AND number < ?",
                           values);
            m_database.run("UPDATE OR IGNORE tombstones SET log = ? WHERE link = ? AND log <> ? AND number < ?",
                           values);
            m_database.run(
                "UPDATE OR IGNORE changes SET log = ? WHERE link = ? AND log <> ? AND kind <> 3 AND number < ?",
                values);
        }
        const QVariantList others{link, place.log};
        m_database.run("UPDATE rows SET faded = 2, pending = 0 WHERE link = ? AND log <> ? AND faded <> 2", others);
        m_database.run("DELETE FROM tombstones WHERE link = ? AND log <> ?", others);
        m_database.run("DELETE FROM changes WHERE link = ? AND log <> ?", others);
        QSqlQuery& faded = m_database.run("SELECT row_id FROM rows WHERE link = ? AND faded = 2 AND deleted = 0 "
                                          "ORDER BY row_id DESC LIMIT 1000",
                                          {link});
        while (faded.next()) {
            gathered.withdrawn.append(faded.value(0).toLongLong());
        }
        faded.finish();
        gathered.isMuch = true;
    }
    m_database.run("UPDATE links SET listing = 0, listing_before = NULL WHERE id = ?", {link});
}

Result<Effects> Inbox::addPolled(LinkId link, std::span<const ListItem> items, Seq latestId)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    const LinkPlace place = placeOf(link);
    Gathered gathered;
    Seq seen = place.pollSeen;
    for (const ListItem& item : items) {
        const Notification& n = item.notification;
        if (n.id > 0) {
            seen = std::max(seen, n.id);
            gatherNotification(link, place.log,
                               Incoming{n, n.id, latestId, item.readAt, item.ackedAt, item.answer, true, false, 0},
                               gathered);
        }
    }
    if (seen != place.pollSeen) {
        m_database.run("UPDATE links SET poll_seen = ? WHERE id = ?", {static_cast<qint64>(seen), link});
    }
    return commit(gathered);
}

Result<Effects> Inbox::settlePage(LinkId link, std::span<const ListItem> items, Seq latestId)
{
    if (Result<void> begun = m_database.begin(); !begun) {
        return tl::unexpected<Error>(begun.error());
    }
    const LinkPlace place = placeOf(link);
    Gathered gathered;
    QSet<Seq> listed;
    std::optional<Seq> lowest;
    for (const ListItem& item : items) {
        const Notification& n = item.notification;
        if (n.id <= 0) {
            continue;
        }
        listed.insert(n.id);
        lowest = lowest ? std::min(*lowest, n.id) : n.id;
        gatherNotification(link, place.log,
                           Incoming{n, n.id, latestId, item.readAt, item.ackedAt, item.answer, true, false, 0},
                           gathered);
    }
    if (lowest) {
        const qint64 now = toMilliseconds(expiryTime());
        const QList<Known> held =
            known(m_database.run("SELECT " BELFRY_KNOWN_COLUMNS " FROM rows WHERE link = ? AND log = ? AND number >= ? "
                                 "AND number <= ? AND number IS NOT NULL",
                                 {link, place.log, static_cast<qint64>(*lowest), static_cast<qint64>(latestId)}));
        for (const Known& one : held) {
            const bool hasExpired = one.faded != NotFaded || (one.expiresAt && *one.expiresAt <= now);
            if (!listed.contains(one.number) && !hasExpired && one.stateSeq <= latestId) {
                take(link, one, gathered);
            }
        }
    }
    return commit(gathered);
}

} // namespace belfry::client
