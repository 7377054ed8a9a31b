// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

#include <string>
#include <vector>

namespace belfry::server {

/// 401 where the generation is no longer the one that the password was verified under.
/// Of the person's earlier sign-ins under the same device name, what was not used for a day ends but for the newest 50.
Result<SessionRecord> startSession(Ledger& ledger, UserId user, std::uint64_t generation, const SignInPlace& place,
                                   Time expiresAt);
Result<Done> extendSession(Ledger& ledger, const Credential& by, Time expiresAt);
Result<Done> endSession(Ledger& ledger, const Credential& by);
Result<Done> endOwnSession(Ledger& ledger, const Credential& by, std::int64_t number);
Result<Done> changePassword(Ledger& ledger, const Credential& by, std::uint64_t generation,
                            const std::string& passwordHash);
Result<Done> renewHash(Ledger& ledger, UserId user, const std::string& earlier, const std::string& passwordHash);
Result<Done> recordToken(Ledger& ledger, UserId user, const TokenRecord& token);
Result<Done> revokeAll(Ledger& ledger, UserId user);
Result<Done> revokeToken(Ledger& ledger, UserId user, const std::string& jti);

/// Gives an account a new generation: its sessions and tokens end, but for the one that is kept (0: none).
void endTokens(Ledger& ledger, Account& account, std::uint64_t kept = 0, std::uint64_t keptGeneration = 0);

/// Which of each account's sessions or tokens goes on under an older generation; into the accounts at start.
void readKept(Connection& db, AccountsBuilder& builder);

/// A page of the sessions of a person that have not expired.
Result<SessionPage> readSessions(Connection& db, UserId user, const SessionQuery& query, Time now);
/// A page of the created tokens that have not expired.
Result<TokenPage> readTokens(Connection& db, const TokenQuery& query, Time now);
/// Those of everybody that end before a moment, the first to end first; 1,000 at most.
Result<std::vector<EndingToken>> readEndingTokens(Connection& db, Time now, Time before);

} // namespace belfry::server
