// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/read_state.h"

#include "protocol/json.h"
#include "server/store/states.h"
#include "server/store/unread_count.h"

#include <algorithm>

namespace belfry::server {
namespace {

constexpr int rowsLookedAt = 20'000;
constexpr int timesAtOnce = 500;

void setReadAt(Ledger& ledger, UserId user, Seq seq, std::optional<Time> at)
{
    ledger.db().run("INSERT INTO receipts(seq, user_id, read_at) VALUES (?1, ?2, ?3) "
                    "ON CONFLICT(seq, user_id) DO UPDATE SET read_at = excluded.read_at",
                    seq, user, at);
}

/// Whether it is a notification of theirs that still counts.
bool countsFor(Ledger& ledger, const Account& account, Seq seq)
{
    auto counts =
        ledger.db().integer("SELECT counts_until FROM deliveries WHERE user_id = ?1 AND seq = ?2", account.id, seq);
    if (!counts && seq > account.createdAfter) {
        counts = ledger.db().integer("SELECT counts_until FROM everyone WHERE seq = ?1", seq);
    }
    return counts && (*counts == 1 || *counts > ledger.now().time_since_epoch().count());
}

std::vector<Seq> ascending(std::vector<Seq> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Seq tellOwnStreams(Ledger& ledger, UserId user, EventKind kind, std::string data)
{
    LogEntry entry;
    entry.kind = kind;
    entry.audience.ids = {user};
    entry.senderId = user;
    return ledger.append(std::move(entry), {}, [&data](Seq) { return std::move(data); });
}

/// All up to a number: one mark instead of a row each. @return whether anything changes
bool markUpTo(Ledger& ledger, const Account& account, ReadHead& head, Seq upTo)
{
    Connection& db = ledger.db();
    if (upTo <= head.readTo) {
        return false;
    }
    const Seq lastMark = db.integer("SELECT max(up_to) FROM read_marks WHERE user_id = ?1", account.id).value_or(0);
    // What a mark covers already and was unread again needs a time of its own: the mark's is an older one.
    int timed = 0;
    walkUnread(db, account, head.readTo, std::min(upTo, lastMark), ledger.now(), rowsLookedAt, [&](Seq seq) {
        setReadAt(ledger, account.id, seq, ledger.stamp());
        return ++timed < timesAtOnce;
    });
    bool isChange = false;
    const bool isKnown = walkUnread(db, account, head.readTo, upTo, ledger.now(), rowsLookedAt, [&isChange](Seq) {
        isChange = true;
        return false;
    });
    // So far without one that is unread: nobody walks there again. Telling of no change does no harm.
    isChange = isChange || !isKnown;
    readAllTo(ledger, account.id, head, upTo);
    if (isChange && upTo > lastMark) {
        db.run("INSERT INTO read_marks VALUES (?1, ?2, ?3)", account.id, upTo, ledger.stamp());
    }
    return isChange;
}

} // namespace

std::optional<Time> readAt(Connection& db, UserId user, Seq seq, const ReadHead& head, std::optional<Time> receipt)
{
    if (!isRead(db, user, head, seq)) {
        return std::nullopt;
    }
    if (receipt) {
        return receipt;
    }
    const auto mark = db.integer(
        "SELECT read_at FROM read_marks WHERE user_id = ?1 AND up_to >= ?2 ORDER BY up_to LIMIT 1", user, seq);
    return mark ? std::optional(Time(std::chrono::milliseconds(*mark))) : std::nullopt;
}

void noteConfirmed(Ledger& ledger, const Account& account, Seq message, Seq entry)
{
    ReadHead head = readHead(ledger.db(), account.id);
    if (addToRead(ledger, account, head, message)) {
        setReadAt(ledger, account.id, message, ledger.stamp());
    }
    enterAck(ledger, account.id, head, entry, message);
    saveHead(ledger, account.id, head);
}

Result<Done> markNotificationsRead(Ledger& ledger, const Credential& by, const ReadState& what)
{
    const auto account = ledger.admit(by, Role::Receiver);
    if (!account) {
        return tl::unexpected(account.error());
    }
    const UserId user = (*account)->id;
    const ReadHead before = readHead(ledger.db(), user);
    ReadHead head = before;
    const Seq upTo = std::min(what.upTo.value_or(0), ledger.newest());
    const bool isMarked = upTo > 0 && markUpTo(ledger, **account, head, upTo);
    ReadState single;
    for (const Seq seq : ascending(what.ids)) {
        if (countsFor(ledger, **account, seq) && addToRead(ledger, **account, head, seq)) {
            setReadAt(ledger, user, seq, ledger.stamp());
            single.ids.push_back(seq);
        }
    }
    if (isMarked) {
        ReadState mark;
        mark.upTo = upTo;
        enterMark(ledger, user, head, tellOwnStreams(ledger, user, EventKind::Read, readEvent(mark)), upTo);
    }
    if (!single.ids.empty()) {
        const Seq entry = tellOwnStreams(ledger, user, EventKind::Read, readEvent(single));
        enterSingles(ledger, user, head, entry, single.ids);
    }
    if (!(head == before)) {
        saveHead(ledger, user, head);
    }
    return Done{};
}

Result<Done> markNotificationsUnread(Ledger& ledger, const Credential& by, const std::vector<Seq>& ids)
{
    const auto account = ledger.admit(by, Role::Receiver);
    if (!account) {
        return tl::unexpected(account.error());
    }
    const UserId user = (*account)->id;
    ReadHead head = readHead(ledger.db(), user);
    UnreadState changed;
    for (const Seq seq : ascending(ids)) {
        if (!countsFor(ledger, **account, seq)) {
            continue;
        }
        const TakenOut taken = takeOutOfRead(ledger, user, head, seq);
        if (taken == TakenOut::Again) {
            ledger.goOnLater(); // the first of them: nothing else is changed yet
            return Done{};
        }
        if (taken == TakenOut::Done) {
            ledger.db().run("UPDATE receipts SET read_at = NULL WHERE seq = ?1 AND user_id = ?2", seq, user);
            changed.ids.push_back(seq);
        }
    }
    if (!changed.ids.empty()) {
        const Seq entry = tellOwnStreams(ledger, user, EventKind::Unread, unreadEvent(changed));
        enterSingles(ledger, user, head, entry, changed.ids);
        saveHead(ledger, user, head);
    }
    return Done{};
}

} // namespace belfry::server
