// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/sessions.h"

#include "server/auth/jti.h"
#include "server/store/audit.h"
#include "server/store/database.h"
#include "server/store/known_places.h"
#include "server/store/people.h"

namespace belfry::server {
namespace {

constexpr std::chrono::hours unusedAfter{24};
constexpr int keptUnused = 50;
constexpr int endedAtOnce = 100;

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

/// Who signs in anew each time, as scripts do, leaves the sign-ins before behind. Those of one device that nobody has
/// used for a day end, but for the newest few; some at a time, so that no sign-in pays for thousands.
void endUnused(Ledger& ledger, UserId user, const std::string& device)
{
    std::vector<std::pair<std::uint64_t, Time>> unused;
    {
        Rows rows = ledger.db().query("SELECT id, expires_at FROM sessions WHERE user_id = ?1 AND device = ?2 AND "
                                      "last_used_at < ?3 ORDER BY last_used_at DESC, ordinal DESC LIMIT ?4 OFFSET ?5",
                                      user, device, ledger.stamp() - unusedAfter, endedAtOnce, keptUnused);
        while (rows.next()) {
            unused.emplace_back(rows.bits(0), rows.time(1));
        }
    }
    for (const auto& [id, expiresAt] : unused) {
        ledger.db().run("DELETE FROM sessions WHERE id = ?1", id);
        end(ledger, id, expiresAt);
    }
    if (!unused.empty()) {
        recordAudit(ledger, user, "sessions.unused_ended", {{"device", device}, {"count", unused.size()}});
    }
}

} // namespace

void endTokens(Ledger& ledger, Account& account, std::uint64_t kept, std::uint64_t keptGeneration)
{
    account.generation = randomId();
    account.keptToken = kept;
    account.keptGeneration = keptGeneration;
    ledger.db().run("UPDATE users SET generation = ?2 WHERE id = ?1", account.id, account.generation);
    ledger.db().run("DELETE FROM sessions WHERE user_id = ?1 AND id != ?2", account.id, kept);
    ledger.db().run("DELETE FROM tokens WHERE user_id = ?1 AND id != ?2", account.id, kept);
}

Result<SessionRecord> startSession(Ledger& ledger, UserId user, std::uint64_t generation, const SignInPlace& place,
                                   Time expiresAt)
{
    const Account* account = ledger.accounts().find(user);
    if (!account || account->generation != generation) {
        return failure(401, "unauthorized", "The account was changed meanwhile: sign in again.");
    }
    SessionRecord session{randomId(), generation, place.device, ledger.stamp(), ledger.stamp()};
    ledger.db().run(
        "INSERT INTO sessions(id, user_id, generation, device, created_at, last_used_at, expires_at, ordinal) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, (SELECT coalesce(max(ordinal), 0) + 1 FROM sessions WHERE user_id = ?2))",
        session.id, user, generation, place.device, session.createdAt, expiresAt);
    keepPlace(ledger, user, place.address);
    recordAudit(ledger, user, "sign_in", {{"device", place.device}, {"address", place.address}});
    endUnused(ledger, user, place.device);
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
    recordAudit(ledger, by.user, "sign_out");
    end(ledger, by.tokenId, expiresAt);
    return Done{};
}

Result<Done> endOwnSession(Ledger& ledger, const Credential& by, std::int64_t number)
{
    if (const auto account = ledger.admit(by, Role::Receiver); !account) {
        return tl::unexpected(account.error());
    }
    std::optional<std::uint64_t> id;
    std::string device;
    Time expiresAt{};
    {
        Rows rows =
            ledger.db().query("SELECT id, device, expires_at FROM sessions WHERE user_id = ?1 AND (id & ?2) = ?3",
                              by.user, maxJsonInteger, number);
        if (rows.next()) {
            id = rows.bits(0);
            device = rows.text(1);
            expiresAt = rows.time(2);
        }
    }
    if (!id) {
        return failure(404, "not_found", "There is no such sign-in.");
    }
    ledger.db().run("DELETE FROM sessions WHERE id = ?1", *id);
    recordAudit(ledger, by.user, "session.ended", {{"device", device}});
    end(ledger, *id, expiresAt);
    return Done{};
}

Result<Done> changePassword(Ledger& ledger, const Credential& by, std::uint64_t generation,
                            const std::string& passwordHash)
{
    const auto found = ledger.admit(by, Role::Receiver);
    if (!found) {
        return tl::unexpected(found.error());
    }
    if ((*found)->generation != generation) {
        return failure(401, "unauthorized", "The account was changed meanwhile: sign in again.");
    }
    Account account = **found;
    account.passwordHash = passwordHash;
    // A token that is not recorded could not be known again after a restart.
    const char* known = by.kind == TokenKind::SignIn ? "SELECT 1 FROM sessions WHERE id = ?1 AND user_id = ?2"
                                                     : "SELECT 1 FROM tokens WHERE id = ?1 AND user_id = ?2";
    const bool isKept = ledger.db().integer(known, by.tokenId, by.user).has_value();
    endTokens(ledger, account, isKept ? by.tokenId : 0, isKept ? by.generation : 0);
    ledger.db().run("UPDATE users SET password_hash = ?2 WHERE id = ?1", account.id, passwordHash);
    recordAudit(ledger, by.user, "password.changed", {{"user_id", account.id}, {"name", account.name}});
    if (!ledger.db().hasFailed()) {
        ledger.change().put(account);
    }
    return Done{};
}

Result<Done> renewHash(Ledger& ledger, UserId user, const std::string& earlier, const std::string& passwordHash)
{
    const Account* found = ledger.accounts().find(user);
    if (!found || found->passwordHash != earlier) {
        return Done{}; // a newer password is none of ours
    }
    Account account = *found;
    account.passwordHash = passwordHash;
    ledger.db().run("UPDATE users SET password_hash = ?2 WHERE id = ?1", user, passwordHash);
    if (!ledger.db().hasFailed()) {
        ledger.change().put(account);
    }
    return Done{};
}

Result<Done> recordToken(Ledger& ledger, UserId user, const TokenRecord& token)
{
    if (!ledger.accounts().find(user)) {
        return noSuchUser();
    }
    ledger.db().run("INSERT INTO tokens VALUES (?1, ?2, ?3, ?4, ?5)", token.tokenId, user, token.jti, token.issuedAt,
                    token.expiresAt);
    recordAudit(ledger, std::optional<UserId>(), "token.made",
                {{"user_id", user},
                 {"name", ledger.accounts().find(user)->name},
                 {"jti", token.jti},
                 {"expires_at", formatTime(token.expiresAt)}});
    return Done{};
}

Result<Done> revokeAll(Ledger& ledger, UserId user)
{
    const Account* found = ledger.accounts().find(user);
    if (!found) {
        return noSuchUser();
    }
    Account account = *found;
    endTokens(ledger, account);
    recordAudit(ledger, std::optional<UserId>(), "tokens.revoked", {{"user_id", user}, {"name", account.name}});
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
    recordAudit(ledger, std::optional<UserId>(), "token.revoked",
                {{"user_id", user}, {"name", ledger.accounts().find(user)->name}, {"jti", jti}});
    end(ledger, name->id, *expiresAt);
    return Done{};
}

void readKept(Connection& db, AccountsBuilder& builder)
{
    const auto keep = [&builder](UserId user, std::uint64_t id, std::uint64_t generation) {
        const Account* found = builder.accounts().find(user);
        if (found && found->generation != generation) {
            Account account = *found;
            account.keptToken = id;
            account.keptGeneration = generation;
            builder.put(std::move(account));
        }
    };
    {
        Rows rows = db.query("SELECT s.user_id, s.id, s.generation FROM sessions AS s JOIN users AS u "
                             "ON u.id = s.user_id WHERE s.generation != u.generation");
        while (rows.next()) {
            keep(rows.integer(0), rows.bits(1), rows.bits(2));
        }
    }
    Rows rows = db.query("SELECT user_id, id, jti FROM tokens");
    while (rows.next()) {
        if (const auto name = parseJti(rows.text(2))) {
            keep(rows.integer(0), rows.bits(1), name->generation);
        }
    }
}

Result<SessionPage> readSessions(Connection& db, UserId user, const SessionQuery& query, Time now)
{
    const ReadTransaction reading(db);
    SessionPage page;
    {
        // What has expired is passed by, but no more of it than of the others: a page costs the same whatever is there.
        Rows rows =
            db.query("SELECT id, generation, device, created_at, last_used_at, expires_at, ordinal FROM sessions "
                     "WHERE user_id = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3",
                     user, query.after > 0 ? query.after : maxJsonInteger, 2 * query.limit);
        int looked = 0;
        std::int64_t last = 0;
        for (bool isThere = rows.next(); isThere; isThere = rows.next()) {
            if (static_cast<int>(page.sessions.size()) == query.limit) {
                page.next = last;
                break;
            }
            last = rows.integer(6);
            if (rows.time(5) > now) {
                page.sessions.push_back(
                    {rows.bits(0), rows.bits(1), std::string(rows.text(2)), rows.time(3), rows.time(4)});
            }
            if (++looked == 2 * query.limit) {
                page.next = last;
            }
        }
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return page;
}

Result<TokenPage> readTokens(Connection& db, const TokenQuery& query, Time now)
{
    const ReadTransaction reading(db);
    TokenPage page;
    {
        const TokenPlace after = query.after.value_or(TokenPlace{query.user.value_or(0), Time::min(), 0});
        Rows rows = query.user
                        ? db.query("SELECT id, jti, issued_at, expires_at, user_id FROM tokens WHERE user_id = ?1 "
                                   "AND (issued_at, id) > (?2, ?3) ORDER BY issued_at, id LIMIT ?4",
                                   *query.user, after.issuedAt, after.id, query.limit + 1)
                        : db.query("SELECT id, jti, issued_at, expires_at, user_id FROM tokens "
                                   "WHERE (user_id, issued_at, id) > (?1, ?2, ?3) ORDER BY user_id, issued_at, id "
                                   "LIMIT ?4",
                                   after.user, after.issuedAt, after.id, query.limit + 1);
        TokenPlace last;
        for (int looked = 0; rows.next(); ++looked) {
            if (looked == query.limit) {
                page.next = last;
                break;
            }
            last = {rows.integer(4), rows.time(2), rows.integer(0)};
            if (rows.time(3) > now) {
                page.tokens.emplace_back(
                    last.user, TokenRecord{rows.bits(0), std::string(rows.text(1)), rows.time(2), rows.time(3)});
            }
        }
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return page;
}

Result<std::vector<EndingToken>> readEndingTokens(Connection& db, Time now, Time before)
{
    const ReadTransaction reading(db);
    std::vector<EndingToken> tokens;
    Rows rows = db.query("SELECT id, user_id, expires_at FROM tokens WHERE expires_at > ?1 AND expires_at <= ?2 "
                         "ORDER BY expires_at LIMIT 1000",
                         now, before);
    while (rows.next()) {
        tokens.push_back({rows.bits(0), rows.integer(1), rows.time(2)});
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return tokens;
}

} // namespace belfry::server
