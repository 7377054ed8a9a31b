// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/auth/token.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// A token taken apart, nothing in it verified.
struct TokenParts
{
    std::string algorithm;
    bool isAccessToken = false; ///< `typ` says so (RFC 9068 §2.1); otherwise it is absent, or JWT
    boost::json::object claims;
    std::string_view signedPart; ///< header and claims as they were signed; looks into the token
    std::string signature;
};

/// Reads header and claims strictly (RFC 7515, RFC 8725): three parts of base64url in its one spelling, JSON objects
/// with unique members, an algorithm, no `crit`, and a `typ` that says nothing else than that it is a token for signing
/// in with. Keys that a header brings along or points at (`jwk`, `jku`, `kid`, `x5c`, `x5u`) are not looked at.
std::optional<TokenParts> splitToken(std::string_view token);

/// What one of our own tokens says; nothing unless every claim is as we write it.
std::optional<VerifiedToken> readOwnClaims(const boost::json::object& claims);

struct ExternalRules
{
    std::string_view issuer;   ///< empty: not looked at
    std::string_view audience; ///< empty: not looked at
    bool allowsAdmin = false;
};

/// What a token of the existing backend says (protocol.md, "Tokens"). Its expiry has the leeway in it. The token's id
/// is a hash of `jti`, 0 where there is none.
std::optional<VerifiedToken> readExternalClaims(const boost::json::object& claims, const ExternalRules& rules,
                                                Time now);

/// Names an external token, so that it can be ended: made from its person and its `jti`, or all that was signed.
std::uint64_t externalTokenId(UserId user, std::string_view text);

} // namespace belfry::server
