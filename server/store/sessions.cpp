// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/sessions.h"

#include "server/auth/jti.h"
#include "server/store/database.h"

namespace belfry::server {
namespace {

tl::unexpected<Error> noSuchUser()
{
    return failure(404, "not_found", "There is no such user.");
}

tl::unexpected<Error> noLongerValid()
{
    return failure(401, "unauthorized", "The token is no longer valid.");
}

void end(Ledger& ledger, std::uint64_t id, Time expiresAt)
{
    ledger.db().run("INSERT INTO ended VALUES (?1, ?2) ON CONFLICT(id) DO UPDATE SET expires_at = max(expires_at, "
                    "excluded.expires_at)",
                    id, expiresAt);
    if (!ledger.db().hasFailed()) {
        ledger.change().end(id, expiresAt);
    }
}

/// When the last token of a session expires; nothing where there is no such session of this person.
std::optional<Time> sessionEnd(Ledger& ledger, UserId user, std::uint64_t id)
{
    const auto at = ledger.db().integer("SELECT expires_at FROM sessions WHERE id = ?1 AND user_id = ?2", id, user);
    return at ? std::optional(Time(std::chrono::milliseconds(*at))) : std::nullopt;
}

} // namespace

Result<SessionRecord> startSession(Ledger& ledger, UserId user, std::uint64_t generation, const std::string& device,
                                   Time expiresAt)
{
    const Account* account = ledger.accounts().find(user);
    if (!account || account->generation != generation) {
        return failure(401, "unauthorized", "The account was changed meanwhile: sign in again.");
    }
    SessionRecord session{randomId(), generation, device, ledger.stamp()};
    ledger.db().run("INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)", session.id, user, generation, device,
                    session.createdAt, expiresAt);
    return session;
}

Result<Done> extendSession(Ledger& ledger, const Credential& by, Time expiresAt)
{
    if (const auto account = ledger.admit(by, Role::Receiver); !account) {
        return tl::unexpected(account.error());
    }
    if (by.kind != TokenKind::SignIn) {
        return failure(403, "forbidden", "This token cannot be renewed.");
    }
    const int changed = ledger.db().run("UPDATE sessions SET expires_at = max(expires_at, ?3), last_used_at = ?4 "
                                        "WHERE id = ?1 AND user_id = ?2",
                                        by.tokenId, by.user, expiresAt, ledger.stamp());
    return changed > 0 ? Result<Done>(Done{}) : noLongerValid();
}

Result<Done> endSession(Ledger& ledger, const Credential& by)
{
    if (const auto account = ledger.admit(by, Role::Receiver); !account) {
        return tl::unexpected(account.error());
    }
    if (by.tokenId == 0) {
        return Done{}; // an external token without a name of its own: its issuer alone can end it
    }
    Time expiresAt = by.expiresAt;
    if (by.kind == TokenKind::SignIn) {
        expiresAt = std::max(expiresAt, sessionEnd(ledger, by.user, by.tokenId).value_or(expiresAt));
        ledger.db().run("DELETE FROM sessions WHERE id = ?1", by.tokenId);
    } else if (by.kind == TokenKind::Created) {
        ledger.db().run("DELETE FROM tokens WHERE id = ?1", by.tokenId);
    } else {
        expiresAt += std::chrono::seconds(60); // they are taken with a leeway
    }
    end(ledger, by.tokenId, expiresAt);
    return Done{};
}

Result<Done> recordToken(Ledger& ledger, UserId user, const TokenRecord& token)
{
    if (!ledger.accounts().find(user)) {
        return noSuchUser();
    }
    ledger.db().run("INSERT INTO tokens VALUES (?1, ?2, ?3, ?4, ?5)", token.tokenId, user, token.jti, token.issuedAt,
                    token.expiresAt);
    return Done{};
}

Result<Done> revokeAll(Ledger& ledger, UserId user)
{
    const Account* found = ledger.accounts().find(user);
    if (!found) {
        return noSuchUser();
    }
    Account account = *found;
    account.generation = randomId();
    ledger.db().run("UPDATE users SET generation = ?2 WHERE id = ?1", user, account.generation);
    ledger.db().run("DELETE FROM sessions WHERE user_id = ?1", user);
    ledger.db().run("DELETE FROM tokens WHERE user_id = ?1", user);
    if (!ledger.db().hasFailed()) {
        ledger.change().put(account);
    }
    return Done{};
}

Result<Done> revokeToken(Ledger& ledger, UserId user, const std::string& jti)
{
    if (!ledger.accounts().find(user)) {
        return noSuchUser();
    }
    const auto name = parseJti(jti);
    std::optional<Time> expiresAt;
    if (name && name->kind == TokenKind::SignIn) {
        expiresAt = sessionEnd(ledger, user, name->id);
        ledger.db().run("DELETE FROM sessions WHERE id = ?1 AND user_id = ?2", name->id, user);
    } else if (name) {
        const auto at = ledger.db().integer("SELECT expires_at FROM tokens WHERE jti = ?1 AND user_id = ?2", jti, user);
        expiresAt = at ? std::optional(Time(std::chrono::milliseconds(*at))) : std::nullopt;
        ledger.db().run("DELETE FROM tokens WHERE jti = ?1 AND user_id = ?2", jti, user);
    }
    if (!expiresAt) {
        return failure(404, "not_found", "There is no such token.");
    }
    end(ledger, name->id, *expiresAt);
    return Done{};
}

Result<std::vector<TokenRecord>> readTokens(Connection& db, UserId user, Time now)
{
    const ReadTransaction reading(db);
    std::vector<TokenRecord> tokens;
    Rows rows = db.query("SELECT id, jti, issued_at, expires_at FROM tokens WHERE user_id = ?1 AND expires_at > ?2 "
                         "ORDER BY issued_at, id",
                         user, now);
    while (rows.next()) {
        tokens.push_back({rows.bits(0), std::string(rows.text(1)), rows.time(2), rows.time(3)});
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return tokens;
}

} // namespace belfry::server
