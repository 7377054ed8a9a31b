// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/store/sqlite.h"

#include <string>
#include <vector>

namespace belfry::server {

/// The store's file in a data directory.
inline constexpr const char* storeName = "belfry.db";

/// Where `belfry.db` lies: by the data directory's descriptor where the system can, else by path.
struct DatabasePlace
{
    std::string path;          ///< what SQLite is given
    const char* vfs = nullptr; ///< under which it takes it as it stands
};

/// Looks that the file is an ordinary one (links are not followed) or makes it, 0600. One file a platform.
/// @param directory  the data directory's descriptor, or -1: by path
Result<DatabasePlace> placeDatabase(int directory, const std::string& directoryPath);

/// Where another database of that name lies in the data directory: nothing is looked at or made.
DatabasePlace placeOf(int directory, const std::string& directoryPath, const std::string& name);
/// Makes a new, empty file there, 0600; 409 where there is one.
Result<DatabasePlace> placeNewFile(int directory, const std::string& directoryPath, const std::string& name);

/// Looks at the file's head, without SQLite and without changing anything: refuses what is no store of ours, what a
/// newer program wrote, and one whose end is missing, from a write-ahead log too. A file that is not there or empty is
/// fine.
Result<void> judgeStoreHead(const DatabasePlace& place, const std::string& directoryPath);
/// As above, for whoever is about to open `belfry.db` there: says the ways out, too.
Result<void> judgeStoreFile(int directory, const std::string& directoryPath);

/// Opens, makes or upgrades the database; the connection is the one for writing. Refuses, without changing a byte of
/// it, what is no store of ours, what a newer program wrote, and what is damaged.
Result<Connection> openDatabase(const DatabasePlace& place, const std::string& directoryPath, Time now);

/// What SQLite itself finds wrong in a file, a line each; none where it is sound.
/// @param pragma  a literal: `PRAGMA quick_check(1)`, or integrity_check
std::vector<std::string> damageOf(Connection& db, const char* pragma);

/// Brings a schema up to date, in one transaction; a database without one gets all of it and a new identity.
Result<void> upgradeSchema(Connection& db, Time now);
/// Has the file say that it is a store of ours. @param schema  of an attached database: a literal
void markAsStore(Connection& db, const std::string& schema = "main");
/// Closing leaves the store as it lies there: what is in its write-ahead log stays in it, and where there is none, none
/// is left behind.
void closeUnchanged(Connection& db, const DatabasePlace& place);
std::string newUuid();

/// A further connection to an opened one.
Result<Connection> openForReading(const DatabasePlace& place);
Result<Connection> openForCheckpoints(const DatabasePlace& place);

/// Random bits from the system's generator, never 0.
std::uint64_t randomId();

} // namespace belfry::server
