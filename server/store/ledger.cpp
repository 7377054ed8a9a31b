// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/ledger.h"

#include "server/store/audience.h"
#include "server/store/clock_trust.h"
#include "server/store/entry_sum.h"
#include "server/store/unread_count.h"

#include <algorithm>

namespace belfry::server {
namespace {

constexpr std::size_t forgottenAtOnce = 64;

} // namespace

std::int64_t countsUntil(const std::optional<Time>& expiresAt)
{
    return expiresAt ? std::max<std::int64_t>(expiresAt->time_since_epoch().count(), 2) : 1;
}

Ledger::Ledger(Connection& db, const CommitSink& sink, Counters counters, AccountsPtr accounts, const Times& times,
               std::int64_t mostStates)
    : m_db(db), m_sink(sink), m_counters(counters), m_stored(counters), m_accounts(std::move(accounts)), m_times(times),
      m_stamp(counters.lastTime - times.now > ClockTrust::largestJump ? times.now
                                                                      : std::max(times.now, counters.lastTime)),
      m_mostStates(mostStates)
{
}

AccountsBuilder& Ledger::change()
{
    if (!m_builder) {
        m_builder = std::make_unique<AccountsBuilder>(*m_accounts);
        m_builder->forgetEnded(endedTime(), forgottenAtOnce);
    }
    m_batch.accountsChanged = true;
    return *m_builder;
}

Result<const Account*> Ledger::admit(const Credential& by, Role minimumRole) const
{
    const Result<Role> role = accounts().admit(by);
    if (!role) {
        return tl::unexpected(role.error());
    }
    if (*role < minimumRole) {
        return failure(403, "forbidden", "Your role does not allow this.");
    }
    return accounts().find(by.user);
}

Seq Ledger::append(LogEntry entry, const EntryRow& row, const std::function<std::string(Seq)>& data)
{
    entry.seq = ++m_counters.newest;
    entry.data = data(entry.seq);
    const bool isNotification = entry.kind == EventKind::Notification;
    m_counters.notifications += isNotification ? 1 : 0;
    const std::int64_t counts = isNotification ? countsUntil(entry.expiresAt) : 0;
    const std::optional<std::string_view> key =
        entry.key.empty() ? std::nullopt : std::optional<std::string_view>(entry.key);
    const std::optional<std::string_view> answers =
        row.answers.empty() ? std::nullopt : std::optional<std::string_view>(row.answers);
    const std::string ids = packIds(entry.audience.ids);
    const std::optional<Blob> audience = entry.audience.isEveryone ? std::nullopt : std::optional(Blob{ids});
    m_db.run(
        "INSERT INTO entries(seq, kind, created_at, sender_id, type, is_dead, expires_at, key, answers, data, folded, "
        "audience, sum) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        entry.seq, entry.kind, m_stamp, entry.senderId, row.type, entry.expiresAt, isNotification ? key : std::nullopt,
        answers, entry.data, row.folded, audience,
        entrySum(entry.seq, entry.data, row.folded ? std::string_view(*row.folded) : std::string_view(), ids));
    if (entry.audience.isEveryone) {
        m_db.run("INSERT INTO everyone VALUES (?1, ?2)", entry.seq, counts);
    }
    for (const UserId user : entry.audience.ids) {
        m_db.run("INSERT INTO deliveries VALUES (?1, ?2, ?3)", user, entry.seq, counts);
    }
    const Seq seq = entry.seq;
    m_batch.entries.push_back(std::move(entry));
    return seq;
}

void Ledger::kill(Seq seq, const Audience& audience)
{
    std::int64_t counts = 1;
    {
        Rows rows = m_db.query("SELECT expires_at FROM entries WHERE seq = ?1", seq);
        counts = rows.next() ? countsUntil(rows.optionalTime(0)) : counts;
    }
    m_db.run("UPDATE entries SET is_dead = 1 WHERE seq = ?1", seq);
    if (audience.isEveryone) {
        m_db.run("UPDATE everyone SET counts_until = 0 WHERE seq = ?1", seq);
        takeFromSums(*this, 0, seq, counts);
    } else {
        for (const UserId user : audience.ids) {
            m_db.run("UPDATE deliveries SET counts_until = 0 WHERE user_id = ?1 AND seq = ?2", user, seq);
            takeFromSums(*this, user, seq, counts);
        }
    }
    m_batch.dead.push_back(seq);
}

std::int64_t Ledger::setting(const char* name)
{
    return m_db.integer("SELECT value FROM settings WHERE name = ?1", name).value_or(0);
}

void Ledger::set(const char* name, std::int64_t value)
{
    m_db.run("INSERT INTO settings VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name,
             value);
}

Ledger::Mark Ledger::mark() const
{
    return {m_counters, m_batch.entries.size(), m_batch.dead.size(),
            m_builder ? std::optional(m_builder->accounts()) : std::nullopt};
}

void Ledger::backTo(const Mark& mark)
{
    m_builder = mark.accounts ? std::make_unique<AccountsBuilder>(*mark.accounts) : nullptr;
    m_batch.accountsChanged = m_builder != nullptr;
    m_counters = mark.counters;
    m_batch.entries.resize(mark.entries);
    m_batch.dead.resize(mark.dead);
    m_goesOn = false;
}

void Ledger::close()
{
    if (m_counters.newest != m_stored.newest) {
        if (m_stamp < m_counters.lastTime) {
            m_counters.aheadTo = m_stored.newest;
            m_counters.aheadAt = m_stamp;
            set("ahead_to", m_counters.aheadTo);
            set("ahead_at", m_counters.aheadAt.time_since_epoch().count());
        }
        m_counters.lastTime = m_stamp;
        set("newest", m_counters.newest);
        set("last_time", m_stamp.time_since_epoch().count());
    }
    if (m_counters.floor != m_stored.floor) {
        set("floor", m_counters.floor);
    }
    if (m_counters.notifications != m_stored.notifications) {
        set("notifications", m_counters.notifications);
    }
}

AccountsPtr Ledger::takeAccounts()
{
    return m_builder ? m_builder->take() : nullptr;
}

} // namespace belfry::server
