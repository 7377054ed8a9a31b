// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/writer.h"

#include "server/log.h"
#include "server/memory.h"
#include "server/store/audit.h"
#include "server/store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace belfry::server {
namespace {

constexpr std::size_t batchEntries = 512;
constexpr std::size_t batchBytes = 1024 * 1024;
constexpr std::size_t waitingEntries = 8192;
constexpr std::size_t keptForOthers = 256;
constexpr std::size_t maxWaitingBytes = 32 * 1024 * 1024;
constexpr std::uint64_t checkpointFrames = 4096; // 16 MiB of pages
constexpr std::int64_t frameBytes = 4096 + 24;
constexpr int restartMilliseconds = 20;
constexpr std::chrono::seconds checkpointPause{1};
constexpr std::chrono::seconds idleTurn{10};
constexpr std::chrono::milliseconds congestedTurn{2};
/// So long one transaction works, the sync not counted; then the rest waits for the next.
constexpr std::chrono::milliseconds workTime{25};
/// What housekeeping has at least, so that it comes on under load.
constexpr std::chrono::milliseconds houseTime{5};

} // namespace

Writer::Writer(Connection db, Connection checkpoints, const StoreSettings& settings, const Retention& retention,
               const Clock& clock, CurrentAccounts& accounts, SessionUses& uses, SumRequests& sums,
               Ledger::Counters counters)
    : m_db(std::move(db)), m_checkpointer(std::move(checkpoints)), m_clock(clock), m_accounts(accounts),
      m_counters(counters), m_trust(clock, counters.lastTime), m_keepsHouse(settings.keepsHouse),
      m_mostStates(settings.mostStates), m_housekeeping(retention, uses, sums),
      m_health(KeptRoom(placeOf(settings.directory, settings.path, "belfry.db.reserve").path, settings.keptRoomBytes)),
      m_floor(counters.floor)
{
    const auto count = [](void* writer, sqlite3*, const char*, int pages) {
        static_cast<Writer*>(writer)->m_walFrames = static_cast<std::uint64_t>(pages);
        static_cast<Writer*>(writer)->m_hasWritten = true;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(m_db.handle(), count, this);
}

Writer::~Writer()
{
    stop();
}

void Writer::start(CommitSink& sink)
{
    m_sink = &sink;
    m_checkpointer.start();
    m_thread = std::thread([this] { run(); });
}

void Writer::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    m_checkpointer.stop();
}

void Writer::submit(WriteJob job)
{
    job.askedAt = std::chrono::steady_clock::now();
    Error refusal;
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t waiting = m_publishing.size() + m_others.size();
        const std::size_t places = job.isPublishing ? waitingEntries - keptForOthers : waitingEntries;
        const bool isBusy = waiting >= places || (job.isPublishing && m_waitingBytes + job.bytes > maxWaitingBytes);
        if (!m_isStopping && !isBusy) {
            m_waitingBytes += job.bytes;
            const bool wasEmpty = waiting == 0;
            (job.isPublishing ? m_publishing : m_others).push_back(std::move(job));
            if (wasEmpty || !m_publishing.empty()) {
                m_wake.notify_one();
            }
            return;
        }
        refusal = m_isStopping ? Error{503, "stopping", "The server is stopping.", {}, 1}
                               : Error{503, "busy", "The server has too much to do at the moment.", {}, 1};
    }
    job.home->post(job.refuse(std::move(refusal)));
}

void Writer::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        const WaitForMemory whole; // what is committed goes to the streams, and who asked is answered
        std::vector<WriteJob> jobs = takeBatch(lock);
        const bool isLast = jobs.empty() && m_isStopping;
        lock.unlock();
        if (isLast) {
            endCompacting(failure(503, "stopping", "The server is stopping."));
            return;
        }
        if (!jobs.empty() || m_health.isProbeDue(std::chrono::steady_clock::now()) || isHouseDue()) {
            commit(std::move(jobs));
        }
        tendLog();
        compactOn();
        lock.lock();
    }
}

