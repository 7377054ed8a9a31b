// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/result.h"
#include "server/store/shared_map.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::server {

/// Where a token came from; decides whether it can be renewed and what revoking it means (protocol.md, "Tokens").
enum class TokenKind : std::uint8_t { SignIn, Created, External };

/// What a verified token says, and so under what a request was allowed. Compared again with what is committed when it
/// acts.
struct Credential
{
    UserId user = 0;
    TokenKind kind = TokenKind::SignIn;
    std::uint64_t generation = 0; ///< the person's, when the token was made; External: 0
    std::uint64_t tokenId = 0;    ///< the session (SignIn) or the token itself (Created); External: a hash of jti, or 0
    Time expiresAt{};
    Role claimedRole = Role::Receiver; ///< External only; otherwise the role is the account's
};

/// One person's account as last committed.
struct Account
{
    UserId id = 0;
    std::string name;
    std::string foldedName; ///< NFC, Unicode case folded: what is unique
    Role role = Role::Receiver;
    std::uint64_t generation = 0; ///< 64 random bits, drawn anew by "revoke all" and by a new password
    /// The session or token under which its person changed the password: it alone goes on under its old generation.
    std::uint64_t keptToken = 0, keptGeneration = 0;
    bool isExternal = false;
    std::string passwordHash; ///< crypto_pwhash_str; empty where none is set
    Time createdAt{};
    Seq createdAfter = 0; ///< the log's number when it was made: `all` up to it is not theirs
};

using AccountPtr = std::shared_ptr<const Account>;

/// Everybody's account, as one immutable value: a change makes a new one, which shares all that did not change
/// (engine.md, section 8). A copy costs a few pointers. Thread: any.
class Accounts
{
public:
    /// What it finds lives as long as this snapshot.
    const Account* find(UserId id) const;
    /// By name, under the same folding that makes names unique.
    const Account* findByName(std::string_view name) const;
    std::size_t size() const { return m_byId.size(); }
    /// Those with an id above `after`, by id, at most `limit` of them.
    std::vector<const Account*> page(UserId after, std::size_t limit) const;

    /// Whether what this credential was made for still holds; the role that counts. 401 otherwise.
    /// Does not look at the expiry.
    Result<Role> admit(const Credential& credential) const;
    /// Whether somebody with this id was deleted: nobody gets it again.
    bool isDeleted(UserId id) const;
    /// How many local accounts are admins.
    int adminCount() const { return m_admins; }

private:
    friend class AccountsBuilder;
    using End = std::pair<Time, std::uint64_t>;
    struct Nothing
    {
    };

    SharedMap<UserId, AccountPtr> m_byId;
    SharedMap<std::string_view, AccountPtr> m_byName; // folded; the account's own text
    SharedMap<std::uint64_t, Time> m_ended;           // sessions and tokens, until they expire
    SharedMap<End, Nothing> m_ends;                   // the same, by when they do
    SharedMap<UserId, Nothing> m_deleted;
    int m_admins = 0;
};

using AccountsPtr = std::shared_ptr<const Accounts>;

/// The one pointer to the newest snapshot. The store swaps it after the commit and before it posts answers.
/// Thread: any. (A mutex around the copy of one pointer: once a request, never per delivery.)
class CurrentAccounts
{
public:
    AccountsPtr get() const
    {
        const std::lock_guard lock(m_mutex);
        return m_accounts;
    }
    void set(AccountsPtr accounts)
    {
        const std::lock_guard lock(m_mutex);
        m_accounts.swap(accounts);
    }

private:
    mutable std::mutex m_mutex;
    AccountsPtr m_accounts;
};

/// NFC, trimmed, control/Cf/separator characters refused, 1 to 64 code points, not all digits, not `all`, no colon.
Result<std::string> validUserName(std::string_view name);
/// What `validUserName` would take, made from any external text: what it refuses is removed. May come out empty.
std::string cleanedUserName(std::string_view name);
/// The form under which names are compared.
std::string foldedUserName(std::string_view name);

} // namespace belfry::server
