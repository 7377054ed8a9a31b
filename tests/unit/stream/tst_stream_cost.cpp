// SPDX-License-Identifier: GPL-3.0-or-later
//
// What streams cost, counted at the allocator: nothing per delivery, little when idle, a bounded amount when not read.
#include "fakes.h"
#include "server/stream/shard.h"

#include <QTest>

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

namespace {

std::atomic<long long> allocations{0}, liveBytes{0};

} // namespace

void* operator new(std::size_t size)
{
    void* const memory = std::malloc(size);
    if (!memory) {
        throw std::bad_alloc();
    }
    ++allocations;
    liveBytes += static_cast<long long>(malloc_usable_size(memory));
    return memory;
}
void operator delete(void* memory) noexcept
{
    if (memory) {
        liveBytes -= static_cast<long long>(malloc_usable_size(memory));
    }
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    operator delete(memory);
}

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

/// A connection that keeps nothing.
class CountingSink final : public Sink
{
public:
    std::size_t bytes = 0;
    bool isRead = true;
    bool isAwaited = false;
    bool isClosed = false;
    Written write(std::string_view given) override
    {
        if (!isRead) {
            return {Status::Blocked, 0};
        }
        bytes += given.size();
        return {Status::Taken, given.size()};
    }
    std::size_t mustRepeat() const override { return 0; }
    void awaitWritable() override { isAwaited = true; }
    void closeStream(bool) override { isClosed = true; }
};

struct CostBench
{
    explicit CostBench(std::size_t streams, const StreamLimits& limits = {}) : hub(0, "log", limits), sinks(streams)
    {
        shard = std::make_unique<Shard>(home, hub, source, ShardSettings{}, clock);
        for (CountingSink& sink : sinks) {
            StreamOpening opening;
            opening.credential.user = ++users;
            opening.credential.expiresAt = Time::max();
            ids.push_back(shard->open(sink, opening, true));
        }
    }
    void publish(std::size_t padding)
    {
        CommittedBatch batch;
        batch.entries.push_back(entryFor(++seq, {}, padding));
        hub.committed(std::move(batch));
        home.run();
    }

    TurnedClock clock;
    SteppedMailbox home;
    SteppedSource source{clock};
    Hub hub;
    std::unique_ptr<Shard> shard;
    std::vector<CountingSink> sinks;
    std::vector<StreamId> ids;
    UserId users = 0;
    Seq seq = 0;
};

} // namespace

class StreamCostTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDeliveryAllocatesNothing()
    {
        const auto cost = [](std::size_t streams) {
            StreamLimits limits;
            limits.sendsPerSlice = 100'000; // so that no walk is posted in parts
            CostBench bench(streams, limits);
            bench.publish(100);
            const long long before = allocations;
            for (int i = 0; i < 50; ++i) {
                bench.publish(100);
            }
            return allocations - before;
        };
        const long long few = cost(4), many = cost(400);
        QVERIFY2(many <= few + 5, qPrintable(QStringLiteral("%1 against %2").arg(many).arg(few)));
    }

    void anIdleStreamCostsAFewHundredBytes()
    {
        const long long before = liveBytes;
        CostBench bench(10'000);
        const long long each = (liveBytes - before) / 10'000;
        QVERIFY2(each < 450,
                 qPrintable(QString::number(each))); // its person's place in the index and the sink included
    }

    void aReaderThatNeverReadsCostsLessThanAMebibyte()
    {
        StreamLimits limits;
        limits.ringEvents = 1; // so that what is kept alive is kept by the stream
        CostBench bench(2, limits);
        bench.publish(10'000);
        bench.sinks[0].isRead = false;
        const long long before = liveBytes;
        long long most = 0;
        for (int i = 0; i < 2000; ++i) {
            bench.publish(10'000);
            most = std::max(most, liveBytes - before);
        }
        QVERIFY2(most < 512 * 1024, qPrintable(QString::number(most)));
        QCOMPARE(bench.shard->figures().backlogsDropped, 1U);

        // Asked for, it holds what is walked meanwhile: bounded as well.
        bench.sinks[0].isRead = true;
        bench.shard->writable(bench.ids[0]);
        QVERIFY(bench.source.isAsked());
        for (int i = 0; i < 2000; ++i) {
            bench.publish(10'000);
            most = std::max(most, liveBytes - before);
        }
        QVERIFY2(most < 1024 * 1024, qPrintable(QString::number(most)));
        bench.clock.pass(std::chrono::hours(1));
        bench.shard->tick();
        QVERIFY(!bench.sinks[0].isClosed); // it waits for the store, not for its reader
    }
};

QTEST_APPLESS_MAIN(StreamCostTest)
#include "tst_stream_cost.moc"
