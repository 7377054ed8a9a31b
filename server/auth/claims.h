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
    boost::json::object claims;
    std::string_view signedPart; ///< header and claims as they were signed; looks into the token
};

/// Reads header and claims strictly: three parts of base64url, JSON objects with unique members, an algorithm, no
/// `crit`.
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