std::vector<WriteJob> Writer::takeBatch(std::unique_lock<std::mutex>& lock)
{
    std::vector<WriteJob> jobs;
    // While a loop is too far behind, what would make events waits; but not for ever, when the store is to stop.
    bool isCongested = !m_publishing.empty() && m_sink->isCongested();
    const auto hasWork = [&] {
        return !m_others.empty() || (!m_publishing.empty() && !isCongested) || m_isStopping || m_isCompacting;
    };
    if (!hasWork() && !isHouseDue()) {
        const std::chrono::milliseconds patience = isCongested         ? congestedTurn
                                                   : m_health.isGood() ? idleTurn
                                                                       : DiskHealth::probeInterval;
        if (isCongested) {
            m_wake.wait_for(lock, patience);
        } else {
            m_wake.wait_for(lock, patience, hasWork);
        }
        isCongested = !m_publishing.empty() && m_sink->isCongested();
    }
    // By turns, so that neither keeps the other out: not by its number, nor by its time.
    const bool mayPublish = !isCongested || m_isStopping;
    std::size_t bytes = 0;
    for (;; m_isOthersTurn = !m_isOthersTurn) {
        const bool hasPublishing = mayPublish && !m_publishing.empty();
        if (!hasPublishing && m_others.empty()) {
            break;
        }
        auto& from = m_others.empty() || (hasPublishing && !m_isOthersTurn) ? m_publishing : m_others;
        if (jobs.size() >= batchEntries || (!jobs.empty() && bytes + from.front().bytes > batchBytes)) {
            break;
        }
        bytes += from.front().bytes;
        jobs.push_back(std::move(from.front()));
        from.pop_front();
    }
    m_waitingBytes -= bytes;
    return jobs;
}

void Writer::putBack(std::vector<WriteJob> jobs)
{
    const std::lock_guard lock(m_mutex);
    m_isOthersTurn = jobs.empty() ? m_isOthersTurn : !jobs.front().isPublishing;
    for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
        m_waitingBytes += job->bytes;
        (job->isPublishing ? m_publishing : m_others).push_front(std::move(*job));
    }
}

bool Writer::apply(Ledger& ledger, WriteJob& job, std::optional<Error>& fault)
{
    const Ledger::Mark mark = ledger.mark();
    Result<Task> done = failure(500, "internal", "Something went wrong inside the server.");
    {
        Savepoint savepoint(m_db);
        try {
            const DoWithoutMemory mayFail;
            done = job.apply(ledger);
        } catch (const std::bad_alloc&) {
            done = notEnoughMemory();
        } catch (const std::exception&) {
            done = failure(500, "internal", "Something went wrong inside the server.");
        }
        if (done && !m_db.hasFailed()) {
            savepoint.keep();
        }
        if (m_db.hasFailed()) {
            fault = m_db.takeFailure();
            done = tl::unexpected(*fault);
            if (!m_db.isInTransaction()) {
                return false;
            }
        }
    }
    job.goesOn = done && ledger.takeGoesOn();
    if (job.goesOn) {
        return true;
    }
    if (!done) {
        ledger.backTo(mark);
        if (m_db.hasFailed()) { // what was taken back could not be read again
            fault = m_db.takeFailure();
            return false;
        }
        ledger.batch().answers.push_back({job.home, job.refuse(std::move(done.error()))});
        return true;
    }
    auto& entries = ledger.batch().entries;
    for (std::size_t entry = mark.entries; entry < entries.size(); ++entry) {
        entries[entry].askedAt = job.askedAt;
    }
    auto& answers = job.awaitsSweep ? ledger.batch().afterSweep : ledger.batch().answers;
    answers.push_back({job.home, std::move(*done)});
    return true;
}

void Writer::lookAtClocks()
{
    const std::chrono::milliseconds jump = m_trust.look();
    const bool isFirst = !std::exchange(m_hasLookedAtClocks, true);
    if (jump == std::chrono::milliseconds(0)) {
        return;
    }
    if (isFirst && !m_keepsHouse) {
        return; // a command removes nothing; the server that comes next looks for itself
    }
    if (!isFirst) {
        m_counters.keyShift += jump;
    }
    // What was dated ahead was written by now; whether the clock by which that was seen was right itself, nobody knows.
    m_counters.aheadAt = m_trust.now();
    m_jump = jump;
    log(isFirst ? LogLevel::Info : LogLevel::Warn, "store",
        isFirst ? "the clock is more than a day from the newest message: nothing is removed for its age in the next 24 "
                  "hours"
                : "the clock was set by more than a day: nothing is removed for its age in the next 24 hours",
        {{"hours", std::to_string(std::chrono::round<std::chrono::hours>(jump).count())}});
}

void Writer::refuseGrowth(std::vector<WriteJob>& jobs, const Error& error)
{
    std::erase_if(jobs, [&error](WriteJob& job) {
        if (job.goesOnWhenFull) {
            return false;
        }
        job.home->post(job.refuse(error));
        return true;
    });
}

