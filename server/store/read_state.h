// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/read_ranges.h"
#include "server/store/store.h"

#include <optional>
#include <vector>

namespace belfry::server {

/// When somebody read this one; nothing while it is unread.
std::optional<Time> readAt(Connection& db, UserId user, Seq seq, const ReadHead& head, std::optional<Time> receipt);

/// Marks read and tells the person's own streams, where anything changes. A bounded number of statements, however many
/// are unread.
Result<Done> markNotificationsRead(Ledger& ledger, const Credential& by, const ReadState& what);
Result<Done> markNotificationsUnread(Ledger& ledger, const Credential& by, const std::vector<Seq>& ids);
/// Somebody confirmed a message, which says that they read it. @param entry  that tells of it
void noteConfirmed(Ledger& ledger, const Account& account, Seq message, Seq entry);

} // namespace belfry::server
