// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/database.h"

#include "server/store/schema.h"

#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace belfry::server {
namespace {

constexpr std::int64_t applicationId = 0x42466279; // "BFby"
/// Up to this size every page is looked at when the store is opened; above it, what is read anyway.
constexpr std::int64_t fullCheckBytes = 32 * 1024 * 1024;

tl::unexpected<Error> refusal(std::string_view code, const std::string& directory, std::string_view what)
{
    return failure(500, code, "The store in " + directory + ' ' + std::string(what));
}

/// Says what to do about a store that is refused, besides what is wrong with it.
Error withWaysOut(Error error)
{
    const char* ways = error.code == "store_corrupt" ? "belfry check tells more; belfry restore brings a backup back."
                       : error.code == "store_newer" ? "Run that version."
                                                     : "";
    if (*ways)
        error.message += (error.message.ends_with('.') ? " " : ". ") + std::string(ways);
    return error;
}

std::uint32_t bigEndian(const char* bytes)
{
    std::array<unsigned char, 4> b{};
    std::memcpy(b.data(), bytes, b.size());
    return std::uint32_t(b[0]) << 24 | std::uint32_t(b[1]) << 16 | std::uint32_t(b[2]) << 8 | std::uint32_t(b[3]);
}

bool hasLog(const DatabasePlace& place)
{
    return QFileInfo(QString::fromStdString(place.path + "-wal")).size() > 0;
}

void keepLogOnClose(Connection& db, bool isKept)
{
    sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, isKept ? 1 : 0, nullptr);
}

Result<void> judgeContent(Connection& db, const std::string& directory, bool isNew)
{
    const auto id = db.integer("PRAGMA application_id");
    const auto version = db.integer("PRAGMA user_version");
    const auto tables = db.integer("SELECT count(*) FROM sqlite_schema");
    if (db.hasFailed()) {
        return refusal("store_corrupt", directory, "is damaged: " + db.takeFailure().message);
    }
    if (version.value_or(0) > static_cast<std::int64_t>(schemaSteps().size())) {
        return refusal("store_newer", directory, "was written by a newer version of this program.");
    }
    if (isNew || (id.value_or(0) == 0 && version.value_or(0) == 0 && tables.value_or(0) == 0)) {
        return {};
    }
    if (id.value_or(0) != applicationId) {
        return refusal("store_foreign", directory, "belongs to another program.");
    }
    const std::int64_t bytes = db.integer("PRAGMA page_count").value_or(0) * db.integer("PRAGMA page_size").value_or(0);
    if (bytes <= fullCheckBytes) {
        if (const auto damage = damageOf(db, "PRAGMA quick_check(1)"); !damage.empty()) {
            return refusal("store_corrupt", directory, "is damaged: " + damage.front() + '.');
        }
    }
    const auto settings =
        db.integer("SELECT count(*) FROM settings WHERE name IN ('server_id', 'log_id', 'newest', 'floor')");
    const auto newest = db.integer("SELECT value FROM settings WHERE name = 'newest'");
    const auto last = db.integer("SELECT max(seq) FROM entries");
    db.integer("SELECT user_id FROM deliveries ORDER BY user_id DESC LIMIT 1");
    db.integer("SELECT count(*) FROM users");
    if (db.hasFailed()) {
        return refusal("store_corrupt", directory, "is damaged: " + db.takeFailure().message);
    }
    if (settings != 4 || last.value_or(0) > newest.value_or(0)) {
        return refusal("store_corrupt", directory, "is damaged: what it counts by is missing.");
    }
    return {};
}

} // namespace

// SQLite's "Database File Format", 1.3: before SQLite itself opens it, which could already write beside it.
Result<void> judgeStoreHead(const DatabasePlace& place, const std::string& directory)
{
    QFile file(QString::fromStdString(place.path));
    if (!file.exists()) {
        return {};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return refusal("store_failed", directory, "cannot be read: " + file.errorString().toStdString() + ".");
    }
    const QByteArray header = file.read(100);
    if (header.isEmpty()) {
        return {}; // new
    }
    if (header.size() < 100 || std::memcmp(header.constData(), "SQLite format 3\0", 16) != 0) {
        return refusal("store_corrupt", directory, "is damaged, or belfry.db there is not a store of this program.");
    }
    const std::uint32_t id = bigEndian(header.constData() + 68);
    const std::uint32_t version = bigEndian(header.constData() + 60);
    if (id != 0 && id != applicationId) {
        return refusal("store_foreign", directory, "belongs to another program.");
    }
    if (version > schemaSteps().size()) {
        return refusal("store_newer", directory, "was written by a newer version of this program.");
    }
    const std::uint32_t pageField =
        std::uint32_t(static_cast<unsigned char>(header[16])) << 8 | static_cast<unsigned char>(header[17]);
    const std::int64_t pageBytes = pageField == 1 ? 65536 : pageField;
    const std::int64_t pages = bigEndian(header.constData() + 28);
    // A kill during a checkpoint leaves a head that is ahead of its pages: those still lie in the write-ahead log, from
    // which SQLite brings them.
    if (!hasLog(place) && file.size() < pages * pageBytes) {
        return refusal("store_corrupt", directory, "is damaged: its end is missing.");
    }
    return {};
}

