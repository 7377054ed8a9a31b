// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/gaps.h"
#include "server/store/ledger.h"
#include "server/store/session_uses.h"
#include "server/store/store.h"

#include <chrono>

namespace belfry::server {

/// Removes what has had its time: old entries of the log, keys once used, sessions and tokens that have expired, old
/// rows of the record of who did what; and writes down which sessions were used. A little in each transaction, so that
/// nobody waits for it. By age nothing goes while the clock is not believed (ClockTrust); what is too many does.
///
/// Thread: the store's.
class Housekeeping
{
public:
    Housekeeping(const Retention& retention, SessionUses& uses, Gaps gaps)
        : m_retention(retention), m_uses(uses), m_gaps(std::move(gaps))
    {
    }

    bool isDue(const Ledger::Counters& counters, Time now) const;
    /// At most 500 entries and 5,000 recipients; raises the floor with them. Call inside a savepoint.
    void turn(Ledger& ledger);
    /// The turn was taken back: it is tried again ten seconds later, so that a full disk does not keep the writer
    /// turning.
    void failed(Time now);

private:
    /// How many entries there are more than may be kept.
    std::int64_t excess(Seq newest, Seq floor) const
    {
        return newest - floor - m_gaps.countAbove(floor) - m_retention.count;
    }
    void removeEntries(Ledger& ledger);
    void removeExpired(Ledger& ledger);

    Retention m_retention;
    SessionUses& m_uses;
    Gaps m_gaps;
    Time m_last{};
    Time m_notBefore{};
    bool m_hasMore = false;    // entries
    bool m_hasExpired = false; // the rest
};

} // namespace belfry::server
