// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/unread_count.h"

#include "server/store/merged_seqs.h"

#include <algorithm>
#include <limits>
#include <span>

namespace belfry::server {
namespace {

constexpr int blockRows = 1024;
constexpr int blocksAtOnce = 8;
constexpr int manyRows = 2 * blockRows;
constexpr std::size_t rangesTakenFromSum = 64; // a query each; beyond it a walk costs less
constexpr UserId ownedByAll = 0;

bool countsAt(std::int64_t until, Time now)
{
    return until == 1 || until > now.time_since_epoch().count();
}

Rows countedRows(Connection& db, UserId owner, Seq after, Seq to)
{
    return owner == ownedByAll
               ? db.query("SELECT seq, counts_until FROM everyone WHERE seq > ?1 AND seq <= ?2 ORDER BY seq", after, to)
               : db.query("SELECT seq, counts_until FROM deliveries WHERE user_id = ?1 AND seq > ?2 AND seq <= ?3 "
                          "ORDER BY seq",
                          owner, after, to);
}

/// A row of `count_blocks`.
struct CountBlock
{
    Seq first = 0, last = 0;
    std::int64_t always = 0, expiring = 0, soonest = 0, latest = 0;

    /// How many count now; nothing where only its rows tell.
    std::optional<std::int64_t> sum(Time now) const
    {
        const std::int64_t at = now.time_since_epoch().count();
        if (expiring == 0 || latest <= at) {
            return always;
        }
        return soonest > at ? std::optional(always + expiring) : std::nullopt;
    }
};

/// The ranges above a person's head, in memory for one count.
class ReadAbove
{
public:
    ReadAbove(Connection& db, UserId user, Seq readTo)
    {
        Rows rows = db.query("SELECT first, last FROM read_ranges WHERE user_id = ?1 AND last > ?2 ORDER BY last", user,
                             readTo);
        while (rows.next()) {
            m_ranges.push_back({rows.integer(0), rows.integer(1)});
        }
    }
    bool covers(Seq first, Seq last) const
    {
        const auto range = from(first);
        return range != m_ranges.end() && range->first <= first && range->last >= last;
    }
    bool touches(Seq first, Seq last) const
    {
        const auto range = from(first);
        return range != m_ranges.end() && range->first <= last;
    }

    /// Those that lie in [first, last], in whole or in part.
    std::span<const ReadRange> within(Seq first, Seq last) const
    {
        const auto begin = from(first);
        return {begin,
                std::find_if(begin, m_ranges.end(), [last](const ReadRange& range) { return range.first > last; })};
    }

private:
    std::vector<ReadRange>::const_iterator from(Seq seq) const
    {
        return std::lower_bound(m_ranges.begin(), m_ranges.end(), seq,
                                [](const ReadRange& range, Seq at) { return range.last < at; });
    }
    std::vector<ReadRange> m_ranges;
};

/// One count over one owner's rows.
class OwnerCount
{
public:
    OwnerCount(Connection& db, UserId owner, Time now, const ReadAbove& read)
        : m_db(db), m_owner(owner), m_now(now), m_read(read)
    {
    }

    std::int64_t between(Seq low, Seq high)
    {
        std::int64_t count = 0;
        Seq at = low;
        {
            Rows rows = m_db.query("SELECT first, last, always, expiring, soonest, latest FROM count_blocks "
                                   "WHERE owner_id = ?1 AND last > ?2 AND last <= ?3 ORDER BY last",
                                   m_owner, low, high);
            while (rows.next()) {
                const CountBlock block{rows.integer(0), rows.integer(1), rows.integer(2),
                                       rows.integer(3), rows.integer(4), rows.integer(5)};
                if (!m_read.covers(block.first, block.last)) {
                    const auto sum = block.sum(m_now);
                    const auto read = m_read.within(block.first, block.last);
                    const bool isKnown = block.first > low && sum && read.size() <= rangesTakenFromSum;
                    count += isKnown ? *sum - countRead(block, read) : walk(std::max(low, block.first - 1), block.last);
                }
                at = block.last;
            }
        }
        m_walked = 0;
        return count + walk(at, high);
    }
    bool hasWalkedMany() const { return m_walked > manyRows; }

private:
    /// Of a block's rows those that the sum holds and these ranges have read.
    std::int64_t countRead(const CountBlock& block, std::span<const ReadRange> ranges)
    {
        std::int64_t count = 0;
        for (const ReadRange& range : ranges) {
            Rows rows =
                countedRows(m_db, m_owner, std::max(block.first, range.first) - 1, std::min(block.last, range.last));
            while (rows.next()) {
                count += countsAt(rows.integer(1), m_now) ? 1 : 0;
            }
        }
        return count;
    }
    std::int64_t walk(Seq after, Seq to)
    {
        std::int64_t count = 0;
        Rows rows = countedRows(m_db, m_owner, after, to);
        while (rows.next()) {
            const Seq seq = rows.integer(0);
            count += countsAt(rows.integer(1), m_now) && !m_read.touches(seq, seq) ? 1 : 0;
            ++m_walked;
        }
        return count;
    }

