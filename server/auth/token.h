// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "protocol/time.h"
#include "server/auth/jti.h"
#include "server/auth/keys.h"
#include "server/store/accounts.h"
#include "server/store/store.h"

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace belfry::server {

/// How long a sign-in lives.
inline constexpr std::chrono::seconds sessionTime = std::chrono::days(30);
/// How long a token of `belfry token create` lives where nothing else is said.
inline constexpr std::chrono::seconds createdTokenTime = std::chrono::days(365);
/// External ids from here on are refused; local accounts start here while an external key is set.
inline constexpr UserId firstReservedLocalId = UserId(1) << 52;

/// The rules for tokens of an existing backend (protocol.md, "Tokens").
struct ExternalIssuer
{
    JwtKey key;
    std::string issuer;   ///< empty: not looked at
    std::string audience; ///< empty: not looked at
    bool allowsAdmin = false;
};

/// A token that was made, and what is to be remembered of it.
struct MadeToken
{
    std::string token;
    TokenRecord record;
};

/// What a token says, its signature, dates and claims being right. Whether its person and session still exist is asked
/// of Accounts::admit.
struct VerifiedToken
{
    Credential credential;
    std::string jti;       ///< as it stands in the token; may be empty in external ones
    std::string nameClaim; ///< External only: for a person whom the store does not know yet
};

/// Makes and verifies tokens (RFC 7519, RFC 8725): the algorithm pinned by the key, `exp` required, `crit` refused,
/// `iss` and `aud` checked. A bounded memory of verified tokens spares the signature, never the look at the expiry.
/// Thread: any.
class Tokens
{
public:
    Tokens(JwtKey signingKey, std::optional<ExternalIssuer> issuer = std::nullopt, const Clock& clock = systemClock());
    ~Tokens();

    bool hasExternalIssuer() const { return m_issuer.has_value(); }

    /// When a token made now ends that lives so long: whole seconds, as `exp` has them.
    Time expiryAfter(std::chrono::seconds timeToLive) const;
    /// A token of a session. `generation` is the one that its password or predecessor was verified under.
    Result<MadeToken> makeSessionToken(const Account& account, std::uint64_t session, std::uint64_t generation,
                                       Time expiresAt) const;
    /// A token of its own (`belfry token create`), under the account's present generation. Valid once it is recorded in
    /// the store or not: recording is for listing and revoking it.
    Result<MadeToken> makeCreatedToken(const Account& account,
                                       std::chrono::seconds timeToLive = createdTokenTime) const;

    /// 401 `invalid_token` or `expired_token` where it is not to be believed.
    Result<VerifiedToken> verify(std::string_view token) const;

private:
    struct Shelf
    {
        std::mutex mutex;
        std::unordered_map<std::string, VerifiedToken> known; // by BLAKE2b-256 of the token
    };

    Result<MadeToken> make(const Account& account, const TokenName& name, Time expiresAt) const;
    Result<VerifiedToken> verifyAnew(std::string_view token) const;

    JwtKey m_signingKey;
    std::optional<ExternalIssuer> m_issuer;
    const Clock& m_clock;
    mutable std::array<Shelf, 16> m_shelves;
};

} // namespace belfry::server
