// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

#include <string>
#include <vector>

namespace belfry::server {

/// Keeps that a person has just signed in from an address, as it counts (countedAddress).
void keepPlace(Ledger& ledger, UserId user, const std::string& address);
/// Removes up to `limit` that are older than 90 days. @return whether there may be more.
bool trimPlaces(Ledger& ledger, int limit);
/// The newest 65,536, oldest first.
std::vector<KnownPlace> readPlaces(Connection& db);

} // namespace belfry::server
