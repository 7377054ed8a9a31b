// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/states.h"

#include "server/store/audience.h"

#include <algorithm>

namespace belfry::server {
namespace {

/// As in schema/003_read_ranges.sql.
enum StateKind {
    Single = 1,
    Mark = 2,
    Confirmation = 3,
};

/// How many of what a mark overrides go at once; the rest is overridden, too, and goes when its turn comes as the
/// oldest.
constexpr int overriddenAtOnce = 500;

void removeStateEntry(Ledger& ledger, UserId user, Seq entry)
{
    ledger.db().run("DELETE FROM entries WHERE seq = ?1", entry);
    ledger.db().run("DELETE FROM deliveries WHERE user_id = ?1 AND seq = ?2", user, entry);
}

void removeIfOverridden(Ledger& ledger, UserId user, Seq entry)
{
    if (!ledger.db().integer("SELECT 1 FROM states WHERE user_id = ?1 AND seq = ?2 LIMIT 1", user, entry)) {
        removeStateEntry(ledger, user, entry);
    }
}

std::optional<Seq> entryOf(Ledger& ledger, UserId user, StateKind kind, Seq target)
{
    return ledger.db().integer("SELECT seq FROM states WHERE user_id = ?1 AND kind = ?2 AND target = ?3", user, kind,
                               target);
}

void carryState(Ledger& ledger, UserId user, ReadHead& head, StateKind kind, Seq target, Seq entry)
{
    const auto earlier = entryOf(ledger, user, kind, target);
    ledger.db().run("INSERT OR REPLACE INTO states VALUES (?1, ?2, ?3, ?4)", user, kind, target, entry);
    if (earlier) {
        removeIfOverridden(ledger, user, *earlier);
    } else {
        ++head.stateIds;
    }
}

void overrideUpTo(Ledger& ledger, UserId user, ReadHead& head, StateKind kind, Seq upTo)
{
    std::vector<std::pair<Seq, Seq>> gone;
    {
        Rows rows =
            ledger.db().query("SELECT target, seq FROM states WHERE user_id = ?1 AND kind = ?2 AND target <= ?3 "
                              "ORDER BY target LIMIT ?4",
                              user, kind, upTo, overriddenAtOnce);
        while (rows.next()) {
            gone.emplace_back(rows.integer(0), rows.integer(1));
        }
    }
    for (const auto& [target, entry] : gone) {
        head.stateIds -=
            ledger.db().run("DELETE FROM states WHERE user_id = ?1 AND kind = ?2 AND target = ?3", user, kind, target);
        removeIfOverridden(ledger, user, entry);
    }
}

/// Whether a later mark says all that an entry of a person's says.
bool isCarriedByMark(Ledger& ledger, UserId user, Seq entry)
{
    return !ledger.db().integer("SELECT 1 FROM states s WHERE s.user_id = ?1 AND s.seq = ?2 AND NOT (s.kind IN (1, 2) "
                                "AND EXISTS (SELECT 1 FROM states m WHERE m.user_id = ?1 AND m.kind = 2 "
                                "AND m.target >= s.target AND m.seq > s.seq)) LIMIT 1",
                                user, entry);
}

/// Takes the oldest entry of a person's out of the log, with its effect.
void dropState(Ledger& ledger, UserId user, ReadHead& head, Seq entry)
{
    std::vector<UserId> told;
    {
        Rows rows = ledger.db().query("SELECT audience FROM entries WHERE seq = ?1", entry);
        if (rows.next()) {
            told = unpackIds(rows.text(0));
        }
    }
    head.stateIds -= ledger.db().run("DELETE FROM states WHERE user_id = ?1 AND seq = ?2", user, entry);
    head.stateFloor = std::max(head.stateFloor, entry);
    removeStateEntry(ledger, user, entry);
    for (const UserId other : told) {
        if (other != user) {
            ledger.db().run("DELETE FROM deliveries WHERE user_id = ?1 AND seq = ?2", other, entry);
            ledger.db().run("INSERT INTO read_heads VALUES (?1, 0, 0, ?2) ON CONFLICT(user_id) DO UPDATE SET "
                            "state_floor = max(state_floor, excluded.state_floor)",
                            other, entry);
        }
    }
}

void keepStatesWithin(Ledger& ledger, UserId user, ReadHead& head, Seq newest)
{
    while (head.stateIds > ledger.mostStates()) {
        const auto oldest = ledger.db().integer("SELECT min(seq) FROM states WHERE user_id = ?1", user);
        if (!oldest || *oldest >= newest) {
            return;
        }
        if (isCarriedByMark(ledger, user, *oldest)) {
            head.stateIds -= ledger.db().run("DELETE FROM states WHERE user_id = ?1 AND seq = ?2", user, *oldest);
            removeStateEntry(ledger, user, *oldest);
        } else {
            dropState(ledger, user, head, *oldest);
        }
    }
}

} // namespace

void enterSingles(Ledger& ledger, UserId user, ReadHead& head, Seq entry, const std::vector<Seq>& ids)
{
    for (const Seq id : ids) {
        carryState(ledger, user, head, Single, id, entry);
    }
    keepStatesWithin(ledger, user, head, entry);
}

void enterMark(Ledger& ledger, UserId user, ReadHead& head, Seq entry, Seq upTo)
{
    overrideUpTo(ledger, user, head, Single, upTo);
    overrideUpTo(ledger, user, head, Mark, upTo);
    carryState(ledger, user, head, Mark, upTo, entry);
    keepStatesWithin(ledger, user, head, entry);
}

void enterAck(Ledger& ledger, UserId user, ReadHead& head, Seq entry, Seq message)
{
    if (const auto single = entryOf(ledger, user, Single, message)) {
        head.stateIds -= ledger.db().run("DELETE FROM states WHERE user_id = ?1 AND kind = ?2 AND target = ?3", user,
                                         Single, message);
        removeIfOverridden(ledger, user, *single);
    }
    carryState(ledger, user, head, Confirmation, message, entry);
    keepStatesWithin(ledger, user, head, entry);
}

void forgetStates(Ledger& ledger, UserId user, Seq entry)
{
    const int gone = ledger.db().run("DELETE FROM states WHERE user_id = ?1 AND seq = ?2", user, entry);
    if (gone > 0) {
        ledger.db().run("UPDATE read_heads SET state_ids = state_ids - ?2 WHERE user_id = ?1", user, gone);
    }
}

} // namespace belfry::server
