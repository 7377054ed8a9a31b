// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts_builder.h"
#include "server/store/commit_sink.h"
#include "server/store/sqlite.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::server {

/// What is to be stored with an entry of the log besides what the streams show.
struct EntryRow
{
    Type type = Type::Info;
    std::string answers;               ///< a JSON array, empty where none
    std::optional<std::string> folded; ///< what search looks in: notifications only
};

/// One open transaction of the writer: the numbers, the time and the accounts as they will be once it is committed, and
/// what the streams will have to be told. Every change of the store is made through one.
///
/// Thread: the store's. Lives as long as its transaction.
class Ledger
{
public:
    struct Counters
    {
        Seq newest = 0;
        Seq floor = 0;
        std::int64_t notifications = 0;        ///< that are kept
        Time lastTime{};                       ///< of the newest entry
        Seq aheadTo = 0;                       ///< up to here dates may lie ahead of what is true (removalDate)
        Time aheadAt{};                        ///< when that was seen
        std::chrono::milliseconds keyShift{0}; ///< by how much the clock was set, all in all (Times::keys)
    };

    /// The moment of the transaction, as its clocks tell it.
    struct Times
    {
        Time now;     ///< the server's clock
        Time removal; ///< what removal by age goes by (ClockTrust)
        Time keys;    ///< what the age of an Idempotency-Key goes by: the clock, as if it had never been set
    };

    /// @param mostStates  how many changes of state a person has in the log (StoreSettings)
    Ledger(Connection& db, const CommitSink& sink, Counters counters, AccountsPtr accounts, const Times& times,
           std::int64_t mostStates);

    Connection& db() { return m_db; }
    /// The server's clock: judges what has expired.
    Time now() const { return m_times.now; }
    Time removalTime() const { return m_times.removal; }
    Time keyTime() const { return m_times.keys; }
    /// What was ended and would have expired before this may be forgotten. A day after it expired: a clock that was set
    /// back by less than that is believed, and must not bring a token back to life.
    Time endedTime() const { return m_times.removal - std::chrono::hours(24); }
    /// What new things are dated: the clock, but where that went back by no more than a day not before what is there
    /// already. Where it went back by more, it was wrong before or is now, and is followed: numbers are the order.
    Time stamp() const { return m_stamp; }
    /// When an entry counts as written where removal is by age: a clock that was ahead once does not keep it for years.
    Time removalDate(Seq seq, Time createdAt) const
    {
        return seq <= m_counters.aheadTo ? std::min(createdAt, m_counters.aheadAt) : createdAt;
    }
    Seq newest() const { return m_counters.newest; }
    Seq floor() const { return m_counters.floor; }
    std::int64_t mostStates() const { return m_mostStates; }
    int online(const Audience& audience) const { return m_sink.online(audience, accounts()); }

    const Accounts& accounts() const { return m_builder ? m_builder->accounts() : *m_accounts; }
    /// The accounts to be changed; the last step of a change, when nothing can fail any more.
    AccountsBuilder& change();
    /// The person behind a credential that still holds and suffices: 401, 403 otherwise.
    Result<const Account*> admit(const Credential& by, Role minimumRole) const;

    /// Writes an entry and whom it is for. Its number and event are in the batch from now on.
    /// @param data  makes the event's data line once the number is known
    Seq append(LogEntry entry, const EntryRow& row, const std::function<std::string(Seq)>& data);
    /// Takes a notification out of everything that counts and replays.
    void kill(Seq seq, const Audience& audience);

    std::int64_t setting(const char* name);
    void set(const char* name, std::int64_t value);
    /// Retention removed so many notifications, and all up to this number.
    void raiseFloor(Seq floor, std::int64_t notifications)
    {
        m_counters.floor = floor;
        m_counters.notifications -= notifications;
    }
    /// What was asked for took too long for one transaction: it is asked for again in the next one, and this part of it
    /// is kept.
    void goOnLater() { m_goesOn = true; }

    // --- the writer's side -------------------------------------------------------------------------------------------
    struct Mark
    {
        Counters counters;
        std::size_t entries = 0, dead = 0;
        std::optional<Accounts> accounts; ///< as they were changed by then; shares all with what follows
    };
    Mark mark() const;
    /// Forgets what was done since: its savepoint was taken back.
    void backTo(const Mark& mark);
    bool takeGoesOn() { return std::exchange(m_goesOn, false); }
    /// Writes the counters; then the transaction can be committed.
    void close();
    const Counters& counters() const { return m_counters; }
    CommittedBatch& batch() { return m_batch; }
    /// The new snapshot, where the accounts were changed.
    AccountsPtr takeAccounts();

private:
    Connection& m_db;
    const CommitSink& m_sink;
    Counters m_counters;
    Counters m_stored;
    AccountsPtr m_accounts;
    std::unique_ptr<AccountsBuilder> m_builder;
    Times m_times;
    Time m_stamp;
    std::int64_t m_mostStates;
    bool m_goesOn = false;
    CommittedBatch m_batch;
};

/// What `counts_until` says of a notification (schema/001_first.sql).
std::int64_t countsUntil(const std::optional<Time>& expiresAt);

} // namespace belfry::server
