// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "server/store/commit_sink.h"

#include <optional>
#include <string>
#include <vector>

namespace belfry::server {

/// GET /api/notifications/, as asked. At most one of sinceId and beforeId decides the order: ascending from sinceId.
struct ListQuery
{
    std::optional<Seq> sinceId;
    std::optional<Seq> beforeId;
    int limit = 50;
    bool unreadOnly = false;
    std::optional<Type> type;
    std::string text; ///< `q`: found in title or message, case and accents folded
};

/// A part of the list: items are finished JSON objects. `next` continues where a page ended for its size (256 KiB).
struct ListPage
{
    std::vector<std::string> items;
    Seq latestId = 0;
    std::int64_t unread = 0;
    std::optional<ListQuery> next;
};

/// The person's events in (cursor, tail], a page: 128 KiB or 4,096 rows looked at.
struct ReplayRequest
{
    UserId user = 0;
    Seq cursor = 0;
    Seq tail = 0;
    /// A page of a replay that began at 0, which shows all that is kept: changes of state that went are no gap in it.
    bool isFromStart = false;
};

struct ReplayPage
{
    std::vector<LogEntry>
        entries;        ///< ascending; what was retracted, replaced or has expired is left out (with a key: retracted)
    Seq examinedTo = 0; ///< tail where the page reached it
    bool needsReset = false; ///< the cursor is below what retention removed
};

/// Part of the record of who did what, merged with what was sent. Newest first, but where isAscending.
struct AuditQuery
{
    bool isAscending = false;
    std::optional<std::int64_t> actionCursor; ///< beyond this row of the record; absent: from the start
    std::optional<Seq> sentCursor;            ///< beyond this number of the log
    Time since{};                             ///< nothing older
    int limit = 50;
};

struct AuditItem
{
    std::int64_t cursor = 0; ///< its row, or where isSent its number in the log
    bool isSent = false;
    Time at{};
    std::optional<UserId> actor; ///< nobody: the data directory's owner, or somebody unknown
    std::string action;
    std::string details; ///< a JSON object
};

struct AuditPage
{
    std::vector<AuditItem> items;
    std::int64_t actionCursor = 0; ///< where the next page goes on
    Seq sentCursor = 0;
    bool isLast = false;
};

} // namespace belfry::server
