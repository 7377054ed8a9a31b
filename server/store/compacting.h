// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/progress.h"
#include "server/store/sqlite.h"

#include <cstdint>

namespace belfry::server {

/// How long a store was and is, in bytes.
struct Compacted
{
    std::int64_t before = 0, after = 0;
};

struct CompactRequest
{
    double steps = 1; ///< as compactingSteps() says
    Progress goesOn;
};

/// About how many steps SQLite takes to write a store anew: goes by how many rows there are. Reads, blocks.
double compactingSteps(Connection& db);

/// Makes a store as short as it can be. One for incremental vacuum gives its free pages back in turns; one of before
/// is written anew in a single turn, as long as that takes, and is such a one from then on. What is broken off is as it
/// was.
///
/// Thread: the store's.
class Compacting
{
public:
    explicit Compacting(CompactRequest request) : m_request(std::move(request)) {}

    /// @param lives  asked now and then during a long turn; false: break off
    /// @return true once it is done; 499 `broken_off`
    Result<bool> turn(Connection& db, const std::function<bool()>& lives);
    Compacted result() const { return m_sizes; }

private:
    Result<bool> giveBack(Connection& db);
    Result<bool> writeAnew(Connection& db, const std::function<bool()>& lives);

    CompactRequest m_request;
    Compacted m_sizes;
    std::int64_t m_free = 0; ///< pages, at first
};

} // namespace belfry::server
