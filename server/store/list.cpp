// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/list.h"

#include "protocol/json.h"
#include "server/store/folding.h"
#include "server/store/merged_seqs.h"
#include "server/store/read_state.h"

namespace belfry::server {
namespace {

constexpr std::size_t pageBytes = 256 * 1024;
constexpr int sliceRows = 2048;

/// The item inside a stored event: `{"type":"notification","data":{ITEM}}`.
std::string_view itemOf(std::string_view data)
{
    static const std::size_t around = notificationEvent({}).size();
    static const std::size_t before = notificationEvent({}).find("{}") + 1;
    return data.size() < around ? std::string_view() : data.substr(before, data.size() - around);
}

void appendTime(std::string& out, std::string_view member, std::optional<Time> time)
{
    out += ",\"";
    out += member;
    out += "\":";
    out += time ? jsonString(formatTime(*time)) : "null";
}

} // namespace

ListSearch::ListSearch(const ListQuery& query, Account account, Seq published)
    : m_query(query), m_account(std::move(account)), m_folded(foldedForSearch(query.text)),
      m_isAscending(query.sinceId.has_value()), m_low(query.sinceId.value_or(0)),
      m_high(std::min(query.beforeId.value_or(published + 1), published + 1))
{
    m_page.latestId = published;
}

bool ListSearch::turn(Connection& db, Time now, SumRequests& sums)
{
    const ReadTransaction reading(db);
    m_head = readHead(db, m_account.id);
    if (!m_hasBegun) {
        m_hasBegun = true;
        m_page.unread = unreadCount(db, m_account, m_page.latestId, now, sums);
    }
    int rows = sliceRows;
    for (;;) {
        switch (look(db, now, rows)) {
        case Look::End:
            return true;
        case Look::Pause:
            return false;
        case Look::OverRead:
            break;
        }
    }
}

/// Goes over the rows between m_low and m_high until the page is full, `rows` are looked at, or one is read where only
/// unread ones are asked for: then the bounds are set beyond all that is read there.
ListSearch::Look ListSearch::look(Connection& db, Time now, int& rows)
{
    const Seq ownLow = m_query.unreadOnly ? std::max(m_low, m_head.readTo) : m_low;
    const Seq sharedLow = std::max(ownLow, m_account.createdAfter);
    Rows own = m_isAscending
                   ? db.query("SELECT seq, counts_until FROM deliveries WHERE user_id = ?1 AND seq > ?2 AND seq < ?3 "
                              "ORDER BY seq",
                              m_account.id, ownLow, m_high)
                   : db.query("SELECT seq, counts_until FROM deliveries WHERE user_id = ?1 AND seq > ?2 AND seq < ?3 "
                              "ORDER BY seq DESC",
                              m_account.id, ownLow, m_high);
    Rows shared = m_isAscending
                      ? db.query("SELECT seq, counts_until FROM everyone WHERE seq > ?1 AND seq < ?2 ORDER BY seq",
                                 sharedLow, m_high)
                      : db.query("SELECT seq, counts_until FROM everyone WHERE seq > ?1 AND seq < ?2 ORDER BY seq DESC",
                                 sharedLow, m_high);
    for (MergedSeqs seqs(m_isAscending, {&own, &shared}); !seqs.isAtEnd(); seqs.next()) {
        if (static_cast<int>(m_page.items.size()) >= m_query.limit) {
            return Look::End;
        }
        if (m_bytes >= pageBytes) {
            pageEndsBefore(seqs.seq());
            return Look::End;
        }
        if (--rows < 0) {
            // The next turn goes on with this one.
            (m_isAscending ? m_low : m_high) = m_isAscending ? seqs.seq() - 1 : seqs.seq() + 1;
            return Look::Pause;
        }
        const std::int64_t until = seqs.countsUntil();
        if (until != 1 && until <= now.time_since_epoch().count()) {
            continue;
        }
        if (m_query.unreadOnly) {
            const auto read = rangeEndingFrom(db, m_account.id, seqs.seq());
            if (read && read->first <= seqs.seq()) {
                (m_isAscending ? m_low : m_high) = m_isAscending ? read->last : read->first;
                return Look::OverRead;
            }
        }
        addItem(db, seqs.seq());
    }
    return Look::End;
}

bool ListSearch::isWanted(std::int64_t type, std::string_view folded) const
{
    return (!m_query.type || static_cast<std::int64_t>(*m_query.type) == type) &&
           (m_folded.empty() || folded.find(m_folded) != std::string_view::npos);
}

bool ListSearch::addItem(Connection& db, Seq seq)
{
    Rows rows = db.query(
        "SELECT e.type, e.folded, e.data, r.read_at, r.acked_at, r.answer FROM entries e "
        "LEFT JOIN receipts r ON r.seq = e.seq AND r.user_id = ?2 WHERE e.seq = ?1 AND e.kind = 1 AND e.is_dead = 0",
        seq, m_account.id);
    if (!rows.next() || !isWanted(rows.integer(0), rows.text(1))) {
        return false;
    }
    std::string item = "{";
    item += itemOf(rows.text(2));
    appendTime(item, "read_at", readAt(db, m_account.id, seq, m_head, rows.optionalTime(3)));
    appendTime(item, "acked_at", rows.optionalTime(4));
    item += ",\"answer\":";
    item += rows.isNull(5) ? "null" : jsonString(rows.text(5));
    item += '}';
    m_bytes += item.size();
    m_page.items.push_back(std::move(item));
    return true;
}

void ListSearch::pageEndsBefore(Seq seq)
{
    ListQuery next = m_query;
    next.limit -= static_cast<int>(m_page.items.size());
    if (m_isAscending) {
        next.sinceId = seq - 1;
    } else {
        next.beforeId = seq + 1;
    }
    m_page.next = next;
}

Result<ListPage> ListSearch::take(Connection& db)
{
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return std::move(m_page);
}

} // namespace belfry::server
