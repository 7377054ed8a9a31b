// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/copying.h"

#include "server/store/handed_file.h"

#include <sqlite3.h>

#include <algorithm>

namespace belfry::server {
namespace {

constexpr int stepsOfCopying = 5000; // of SQLite's machine: well under a millisecond

struct CopyLook
{
    const Progress& goesOn;
    int target;
    double bytes;
    bool isBrokenOff = false;
};

int lookAtCopy(void* state)
{
    auto& looking = *static_cast<CopyLook*>(state);
    const double share = static_cast<double>(handedBytes(looking.target)) / looking.bytes;
    looking.isBrokenOff = !looking.goesOn(std::min(share, 1.0));
    return looking.isBrokenOff ? 1 : 0;
}

} // namespace

Result<void> copyStore(const DatabasePlace& source, int target, const Progress& goesOn)
{
    auto db = Connection::open(source.path, {.vfs = source.vfs, .allowsUris = true});
    if (!db) {
        return tl::unexpected(db.error());
    }
    closeUnchanged(*db, source);
    db->execute("PRAGMA auto_vacuum = INCREMENTAL"); // of the copy
    db->execute("PRAGMA temp_store = MEMORY");
    const std::int64_t pages =
        db->integer("PRAGMA page_count").value_or(0) - db->integer("PRAGMA freelist_count").value_or(0);
    const std::int64_t pageBytes = db->integer("PRAGMA page_size").value_or(0);
    CopyLook looking{goesOn, target, static_cast<double>(std::max<std::int64_t>(pages * pageBytes, 1))};
    sqlite3_progress_handler(db->handle(), stepsOfCopying, lookAtCopy, &looking);
    db->execute("VACUUM INTO '" + uriOfHanded(target) + "'");
    const bool isCorrupt = (sqlite3_errcode(db->handle()) & 0xff) == SQLITE_CORRUPT;
    sqlite3_progress_handler(db->handle(), 0, nullptr, nullptr);
    if (!db->hasFailed()) {
        return {};
    }
    Error error = db->takeFailure();
    if (looking.isBrokenOff) {
        error = {499, "broken_off", "The copying was broken off.", {}, 0};
    } else if (isCorrupt) {
        error = {500, "store_corrupt", "The store is damaged (belfry check tells more): " + error.message, {}, 0};
    }
    return tl::unexpected(std::move(error));
}

} // namespace belfry::server
