// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/audit.h"

#include "protocol/json.h"
#include "server/store/clock_trust.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <deque>
#include <limits>

namespace belfry::server {
namespace {

constexpr std::chrono::days keptFor{365};
constexpr std::int64_t keptRows = 1'000'000;
constexpr int entriesLookedAt = 4096;

/// One of the two sources of a page, in the page's order.
struct Source
{
    std::deque<AuditItem> items;
    std::int64_t examined = 0; ///< the cursor after everything in it
    bool isAtEnd = false;      ///< there is nothing after it
};

Source actions(Connection& db, const AuditQuery& query, std::int64_t cursor)
{
    Source source;
    source.examined = cursor;
    Rows rows =
        query.isAscending
            ? db.query("SELECT id, at, actor_id, action, subject FROM audit_log WHERE id > ?1 ORDER BY id LIMIT ?2",
                       cursor, query.limit)
            : db.query(
                  "SELECT id, at, actor_id, action, subject FROM audit_log WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                  cursor, query.limit);
    int looked = 0;
    for (; rows.next(); ++looked) {
        AuditItem item;
        item.cursor = source.examined = rows.integer(0);
        item.at = rows.time(1);
        if (!rows.isNull(2)) {
            item.actor = rows.integer(2);
        }
        item.action = rows.text(3);
        item.details = rows.text(4);
        if (item.at >= query.since) {
            source.items.push_back(std::move(item));
        } else if (!query.isAscending) {
            source.isAtEnd = true; // all that follows is older
            return source;
        }
    }
    source.isAtEnd = looked < query.limit;
    return source;
}

Source sent(Connection& db, const AuditQuery& query, std::int64_t cursor, const Accounts& accounts, Seq published)
{
    Source source;
    source.examined = cursor;
    const auto visit = [&](Rows rows) {
        int looked = 0;
        for (; static_cast<int>(source.items.size()) < query.limit; ++looked) {
            if (!rows.next()) {
                source.isAtEnd = looked < entriesLookedAt;
                return;
            }
            AuditItem item;
            item.isSent = true;
            item.cursor = source.examined = rows.integer(0);
            item.at = rows.time(2);
            if (item.at < query.since && !query.isAscending) {
                source.isAtEnd = true;
                return;
            }
            if (item.at < query.since || static_cast<EventKind>(rows.integer(1)) != EventKind::Notification) {
                continue;
            }
            item.actor = rows.integer(3);
            item.action = "notification.sent";
            boost::json::object details{{"id", item.cursor}};
            details["recipients"] = rows.isNull(4) ? boost::json::value("all")
                                                   : boost::json::value(rows.integer(4) / std::int64_t(sizeof(UserId)));
            if (const Account* sender = accounts.find(*item.actor)) {
                details["by"] = sender->name;
            }
            item.details = boost::json::serialize(details);
            source.items.push_back(std::move(item));
        }
    };
    if (query.isAscending) {
        visit(db.query("SELECT seq, kind, created_at, sender_id, length(audience) FROM entries "
                       "WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
                       cursor, published, entriesLookedAt));
    } else {
        visit(db.query("SELECT seq, kind, created_at, sender_id, length(audience) FROM entries "
                       "WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
                       std::min(cursor, published + 1), entriesLookedAt));
    }
    return source;
}

} // namespace

void recordAudit(Ledger& ledger, std::optional<UserId> by, std::string_view action, boost::json::object details)
{
    if (const Account* actor = by ? ledger.accounts().find(*by) : nullptr) {
        details["by"] = actor->name;
    }
    ledger.db().run("INSERT INTO audit_log(at, actor_id, action, subject) VALUES (?1, ?2, ?3, ?4)", ledger.stamp(), by,
                    action, boost::json::serialize(details));
}

void recordAudit(Ledger& ledger, const std::optional<Credential>& by, std::string_view action,
                 boost::json::object details)
{
    recordAudit(ledger, by ? std::optional(by->user) : std::nullopt, action, std::move(details));
}

bool trimAudit(Ledger& ledger, int limit)
{
    // The oldest are looked at and no more. Numbers are the order: up to one that is too old all are, before the first
    // that is not. A date that lies ahead says neither, one that lies behind does not let what is later go first.
    return ledger.db().run("WITH oldest AS (SELECT id, at FROM audit_log ORDER BY id LIMIT ?1) DELETE FROM audit_log "
                           "WHERE id IN (SELECT id FROM oldest) AND (id <= (SELECT max(id) FROM audit_log) - ?3 "
                           "OR (id <= (SELECT max(id) FROM oldest WHERE at < ?2) "
                           "AND id < coalesce((SELECT min(id) FROM oldest WHERE at BETWEEN ?2 AND ?4), ?5)))",
                           limit, ledger.removalTime() - keptFor, keptRows, ledger.now() + ClockTrust::largestJump,
                           std::numeric_limits<std::int64_t>::max()) == limit;
}

std::string auditJson(const AuditItem& item)
{
    return "{\"id\":" + (item.isSent ? "null" : std::to_string(item.cursor)) +
           ",\"at\":" + jsonString(formatTime(item.at)) + ",\"action\":" + jsonString(item.action) +
           ",\"actor_id\":" + (item.actor ? std::to_string(*item.actor) : "null") + ",\"details\":" + item.details +
           "}";
}

Result<AuditPage> readAuditPage(Connection& db, const AuditQuery& query, const Accounts& accounts, Seq published)
{
    const ReadTransaction reading(db);
    const std::int64_t start = query.isAscending ? 0 : maxJsonInteger;
    const std::int64_t actionCursor = query.actionCursor.value_or(start);
    const std::int64_t sentCursor = query.sentCursor.value_or(start);
    Source first = actions(db, query, actionCursor);
    Source second = sent(db, query, sentCursor, accounts, published);
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    AuditPage page;
    page.actionCursor = actionCursor;
    page.sentCursor = sentCursor;
    const auto comesFirst = [&query](const AuditItem& a, const AuditItem& b) {
        return query.isAscending ? a.at <= b.at : a.at >= b.at;
    };
    // Ends where either source is used up without being at its end: what it has next may belong before the other's.
    while (static_cast<int>(page.items.size()) < query.limit && !(first.items.empty() && second.items.empty())) {
        if ((first.items.empty() && !first.isAtEnd) || (second.items.empty() && !second.isAtEnd)) {
            break;
        }
        const bool takesFirst =
            second.items.empty() || (!first.items.empty() && comesFirst(first.items.front(), second.items.front()));
        Source& source = takesFirst ? first : second;
        (takesFirst ? page.actionCursor : page.sentCursor) = source.items.front().cursor;
        page.items.push_back(std::move(source.items.front()));
        source.items.pop_front();
    }
    if (first.items.empty()) {
        page.actionCursor = first.examined;
    }
    if (second.items.empty()) {
        page.sentCursor = second.examined;
    }
    page.isLast = first.items.empty() && first.isAtEnd && second.items.empty() && second.isAtEnd;
    return page;
}

} // namespace belfry::server
