// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/session_uses.h"
#include "server/store/store.h"
#include "server/store/unread_count.h"

#include <chrono>
#include <functional>

namespace belfry::server {

/// Removes what has had its time: old entries of the log, keys once used, sessions and tokens that have expired, old
/// rows of the record of who did what; and writes down which sessions were used. A little in each transaction, so that
/// nobody waits for it. By age nothing goes while the clock is not believed (ClockTrust); what is too many does.
///
/// Thread: the store's.
class Housekeeping
{
public:
    Housekeeping(const Retention& retention, SessionUses& uses, SumRequests& sums)
        : m_retention(retention), m_uses(uses), m_sums(sums)
    {
    }

    bool isDue(const Ledger::Counters& counters, Time now) const;
    /// At most 500 entries and 5,000 recipients, and no more once it is late; raises the floor with them. Call inside a
    /// savepoint.
    void turn(Ledger& ledger, const std::function<bool()>& isLate);
    /// The turn was taken back: it is tried again ten seconds later, so that a full disk does not keep the writer
    /// turning.
    void failed(Time now);

private:
    void removeEntries(Ledger& ledger, const std::function<bool()>& isLate);
    /// Of one entry. @return false where there are more than one transaction should remove
    bool removeReceipts(Ledger& ledger, Seq seq, std::size_t& rows);
    void sumUpRows(Ledger& ledger);
    void removeExpired(Ledger& ledger);

    Retention m_retention;
    SessionUses& m_uses;
    SumRequests& m_sums;
    Time m_last{};
    Time m_notBefore{};
    bool m_hasMore = false;    // entries and what goes with them
    bool m_hasExpired = false; // the rest
};

} // namespace belfry::server
