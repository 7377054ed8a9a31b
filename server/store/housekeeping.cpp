// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/housekeeping.h"

#include "server/store/audience.h"
#include "server/store/audit.h"
#include "server/store/clock_trust.h"
#include "server/store/invites.h"
#include "server/store/known_places.h"
#include "server/store/read_ranges.h"
#include "server/store/states.h"

namespace belfry::server {
namespace {

constexpr std::chrono::minutes interval{1};
constexpr std::chrono::seconds pauseAfterFailure{10};
constexpr int maxEntries = 500;
constexpr std::size_t maxRecipients = 5000;

} // namespace

bool Housekeeping::isDue(const Ledger::Counters& counters, Time now) const
{
    if (now < m_notBefore && m_notBefore - now <= pauseAfterFailure) {
        return false;
    }
    const bool isTime = now >= m_last + interval || now < m_last;
    return m_hasMore || m_hasExpired || isTime || m_sums.isWaiting() || counters.notifications > m_retention.count;
}

void Housekeeping::failed(Time now)
{
    m_hasMore = m_hasExpired = false;
    m_notBefore = now + pauseAfterFailure;
}

void Housekeeping::turn(Ledger& ledger, const std::function<bool()>& isLate)
{
    const bool isTime = ledger.now() >= m_last + interval || ledger.now() < m_last;
    m_hasMore = false;
    removeEntries(ledger, isLate);
    sumUpRows(ledger);
    if (isTime || m_hasExpired) {
        removeExpired(ledger);
        m_last = ledger.now();
    }
}

void Housekeeping::removeEntries(Ledger& ledger, const std::function<bool()>& isLate)
{
    Connection& db = ledger.db();
    const std::int64_t tooMany = ledger.counters().notifications - m_retention.count;
    const Time oldest = ledger.removalTime() - m_retention.age;
    Seq last = ledger.floor();
    std::int64_t notifications = 0;
    {
        Rows rows = db.query("SELECT seq, kind, created_at, sender_id, audience FROM entries WHERE seq > ?1 "
                             "ORDER BY seq LIMIT ?2",
                             ledger.floor(), maxEntries);
        std::size_t recipients = 0;
        int entries = 0;
        while (rows.next() && (notifications < tooMany || ledger.removalDate(rows.integer(0), rows.time(2)) < oldest)) {
            const Seq seq = rows.integer(0);
            if (recipients > maxRecipients || (entries > 0 && isLate()) || !removeReceipts(ledger, seq, recipients)) {
                m_hasMore = true;
                break;
            }
            last = seq;
            if (static_cast<EventKind>(rows.integer(1)) == EventKind::Notification) {
                ++notifications;
            } else {
                forgetStates(ledger, rows.integer(3), seq);
            }
            for (const UserId user : unpackIds(rows.text(4))) {
                db.run("DELETE FROM deliveries WHERE user_id = ?1 AND seq = ?2", user, seq);
                ++recipients;
            }
            m_hasMore = ++entries == maxEntries;
        }
    }
    if (last != ledger.floor()) {
        db.run("DELETE FROM everyone WHERE seq <= ?1", last);
        db.run("DELETE FROM entries WHERE seq <= ?1", last);
        ledger.raiseFloor(last, notifications);
    }
    m_hasMore = trimReadRanges(ledger, maxEntries) || m_hasMore;
    m_hasMore = trimSums(ledger, maxEntries) || m_hasMore;
}

bool Housekeeping::removeReceipts(Ledger& ledger, Seq seq, std::size_t& rows)
{
    const int removed = ledger.db().run("DELETE FROM receipts WHERE seq = ?1 AND user_id IN (SELECT user_id FROM "
                                        "receipts WHERE seq = ?1 LIMIT ?2)",
                                        seq, maxRecipients);
    rows += static_cast<std::size_t>(removed);
    return static_cast<std::size_t>(removed) < maxRecipients;
}

void Housekeeping::sumUpRows(Ledger& ledger)
{
    if (const auto owner = m_sums.take(); owner && sumUp(ledger, *owner)) {
        m_sums.ask(*owner);
    }
}

void Housekeeping::removeExpired(Ledger& ledger)
{
    Connection& db = ledger.db();
    const int removed = db.run("DELETE FROM idempotency_keys WHERE (sender_id, key) IN "
                               "(SELECT sender_id, key FROM idempotency_keys WHERE used_at <= ?1 LIMIT ?2)",
                               ledger.keyTime() - std::chrono::hours(24), maxEntries);
    m_hasExpired = trimAudit(ledger, maxEntries) || removed == maxEntries;
    m_hasExpired = trimInvites(ledger, maxEntries) || m_hasExpired;
    m_hasExpired = trimPlaces(ledger, maxEntries) || m_hasExpired;
    for (const SessionUse& use : m_uses.take(maxEntries)) {
        // Not back by what was noted late, but back to a clock that is right again.
        db.run("UPDATE sessions SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at < ?2 OR last_used_at > ?3)",
               use.session, use.at, use.at + ClockTrust::largestJump);
    }
    m_hasExpired = m_hasExpired || m_uses.isWaiting();
    db.run("DELETE FROM ended WHERE expires_at <= ?1", ledger.endedTime());
    db.run("DELETE FROM sessions WHERE expires_at <= ?1", ledger.endedTime());
    db.run("DELETE FROM tokens WHERE expires_at <= ?1", ledger.endedTime());
}

} // namespace belfry::server
