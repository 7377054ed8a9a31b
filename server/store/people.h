// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

#include <optional>
#include <string>

namespace belfry::server {

/// External ids lie below; local accounts made while an external key is set start here.
inline constexpr UserId firstHighUserId = UserId{1} << 52;

/// 401 or 403 unless an admin asks, or the data directory's owner (no credential).
Result<void> wantAdmin(const Ledger& ledger, const std::optional<Credential>& by);
/// 404.
tl::unexpected<Error> noSuchUser();

Result<Account> createUser(Ledger& ledger, const std::optional<Credential>& by, const std::string& name,
                           const std::string& passwordHash, Role role, bool hasExternalKey);
Result<Account> patchUser(Ledger& ledger, const std::optional<Credential>& by, UserId id, const UserPatch& patch);
Result<Done> deleteUser(Ledger& ledger, const std::optional<Credential>& by, UserId id);
Result<Account> ensureExternal(Ledger& ledger, UserId id, const std::string& nameClaim, Role role);
Result<Account> ensureOwner(Ledger& ledger, const std::string& loginName, bool hasExternalKey);

/// All accounts, as they stand in the database.
AccountsPtr readAccounts(Connection& db);

} // namespace belfry::server