void Writer::commit(std::vector<WriteJob> jobs)
{
    const auto begun = std::chrono::steady_clock::now();
    const auto begunWork = m_clock.monotonic();
    lookAtClocks();
    const bool isTrying = m_health.isProbeDue(begun);
    if (isTrying) {
        m_health.beginProbe(begun);
    }
    if (const Error* full = m_health.fullness()) {
        refuseGrowth(jobs, *full);
    }
    Ledger ledger(m_db, *m_sink, m_counters, m_accounts.get(),
                  {m_trust.now(), m_trust.removal(), m_trust.now() - m_counters.keyShift}, m_mostStates);
    std::optional<Error> fault;
    m_hasWritten = false;
    m_db.run("BEGIN IMMEDIATE");
    bool isWhole = !m_db.hasFailed();
    auto next = jobs.begin();
    while (isWhole && next != jobs.end() && (next == jobs.begin() || m_clock.monotonic() - begunWork < workTime)) {
        isWhole = apply(ledger, *next++, fault);
    }
    if (isWhole && next != jobs.end()) {
        putBack({std::make_move_iterator(next), std::make_move_iterator(jobs.end())});
        jobs.erase(next, jobs.end());
    }
    if (isWhole) {
        if (m_jump) {
            recordAudit(ledger, std::optional<UserId>(), "clock.set", {{"seconds", m_jump->count() / 1000}});
            ledger.set("key_shift", m_counters.keyShift.count());
            ledger.set("ahead_at", m_counters.aheadAt.time_since_epoch().count());
        }
        keepHouse(ledger, begunWork, fault);
        giveBackPages(fault);
        ledger.close();
        if (isTrying) {
            // Something new: a row that stays as it was would not be written, and so prove nothing.
            ledger.set("tried_at", ledger.setting("tried_at") + 1);
        }
        m_db.run("COMMIT");
    }
    if (m_db.hasFailed() || !isWhole) {
        if (m_db.hasFailed()) {
            fault = m_db.takeFailure();
        }
        if (m_db.isInTransaction()) {
            sqlite3_exec(m_db.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
        const Error error = fault.value_or(Error{500, "internal", "Something went wrong inside the server.", {}, 0});
        ++m_failedCommits;
        m_housekeeping.failed(ledger.now());
        m_freePages.failed();
        if (m_health.failed(error, begun)) {
            refuseGrowth(jobs, error);
            if (!jobs.empty()) {
                commit(std::move(jobs)); // once: there is no more room to be given up
            }
            return;
        }
        for (WriteJob& job : jobs) {
            job.home->post(job.refuse(error));
        }
        return;
    }
    // What was stored shows that the disk takes it; a part that found no room shows that it will not for long.
    if (fault && (fault->status == 507 || !m_hasWritten)) {
        m_health.failed(*fault, begun);
    } else if (m_hasWritten) {
        m_health.stored(std::chrono::steady_clock::now());
    }
    std::vector<WriteJob> goingOn;
    std::copy_if(std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()),
                 std::back_inserter(goingOn), [](const WriteJob& job) { return job.goesOn; });
    putBack(std::move(goingOn));
    m_jump.reset();
    m_counters = ledger.counters();
    m_floor = m_counters.floor;
    const bool isProbe =
        !jobs.empty() && std::all_of(jobs.begin(), jobs.end(), [](const WriteJob& job) { return job.isProbe; });
    CommittedBatch& batch = ledger.batch();
    m_entries += batch.entries.size();
    if (!isProbe) {
        ++m_commits;
        const std::lock_guard lock(m_mutex);
        m_commitTimes.add(std::chrono::steady_clock::now() - begun);
    }
    if (AccountsPtr accounts = ledger.takeAccounts()) {
        m_accounts.set(std::move(accounts));
    } else if (!batch.afterSweep.empty()) {
        // Nothing to sweep for: what was asked for was so already.
        std::move(batch.afterSweep.begin(), batch.afterSweep.end(), std::back_inserter(batch.answers));
        batch.afterSweep.clear();
    }
    if (!batch.answers.empty() || !batch.afterSweep.empty() || !batch.entries.empty()) {
        m_sink->committed(std::move(batch));
    }
}

void Writer::keepHouse(Ledger& ledger, std::chrono::steady_clock::time_point begun, std::optional<Error>& fault)
{
    if (!m_keepsHouse || !m_housekeeping.isDue(ledger.counters(), ledger.now())) {
        return;
    }
    const auto end = std::max(begun + workTime, m_clock.monotonic() + houseTime);
    const Ledger::Mark mark = ledger.mark();
    bool hasFailed = false;
    {
        Savepoint savepoint(m_db);
        m_housekeeping.turn(ledger, [this, end] { return m_clock.monotonic() >= end; });
        m_freePages.look(m_db);
        if (!m_db.hasFailed()) {
            savepoint.keep();
        }
        // What senders wait for is not lost for this, unless SQLite gave up the transaction itself.
        hasFailed = m_db.hasFailed() && m_db.isInTransaction();
        if (hasFailed) {
            fault = m_db.takeFailure();
        }
    }
    if (hasFailed) {
        ledger.backTo(mark);
        m_housekeeping.failed(ledger.now());
    }
    // Tried again every few seconds: said once.
    if (hasFailed && !std::exchange(m_isHouseFaulty, true)) {
        log(LogLevel::Error, "store", "what has had its time can't be removed", {{"reason", fault->message}});
    }
    m_isHouseFaulty = hasFailed;
}

void Writer::giveBackPages(std::optional<Error>& fault)
{
    if (!m_freePages.isDue()) {
        return;
    }
    Savepoint savepoint(m_db);
    m_freePages.turn(m_db);
    if (!m_db.hasFailed()) {
        savepoint.keep();
    }
    if (m_db.hasFailed() && m_db.isInTransaction()) {
        fault = m_db.takeFailure();
        m_freePages.failed();
    }
}

void Writer::tendLog()
{
    const auto now = std::chrono::steady_clock::now();
    // What the log holds must fit into the store, with the kept room alone where the disk is full.
    const auto scarceFrames =
        static_cast<std::uint64_t>(std::clamp<std::int64_t>(m_health.room().logBytes() / frameBytes, 16, 256));
    const bool isLong = m_walFrames >= checkpointFrames || (m_walFrames >= scarceFrames && m_health.room().isScarce());
    // A backup that took long leaves a long one.
    m_isShortening = m_freePages.takeIsDone() || m_isShortening || m_walFrames >= 2 * checkpointFrames;
    if ((!isLong && !m_isShortening) || now < m_nextCheckpoint) {
        return;
    }
    if (!m_hasAskedForCheckpoint) {
        m_hasAskedForCheckpoint = true;
        m_checkpointer.request();
        return;
    }
    if (!m_checkpointer.isIdle()) {
        return;
    }
    sqlite3_busy_timeout(m_db.handle(), restartMilliseconds);
    const int how = m_isShortening ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART;
    const int code = sqlite3_wal_checkpoint_v2(m_db.handle(), nullptr, how, nullptr, nullptr);
    sqlite3_busy_timeout(m_db.handle(), 5000);
    m_hasAskedForCheckpoint = false;
    if (code == SQLITE_OK) {
        m_isShortening = false;
        m_walFrames = 0;
    } else {
        m_nextCheckpoint = now + checkpointPause;
    }
}

void Writer::compact(CompactRequest request, Reply<Compacted> reply)
{
    Error refusal{503, "stopping", "The server is stopping.", {}, 1};
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isStopping && !m_isCompacting) {
            m_compacting.emplace(std::move(request));
            m_compactReply = std::move(reply);
            m_isCompacting = true;
            m_wake.notify_one();
            return;
        }
        if (m_isCompacting) {
            refusal = {409, "busy", "The store is being compacted already.", {}, 0};
        }
    }
    reply.post(tl::unexpected(std::move(refusal)));
}

