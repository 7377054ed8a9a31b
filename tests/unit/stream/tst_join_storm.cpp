// SPDX-License-Identifier: GPL-3.0-or-later
//
// Real threads as loops, reader and store: streams join at random in a storm of publishing, and none misses an event.
#include "fakes.h"
#include "server/stream/shard.h"

#include <QTest>

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

constexpr UserId users = 5;
constexpr Seq events = 12'000;

/// Every fifth is for everyone, the others for one person each.
bool isFor(Seq seq, UserId user)
{
    return seq % users == 0 || seq % users == user % users;
}

LogEntry entryAt(Seq seq)
{
    return seq % users == 0 ? entryFor(seq, {}, 100) : entryFor(seq, {seq % users}, 100);
}

class ThreadMailbox final : public Mailbox
{
public:
    ThreadMailbox() : m_thread([this] { run(); }) {}
    ~ThreadMailbox() override { end(); }
    void post(Task task) override
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
        m_filled.notify_one();
    }
    void end()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isOver = true;
            m_filled.notify_one();
        }
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    /// Runs it there and waits for it.
    void call(const Task& task)
    {
        std::promise<void> done;
        post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

private:
    void run()
    {
        for (;;) {
            std::deque<Task> tasks;
            {
                std::unique_lock lock(m_mutex);
                m_filled.wait(lock, [this] { return !m_tasks.empty() || m_isOver; });
                if (m_tasks.empty()) {
                    return;
                }
                tasks.swap(m_tasks);
            }
            for (const Task& task : tasks) {
                task();
            }
        }
    }
    std::mutex m_mutex;
    std::condition_variable m_filled;
    std::deque<Task> m_tasks;
    bool m_isOver = false;
    std::thread m_thread;
};

/// The reading thread over a log that needs no memory: entries are what their number says.
class ThreadSource final : public StreamSource
{
public:
    explicit ThreadSource(ThreadMailbox& reader) : m_reader(reader) {}
    void replay(ReplayRequest request, Reply<ReplayPage> reply) override
    {
        ++replays;
        m_reader.post([request, reply = std::move(reply)] {
            ReplayPage page;
            page.examinedTo = std::min(request.tail, request.cursor + 500);
            for (Seq seq = request.cursor + 1; seq <= page.examinedTo; ++seq) {
                if (isFor(seq, request.user)) {
                    page.entries.push_back(entryAt(seq));
                }
            }
            reply.post(std::move(page));
        });
    }
    Seq floor() const override { return 0; }
    bool admits(const Credential&) const override { return true; }
    Seq createdAfter(UserId) const override { return 0; }

    std::atomic<int> replays{0};

private:
    ThreadMailbox& m_reader;
};

struct Joined
{
    RoomySink sink;
    StreamId id = 0;
    UserId user = 1;
    Seq from = 0;   ///< everything after it is due
    Seq before = 0; ///< nothing up to it may come
    bool isForgotten = false;
};

struct Loop
{
    ThreadMailbox mailbox;
    std::unique_ptr<Shard> shard;
    std::vector<std::unique_ptr<Joined>> streams;
    std::mt19937 random;
    bool isStill = false;
    std::atomic<Seq> stirs{0};

    std::size_t roll(std::size_t below) { return random() % below; }

