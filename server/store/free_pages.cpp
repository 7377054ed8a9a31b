// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/free_pages.h"

namespace belfry::server {
namespace {

constexpr std::int64_t keptPages = 64; // and as much again for each so many of the store's
constexpr std::int64_t keptShare = 16;

} // namespace

void FreePages::look(Connection& db)
{
    const std::int64_t free = db.integer("PRAGMA freelist_count").value_or(0);
    const std::int64_t all = db.integer("PRAGMA page_count").value_or(0);
    const bool canGive = db.integer("PRAGMA auto_vacuum").value_or(0) != 0;
    // It stops at half of where it begins, so that a steady log does not give back what it takes again at once.
    const std::int64_t kept = keptPages + (all - free) / keptShare;
    const bool wasDue = std::exchange(m_isDue, canGive && free > (m_isDue ? kept / 2 : kept));
    m_isDone = m_isDone || (wasDue && !m_isDue);
}

void FreePages::turn(Connection& db)
{
    db.execute("PRAGMA incremental_vacuum(64)");
    look(db);
}

} // namespace belfry::server
