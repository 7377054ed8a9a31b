// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/checking.h"

#include "server/store/archive.h"
#include "server/store/entry_sum.h"

namespace belfry::server {
namespace {

/// schema/003_read_ranges.sql
constexpr std::int64_t rangesSince = 3;

/// A count that is 0 in a sound store of these schemas.
struct Rule
{
    const char* sql;
    const char* says;
    std::int64_t since = 1, until = 1000;
};

constexpr Rule rules[] = {
    {"SELECT 4 - count(*) FROM settings WHERE name IN ('server_id', 'log_id', 'newest', 'floor')",
     "counters or identities are missing"},
    {"SELECT count(*) FROM entries WHERE seq > (SELECT value FROM settings WHERE name = 'newest') "
     "OR seq <= (SELECT value FROM settings WHERE name = 'floor')",
     "entries of the log are outside the numbers it counts by"},
    {"SELECT count(*) FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.seq = d.seq)",
     "deliveries are of entries that are not in the log"},
    {"SELECT count(*) FROM everyone d WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.seq = d.seq)",
     "messages to everyone are of entries that are not in the log"},
    // At or below the floor it is what retention left behind: nothing that counts.
    {"SELECT count(*) FROM unread u WHERE u.seq > (SELECT value FROM settings WHERE name = 'floor') "
     "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.seq = u.seq)",
     "unread messages are not in the log", 1, rangesSince - 1},
    {"SELECT (SELECT value FROM settings WHERE name = 'notifications') <> (SELECT count(*) FROM entries WHERE kind = "
     "1)",
     "messages are not as many as it counts", rangesSince},
    {"SELECT count(*) FROM (SELECT r.first, r.last, lag(r.last, 1, 0) OVER (PARTITION BY r.user_id ORDER BY r.last) AS "
     "before FROM read_ranges r JOIN read_heads h ON h.user_id = r.user_id WHERE r.last > h.read_to) "
     "WHERE first > last OR first <= before",
     "ranges of what is read overlap", rangesSince},
    {"SELECT count(*) FROM states s WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.seq = s.seq)",
     "changes of state are not in the log", rangesSince},
    {"SELECT count(*) FROM read_heads h WHERE h.state_ids <> (SELECT count(*) FROM states s WHERE s.user_id = "
     "h.user_id)",
     "changes of state are not as many as it counts", rangesSince},
    {"SELECT count(*) FROM count_blocks b WHERE b.first > (SELECT value FROM settings WHERE name = 'floor') AND "
     "(b.always, b.expiring) <> (SELECT coalesce(sum(counts_until = 1), 0), coalesce(sum(counts_until > 1), 0) FROM "
     "(SELECT counts_until FROM everyone WHERE b.owner_id = 0 AND seq BETWEEN b.first AND b.last UNION ALL "
     "SELECT counts_until FROM deliveries WHERE user_id = b.owner_id AND seq BETWEEN b.first AND b.last))",
     "sums do not agree with what they sum up", rangesSince},
    {"SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = s.user_id)",
     "sign-ins belong to no account"},
    {"SELECT count(*) FROM users WHERE is_external = 0 AND id >= (SELECT value FROM settings WHERE name = "
     "'next_user_id') AND id < (1 << 52)",
     "accounts have ids that would be given again"},
};

/// Entries whose bytes are not those that were stored. What an earlier version stored has no sum.
std::int64_t changedEntries(Connection& db)
{
    if (db.integer("SELECT count(*) FROM pragma_table_info('entries') WHERE name = 'sum'").value_or(0) == 0) {
        return 0;
    }
    std::int64_t changed = 0;
    Rows rows = db.query("SELECT seq, data, folded, audience, sum FROM entries WHERE sum IS NOT NULL");
    while (rows.next()) {
        changed += entrySum(rows.integer(0), rows.text(1), rows.text(2), rows.text(3)) != rows.integer(4) ? 1 : 0;
    }
    return changed;
}

/// @param what  as sentences begin: “The store”
void lookAt(Connection& db, const std::string& what, CheckedStore& found)
{
    found.schema = db.integer("PRAGMA user_version").value_or(0);
    for (const std::string& damage : damageOf(db, "PRAGMA integrity_check(20)")) {
        found.faults.push_back(what + " is damaged: " + damage);
    }
    for (const Rule& rule : rules) {
        if (db.hasFailed() || !found.faults.empty()) {
            break;
        }
        if (found.schema < rule.since || found.schema > rule.until) {
            continue;
        }
        if (const auto count = db.integer(rule.sql).value_or(0); count != 0) {
            found.faults.push_back(what + " contradicts itself: " + std::to_string(count) + " times, " + rule.says +
                                   '.');
        }
    }
    if (!found.faults.empty()) {
        return;
    }
    if (const std::int64_t changed = changedEntries(db); changed != 0) {
        found.faults.push_back(what + " is damaged: " + std::to_string(changed) +
                               " entries of the log are not as they were stored.");
    }
    found.entries = db.integer("SELECT count(*) FROM entries").value_or(0);
    found.accounts = db.integer("SELECT count(*) FROM users").value_or(0);
    if (db.hasFailed()) {
        found.faults.push_back(what + " is damaged: " + db.takeFailure().message);
    }
}

} // namespace

CheckedStore checkBackup(const DatabasePlace& place, const std::string& file)
{
    CheckedStore found;
    auto opened = Connection::open(place.path, {place.vfs, true, 0});
    const auto judged = opened ? judgeBackup(*opened, file) : Result<void>(tl::unexpected(opened.error()));
    if (!judged) {
        found.faults.push_back(judged.error().message);
        return found;
    }
    lookAt(*opened, "The backup", found);
    const auto keys = opened->integer("SELECT count(*) FROM backup_files WHERE name = 'signing.key' AND "
                                      "length(bytes) = 32");
    if (found.faults.empty() && keys.value_or(0) != 1) {
        found.faults.emplace_back("The backup is damaged: the signing key is not in it.");
    }
    return found;
}

CheckedStore checkStore(const DatabasePlace& place, const std::string& directoryPath)
{
    CheckedStore found;
    if (const auto judged = judgeStoreHead(place, directoryPath); !judged) {
        found.faults.push_back(judged.error().message);
        return found;
    }
    auto opened = Connection::open(place.path, {place.vfs, true, 5000});
    if (!opened) {
        found.faults.push_back("The store in " + directoryPath + " cannot be opened: " + opened.error().message);
        return found;
    }
    Connection& db = *opened;
    closeUnchanged(db, place);
    lookAt(db, "The store", found);
    return found;
}

} // namespace belfry::server
