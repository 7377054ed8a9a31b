// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/merging.h"

#include "protocol/json.h"
#include "server/store/gaps.h"
#include "server/store/schema.h"

#include <algorithm>
#include <array>

namespace belfry::server {
namespace {

/// What comes from the backup. All other tables are the present store's, those of later schema steps too: what is
/// forgotten in this list lets nobody in.
constexpr std::array<std::string_view, 14> logTables{
    "entries", "deliveries",   "everyone",         "receipts",         "read_heads", "read_ranges", "read_marks",
    "states",  "count_blocks", "idempotency_keys", "deliveries_shown", "schedule",   "reminders",   "escalations"};
/// What is the backup's only where `--accounts-too` asks for it.
constexpr std::array<std::string_view, 9> accountTables{
    "users", "deleted_users", "sessions", "known_places", "tokens", "ended", "groups", "group_members", "preferences"};
/// Where nobody knows what was given since the backup, numbers and ids are left out.
constexpr Seq unknownNumbers = 1'000'000'000;
constexpr UserId unknownIds = 1000;

template <std::size_t n> bool isIn(const std::array<std::string_view, n>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> tablesOf(Connection& db)
{
    std::vector<std::string> names;
    Rows rows =
        db.query("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'");
    while (rows.next()) {
        names.emplace_back(rows.text(0));
    }
    return names;
}

/// SQLite's own check of one table and its indexes, in the attached store.
bool isSound(Connection& db, const std::string& table)
{
    Rows rows = db.query("SELECT * FROM pragma_integrity_check(?1, 'present')", table);
    return rows.next() && rows.text(0) == "ok";
}

tl::unexpected<Error> unreadable(Connection& db, const std::string& directoryPath, std::string_view why)
{
    std::string sentence = "The store in " + directoryPath + " cannot be read: ";
    sentence += db.hasFailed() ? db.takeFailure().message : std::string(why);
    return failure(500, "store_corrupt", sentence);
}

std::string textSetting(Connection& db, const char* sql)
{
    Rows rows = db.query(sql);
    return rows.next() ? std::string(rows.text(0)) : std::string();
}

/// Who may sign in by the backup and may not by the present store.
std::vector<std::string> letInAgain(Connection& db)
{
    std::vector<std::string> said;
    const auto say = [&](const char* sql, std::string_view what) {
        Rows rows = db.query(sql);
        while (rows.next()) {
            said.push_back(std::string(rows.text(0)) + std::string(what));
        }
    };
    say("SELECT name FROM log.users b WHERE NOT EXISTS (SELECT 1 FROM main.users p WHERE p.id = b.id) ORDER BY id",
        " was removed since and may sign in again.");
    say("SELECT b.name FROM log.users b JOIN main.users p ON p.id = b.id WHERE b.password_hash <> p.password_hash "
        "ORDER BY b.id",
        " has the old password again.");
    say("SELECT b.name FROM log.users b JOIN main.users p ON p.id = b.id WHERE b.generation <> p.generation "
        "ORDER BY b.id",
        " has tokens and sign-ins from before again that were revoked since.");
    say("SELECT b.name FROM log.users b JOIN main.users p ON p.id = b.id WHERE b.role > p.role ORDER BY b.id",
        " has a higher role again.");
    say("SELECT DISTINCT u.name FROM log.users u JOIN (SELECT id, user_id FROM log.sessions UNION ALL "
        "SELECT id, user_id FROM log.tokens) s ON s.user_id = u.id "
        "WHERE s.id IN (SELECT id FROM main.ended) AND s.id NOT IN (SELECT id FROM log.ended) ORDER BY u.id",
        " has a sign-in or token again that was ended since.");
    return said;
}

/// What names a person who is no more, as deleting an account leaves it.
void forgetStrangers(Connection& db)
{
    for (const char* table :
         {"read_ranges", "read_marks", "read_heads", "states", "deliveries_shown", "preferences", "group_members"}) {
        db.execute("DELETE FROM log." + std::string(table) + " WHERE user_id NOT IN (SELECT id FROM log.users)");
    }
}

/// The rows of `from` in place of those of `to`.
void replaceRows(Connection& db, const std::string& to, const std::string& from, const std::string& table)
{
    db.execute("DELETE FROM " + to + '.' + table);
    db.execute("INSERT INTO " + to + '.' + table + " SELECT * FROM " + from + '.' + table);
}

void takeRest(Connection& db, bool accountsToo)
{
    for (const std::string& table : tablesOf(db)) {
        if (table == "settings" || isIn(logTables, table) || (accountsToo && isIn(accountTables, table))) {
            continue;
        }
        replaceRows(db, "log", "main", table);
    }
    // Ids that were given once stay given.
    db.execute("UPDATE log.sqlite_sequence SET seq = max(seq, coalesce((SELECT p.seq FROM main.sqlite_sequence p "
               "WHERE p.name = log.sqlite_sequence.name), 0))");
    db.execute("INSERT INTO log.sqlite_sequence (name, seq) SELECT name, seq FROM main.sqlite_sequence "
               "WHERE name NOT IN (SELECT name FROM log.sqlite_sequence)");
    const auto nextId = db.integer("SELECT max((SELECT value FROM log.settings WHERE name = 'next_user_id'), "
                                   "(SELECT value FROM main.settings WHERE name = 'next_user_id'))");
    db.run("INSERT OR REPLACE INTO log.settings SELECT * FROM main.settings WHERE name NOT IN "
           "('server_id', 'log_id', 'newest', 'floor', 'notifications', 'last_time', 'ahead_to', 'ahead_at', 'gaps', "
           "'backed_up_at') "
           "AND NOT (?1 AND name = 'owner_id')",
           accountsToo);
    db.run("UPDATE log.settings SET value = ?1 WHERE name = 'next_user_id'", nextId);
    forgetStrangers(db);
}

/// A new identity, and numbers above all that were given.
void beginNewLog(Connection& db, bool isPresentKnown, Time now)
{
    const Seq backup = db.integer("SELECT value FROM log.settings WHERE name = 'newest'").value_or(0);
    const Seq known = db.integer("SELECT value FROM main.settings WHERE name = 'newest'").value_or(0);
    const Seq last = isPresentKnown ? std::max(backup, known) + 1 : backup + unknownNumbers;
    Gaps gaps = Gaps::parse(textSetting(db, "SELECT value FROM log.settings WHERE name = 'gaps'"));
    gaps.add({backup, last});
    db.run("UPDATE log.settings SET value = ?1 WHERE name = 'newest'", last);
    db.run("INSERT OR REPLACE INTO log.settings VALUES ('gaps', ?1)", gaps.text());
    db.run("UPDATE log.settings SET value = ?1 WHERE name = 'log_id'", newUuid());
    // A date that lies ahead is of a clock that was wrong: it is not handed on.
    db.run("UPDATE log.settings SET value = max(value, min(?1, coalesce((SELECT value FROM main.settings WHERE name = "
           "'last_time'), 0))) WHERE name = 'last_time'",
           now);
    db.run("DELETE FROM log.settings WHERE name = 'backed_up_at'");
    if (!isPresentKnown) {
        db.run("UPDATE log.settings SET value = value + ?1 WHERE name = 'next_user_id'", unknownIds);
    }
}

} // namespace

Result<PresentStore> readPresentStore(int directory, const std::string& directoryPath, Time now)
{
    const DatabasePlace place = placeOf(directory, directoryPath, storeName);
    if (const auto judged = judgeStoreHead(place, directoryPath); !judged) {
        return tl::unexpected(judged.error());
    }
    auto memory = Connection::open(":memory:", {place.vfs, false, 0});
    if (!memory) {
        return tl::unexpected(memory.error());
    }
    Connection& db = *memory;
    closeUnchanged(db, place);
    db.run("ATTACH ?1 AS present", place.path);
    const auto version = db.integer("PRAGMA present.user_version").value_or(0);
    const auto& steps = schemaSteps();
    if (db.hasFailed() || version < 1) {
        return unreadable(db, directoryPath, "it is empty.");
    }
    if (version > static_cast<std::int64_t>(steps.size())) {
        return failure(500, "store_newer",
                       "The store in " + directoryPath + " was written by a newer version of this program.");
    }
    for (std::int64_t step = 0; step < version; ++step) {
        db.execute(std::string(steps[static_cast<std::size_t>(step)]));
    }
    for (const std::string& table : tablesOf(db)) {
        if (isIn(logTables, table)) {
            continue;
        }
        if (!isSound(db, table)) {
            return unreadable(db, directoryPath, "its table “" + table + "” is damaged.");
        }
        replaceRows(db, "main", "present", table);
    }
    replaceRows(db, "main", "present", "sqlite_sequence");
    const std::string serverId = textSetting(db, "SELECT value FROM main.settings WHERE name = 'server_id'");
    const auto newest = db.integer("SELECT value FROM main.settings WHERE name = 'newest'");
    db.execute("DETACH present");
    db.execute("PRAGMA main.user_version = " + std::to_string(version));
    if (db.hasFailed() || serverId.empty() || !newest) {
        return unreadable(db, directoryPath, "what it counts by is missing.");
    }
    if (const auto upgraded = upgradeSchema(db, now); !upgraded) {
        return tl::unexpected(upgraded.error());
    }
    return PresentStore{std::move(*memory), serverId};
}

Result<Merged> mergeStores(const DatabasePlace& unsealed, PresentStore* present, const MergeRequest& request)
{
    auto empty = Connection::open(":memory:", {unsealed.vfs, false, 0});
    if (!empty) {
        return tl::unexpected(empty.error());
    }
    Connection& db = present ? present->rest : *empty;
    if (!present) {
        if (const auto made = upgradeSchema(db, request.now); !made) {
            return tl::unexpected(made.error());
        }
    }
    Merged merged;
    db.run("ATTACH ?1 AS log", unsealed.path);
    db.execute("PRAGMA log.synchronous = FULL");
    db.execute("BEGIN IMMEDIATE");
    if (present) {
        if (request.accountsToo) {
            merged.letIn = letInAgain(db);
        }
        takeRest(db, request.accountsToo);
    }
    if (!present) {
        db.execute("DELETE FROM log.invites"); // which were used since, nobody knows
    }
    beginNewLog(db, present != nullptr, request.now);
    if (request.hasNewKey) {
        db.run("DELETE FROM log.sessions");
        db.run("DELETE FROM log.tokens");
    }
    const std::string details = "{\"backed_up_at\":" + jsonString(formatTime(request.madeAt)) +
                                ",\"accounts\":" + (present && !request.accountsToo ? "\"present\"" : "\"backup\"") +
                                ",\"new_signing_key\":" + (request.hasNewKey ? "true}" : "false}");
    db.run("INSERT INTO log.audit_log (at, actor_id, action, subject) VALUES (?1, NULL, 'store.restored', ?2)",
           request.now, details);
    markAsStore(db, "log");
    merged.entries = db.integer("SELECT count(*) FROM log.entries").value_or(0);
    merged.accounts = db.integer("SELECT count(*) FROM log.users").value_or(0);
    db.execute("COMMIT");
    db.execute("DETACH log");
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    return merged;
}

} // namespace belfry::server
