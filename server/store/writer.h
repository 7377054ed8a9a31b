// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/mailbox.h"
#include "server/store/checkpointer.h"
#include "server/store/clock_trust.h"
#include "server/store/compacting.h"
#include "server/store/disk_health.h"
#include "server/store/free_pages.h"
#include "server/store/housekeeping.h"
#include "server/store/ledger.h"
#include "server/store/store.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace belfry::server {

/// One change that somebody asked for.
struct WriteJob
{
    std::size_t bytes = 256;
    bool isPublishing = false;   ///< makes events: waits while the loops are behind, and leaves places for the others
    bool isProbe = false;        ///< changes nothing: a batch of such is no commit to be counted
    bool goesOn = false;         ///< has done a part, and is to be asked again when that is committed
    bool goesOnWhenFull = false; ///< goes on where the disk is full; may be applied twice
    bool awaitsSweep = false;    ///< answered when every loop has looked at the changed accounts
    Mailbox* home = nullptr;
    std::function<Result<Task>(Ledger&)> apply; ///< the answer, where it is done
    std::function<Task(Error)> refuse;
    std::chrono::steady_clock::time_point askedAt{}; ///< set when it is submitted
};

/// A job whose answer is a T. @param apply  Result<T>(Ledger&)
template <class T, class Apply> WriteJob writeJob(Reply<T> reply, Apply apply)
{
    WriteJob job;
    job.home = reply.home;
    job.refuse = [reply](Error error) { return reply.with(tl::unexpected(std::move(error))); };
    job.apply = [reply, apply = std::move(apply)](Ledger& ledger) mutable -> Result<Task> {
        Result<T> result = apply(ledger);
        if (!result) {
            return tl::unexpected(std::move(result.error()));
        }
        return reply.with(std::move(result));
    };
    return job;
}

/// The one thread that writes: takes all that waits, commits it as one transaction, then tells the sink
/// (engine.md, sections 4 and 8). After 25 ms of work a transaction ends, and the rest waits for the next.
class Writer
{
public:
    Writer(Connection db, Connection checkpoints, const StoreSettings& settings, const Retention& retention,
           const Clock& clock, CurrentAccounts& accounts, SessionUses& uses, SumRequests& sums,
           Ledger::Counters counters);
    ~Writer();

    void start(CommitSink& sink);
    /// Takes no more, commits what waits, answers it, ends the thread.
    void stop();
    /// Thread: any. Refuses on the spot, 503, where too much waits.
    void submit(WriteJob job);
    /// Thread: any. Gives all free pages back, a little between two batches where the store is one for incremental
    /// vacuum; else it is written anew, and what is asked for waits. 409 while that is being done.
    void compact(CompactRequest request, Reply<Compacted> reply);

    Seq floor() const { return m_floor.load(); }
    std::uint64_t walFrames() const { return m_walFrames.load(); }
    bool isHealthy() const { return m_health.isGood(); }
    Store::Figures figures() const;

private:
    void run();
    std::vector<WriteJob> takeBatch(std::unique_lock<std::mutex>& lock);
    /// To the front of what waits, in their order.
    void putBack(std::vector<WriteJob> jobs);
    void commit(std::vector<WriteJob> jobs);
    /// The answer of one job, in a savepoint of its own. @return false where the whole transaction is lost
    /// @param fault  set where the store failed
    bool apply(Ledger& ledger, WriteJob& job, std::optional<Error>& fault);
    void lookAtClocks();
    bool isHouseDue() const
    {
        return (m_keepsHouse && m_housekeeping.isDue(m_counters, m_clock.now())) || m_freePages.isDue();
    }
    /// Answers those that need room, where there is none, and drops them.
    void refuseGrowth(std::vector<WriteJob>& jobs, const Error& error);
    void keepHouse(Ledger& ledger, std::chrono::steady_clock::time_point begun, std::optional<Error>& fault);
    void giveBackPages(std::optional<Error>& fault);
    void tendLog();
    void compactOn();
    void endCompacting(Result<Compacted> result);
    /// Tells who asks for signs of life that this goes on, while no batch can.
    void answerProbes();

    Connection m_db;
    Checkpointer m_checkpointer;
    const Clock& m_clock;
    CurrentAccounts& m_accounts;
    CommitSink* m_sink = nullptr;
    Ledger::Counters m_counters;
    ClockTrust m_trust;
    bool m_hasLookedAtClocks = false;
    std::optional<std::chrono::milliseconds> m_jump; ///< to be recorded with the next commit
    const bool m_keepsHouse;
    const std::int64_t m_mostStates;
    Housekeeping m_housekeeping;
    bool m_isHouseFaulty = false; ///< its last turn was taken back
    DiskHealth m_health;
    FreePages m_freePages;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<WriteJob> m_publishing;
    std::deque<WriteJob> m_others;
    std::size_t m_waitingBytes = 0;
    bool m_isOthersTurn = true;
    bool m_isCompacting = false;
    std::optional<Compacting> m_compacting; // written before m_isCompacting, the thread's after it
    Reply<Compacted> m_compactReply;        // likewise
    bool m_isStopping = false;
    std::thread m_thread;

    std::atomic<Seq> m_floor;
    std::atomic<std::uint64_t> m_commits{0}, m_entries{0}, m_failedCommits{0}, m_walFrames{0};
    Latencies m_commitTimes;     // under m_mutex
    bool m_hasWritten = false;   ///< the last commit did
    bool m_isShortening = false; ///< the files are to become shorter
    bool m_hasAskedForCheckpoint = false;
    std::chrono::steady_clock::time_point m_nextCheckpoint{};
};

} // namespace belfry::server
