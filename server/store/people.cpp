// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/people.h"

#include "server/store/audit.h"
#include "server/store/database.h"
#include "server/store/sessions.h"

#include <algorithm>

namespace belfry::server {
namespace {

Result<void> wantFreeName(const Ledger& ledger, const std::string& name, UserId self = 0)
{
    const Account* holder = ledger.accounts().findByName(name);
    if (holder && holder->id != self) {
        return failure(409, "name_taken", "There is a user with this name already.", "name");
    }
    return {};
}

Result<void> wantAnotherAdmin(const Ledger& ledger, const Account& account)
{
    if (account.role == Role::Admin && !account.isExternal && ledger.accounts().adminCount() <= 1) {
        return failure(409, "last_admin", "The last admin can be neither removed nor demoted.");
    }
    return {};
}

/// From a counter of its own; an id that an external person has, or somebody had, is passed by.
UserId nextLocalId(Ledger& ledger, bool hasExternalKey)
{
    UserId id = std::max<UserId>(ledger.setting("next_user_id"), hasExternalKey ? firstHighUserId : 1);
    while (ledger.accounts().find(id) || ledger.accounts().isDeleted(id)) {
        ++id;
    }
    ledger.set("next_user_id", id + 1);
    return id;
}

Account insertAccount(Ledger& ledger, Account account)
{
    account.foldedName = foldedUserName(account.name);
    account.generation = randomId();
    account.createdAt = ledger.stamp();
    account.createdAfter = ledger.newest();
    ledger.db().run("INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", account.id, account.name,
                    account.foldedName, account.role, account.generation, account.isExternal, account.passwordHash,
                    account.createdAt, account.createdAfter);
    if (!ledger.db().hasFailed()) {
        ledger.change().put(account);
    }
    return account;
}

boost::json::object named(const Account& account)
{
    return {{"user_id", account.id}, {"name", account.name}, {"role", std::string(toString(account.role))}};
}

std::string nameFor(const Ledger& ledger, UserId id, const std::string& claim)
{
    const std::string ending = " (" + std::to_string(id) + ')';
    std::string name = cleanedUserName(claim);
    if (name.empty()) {
        name = "user " + std::to_string(id);
    }
    if (!ledger.accounts().findByName(name)) {
        return name;
    }
    for (;;) {
        name = cleanedUserName(firstCodePoints(name, limits::userName - ending.size())).append(ending);
        if (!ledger.accounts().findByName(name)) {
            return name;
        }
    }
}

} // namespace

tl::unexpected<Error> noSuchUser()
{
    return failure(404, "not_found", "There is no such user.");
}

Result<void> wantAdmin(const Ledger& ledger, const std::optional<Credential>& by)
{
    if (by) {
        if (const auto account = ledger.admit(*by, Role::Admin); !account) {
            return tl::unexpected(account.error());
        }
    }
    return {};
}

Result<Account> createUser(Ledger& ledger, const std::optional<Credential>& by, const std::string& name,
                           const std::string& passwordHash, Role role, bool hasExternalKey)
{
    if (const auto may = wantAdmin(ledger, by); !may) {
        return tl::unexpected(may.error());
    }
    const auto valid = validUserName(name);
    if (!valid) {
        return tl::unexpected(valid.error());
    }
    if (const auto isFree = wantFreeName(ledger, *valid); !isFree) {
        return tl::unexpected(isFree.error());
    }
    Account account;
    account.id = nextLocalId(ledger, hasExternalKey);
    account.name = *valid;
    account.role = role;
    account.passwordHash = passwordHash;
    recordAudit(ledger, by, "user.added", named(account));
    return insertAccount(ledger, std::move(account));
}

Result<Account> patchUser(Ledger& ledger, const std::optional<Credential>& by, UserId id, const UserPatch& patch)
{
    if (const auto may = wantAdmin(ledger, by); !may) {
        return tl::unexpected(may.error());
    }
    std::optional<std::string> name;
    if (patch.name) {
        auto valid = validUserName(*patch.name);
        if (!valid) {
            return tl::unexpected(valid.error());
        }
        name = std::move(*valid);
    }
    const Account* found = ledger.accounts().find(id);
    if (!found) {
        return noSuchUser();
    }
    Account account = *found;
    boost::json::object changed;
    if (name) {
        if (const auto isFree = wantFreeName(ledger, *name, id); !isFree) {
            return tl::unexpected(isFree.error());
        }
        if (*name != account.name) {
            changed["earlier_name"] = account.name;
        }
        account.name = *name;
        account.foldedName = foldedUserName(*name);
    }
    if (patch.role && *patch.role != account.role) {
        if (*patch.role != Role::Admin) {
            if (const auto isLeft = wantAnotherAdmin(ledger, account); !isLeft) {
                return tl::unexpected(isLeft.error());
            }
        }
        changed["earlier_role"] = std::string(toString(account.role));
        account.role = *patch.role;
    }
    if (patch.passwordHash) {
        account.passwordHash = *patch.passwordHash;
        endTokens(ledger, account);
        recordAudit(ledger, by, "password.changed", {{"user_id", account.id}, {"name", account.name}});
    }
    if (!changed.empty()) {
        boost::json::object details = named(account);
        details.insert(changed.begin(), changed.end());
        recordAudit(ledger, by, "user.changed", std::move(details));
    }
    ledger.db().run(
        "UPDATE users SET name = ?2, folded_name = ?3, role = ?4, generation = ?5, password_hash = ?6 WHERE id = ?1",
        id, account.name, account.foldedName, account.role, account.generation, account.passwordHash);
    if (!ledger.db().hasFailed()) {
        ledger.change().put(account);
    }
    return account;
}

Result<Done> deleteUser(Ledger& ledger, const std::optional<Credential>& by, UserId id)
{
    if (const auto may = wantAdmin(ledger, by); !may) {
        return tl::unexpected(may.error());
    }
    const Account* account = ledger.accounts().find(id);
    if (!account) {
        return noSuchUser();
    }
    if (const auto isLeft = wantAnotherAdmin(ledger, *account); !isLeft) {
        return tl::unexpected(isLeft.error());
    }
    recordAudit(ledger, by, "user.removed", named(*account));
    Connection& db = ledger.db();
    db.run("DELETE FROM users WHERE id = ?1", id);
    db.run("INSERT OR IGNORE INTO deleted_users VALUES (?1, ?2)", id, ledger.now());
    db.run("DELETE FROM sessions WHERE user_id = ?1", id);
    db.run("DELETE FROM known_places WHERE user_id = ?1", id);
    db.run("DELETE FROM tokens WHERE user_id = ?1", id);
    db.run("DELETE FROM read_ranges WHERE user_id = ?1", id);
    db.run("DELETE FROM states WHERE user_id = ?1", id);
    db.run("DELETE FROM count_blocks WHERE owner_id = ?1", id);
    db.run("DELETE FROM read_marks WHERE user_id = ?1", id);
    db.run("DELETE FROM read_heads WHERE user_id = ?1", id);
    db.run("DELETE FROM preferences WHERE user_id = ?1", id);
    db.run("DELETE FROM group_members WHERE user_id = ?1", id);
    if (!db.hasFailed()) {
        ledger.change().remove(id);
    }
    return Done{};
}

Result<Account> ensureExternal(Ledger& ledger, UserId id, const std::string& nameClaim, Role role)
{
    const Account* account = ledger.accounts().find(id);
    if (account && account->isExternal) {
        return *account;
    }
    if (account || id < 1 || id >= firstHighUserId || ledger.accounts().isDeleted(id)) {
        return failure(401, "unauthorized", "The token names nobody who may sign in here.");
    }
    Account added;
    added.id = id;
    added.name = nameFor(ledger, id, nameClaim);
    added.role = role;
    added.isExternal = true;
    recordAudit(ledger, std::optional<UserId>(), "user.added", named(added));
    return insertAccount(ledger, std::move(added));
}

Result<Account> ensureOwner(Ledger& ledger, const std::string& loginName, bool hasExternalKey)
{
    const UserId known = ledger.setting("owner_id");
    if (known != 0) {
        const Account* account = ledger.accounts().find(known);
        if (!account || account->role != Role::Admin) {
            return failure(409, "owner_gone", "Your own account on this server was removed or is no admin any more.");
        }
        return *account;
    }
    // What the rules refuse, or somebody has already, gets an ending.
    auto name = validUserName(loginName);
    for (int ending = 1; !name || ledger.accounts().findByName(*name); ++ending) {
        const std::string tail = '-' + std::to_string(ending);
        std::string base = cleanedUserName(loginName + '-'); // so that digits and "all" pass
        while (!base.empty() && base.back() == '-') {
            base.pop_back();
        }
        name = validUserName(
            std::string(firstCodePoints(base.empty() ? "owner" : base, limits::userName - tail.size())) + tail);
    }
    Account owner;
    owner.id = nextLocalId(ledger, hasExternalKey);
    owner.name = *name;
    owner.role = Role::Admin;
    ledger.set("owner_id", owner.id);
    recordAudit(ledger, std::optional<UserId>(), "user.added", named(owner));
    return insertAccount(ledger, std::move(owner));
}

AccountsPtr readAccounts(Connection& db)
{
    AccountsBuilder::Stored stored;
    {
        Rows rows = db.query(
            "SELECT id, name, folded_name, role, generation, is_external, password_hash, created_at, created_after "
            "FROM users ORDER BY id");
        while (rows.next()) {
            Account account;
            account.id = rows.integer(0);
            account.name = rows.text(1);
            account.foldedName = rows.text(2);
            account.role = static_cast<Role>(rows.integer(3));
            account.generation = rows.bits(4);
            account.isExternal = rows.integer(5) != 0;
            account.passwordHash = rows.text(6);
            account.createdAt = rows.time(7);
            account.createdAfter = rows.integer(8);
            stored.accounts.push_back(std::move(account));
        }
    }
    {
        Rows rows = db.query("SELECT id FROM deleted_users ORDER BY id");
        while (rows.next()) {
            stored.deleted.push_back(rows.integer(0));
        }
    }
    {
        // All, whatever the clock says: it may be wrong (ClockTrust). Housekeeping removes what has had its time.
        Rows rows = db.query("SELECT id, expires_at FROM ended");
        while (rows.next()) {
            stored.ended.emplace_back(rows.bits(0), rows.time(1));
        }
    }
    AccountsBuilder builder(std::move(stored));
    readKept(db, builder);
    return builder.take();
}

} // namespace belfry::server
