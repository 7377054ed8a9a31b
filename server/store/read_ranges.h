// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"

#include <optional>

namespace belfry::server {

/// Where somebody's read state begins: all up to `readTo` is read, above it what stands in `read_ranges`.
struct ReadHead
{
    Seq readTo = 0;
    std::int64_t stateIds = 0; ///< rows in `states`
    Seq stateFloor = 0;        ///< the highest change told to this person that went with its effect

    bool operator==(const ReadHead&) const = default;
};

ReadHead readHead(Connection& db, UserId user);
void saveHead(Ledger& ledger, UserId user, const ReadHead& head);

/// A run of numbers that are read, both included.
struct ReadRange
{
    Seq first = 0, last = 0;
};

/// The first range that ends at `seq` or above.
std::optional<ReadRange> rangeEndingFrom(Connection& db, UserId user, Seq seq);
bool isRead(Connection& db, UserId user, const ReadHead& head, Seq seq);

/// Marks one read; what lies between it and what was read beside it is closed, so that ranges grow together.
/// A bounded number of statements. @return false where it was read already
bool addToRead(Ledger& ledger, const Account& account, ReadHead& head, Seq seq);

/// How taking one out of what is read went.
enum class TakenOut {
    Done,
    WasUnread,
    Again, ///< ranges that say nothing any more had to go first, and there are more: another turn is needed
};
TakenOut takeOutOfRead(Ledger& ledger, UserId user, ReadHead& head, Seq seq);

/// Marks all up to a number read. Of the ranges that say nothing any more 500 go at once.
void readAllTo(Ledger& ledger, UserId user, ReadHead& head, Seq upTo);

/// Removes up to `limit` ranges that retention has passed. @return whether there may be more
bool trimReadRanges(Ledger& ledger, int limit);

} // namespace belfry::server
