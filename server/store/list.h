// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"
#include "server/store/read_ranges.h"
#include "server/store/read_requests.h"
#include "server/store/sqlite.h"
#include "server/store/unread_count.h"

#include <optional>
#include <string>

namespace belfry::server {

/// One page of a person's list, gathered in turns of a bounded number of rows (engine.md, section 8: search goes in
/// slices by number). Thread: the reader's.
class ListSearch
{
public:
    /// @param published  the newest number that may be shown, read before anything else
    ListSearch(const ListQuery& query, Account account, Seq published);

    /// Looks at the next slice in a transaction of its own. @return whether the page is complete
    bool turn(Connection& db, Time now, SumRequests& sums);
    /// The page, once complete.
    Result<ListPage> take(Connection& db);

private:
    enum class Look {
        End,
        Pause,
        OverRead,
    };
    Look look(Connection& db, Time now, int& rows);
    /// @return false where the notification is left out
    bool addItem(Connection& db, Seq seq);
    bool isWanted(std::int64_t type, std::string_view folded) const;
    void pageEndsBefore(Seq seq);

    ListQuery m_query;
    Account m_account;
    ReadHead m_head; // of this turn
    std::string m_folded;
    bool m_isAscending;
    Seq m_low;  // exclusive
    Seq m_high; // exclusive
    bool m_hasBegun = false;
    std::size_t m_bytes = 0;
    ListPage m_page;
};

} // namespace belfry::server
