// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <string>
#include <vector>

namespace belfry::server {

class DataDirectory;

/// A backup is one file, 0600, that holds the store, the signing key and the server's certificate with its key (an
/// SQLite file, see store/archive.h). Whoever has it can sign in as anybody: it is as secret as the data directory.

struct BackupRequest
{
    std::string dataDirectory;
    std::string file;
    bool mayReplace = false; ///< where there is a file of that name already
};

/// Removes the copies of the store that a backup by an earlier version, which was cut off, left in the data directory.
/// The caller holds its lock.
void removeLeftCopies(const DataDirectory& directory);

/// Makes one, beside a running server (which copies its store into it while it goes on) or without one. The file is
/// opened with the caller's rights, and nothing is written anywhere else; it has its name only when it is whole and on
/// disk, and is gone where this ends before. Root reads the data directory as its owner. Blocks; before any thread is
/// made. @return what the command line prints
Result<std::string> backUp(const BackupRequest& request);

struct RestoreRequest
{
    std::string dataDirectory; ///< a store's, or one that is new or empty
    std::string file;
    bool accountsToo = false; ///< accounts as in the backup, though there are present ones
    bool keepSignIns = false; ///< where the present store cannot be read: the backup's signing key goes on
};

/// Brings a backup back, while no server runs. The log is the backup's, under a new identity; accounts, passwords,
/// sign-ins that were ended and counters of ids stay those of the store that is there, where it can be read, so that
/// nobody is let in again. Where it cannot, they are the backup's too and a new signing key ends all sign-ins.
/// The store that is there is kept under another name; whenever the power goes, one whole store is in place. Blocks.
/// @return what the command line prints
Result<std::string> restore(const RestoreRequest& request);

struct CheckReport
{
    std::vector<std::string> faults; ///< a sentence each
    std::string summary;             ///< where there are none
};

/// Looks at everything in a data directory: rights, keys, every page of the store, and what its tables say of each
/// other. Changes nothing; works beside a running server and without one. Blocks.
Result<CheckReport> check(const std::string& dataDirectory);
/// The same for a backup, read with the caller's rights.
Result<CheckReport> checkBackupFile(const std::string& file);

} // namespace belfry::server
