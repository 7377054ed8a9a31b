// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/archive.h"

#include "server/store/schema.h"

namespace belfry::server {
namespace {

constexpr std::int64_t backupId = 0x4246626B; // "BFbk"
constexpr const char* fullCheck = "PRAGMA integrity_check(1)";

tl::unexpected<Error> noBackup(const std::string& file, std::string_view why)
{
    return failure(400, "no_backup", file + ' ' + std::string(why));
}

} // namespace

Result<void> judgeBackup(Connection& db, const std::string& file)
{
    const auto id = db.integer("PRAGMA application_id");
    const auto version = db.integer("PRAGMA user_version");
    if (db.hasFailed() || id.value_or(0) != backupId) {
        return noBackup(file, "is no backup made by belfry backup.");
    }
    if (version.value_or(0) > static_cast<std::int64_t>(schemaSteps().size())) {
        return noBackup(file, "was made by a newer version of this program.");
    }
    return {};
}

Result<void> sealBackup(const DatabasePlace& copy, const std::vector<KeptFile>& files, Time now)
{
    auto db = Connection::open(copy.path, {copy.vfs, false, 0});
    if (!db) {
        return tl::unexpected(db.error());
    }
    db->execute("PRAGMA journal_mode = DELETE");
    db->execute("PRAGMA synchronous = OFF");
    if (const auto damage = damageOf(*db, fullCheck); !damage.empty()) {
        return failure(500, "store_corrupt",
                       "The store is damaged, so no backup was made of it (belfry check tells more): " +
                           damage.front());
    }
    db->execute("BEGIN IMMEDIATE");
    db->execute("CREATE TABLE backup_files (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID");
    for (const KeptFile& file : files) {
        db->run("INSERT INTO backup_files VALUES (?1, ?2)", file.name, Blob{file.bytes});
    }
    db->run("INSERT OR REPLACE INTO settings VALUES ('backed_up_at', ?1)", now);
    db->execute("PRAGMA application_id = " + std::to_string(backupId));
    db->execute("COMMIT");
    if (db->hasFailed()) {
        return tl::unexpected(db->takeFailure());
    }
    return {};
}

Result<Unsealed> unsealBackup(const DatabasePlace& copy, const std::string& file, Time now)
{
    auto db = Connection::open(copy.path, {copy.vfs, false, 0});
    if (!db) {
        return tl::unexpected(db.error());
    }
    if (const auto judged = judgeBackup(*db, file); !judged) {
        return tl::unexpected(judged.error());
    }
    if (const auto damage = damageOf(*db, fullCheck); !damage.empty()) {
        return noBackup(file, "is damaged: " + damage.front());
    }
    Unsealed found;
    {
        Rows rows = db->query("SELECT name, bytes FROM backup_files");
        while (rows.next()) {
            found.files.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
        }
    }
    {
        Rows rows = db->query("SELECT value FROM settings WHERE name = 'server_id'");
        if (rows.next()) {
            found.serverId = rows.text(0);
        }
    }
    found.madeAt = Time(
        std::chrono::milliseconds(db->integer("SELECT value FROM settings WHERE name = 'backed_up_at'").value_or(0)));
    db->execute("PRAGMA synchronous = OFF");
    // The secrets in it are in files of their own from now on.
    db->execute("PRAGMA secure_delete = ON");
    db->execute("DROP TABLE backup_files");
    if (db->hasFailed()) {
        return tl::unexpected(db->takeFailure());
    }
    if (const auto upgraded = upgradeSchema(*db, now); !upgraded) {
        return tl::unexpected(upgraded.error());
    }
    return found;
}

} // namespace belfry::server
