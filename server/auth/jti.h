// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"

#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// What our own tokens carry in `jti`: what they are, which session (or token) they belong to, and the generation of
/// their person's tokens they were made under.
struct TokenName
{
    TokenKind kind = TokenKind::SignIn; ///< SignIn or Created
    std::uint64_t id = 0;               ///< the session's, which renewed tokens share; or the token's own
    std::uint64_t generation = 0;

    bool operator==(const TokenName&) const = default;
};

/// `s-ID-GENERATION-UNIQUE` for a sign-in, `t-…` for a created token; sixteen hexadecimal digits each. The last part is
/// random, so that no two tokens share their jti.
std::string makeJti(const TokenName& name);
/// Nothing where the text is none of ours.
std::optional<TokenName> parseJti(std::string_view jti);

} // namespace belfry::server
