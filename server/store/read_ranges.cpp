// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/read_ranges.h"

#include <algorithm>

namespace belfry::server {
namespace {

/// How many rows beside a message are looked at for what its range may close in. More would only save rows.
constexpr int neighbours = 16;
constexpr int passedAtOnce = 500;

/// Up to where a range may grow over the rows of one query: to just before the first that counts. Where all rows were
/// looked at, to `end`.
Seq rangeEdge(Rows rows, Seq end, int step)
{
    Seq reached = end;
    int looked = 0;
    while (rows.next()) {
        if (rows.integer(1) != 0) {
            return rows.integer(0) - step;
        }
        reached = rows.integer(0);
        ++looked;
    }
    return looked < neighbours ? end : reached;
}

Seq edgeBelow(Connection& db, const Account& account, const ReadHead& head, Seq seq)
{
    const Seq end = head.readTo + 1;
    const Seq own =
        rangeEdge(db.query("SELECT seq, counts_until FROM deliveries WHERE user_id = ?1 AND seq > ?2 AND seq < "
                           "?3 ORDER BY seq DESC LIMIT ?4",
                           account.id, head.readTo, seq, neighbours),
                  end, -1);
    const Seq shared = rangeEdge(db.query("SELECT seq, counts_until FROM everyone WHERE seq > ?1 AND seq < ?2 "
                                          "ORDER BY seq DESC LIMIT ?3",
                                          std::max(head.readTo, account.createdAfter), seq, neighbours),
                                 end, -1);
    return std::max(own, shared);
}

Seq edgeAbove(Connection& db, const Account& account, Seq newest, Seq seq)
{
    const Seq own = rangeEdge(db.query("SELECT seq, counts_until FROM deliveries WHERE user_id = ?1 AND seq > ?2 "
                                       "ORDER BY seq LIMIT ?3",
                                       account.id, seq, neighbours),
                              newest, 1);
    const Seq shared = rangeEdge(db.query("SELECT seq, counts_until FROM everyone WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                                          std::max(seq, account.createdAfter), neighbours),
                                 newest, 1);
    return std::min(own, shared);
}

std::optional<ReadRange> rangeEndingBelow(Connection& db, UserId user, const ReadHead& head, Seq seq)
{
    Rows rows = db.query("SELECT first, last FROM read_ranges WHERE user_id = ?1 AND last > ?2 AND last < ?3 "
                         "ORDER BY last DESC LIMIT 1",
                         user, head.readTo, seq);
    return rows.next() ? std::optional(ReadRange{rows.integer(0), rows.integer(1)}) : std::nullopt;
}

void insertRange(Connection& db, UserId user, Seq first, Seq last)
{
    if (first <= last) {
        db.run("INSERT OR REPLACE INTO read_ranges(user_id, first, last) VALUES (?1, ?2, ?3)", user, first, last);
    }
}

void removeRange(Connection& db, UserId user, const ReadRange& range)
{
    db.run("DELETE FROM read_ranges WHERE user_id = ?1 AND last = ?2", user, range.last);
}

/// Ranges in (after, readTo], the highest first. @return how many went
int removePassed(Connection& db, UserId user, const ReadHead& head, Seq after)
{
    return db.run("DELETE FROM read_ranges WHERE user_id = ?1 AND last IN (SELECT last FROM read_ranges WHERE user_id "
                  "= ?1 AND last > ?2 AND last <= ?3 ORDER BY last DESC LIMIT ?4)",
                  user, after, head.readTo, passedAtOnce);
}

} // namespace

ReadHead readHead(Connection& db, UserId user)
{
    Rows rows = db.query("SELECT read_to, state_ids, state_floor FROM read_heads WHERE user_id = ?1", user);
    return rows.next() ? ReadHead{rows.integer(0), rows.integer(1), rows.integer(2)} : ReadHead{};
}

void saveHead(Ledger& ledger, UserId user, const ReadHead& head)
{
    ledger.db().run("INSERT OR REPLACE INTO read_heads VALUES (?1, ?2, ?3, ?4)", user, head.readTo, head.stateIds,
                    head.stateFloor);
}

std::optional<ReadRange> rangeEndingFrom(Connection& db, UserId user, Seq seq)
{
    Rows rows = db.query("SELECT first, last FROM read_ranges WHERE user_id = ?1 AND last >= ?2 ORDER BY last LIMIT 1",
                         user, seq);
    return rows.next() ? std::optional(ReadRange{rows.integer(0), rows.integer(1)}) : std::nullopt;
}

bool isRead(Connection& db, UserId user, const ReadHead& head, Seq seq)
{
    if (seq <= head.readTo) {
        return true;
    }
    const auto range = rangeEndingFrom(db, user, seq);
    return range && range->first <= seq;
}

bool addToRead(Ledger& ledger, const Account& account, ReadHead& head, Seq seq)
{
    Connection& db = ledger.db();
    if (isRead(db, account.id, head, seq)) {
        return false;
    }
    ReadRange grown{edgeBelow(db, account, head, seq), edgeAbove(db, account, ledger.newest(), seq)};
    for (auto above = rangeEndingFrom(db, account.id, seq); above && above->first <= grown.last + 1;
         above = rangeEndingFrom(db, account.id, seq)) {
        grown.last = std::max(grown.last, above->last);
        removeRange(db, account.id, *above);
    }
    for (auto below = rangeEndingBelow(db, account.id, head, seq); below && below->last >= grown.first - 1;
         below = rangeEndingBelow(db, account.id, head, seq)) {
        grown.first = std::min(grown.first, below->first);
        removeRange(db, account.id, *below);
    }
    if (grown.first <= head.readTo + 1) {
        head.readTo = grown.last;
    } else {
        insertRange(db, account.id, grown.first, grown.last);
    }
    return true;
}

TakenOut takeOutOfRead(Ledger& ledger, UserId user, ReadHead& head, Seq seq)
{
    Connection& db = ledger.db();
    if (seq <= head.readTo) {
        if (removePassed(db, user, head, seq - 1) == passedAtOnce) {
            return TakenOut::Again;
        }
        insertRange(db, user, seq + 1, head.readTo);
        head.readTo = seq - 1;
        return TakenOut::Done;
    }
    const auto range = rangeEndingFrom(db, user, seq);
    if (!range || range->first > seq) {
        return TakenOut::WasUnread;
    }
    removeRange(db, user, *range);
    insertRange(db, user, range->first, seq - 1);
    insertRange(db, user, seq + 1, range->last);
    return TakenOut::Done;
}

void readAllTo(Ledger& ledger, UserId user, ReadHead& head, Seq upTo)
{
    if (upTo <= head.readTo) {
        return;
    }
    head.readTo = upTo;
    if (const auto above = rangeEndingFrom(ledger.db(), user, upTo + 1); above && above->first <= upTo + 1) {
        head.readTo = above->last;
    }
    removePassed(ledger.db(), user, head, 0);
}

bool trimReadRanges(Ledger& ledger, int limit)
{
    const int ranges = ledger.db().run("DELETE FROM read_ranges WHERE (user_id, last) IN (SELECT user_id, last FROM "
                                       "read_ranges WHERE last <= ?1 LIMIT ?2)",
                                       ledger.floor(), limit);
    const int marks = ledger.db().run("DELETE FROM read_marks WHERE (user_id, up_to) IN (SELECT user_id, up_to FROM "
                                      "read_marks WHERE up_to <= ?1 LIMIT ?2)",
                                      ledger.floor(), limit);
    return ranges == limit || marks == limit;
}

} // namespace belfry::server
