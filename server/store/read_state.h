// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

#include <optional>
#include <vector>

namespace belfry::server {

/// How many unread notifications the list shows this person. Costs what is unread, not what is kept.
/// @param upTo  the newest number that may be shown
std::int64_t unreadCount(Connection& db, const Account& account, Seq upTo, Time now);

/// Up to where read and unread stand in `unread`; above it all counts as unread.
Seq examinedTo(Connection& db, UserId user);

/// When somebody read this one; nothing while it is unread.
/// @param examined  examinedTo() of this person
std::optional<Time> readAt(Connection& db, UserId user, Seq seq, Seq examined, std::optional<Time> receipt);

/// Marks read and tells the person's own streams, where anything changes.
Result<std::int64_t> markNotificationsRead(Ledger& ledger, const Credential& by, const ReadState& what);
Result<std::int64_t> markNotificationsUnread(Ledger& ledger, const Credential& by, const std::vector<Seq>& ids);
/// Marks one read without an event of its own.
void markOneRead(Ledger& ledger, const Account& account, Seq seq);

} // namespace belfry::server
