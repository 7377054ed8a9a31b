// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/store/sqlite.h"

#include <string>

namespace belfry::server {

/// Where `belfry.db` lies: by the data directory's descriptor where the system can, else by path.
struct DatabasePlace
{
    std::string path;          ///< what SQLite is given
    const char* vfs = nullptr; ///< under which it takes it as it stands
};

/// Looks that the file is an ordinary one (links are not followed) or makes it, 0600. One file a platform.
/// @param directory  the data directory's descriptor, or -1: by path
Result<DatabasePlace> placeDatabase(int directory, const std::string& directoryPath);

/// Looks at the file's head, without SQLite and without changing anything: refuses what is no store of ours, what a
/// newer program wrote, and one whose end is missing. A file that is not there or empty is fine.
Result<void> judgeStoreFile(int directory, const std::string& directoryPath);

/// Opens, makes or upgrades the database; the connection is the one for writing. Refuses, without changing a byte of
/// it, what is no store of ours, what a newer program wrote, and what is damaged.
Result<Connection> openDatabase(const DatabasePlace& place, const std::string& directoryPath, Time now);

/// A further connection to an opened one.
Result<Connection> openForReading(const DatabasePlace& place);
Result<Connection> openForCheckpoints(const DatabasePlace& place);

/// Random bits from the system's generator, never 0.
std::uint64_t randomId();

} // namespace belfry::server
