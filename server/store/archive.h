// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/database.h"

#include <string>
#include <vector>

namespace belfry::server {

/// A small file of the data directory that a backup holds besides the store.
struct KeptFile
{
    std::string name;
    std::string bytes;
};

/// Makes a backup of a copied store (store.h, copy()): checks every page, puts the files into a table of its own,
/// `backup_files (name, bytes)`, and marks the file so that it is taken for a backup, never for a store. One SQLite
/// file, without a write-ahead log. Not synced. Blocks.
Result<void> sealBackup(const DatabasePlace& copy, const std::vector<KeptFile>& files, Time now);

/// Refuses in a sentence that names `file`: what is no backup, or one by a newer program.
Result<void> judgeBackup(Connection& db, const std::string& file);

/// What a backup says of itself.
struct Unsealed
{
    std::vector<KeptFile> files;
    std::string serverId;
    Time madeAt{};
};

/// The reverse, on a copy of a backup: checks every page, takes the files out, brings the schema up to date. What is
/// left is a store but for its mark (see mergeStores). Refuses in a sentence that names `file`: what is no backup, a
/// damaged one, one by a newer program. Blocks.
Result<Unsealed> unsealBackup(const DatabasePlace& copy, const std::string& file, Time now);

} // namespace belfry::server