void Writer::compactOn()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isCompacting) {
            return;
        }
    }
    const auto isDone = m_compacting->turn(m_db, [this] {
        answerProbes();
        const std::lock_guard lock(m_mutex);
        return !m_isStopping;
    });
    if (!isDone) {
        endCompacting(tl::unexpected(isDone.error()));
    } else if (*isDone) {
        m_isShortening = true;
        endCompacting(m_compacting->result());
    }
}

void Writer::endCompacting(Result<Compacted> result)
{
    Reply<Compacted> reply;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isCompacting) {
            return;
        }
        reply = std::move(m_compactReply);
        m_isCompacting = false;
    }
    reply.post(std::move(result));
}

void Writer::answerProbes()
{
    std::vector<WriteJob> probes;
    {
        const std::lock_guard lock(m_mutex);
        const auto firstOther =
            std::stable_partition(m_others.begin(), m_others.end(), [](const WriteJob& job) { return job.isProbe; });
        probes.assign(std::make_move_iterator(m_others.begin()), std::make_move_iterator(firstOther));
        m_others.erase(m_others.begin(), firstOther);
        for (const WriteJob& probe : probes) {
            m_waitingBytes -= probe.bytes;
        }
    }
    for (WriteJob& probe : probes) {
        probe.home->post(probe.refuse({500, "compacting", "The store is being compacted.", {}, 0}));
    }
}

Store::Figures Writer::figures() const
{
    Store::Figures figures;
    figures.commits = m_commits;
    figures.entries = m_entries;
    figures.failedCommits = m_failedCommits;
    figures.walFrames = m_walFrames;
    figures.removalWaits = m_trust.waiting();
    const std::lock_guard lock(m_mutex);
    figures.commitTimes = m_commitTimes;
    figures.waiting = m_publishing.size() + m_others.size();
    return figures;
}

} // namespace belfry::server