    Connection& m_db;
    UserId m_owner;
    Time m_now;
    const ReadAbove& m_read;
    int m_walked = 0; // beyond the last block
};

} // namespace

void SumRequests::ask(UserId owner)
{
    const std::lock_guard lock(m_mutex);
    m_owners.insert(owner);
    m_isWaiting = true;
}

std::optional<UserId> SumRequests::take()
{
    const std::lock_guard lock(m_mutex);
    if (m_owners.empty()) {
        return std::nullopt;
    }
    const UserId owner = *m_owners.begin();
    m_owners.erase(m_owners.begin());
    m_isWaiting = !m_owners.empty();
    return owner;
}

std::int64_t unreadCount(Connection& db, const Account& account, Seq upTo, Time now, SumRequests& sums)
{
    const ReadHead head = readHead(db, account.id);
    const Seq floor = db.integer("SELECT value FROM settings WHERE name = 'floor'").value_or(0);
    const Seq low = std::max(floor, head.readTo);
    const ReadAbove read(db, account.id, head.readTo);
    std::int64_t unread = 0;
    for (const UserId owner : {account.id, ownedByAll}) {
        OwnerCount count(db, owner, now, read);
        unread += count.between(owner == ownedByAll ? std::max(low, account.createdAfter) : low, upTo);
        if (count.hasWalkedMany()) {
            sums.ask(owner);
        }
    }
    return unread;
}

bool walkUnread(Connection& db, const Account& account, Seq low, Seq high, Time now, int rows,
                const std::function<bool(Seq)>& found)
{
    while (low < high) {
        const auto read = rangeEndingFrom(db, account.id, low + 1);
        const Seq end = read ? std::min(high, read->first - 1) : high;
        Rows own = countedRows(db, account.id, low, end);
        Rows shared = countedRows(db, ownedByAll, std::max(low, account.createdAfter), end);
        for (MergedSeqs seqs(true, {&own, &shared}); !seqs.isAtEnd(); seqs.next()) {
            if (countsAt(seqs.countsUntil(), now) && !found(seqs.seq())) {
                return true;
            }
            if (--rows < 0) {
                return false;
            }
        }
        if (--rows < 0) {
            return false;
        }
        low = read ? std::max(low, read->last) : high;
    }
    return true;
}

bool sumUp(Ledger& ledger, UserId owner)
{
    Connection& db = ledger.db();
    for (int made = 0; made < blocksAtOnce; ++made) {
        const Seq after = std::max(
            ledger.floor(), db.integer("SELECT max(last) FROM count_blocks WHERE owner_id = ?1", owner).value_or(0));
        CountBlock block;
        block.soonest = std::numeric_limits<std::int64_t>::max();
        int rows = 0;
        {
            Rows next = countedRows(db, owner, after, ledger.newest());
            while (rows < blockRows && next.next()) {
                block.first = rows++ == 0 ? next.integer(0) : block.first;
                block.last = next.integer(0);
                const std::int64_t until = next.integer(1);
                block.always += until == 1 ? 1 : 0;
                if (until > 1) {
                    ++block.expiring;
                    block.soonest = std::min(block.soonest, until);
                    block.latest = std::max(block.latest, until);
                }
            }
        }
        if (rows < blockRows || db.hasFailed()) {
            return false;
        }
        db.run("INSERT INTO count_blocks(owner_id, first, last, always, expiring, soonest, latest) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               owner, block.first, block.last, block.always, block.expiring, block.soonest, block.latest);
    }
    return true;
}

void takeFromSums(Ledger& ledger, UserId owner, Seq seq, std::int64_t counts)
{
    ledger.db().run("UPDATE count_blocks SET always = always - (?3 = 1), expiring = expiring - (?3 > 1) WHERE owner_id "
                    "= ?1 AND last = (SELECT min(last) FROM count_blocks WHERE owner_id = ?1 AND last >= ?2) "
                    "AND first <= ?2",
                    owner, seq, counts);
}

bool trimSums(Ledger& ledger, int limit)
{
    return ledger.db().run(
               "DELETE FROM count_blocks WHERE (owner_id, last) IN (SELECT owner_id, last FROM count_blocks "
               "WHERE last <= ?1 LIMIT ?2)",
               ledger.floor(), limit) == limit;
}

} // namespace belfry::server
