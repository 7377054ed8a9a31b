// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

#include <string>
#include <vector>

namespace belfry::server {

/// 401 where the generation is no longer the one that the password was verified under.
Result<SessionRecord> startSession(Ledger& ledger, UserId user, std::uint64_t generation, const std::string& device,
                                   Time expiresAt);
Result<Done> extendSession(Ledger& ledger, const Credential& by, Time expiresAt);
Result<Done> endSession(Ledger& ledger, const Credential& by);
Result<Done> recordToken(Ledger& ledger, UserId user, const TokenRecord& token);
Result<Done> revokeAll(Ledger& ledger, UserId user);
Result<Done> revokeToken(Ledger& ledger, UserId user, const std::string& jti);

/// The created tokens of a person that have not expired, oldest first.
Result<std::vector<TokenRecord>> readTokens(Connection& db, UserId user, Time now);

} // namespace belfry::server
