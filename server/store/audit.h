// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/read_requests.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// Writes down who did what, in the transaction in which it is done. No secret and no message's text goes in.
///
/// @param by       empty where the data directory's owner acts, or nobody who is known
/// @param details  what was done to whom; the actor's present name is added as `by`
void recordAudit(Ledger& ledger, std::optional<UserId> by, std::string_view action, boost::json::object details = {});

/// As above, of what a credential allowed.
void recordAudit(Ledger& ledger, const std::optional<Credential>& by, std::string_view action,
                 boost::json::object details = {});

/// Removes what is older than a year or beyond a million rows: at most `limit` rows. @return whether there may be more
bool trimAudit(Ledger& ledger, int limit);

/// A page of what was done, merged by time with what was sent: the log itself says who sent what, so a send costs no
/// row of its own. Looks at no more than 4,096 entries of the log.
/// @param published  the newest number that may be shown, read before anything else
Result<AuditPage> readAuditPage(Connection& db, const AuditQuery& query, const Accounts& accounts, Seq published);

/// `{"id","at","action","actor_id","details"}`; `id` is null for what was sent, whose number is in `details`.
std::string auditJson(const AuditItem& item);

} // namespace belfry::server
