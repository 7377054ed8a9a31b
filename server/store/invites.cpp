// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/invites.h"

#include "server/store/audit.h"
#include "server/store/database.h"
#include "server/store/people.h"
#include "server/store/sessions.h"

#include <algorithm>

namespace belfry::server {
namespace {

constexpr char openOnes[] =
    "SELECT code_hash, role, created_by, created_at, expires_at FROM invites "
    "WHERE used_by IS NULL AND expires_at > ?1 AND expires_at <= ?3 ORDER BY created_at DESC, code_hash LIMIT ?2";

Time latestEnd(Time now)
{
    return now + mostInviteTimeLeft;
}

tl::unexpected<Error> noSuchInvite()
{
    return failure(401, "invalid_code",
                   "This invite does not hold: it has expired, was taken back, or never was. Ask for a new one.");
}

InviteRecord recordAt(Rows& rows)
{
    InviteRecord invite;
    invite.codeHash = std::string(rows.text(0));
    invite.role = static_cast<Role>(rows.integer(1));
    invite.createdBy = rows.integer(2);
    invite.createdAt = rows.time(3);
    invite.expiresAt = rows.time(4);
    return invite;
}

/// Whether who invited may still do so.
bool isVouchedFor(const InviteRecord& invite, const Accounts& accounts)
{
    if (invite.createdBy == 0) {
        return true; // the data directory's owner
    }
    const Account* by = accounts.find(invite.createdBy);
    return by && by->role == Role::Admin;
}

} // namespace

Result<InviteRecord> createInvite(Ledger& ledger, const std::optional<Credential>& by, const std::string& codeHash,
                                  Role role)
{
    if (const auto may = wantAdmin(ledger, by); !may) {
        return tl::unexpected(may.error());
    }
    Connection& db = ledger.db();
    const auto open =
        db.integer("SELECT count(*) FROM invites WHERE used_by IS NULL AND expires_at > ?1 AND expires_at <= ?2",
                   ledger.now(), latestEnd(ledger.now()));
    if (open.value_or(0) >= mostInvites) {
        return failure(409, "too_many_invites", "There are 1,000 open invites: take some back, or wait a day.");
    }
    const InviteRecord invite{codeHash, role, by ? by->user : 0, ledger.stamp(), ledger.now() + inviteTime};
    db.run("INSERT INTO invites VALUES (?1, ?2, ?3, ?4, ?5, NULL)", Blob{invite.codeHash}, role, invite.createdBy,
           invite.createdAt, invite.expiresAt);
    recordAudit(ledger, by, "invite.made", {{"id", invite.id()}, {"role", std::string(toString(role))}});
    return invite;
}

Result<Done> removeInvite(Ledger& ledger, const std::optional<Credential>& by, std::int64_t id)
{
    if (const auto may = wantAdmin(ledger, by); !may) {
        return tl::unexpected(may.error());
    }
    std::optional<InviteRecord> found;
    {
        Rows rows = ledger.db().query(openOnes, ledger.now(), mostInvites, latestEnd(ledger.now()));
        while (rows.next()) {
            if (InviteRecord invite = recordAt(rows); invite.id() == id) {
                found = std::move(invite);
            }
        }
    }
    if (!found) {
        return failure(404, "not_found", "There is no such open invite.");
    }
    ledger.db().run("DELETE FROM invites WHERE code_hash = ?1", Blob{found->codeHash});
    recordAudit(ledger, by, "invite.removed", {{"id", id}});
    return Done{};
}

Result<InviteRecord> readInvite(Connection& db, const std::string& codeHash, const Accounts& accounts, Time now)
{
    std::optional<InviteRecord> found;
    bool isUsed = false;
    {
        Rows rows = db.query("SELECT code_hash, role, created_by, created_at, expires_at, used_by IS NOT NULL "
                             "FROM invites WHERE code_hash = ?1",
                             Blob{codeHash});
        if (rows.next()) {
            found = recordAt(rows);
            isUsed = rows.integer(5) != 0;
        }
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    // Only who has the code is told what became of it.
    if (found && isUsed) {
        return failure(401, "invite_used",
                       "This invite has been used: it lets one person in. If that was not you, tell who invited you, "
                       "and ask for a new one.");
    }
    if (found && (found->expiresAt <= now || found->expiresAt > latestEnd(now))) {
        return failure(401, "invite_expired", "This invite has expired: it held for 24 hours. Ask for a new one.");
    }
    return found && isVouchedFor(*found, accounts) ? Result<InviteRecord>(*found) : noSuchInvite();
}

Result<Joined> join(Ledger& ledger, const Newcomer& newcomer, bool hasExternalKey)
{
    const auto invite = readInvite(ledger.db(), newcomer.codeHash, ledger.accounts(), ledger.now());
    if (!invite) {
        return tl::unexpected(invite.error());
    }
    const auto account =
        createUser(ledger, std::nullopt, newcomer.name, newcomer.passwordHash, invite->role, hasExternalKey);
    if (!account) {
        return tl::unexpected(account.error());
    }
    ledger.db().run("UPDATE invites SET used_by = ?2 WHERE code_hash = ?1", Blob{newcomer.codeHash}, account->id);
    recordAudit(ledger, account->id, "invite.used", {{"id", invite->id()}, {"address", newcomer.place.address}});
    return startSession(ledger, account->id, account->generation, newcomer.place, newcomer.sessionExpiresAt)
        .map([&](const SessionRecord& session) {
            return Joined{*account, session};
        });
}

Result<std::vector<InviteRecord>> readInvites(Connection& db, Time now)
{
    const ReadTransaction reading(db);
    std::vector<InviteRecord> invites;
    Rows rows = db.query(openOnes, now, mostInvites, latestEnd(now));
    while (rows.next()) {
        invites.push_back(recordAt(rows));
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return invites;
}

bool trimInvites(Ledger& ledger, int limit)
{
    return ledger.db().run("DELETE FROM invites WHERE code_hash IN (SELECT code_hash FROM invites WHERE expires_at <= "
                           "?1 LIMIT ?2)",
                           ledger.removalTime(), limit) == limit;
}

} // namespace belfry::server
