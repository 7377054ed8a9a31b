// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/compacting.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <vector>

namespace belfry::server {
namespace {

constexpr int stepsOfCompacting = 5000; // of SQLite's machine: well under a millisecond
constexpr double stepsARow = 4;         // in each table and index

tl::unexpected<Error> compactingBrokenOff()
{
    return failure(499, "broken_off", "It was broken off; the store is as it was.");
}

std::int64_t bytesOfStore(Connection& db)
{
    return db.integer("PRAGMA page_count").value_or(0) * db.integer("PRAGMA page_size").value_or(0);
}

struct CompactLook
{
    const CompactRequest& request;
    const std::function<bool()>& lives;
    double steps = 0;
    bool isBrokenOff = false;
};

int lookAtCompacting(void* state)
{
    auto& looking = *static_cast<CompactLook*>(state);
    looking.steps += stepsOfCompacting;
    const double share = std::min(looking.steps / looking.request.steps, 0.99);
    looking.isBrokenOff = !looking.lives() || !looking.request.goesOn(share);
    return looking.isBrokenOff ? 1 : 0;
}

} // namespace

double compactingSteps(Connection& db)
{
    std::vector<std::string> counts;
    {
        Rows rows = db.query("SELECT 'SELECT (1 + (SELECT count(*) FROM sqlite_schema WHERE type = ''index'' AND "
                             "tbl_name = ''' || name || ''')) * (SELECT count(*) FROM \"' || name || '\")' "
                             "FROM sqlite_schema WHERE type = 'table'");
        while (rows.next()) {
            counts.emplace_back(rows.text(0));
        }
    }
    double rowCount = 0;
    for (const std::string& sql : counts) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db.handle(), sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
            sqlite3_step(statement) == SQLITE_ROW) {
            rowCount += static_cast<double>(sqlite3_column_int64(statement, 0));
        }
        sqlite3_finalize(statement);
    }
    return std::max(rowCount * stepsARow, 1.0);
}

Result<bool> Compacting::turn(Connection& db, const std::function<bool()>& lives)
{
    if (m_sizes.before == 0) {
        m_sizes.before = bytesOfStore(db);
        m_free = db.integer("PRAGMA freelist_count").value_or(0);
    }
    const bool isForTurns = db.integer("PRAGMA auto_vacuum").value_or(0) != 0;
    const Result<bool> done = isForTurns ? giveBack(db) : writeAnew(db, lives);
    m_sizes.after = bytesOfStore(db);
    return done;
}

Result<bool> Compacting::giveBack(Connection& db)
{
    const std::int64_t free = db.integer("PRAGMA freelist_count").value_or(0);
    if (free == 0) {
        return true;
    }
    if (!m_request.goesOn(1.0 - static_cast<double>(free) / static_cast<double>(std::max(m_free, free)))) {
        return compactingBrokenOff();
    }
    db.execute("PRAGMA incremental_vacuum(256)");
    return db.hasFailed() ? Result<bool>(tl::unexpected(db.takeFailure())) : false;
}

Result<bool> Compacting::writeAnew(Connection& db, const std::function<bool()>& lives)
{
    CompactLook looking{m_request, lives};
    db.execute("PRAGMA auto_vacuum = INCREMENTAL");
    db.execute("PRAGMA temp_store = FILE"); // it may be larger than memory
    sqlite3_progress_handler(db.handle(), stepsOfCompacting, lookAtCompacting, &looking);
    db.execute("VACUUM");
    sqlite3_progress_handler(db.handle(), 0, nullptr, nullptr);
    std::optional<Error> fault;
    if (db.hasFailed()) {
        fault = db.takeFailure();
    }
    db.execute("PRAGMA temp_store = MEMORY");
    if (!fault) {
        return true;
    }
    return looking.isBrokenOff ? Result<bool>(compactingBrokenOff()) : tl::unexpected(std::move(*fault));
}

} // namespace belfry::server
