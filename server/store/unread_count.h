// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/read_ranges.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>

namespace belfry::server {

/// Whose rows a count had to walk in large numbers: the reading thread asks, the writer sums them up with its
/// housekeeping (`count_blocks`). Thread: any.
class SumRequests
{
public:
    /// @param owner  a person; 0: what is for everyone
    void ask(UserId owner);
    std::optional<UserId> take();
    bool isWaiting() const { return m_isWaiting; }

private:
    std::mutex m_mutex;
    std::set<UserId> m_owners;
    std::atomic<bool> m_isWaiting{false};
};

/// How many unread notifications the list shows this person. Costs the sums and some thousand rows, however many are
/// unread. Thread: a reading one, in a transaction.
/// @param upTo  the newest number that may be shown
std::int64_t unreadCount(Connection& db, const Account& account, Seq upTo, Time now, SumRequests& sums);

/// Walks what is unread in (low, high], ascending, until `found` says that it is enough.
/// @param rows  at most so many are looked at
/// @return false where it ended for that
bool walkUnread(Connection& db, const Account& account, Seq low, Seq high, Time now, int rows,
                const std::function<bool(Seq)>& found);

/// Sums up some thousand more rows of one owner. @return whether there are more
bool sumUp(Ledger& ledger, UserId owner);
/// Takes one out of the sums: it counts no longer. @param counts  what `counts_until` was
void takeFromSums(Ledger& ledger, UserId owner, Seq seq, std::int64_t counts);
/// Removes up to `limit` sums that retention has passed. @return whether there may be more
bool trimSums(Ledger& ledger, int limit);

} // namespace belfry::server
