// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/database.h"

#include <string>
#include <vector>

namespace belfry::server {

/// What a look at a whole store found.
struct CheckedStore
{
    std::vector<std::string> faults; ///< a sentence each, the first twenty of a kind
    std::int64_t entries = 0, accounts = 0, schema = 0;
};

/// Looks at every page of a store, and whether its tables agree: what is delivered stands in the log, the log lies
/// between the numbers it counts by, sign-ins belong to accounts, ids that will be given were never given, and each
/// entry has the bytes that were stored (entry_sum.h). Any schema
/// up to ours. Each look is a transaction of its own; writes nothing, and may run beside the server. Blocks.
CheckedStore checkStore(const DatabasePlace& place, const std::string& directoryPath);
/// The same for a backup, whose sentences name `file`; that its signing key is in it, too.
CheckedStore checkBackup(const DatabasePlace& place, const std::string& file);

} // namespace belfry::server
