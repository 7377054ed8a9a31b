// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

#include <optional>
#include <string>
#include <vector>

namespace belfry::server {

/// How long an invite holds; it is used once.
inline constexpr std::chrono::hours inviteTime{24};
/// With more than that left it was made by a clock that has been set back since: it does not hold.
inline constexpr std::chrono::hours mostInviteTimeLeft{48};
/// So many may be open at a time.
inline constexpr int mostInvites = 1000;

/// @param codeHash  of 128 random bits, so that a plain hash suffices
Result<InviteRecord> createInvite(Ledger& ledger, const std::optional<Credential>& by, const std::string& codeHash,
                                  Role role);
Result<Done> removeInvite(Ledger& ledger, const std::optional<Credential>& by, std::int64_t id);
/// Makes the account and its first session and consumes the invite, all or nothing: 401 for an invite that is unknown,
/// used, expired or of somebody who is no admin any more, 400 or 409 for the name.
Result<Joined> join(Ledger& ledger, const Newcomer& newcomer, bool hasExternalKey);

/// The open one with this code; 401 as join().
Result<InviteRecord> readInvite(Connection& db, const std::string& codeHash, const Accounts& accounts, Time now);
/// All open ones, the newest first.
Result<std::vector<InviteRecord>> readInvites(Connection& db, Time now);

/// Forgets what has expired: at most `limit`. @return whether there may be more
bool trimInvites(Ledger& ledger, int limit);

} // namespace belfry::server
