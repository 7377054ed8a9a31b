// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/database.h"

#include <string>
#include <vector>

namespace belfry::server {

/// What a store knows besides its log: accounts, sign-ins, what was ended, counters of ids (SECURITY: whoever was
/// thrown out since a backup stays out). In memory, in the newest schema, whatever the store's is.
struct PresentStore
{
    Connection rest;
    std::string serverId;
};

/// Reads it from a store that is perhaps damaged, and changes nothing there. Every table that it takes is checked page
/// by page. `store_corrupt` where it cannot be read; `store_newer` and `store_foreign` as ever.
Result<PresentStore> readPresentStore(int directory, const std::string& directoryPath, Time now);

struct MergeRequest
{
    bool accountsToo = false; ///< the accounts are the backup's, though there are present ones
    bool hasNewKey = false;   ///< all sign-ins end
    Time madeAt{};            ///< the backup
    Time now{};
};

struct Merged
{
    std::int64_t entries = 0, accounts = 0;
    std::vector<std::string> letIn; ///< whom `accountsToo` lets in again, a sentence each
};

/// Makes the store that takes over, in place, of an unsealed backup: its log, under a new identity and going on above
/// every number that was given, and the rest of the present store, where there is one. One transaction, synced.
Result<Merged> mergeStores(const DatabasePlace& unsealed, PresentStore* present, const MergeRequest& request);

} // namespace belfry::server