std::vector<std::string> damageOf(Connection& db, const char* pragma)
{
    std::vector<std::string> found;
    {
        Rows rows = db.query(pragma);
        while (rows.next()) {
            for (std::string_view text = rows.text(0); !text.empty();) {
                const std::string_view line = text.substr(0, text.find('\n'));
                text.remove_prefix(std::min(text.size(), line.size() + 1));
                if (line != "ok" && !line.starts_with("***")) {
                    found.emplace_back(line);
                }
            }
        }
    }
    if (db.hasFailed()) {
        found.push_back(db.takeFailure().message);
    }
    return found;
}

std::string newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

void markAsStore(Connection& db, const std::string& schema)
{
    db.execute("PRAGMA " + schema + ".application_id = " + std::to_string(applicationId));
}

Result<void> upgradeSchema(Connection& db, Time now)
{
    const auto version = static_cast<std::size_t>(db.integer("PRAGMA user_version").value_or(0));
    const auto& steps = schemaSteps();
    if (version < steps.size()) {
        db.execute("BEGIN IMMEDIATE");
        for (std::size_t step = version; step < steps.size(); ++step) {
            db.execute(std::string(steps[step]));
        }
        if (version == 0) {
            const std::string serverId = newUuid();
            const std::string logId = newUuid();
            db.run("INSERT INTO settings VALUES ('server_id', ?1), ('log_id', ?2), ('newest', 0), ('floor', 0), "
                   "('next_user_id', 1), ('last_time', ?3)",
                   serverId, logId, now);
        }
        markAsStore(db);
        db.execute("PRAGMA user_version = " + std::to_string(steps.size()));
        db.execute("COMMIT");
        // So that the file itself says whose it is and how new, whoever looks at it next.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    if (db.hasFailed()) {
        Error error = db.takeFailure();
        sqlite3_exec(db.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        return tl::unexpected(std::move(error));
    }
    return {};
}

void closeUnchanged(Connection& db, const DatabasePlace& place)
{
    keepLogOnClose(db, hasLog(place));
}

Result<void> judgeStoreFile(int directory, const std::string& directoryPath)
{
    const std::string prefix = directory >= 0 ? "/proc/self/fd/" + std::to_string(directory) : directoryPath;
    const DatabasePlace place{prefix + "/belfry.db"};
    return judgeStoreHead(place, directoryPath).map_error(withWaysOut);
}

Result<Connection> openDatabase(const DatabasePlace& place, const std::string& directoryPath, Time now)
{
    if (const auto judged = judgeStoreHead(place, directoryPath); !judged) {
        return tl::unexpected(withWaysOut(judged.error()));
    }
    const bool isNew = QFile(QString::fromStdString(place.path)).size() == 0;
    auto db = Connection::open(place.path, {place.vfs, false, 5000});
    if (!db) {
        return refusal("store_failed", directoryPath, "cannot be opened: " + db.error().message);
    }
    closeUnchanged(*db, place);
    if (const auto judged = judgeContent(*db, directoryPath, isNew); !judged) {
        return tl::unexpected(withWaysOut(judged.error()));
    }
    keepLogOnClose(*db, false);
    // Before the first table: what is removed later is given back in slices (FreePages). An older store is left as it
    // is.
    db->execute("PRAGMA auto_vacuum = INCREMENTAL");
    db->execute("PRAGMA journal_mode = WAL");
    db->execute("PRAGMA synchronous = FULL");
    db->execute("PRAGMA wal_autocheckpoint = 0");
    db->execute("PRAGMA cache_size = -16000");
    // Some builds of SQLite write zeros over every page that becomes free: retention would then need more room than it
    // gives back. What is removed from a page that stays is overwritten.
    db->execute("PRAGMA secure_delete = FAST");
    db->execute("PRAGMA foreign_keys = 0");
    db->execute("PRAGMA temp_store = MEMORY");
    if (db->hasFailed()) {
        return tl::unexpected(db->takeFailure());
    }
    if (const auto upgraded = upgradeSchema(*db, now); !upgraded) {
        return tl::unexpected(upgraded.error());
    }
    return db;
}

Result<Connection> openForReading(const DatabasePlace& place)
{
    auto db = Connection::open(place.path, {place.vfs, true, 5000});
    if (db && !db->execute("PRAGMA cache_size = -8000")) {
        return tl::unexpected(db->takeFailure());
    }
    return db;
}

Result<Connection> openForCheckpoints(const DatabasePlace& place)
{
    auto db = Connection::open(place.path, {place.vfs, false, 0});
    if (db) {
        db->execute("PRAGMA wal_autocheckpoint = 0");
        if (!db->execute("PRAGMA synchronous = FULL")) {
            return tl::unexpected(db->takeFailure());
        }
    }
    return db;
}

std::uint64_t randomId()
{
    std::uint64_t bits = 0;
    while (bits == 0) {
        randombytes_buf(&bits, sizeof bits);
    }
    return bits;
}

} // namespace belfry::server
