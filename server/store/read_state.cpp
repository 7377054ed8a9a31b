// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/read_state.h"

#include "protocol/json.h"

#include <algorithm>

namespace belfry::server {
namespace {

/// Everything above counts as unread for somebody who was there before it.
Seq everyoneAfter(const Account& account, Seq examined)
{
    return std::max(account.createdAfter, examined);
}

void setExaminedTo(Ledger& ledger, UserId user, Seq seq)
{
    ledger.db().run("INSERT INTO read_positions VALUES (?1, ?2) ON CONFLICT(user_id) DO UPDATE SET examined_to = "
                    "excluded.examined_to",
                    user, seq);
}

/// Writes down what is unread up to `target`, so that single ones can be taken out.
void examine(Ledger& ledger, const Account& account, Seq target)
{
    const Seq examined = examinedTo(ledger.db(), account.id);
    if (target <= examined) {
        return;
    }
    ledger.db().run("DELETE FROM unread WHERE user_id = ?1 AND seq <= ?2", account.id, ledger.floor());
    ledger.db().run("INSERT OR IGNORE INTO unread SELECT user_id, seq, counts_until FROM deliveries "
                    "WHERE user_id = ?1 AND seq > ?2 AND seq <= ?3 AND (counts_until = 1 OR counts_until > ?4)",
                    account.id, examined, target, ledger.now());
    ledger.db().run("INSERT OR IGNORE INTO unread SELECT ?1, seq, counts_until FROM everyone "
                    "WHERE seq > ?2 AND seq <= ?3 AND (counts_until = 1 OR counts_until > ?4)",
                    account.id, everyoneAfter(account, examined), target, ledger.now());
    setExaminedTo(ledger, account.id, target);
}

void setReadAt(Ledger& ledger, UserId user, Seq seq, std::optional<Time> at)
{
    ledger.db().run("INSERT INTO receipts(seq, user_id, read_at) VALUES (?1, ?2, ?3) "
                    "ON CONFLICT(seq, user_id) DO UPDATE SET read_at = excluded.read_at",
                    seq, user, at);
}

/// @return whether it was unread
bool takeUnread(Ledger& ledger, UserId user, Seq seq)
{
    return ledger.db().run(
               "DELETE FROM unread WHERE user_id = ?1 AND seq = ?2 AND (counts_until = 1 OR counts_until > ?3)", user,
               seq, ledger.now()) > 0;
}

/// `counts_until` of a notification that is theirs and still counts.
std::optional<std::int64_t> countsFor(Ledger& ledger, const Account& account, Seq seq)
{
    auto counts =
        ledger.db().integer("SELECT counts_until FROM deliveries WHERE user_id = ?1 AND seq = ?2", account.id, seq);
    if (!counts && seq > account.createdAfter) {
        counts = ledger.db().integer("SELECT counts_until FROM everyone WHERE seq = ?1", seq);
    }
    const bool isCounted = counts && (*counts == 1 || *counts > ledger.now().time_since_epoch().count());
    return isCounted ? counts : std::nullopt;
}

std::vector<Seq> ascending(std::vector<Seq> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

void tellOwnStreams(Ledger& ledger, UserId user, EventKind kind, std::string data)
{
    LogEntry entry;
    entry.kind = kind;
    entry.audience.ids = {user};
    entry.senderId = user;
    ledger.append(std::move(entry), {}, [&data](Seq) { return std::move(data); });
}

/// All up to a number: one mark instead of a row each.
bool markUpTo(Ledger& ledger, const Account& account, Seq upTo)
{
    Connection& db = ledger.db();
    const Seq examined = examinedTo(db, account.id);
    const Seq lastMark = db.integer("SELECT max(up_to) FROM read_marks WHERE user_id = ?1", account.id).value_or(0);
    // What a mark covers already and was unread again needs a time of its own: the mark's is an older one.
    db.run("INSERT INTO receipts(seq, user_id, read_at) SELECT seq, user_id, ?3 FROM unread WHERE user_id = ?1 AND seq "
           "<= ?2 "
           "ON CONFLICT(seq, user_id) DO UPDATE SET read_at = excluded.read_at",
           account.id, std::min(upTo, lastMark), ledger.stamp());
    bool isChange =
        db.integer("SELECT 1 FROM unread WHERE user_id = ?1 AND seq <= ?2 AND (counts_until = 1 OR counts_until > ?3) "
                   "LIMIT 1",
                   account.id, upTo, ledger.now())
            .has_value();
    db.run("DELETE FROM unread WHERE user_id = ?1 AND seq <= ?2", account.id, upTo);
    if (upTo > examined) {
        isChange =
            isChange ||
            db.integer("SELECT 1 FROM deliveries WHERE user_id = ?1 AND seq > ?2 AND seq <= ?3 "
                       "AND (counts_until = 1 OR counts_until > ?4) LIMIT 1",
                       account.id, examined, upTo, ledger.now())
                .has_value() ||
            db.integer(
                  "SELECT 1 FROM everyone WHERE seq > ?1 AND seq <= ?2 AND (counts_until = 1 OR counts_until > ?3) "
                  "LIMIT 1",
                  everyoneAfter(account, examined), upTo, ledger.now())
                .has_value();
        if (isChange) {
            setExaminedTo(ledger, account.id, upTo);
        }
    }
    if (isChange && upTo > lastMark) {
        db.run("DELETE FROM read_marks WHERE user_id = ?1 AND up_to <= ?2", account.id, ledger.floor());
        db.run("INSERT INTO read_marks VALUES (?1, ?2, ?3)", account.id, upTo, ledger.stamp());
    }
    return isChange;
}

} // namespace

Seq examinedTo(Connection& db, UserId user)
{
    return db.integer("SELECT examined_to FROM read_positions WHERE user_id = ?1", user).value_or(0);
}

std::int64_t unreadCount(Connection& db, const Account& account, Seq upTo, Time now)
{
    const Seq examined = examinedTo(db, account.id);
    const Seq floor = db.integer("SELECT value FROM settings WHERE name = 'floor'").value_or(0);
    return db
        .integer("SELECT (SELECT count(*) FROM unread WHERE user_id = ?1 AND seq > ?2 AND seq <= ?5 "
                 "AND (counts_until = 1 OR counts_until > ?6)) "
                 "+ (SELECT count(*) FROM deliveries WHERE user_id = ?1 AND seq > ?3 AND seq <= ?5 "
                 "AND (counts_until = 1 OR counts_until > ?6)) "
                 "+ (SELECT count(*) FROM everyone WHERE seq > ?4 AND seq <= ?5 "
                 "AND (counts_until = 1 OR counts_until > ?6))",
                 account.id, floor, examined, everyoneAfter(account, examined), upTo, now)
        .value_or(0);
}

std::optional<Time> readAt(Connection& db, UserId user, Seq seq, Seq examined, std::optional<Time> receipt)
{
    if (seq > examined || db.integer("SELECT 1 FROM unread WHERE user_id = ?1 AND seq = ?2", user, seq)) {
        return std::nullopt;
    }
    if (receipt) {
        return receipt;
    }
    const auto mark = db.integer(
        "SELECT read_at FROM read_marks WHERE user_id = ?1 AND up_to >= ?2 ORDER BY up_to LIMIT 1", user, seq);
    return mark ? std::optional(Time(std::chrono::milliseconds(*mark))) : std::nullopt;
}

void markOneRead(Ledger& ledger, const Account& account, Seq seq)
{
    examine(ledger, account, seq);
    if (takeUnread(ledger, account.id, seq)) {
        setReadAt(ledger, account.id, seq, ledger.stamp());
    }
}

Result<std::int64_t> markNotificationsRead(Ledger& ledger, const Credential& by, const ReadState& what)
{
    const auto account = ledger.admit(by, Role::Receiver);
    if (!account) {
        return tl::unexpected(account.error());
    }
    const UserId user = (*account)->id;
    ReadState changed;
    const Seq upTo = std::min(what.upTo.value_or(0), ledger.newest());
    if (upTo > 0 && markUpTo(ledger, **account, upTo)) {
        changed.upTo = upTo;
    }
    for (const Seq seq : ascending(what.ids)) {
        if (!countsFor(ledger, **account, seq)) {
            continue;
        }
        examine(ledger, **account, seq);
        if (takeUnread(ledger, user, seq)) {
            setReadAt(ledger, user, seq, ledger.stamp());
            changed.ids.push_back(seq);
        }
    }
    if (changed.upTo) {
        ReadState mark;
        mark.upTo = changed.upTo;
        tellOwnStreams(ledger, user, EventKind::Read, readEvent(mark));
    }
    if (!changed.ids.empty()) {
        ReadState single;
        single.ids = std::move(changed.ids);
        tellOwnStreams(ledger, user, EventKind::Read, readEvent(single));
    }
    return unreadCount(ledger.db(), **account, ledger.newest(), ledger.now());
}

Result<std::int64_t> markNotificationsUnread(Ledger& ledger, const Credential& by, const std::vector<Seq>& ids)
{
    const auto account = ledger.admit(by, Role::Receiver);
    if (!account) {
        return tl::unexpected(account.error());
    }
    const UserId user = (*account)->id;
    const Seq examined = examinedTo(ledger.db(), user);
    UnreadState changed;
    for (const Seq seq : ascending(ids)) {
        if (seq > examined) {
            break; // unread already
        }
        const auto counts = countsFor(ledger, **account, seq);
        if (counts && ledger.db().run("INSERT OR IGNORE INTO unread VALUES (?1, ?2, ?3)", user, seq, *counts) > 0) {
            ledger.db().run("UPDATE receipts SET read_at = NULL WHERE seq = ?1 AND user_id = ?2", seq, user);
            changed.ids.push_back(seq);
        }
    }
    if (!changed.ids.empty()) {
        tellOwnStreams(ledger, user, EventKind::Unread, unreadEvent(changed));
    }
    return unreadCount(ledger.db(), **account, ledger.newest(), ledger.now());
}

} // namespace belfry::server
