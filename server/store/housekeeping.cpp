// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/housekeeping.h"

#include "server/store/audience.h"
#include "server/store/audit.h"
#include "server/store/invites.h"

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
    return m_hasMore || m_hasExpired || isTime || excess(counters.newest, counters.floor) > 0;
}

void Housekeeping::failed(Time now)
{
    m_hasMore = m_hasExpired = false;
    m_notBefore = now + pauseAfterFailure;
}

void Housekeeping::turn(Ledger& ledger)
{
    const bool isTime = ledger.now() >= m_last + interval || ledger.now() < m_last;
    m_hasMore = false;
    removeEntries(ledger);
    if (isTime || m_hasExpired) {
        removeExpired(ledger);
        m_last = ledger.now();
    }
}

void Housekeeping::removeEntries(Ledger& ledger)
{
    Connection& db = ledger.db();
    const std::int64_t tooMany = excess(ledger.newest(), ledger.floor());
    const Time oldest = ledger.removalTime() - m_retention.age;
    Seq last = ledger.floor();
    {
        Rows rows = db.query("SELECT seq, created_at, audience FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                             ledger.floor(), maxEntries);
        std::size_t recipients = 0;
        int entries = 0;
        while (rows.next() && (entries < tooMany || rows.time(1) < oldest)) {
            if (recipients > maxRecipients) {
                m_hasMore = true;
                break;
            }
            last = rows.integer(0);
            for (const UserId user : unpackIds(rows.text(2))) {
                db.run("DELETE FROM deliveries WHERE user_id = ?1 AND seq = ?2", user, last);
                db.run("DELETE FROM unread WHERE user_id = ?1 AND seq = ?2", user, last);
                ++recipients;
            }
            m_hasMore = ++entries == maxEntries;
        }
    }
    if (last == ledger.floor()) {
        return;
    }
    db.run("DELETE FROM everyone WHERE seq <= ?1", last);
    db.run("DELETE FROM receipts WHERE seq <= ?1", last);
    db.run("DELETE FROM entries WHERE seq <= ?1", last);
    ledger.raiseFloor(last);
}

void Housekeeping::removeExpired(Ledger& ledger)
{
    Connection& db = ledger.db();
    const int removed = db.run("DELETE FROM idempotency_keys WHERE (sender_id, key) IN "
                               "(SELECT sender_id, key FROM idempotency_keys WHERE used_at <= ?1 LIMIT ?2)",
                               ledger.keyTime() - std::chrono::hours(24), maxEntries);
    m_hasExpired = trimAudit(ledger, maxEntries) || removed == maxEntries;
    m_hasExpired = trimInvites(ledger, maxEntries) || m_hasExpired;
    for (const SessionUse& use : m_uses.take(maxEntries)) {
        db.run("UPDATE sessions SET last_used_at = max(last_used_at, ?2) WHERE id = ?1", use.session, use.at);
    }
    m_hasExpired = m_hasExpired || m_uses.isWaiting();
    db.run("DELETE FROM ended WHERE expires_at <= ?1", ledger.endedTime());
    db.run("DELETE FROM sessions WHERE expires_at <= ?1", ledger.endedTime());
    db.run("DELETE FROM tokens WHERE expires_at <= ?1", ledger.endedTime());
}

} // namespace belfry::server
