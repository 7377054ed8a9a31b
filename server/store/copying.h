// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/database.h"

#include <memory>

struct sqlite3_backup;

namespace belfry::server {

/// A copy of a database that is made in steps while its connection goes on writing: what is committed between two steps
/// is in the copy. (SQLite's online backup; a copy by another connection would begin anew with every commit.)
///
/// Thread: the source's; a step is never taken inside a transaction of it. Outlived by the source.
class Copying
{
public:
    /// @param target  a new, empty file
    static Result<std::unique_ptr<Copying>> begin(Connection& source, const DatabasePlace& target);
    Copying(const Copying&) = delete;
    Copying& operator=(const Copying&) = delete;
    ~Copying();

    /// Copies 256 KiB. True once all is copied; it is not yet synced to disk then.
    Result<bool> step();

private:
    Copying(Connection target, sqlite3_backup* backup) : m_target(std::move(target)), m_backup(backup) {}
    Connection m_target;
    sqlite3_backup* m_backup;
};

} // namespace belfry::server
