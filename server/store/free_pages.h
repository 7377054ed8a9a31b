// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/sqlite.h"

#include <cstdint>
#include <utility>

namespace belfry::server {

/// Gives pages of the store that nothing is in back to the disk, a few in each transaction, so that nobody waits for
/// it. Some stay for what comes next. (SQLite's incremental vacuum: a store made before that was used keeps its free
/// pages until `belfry compact`.)
///
/// Thread: the store's.
class FreePages
{
public:
    /// Sees how many there are: after something was removed.
    void look(Connection& db);
    bool isDue() const { return m_isDue; }
    /// Gives back 256 KiB at most. Call inside a savepoint.
    void turn(Connection& db);
    /// The turn was taken back: not before the next look.
    void failed() { m_isDue = false; }
    /// True once after the last turn of several: the file becomes shorter with the next checkpoint.
    bool takeIsDone() { return std::exchange(m_isDone, false); }

private:
    bool m_isDue = false;
    bool m_isDone = false;
};

} // namespace belfry::server
