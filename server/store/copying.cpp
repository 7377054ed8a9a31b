// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/copying.h"

#include <sqlite3.h>

namespace belfry::server {
namespace {

constexpr int pagesAStep = 64;

} // namespace

Result<std::unique_ptr<Copying>> Copying::begin(Connection& source, const DatabasePlace& target)
{
    auto copy = Connection::open(target.path, {target.vfs, false, 0});
    if (!copy) {
        return tl::unexpected(copy.error());
    }
    copy->execute("PRAGMA journal_mode = OFF");
    copy->execute("PRAGMA synchronous = OFF"); // whoever makes something of the copy syncs that
    if (copy->hasFailed()) {
        return tl::unexpected(copy->takeFailure());
    }
    sqlite3_backup* const backup = sqlite3_backup_init(copy->handle(), "main", source.handle(), "main");
    if (!backup) {
        return tl::unexpected(storeError(sqlite3_errcode(copy->handle()), sqlite3_system_errno(copy->handle()),
                                         sqlite3_errmsg(copy->handle())));
    }
    return std::unique_ptr<Copying>(new Copying(std::move(*copy), backup));
}

Copying::~Copying()
{
    sqlite3_backup_finish(m_backup);
}

Result<bool> Copying::step()
{
    const int code = sqlite3_backup_step(m_backup, pagesAStep);
    if (code == SQLITE_DONE) {
        return true;
    }
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return false;
    }
    return tl::unexpected(storeError(code, sqlite3_system_errno(m_target.handle()), sqlite3_errstr(code)));
}

} // namespace belfry::server
