// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/replay.h"

#include "protocol/json.h"
#include "server/store/merged_seqs.h"
#include "server/store/read_ranges.h"

namespace belfry::server {
namespace {

constexpr std::size_t replayPageBytes = 128 * 1024;
constexpr int pageRows = 4096;

/// The entry as this moment shows it; nothing where it is left out.
std::optional<LogEntry> readEntry(Connection& db, Seq seq, UserId user, Time now)
{
    Rows rows =
        db.query("SELECT kind, data, expires_at, key, sender_id FROM entries WHERE seq = ?1 AND is_dead = 0", seq);
    if (!rows.next()) {
        return std::nullopt;
    }
    LogEntry entry;
    entry.seq = seq;
    entry.kind = static_cast<EventKind>(rows.integer(0));
    entry.audience.ids = {user};
    entry.expiresAt = rows.optionalTime(2);
    entry.key = rows.text(3);
    entry.senderId = rows.integer(4);
    if (!entry.expiresAt || *entry.expiresAt > now) {
        entry.data = rows.text(1);
        return entry;
    }
    if (entry.key.empty()) {
        return std::nullopt;
    }
    entry.kind = EventKind::Retracted;
    entry.expiresAt.reset();
    entry.data = retractedEvent({seq, entry.key, entry.senderId});
    return entry;
}

} // namespace

Result<ReplayPage> readReplayPage(Connection& db, const ReplayRequest& request, const Accounts& accounts, Time now)
{
    ReplayPage page;
    page.examinedTo = request.tail;
    const Account* account = accounts.find(request.user);
    if (!account) {
        return page;
    }
    {
        const ReadTransaction reading(db);
        const Seq floor = std::max(db.integer("SELECT value FROM settings WHERE name = 'floor'").value_or(0),
                                   request.isFromStart ? 0 : readHead(db, request.user).stateFloor);
        if (request.cursor > 0 && request.cursor < floor) {
            page.needsReset = true;
        } else {
            Rows own =
                db.query("SELECT seq, 1 FROM deliveries WHERE user_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq",
                         request.user, request.cursor, request.tail);
            Rows shared = db.query("SELECT seq, 1 FROM everyone WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
                                   std::max(request.cursor, account->createdAfter), request.tail);
            std::size_t bytes = 0;
            int looked = 0;
            for (MergedSeqs seqs(true, {&own, &shared}); !seqs.isAtEnd(); seqs.next()) {
                if (bytes >= replayPageBytes || looked >= pageRows) {
                    page.examinedTo = seqs.seq() - 1;
                    break;
                }
                ++looked;
                if (auto entry = readEntry(db, seqs.seq(), request.user, now)) {
                    bytes += entry->data.size();
                    page.entries.push_back(std::move(*entry));
                }
            }
        }
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return page;
}

} // namespace belfry::server