    void join(const Hub& hub)
    {
        auto joined = std::make_unique<Joined>();
        joined->user = 1 + static_cast<UserId>(roll(users));
        joined->sink.room = roll(2) == 0 ? roll(8'000) : RoomySink::endless;
        joined->sink.isTls = roll(4) == 0;
        StreamOpening opening;
        opening.credential.user = joined->user;
        opening.credential.expiresAt = Time::max();
        const Seq published = hub.published();
        joined->before = joined->from = published;
        if (roll(3) != 0) {
            opening.lastEventId = static_cast<Seq>(roll(static_cast<std::size_t>(published) + 1));
            joined->before = joined->from = *opening.lastEventId;
        }
        joined->id = shard->open(joined->sink, opening, true);
        if (!opening.lastEventId) {
            joined->from = hub.published(); // between the two it is the stream's to say where "now" is
        }
        streams.push_back(std::move(joined));
    }
    void stir(const Hub& hub)
    {
        if (isStill) {
            return;
        }
        ++stirs;
        if (static_cast<Seq>(streams.size()) <= hub.published() * 250 / events) { // spread over the storm
            join(hub);
        }
        for (int i = 0; i < 4; ++i) {
            Joined& joined = *streams[roll(streams.size())];
            if (joined.isForgotten) {
                continue;
            }
            if (roll(40) == 0) {
                shard->forget(joined.id);
                joined.sink.isForgotten = joined.isForgotten = true;
            } else {
                give(joined, roll(8) == 0 ? RoomySink::endless : roll(8'000));
            }
        }
        mailbox.post([this, &hub] { stir(hub); });
    }
    void give(Joined& joined, std::size_t room)
    {
        joined.sink.room = room;
        if (joined.sink.isAwaited && !joined.isForgotten) {
            joined.sink.isAwaited = false;
            shard->writable(joined.id);
        }
    }
    /// Gives all room; whether each has everything of its own.
    bool settled()
    {
        bool isAll = true;
        for (const auto& joined : streams) {
            give(*joined, RoomySink::endless);
            isAll &= joined->isForgotten || joined->from == events ||
                     joined->sink.taken.find("{\"n\":" + std::to_string(events) + ",") != std::string::npos;
        }
        return isAll;
    }
    std::string fault()
    {
        for (const auto& joined : streams) {
            std::vector<std::string>& faults = joined->sink.faults;
            const std::vector<SeenEvent> seen = seenEvents(joined->sink.taken, true, faults);
            if (!faults.empty()) {
                return faults.front();
            }
            Seq expected = joined->before;
            bool hasBegun = false;
            for (const SeenEvent& event : seen) {
                if (event.name == "ping") {
                    continue;
                }
                for (++expected; expected < event.id; ++expected) {
                    if (isFor(expected, joined->user) && (hasBegun || expected > joined->from)) {
                        return "lost: " + std::to_string(expected);
                    }
                }
                if (expected != event.id || event.data != entryAt(event.id).data || !isFor(event.id, joined->user)) {
                    return "not the next of one's own: " + std::to_string(event.id);
                }
                hasBegun = true;
            }
            if (!joined->isForgotten && joined->from < events && expected != events) {
                return "ends early: " + std::to_string(expected);
            }
        }
        return {};
    }
};

} // namespace

class JoinStormTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whoeverJoinsInAStormMissesNothing()
    {
        StreamLimits limits;
        limits.ringEvents = 300;
        limits.backlogBytes = 4 * 1024;
        limits.heldBytes = 8 * 1024;
        limits.pageBytes = 8 * 1024;
        limits.sendsPerSlice = 64;
        Hub hub(0, "log", limits);
        ThreadMailbox reader, control;
        ThreadSource source(reader);
        std::vector<std::unique_ptr<Loop>> loops;
        for (unsigned i = 0; i < 3; ++i) {
            loops.push_back(std::make_unique<Loop>());
            Loop& loop = *loops.back();
            loop.random.seed(i + 1);
            loop.mailbox.call([&] {
                loop.shard = std::make_unique<Shard>(loop.mailbox, hub, source, ShardSettings{}, systemClock());
                loop.stir(hub);
            });
        }

        std::atomic<int> answersDue{0}, sweepsDue{0};
        std::thread store([&] {
            std::mt19937 random(7);
            for (Seq seq = 0; seq < events;) {
                // Joins go on all the while, however the machine shares its cores out.
                const auto isAhead = [&] {
                    return std::any_of(loops.begin(), loops.end(),
                                       [&](const auto& loop) { return loop->stirs * events < seq * 500; });
                };
                while (hub.isCongested() || isAhead()) {
                    std::this_thread::yield();
                }
                CommittedBatch batch;
                for (std::size_t count = 1 + random() % 8; count > 0 && seq < events; --count) {
                    batch.entries.push_back(entryAt(++seq));
                }
                ++answersDue;
                batch.answers.push_back({&loops[random() % loops.size()]->mailbox, [&answersDue, &hub, seq] {
                                             if (hub.published() >= seq) {
                                                 --answersDue;
                                             }
                                         }});
                if (random() % 50 == 0) {
                    batch.accountsChanged = true;
                    ++sweepsDue;
                    batch.afterSweep.push_back({&control, [&sweepsDue] { --sweepsDue; }});
                }
                hub.committed(std::move(batch));
            }
        });
        store.join();

        for (const auto& loop : loops) {
            loop->mailbox.call([&] { loop->isStill = true; });
        }
        const auto isSettled = [&] {
            bool isAll = true;
            for (const auto& loop : loops) {
                loop->mailbox.call([&] { isAll &= loop->settled(); });
            }
            return isAll;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), 60'000);
        QTRY_COMPARE(answersDue.load(), 0);
        QTRY_COMPARE(sweepsDue.load(), 0);
        reader.end(); // as in the server: the readers before the loops
        QVERIFY(source.replays > 0);
        for (const auto& loop : loops) {
            std::string fault;
            loop->mailbox.call([&] {
                fault = loop->fault();
                loop->shard.reset();
            });
            QVERIFY2(fault.empty(), fault.c_str());
        }
        QVERIFY(hub.present().empty());
    }
};

QTEST_APPLESS_MAIN(JoinStormTest)
#include "tst_join_storm.moc"
