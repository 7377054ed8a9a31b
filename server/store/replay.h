// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"
#include "server/store/read_requests.h"
#include "server/store/sqlite.h"

namespace belfry::server {

/// One page of what a person missed, in one transaction (engine.md, section 5). Thread: the replay reader's.
Result<ReplayPage> readReplayPage(Connection& db, const ReplayRequest& request, const Accounts& accounts, Time now);

} // namespace belfry::server
