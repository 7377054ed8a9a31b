// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/request.h"
#include "server/store/read_requests.h"

#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// What GET /api/notifications/ asks for; 400 naming the parameter. Unknown parameters are ignored.
Result<ListQuery> readListQuery(const RequestHead& head);

/// What GET /api/audit/ asks for; 400 naming the parameter.
Result<AuditQuery> readAuditQuery(const RequestHead& head);

/// A part of a list of people or sign-ins: `?after=&limit=`. Without them the first 500.
struct PageQuery
{
    std::int64_t after = 0;
    int limit = 500;
};

/// 400 naming the parameter.
Result<PageQuery> readPageQuery(const RequestHead& head);

/// Where a stream resumes: the field Last-Event-ID, then `last_event_id`, then `lastEventID`; the first that is a
/// number counts. Anything but 1 to 19 digits within 64 bits counts as absent.
std::optional<Seq> lastEventId(const RequestHead& head);

/// The token a request came with: of `Authorization: Bearer`, or, where `allowsQuery`, of `?token=`. Nothing where
/// there is none; 401 where the field is there and is no single bearer token, even beside a query token.
Result<std::optional<std::string>> bearerToken(const RequestHead& head, bool allowsQuery);

/// Whether a request without body, or with a body that says it is JSON.
bool isJsonOrEmpty(const RequestHead& head);

/// The field Idempotency-Key, empty where absent; 400 where it is repeated, empty or over-long.
Result<std::string> readIdempotencyKey(const RequestHead& head);

} // namespace belfry::server
