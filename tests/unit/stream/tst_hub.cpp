// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes.h"
#include "server/stream/shard.h"

#include <QTest>

#include <memory>
#include <numeric>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

struct LoopBench
{
    SteppedMailbox home;
    std::unique_ptr<Shard> shard;
    std::vector<std::unique_ptr<RoomySink>> sinks;
    std::vector<StreamId> ids;
};

struct HubBench
{
    explicit HubBench(std::size_t count = 3, const StreamLimits& limits = {}) : hub(0, "log", limits), loops(count)
    {
        for (LoopBench& loop : loops) {
            loop.shard = std::make_unique<Shard>(loop.home, hub, source, ShardSettings{}, clock);
        }
    }
    StreamId open(std::size_t loop, UserId user)
    {
        StreamOpening opening;
        opening.credential.user = user;
        opening.credential.expiresAt = Time::max();
        loops[loop].sinks.push_back(std::make_unique<RoomySink>());
        return loops[loop].shard->open(*loops[loop].sinks.back(), opening, true);
    }
    std::vector<std::size_t> waiting() const
    {
        std::vector<std::size_t> waiting;
        for (const LoopBench& loop : loops) {
            waiting.push_back(loop.home.waiting());
        }
        return waiting;
    }
    static CommittedBatch batch(std::vector<LogEntry> entries)
    {
        CommittedBatch batch;
        batch.entries = std::move(entries);
        return batch;
    }

    TurnedClock clock;
    SteppedSource source{clock};
    Hub hub;
    std::deque<LoopBench> loops;
};

using Counts = std::vector<std::size_t>;

} // namespace

class HubTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void wakesOnlyLoopsWithARecipientAndOnceABatch()
    {
        HubBench bench;
        bench.open(0, 1);
        bench.open(1, 2);
        bench.hub.committed(HubBench::batch({entryFor(1, {1}), entryFor(2, {1, 7}), entryFor(3, {9})}));
        QCOMPARE(bench.waiting(), (Counts{1, 0, 0}));
        bench.hub.committed(HubBench::batch({entryFor(4, {}), entryFor(5, {2})}));
        QCOMPARE(bench.waiting(), (Counts{2, 1, 0})); // nobody on the third
        QCOMPARE(bench.hub.published(), Seq(5));
    }

    void countsWhoIsThere()
    {
        HubBench bench;
        const StreamId first = bench.open(0, 1);
        bench.open(1, 1);
        bench.open(2, 2);
        QCOMPARE(bench.hub.streams(1), 2);
        QCOMPARE(bench.hub.present(), (std::vector<std::pair<UserId, int>>{{1, 2}, {2, 1}}));
        QCOMPARE(bench.hub.online({false, {1, 2, 3}}, Accounts{}), 2);
        bench.loops[0].shard->forget(first);
        bench.hub.committed(HubBench::batch({entryFor(1, {1})}));
        QCOMPARE(bench.waiting(), (Counts{0, 1, 0}));
        bench.loops[1].shard.reset();
        QCOMPARE(bench.hub.streams(1), 0);
    }

    void answersTravelWithTheEventsOfTheirCommit()
    {
        HubBench bench(2);
        SteppedMailbox elsewhere;
        bench.open(0, 1);
        QStringList order;
        CommittedBatch batch = HubBench::batch({entryFor(1, {1})});
        Seq seen = 0;
        batch.answers.push_back({&bench.loops[0].home, [&] {
                                     order << QStringLiteral("answer");
                                     seen = bench.hub.published();
                                 }});
        batch.answers.push_back({&bench.loops[1].home, [&] { order << QStringLiteral("other loop"); }});
        batch.answers.push_back({&elsewhere, [&] { order << QStringLiteral("elsewhere"); }});
        bench.hub.committed(std::move(batch));
        QCOMPARE(bench.waiting(), (Counts{1, 1}));
        QCOMPARE(elsewhere.waiting(), 1U);
        bench.loops[0].home.run();
        QCOMPARE(seen, Seq(1));
        bench.loops[1].home.run();
        elsewhere.run();
        QCOMPARE(order.size(), 3);
    }

    void aChangeOfAccountsIsAnsweredWhenEveryLoopHasSwept()
    {
        HubBench bench(3);
        bench.open(1, 4);
        SteppedMailbox control;
        ++bench.source.generations[4];
        CommittedBatch batch;
        batch.accountsChanged = true;
        batch.afterSweep.push_back({&control, [] {}});
        bench.hub.committed(std::move(batch));
        QCOMPARE(bench.waiting(), (Counts{1, 1, 1}));
        bench.loops[0].home.run();
        bench.loops[1].home.run();
        QVERIFY(bench.loops[1].sinks[0]->isClosed);
        QCOMPARE(control.waiting(), 0U);
        bench.loops[2].shard.reset(); // a loop that ends has nobody left
        bench.loops[2].home.run();
        QCOMPARE(control.waiting(), 1U);
    }

    void withoutLoopsAChangeIsAnsweredAtOnce()
    {
        Hub hub(5, "log");
        SteppedMailbox control;
        CommittedBatch batch;
        batch.accountsChanged = true;
        batch.afterSweep.push_back({&control, [] {}});
        batch.answers.push_back({&control, [] {}});
        hub.committed(std::move(batch));
        QCOMPARE(control.waiting(), 2U);
        QCOMPARE(hub.published(), Seq(5));
    }

    void isCongestedWhileALoopIsFarBehind()
    {
        HubBench bench(2);
        bench.open(0, 1);
        Seq seq = 0;
        for (; seq < 4096; ++seq) {
            bench.hub.committed(HubBench::batch({entryFor(seq + 1, {})}));
        }
        QVERIFY(!bench.hub.isCongested());
        bench.hub.committed(HubBench::batch({entryFor(++seq, {})}));
        QVERIFY(bench.hub.isCongested());
        bench.loops[0].home.step();
        QVERIFY(!bench.hub.isCongested());
        bench.loops[0].home.run();
        for (int i = 0; i < 90; ++i) {
            bench.hub.committed(HubBench::batch({entryFor(++seq, {1}, 100'000)}));
        }
        QVERIFY(bench.hub.isCongested()); // by weight
        bench.loops[0].home.run();
        QVERIFY(!bench.hub.isCongested());
        std::vector<UserId> everybody(20'000);
        std::iota(everybody.begin(), everybody.end(), 1);
        for (int i = 0; i < 60; ++i) {
            bench.hub.committed(HubBench::batch({entryFor(++seq, everybody)}));
        }
        QVERIFY(bench.hub.isCongested()); // by the weight of whom they are for
        bench.loops[0].home.run();
        QVERIFY(!bench.hub.isCongested());
    }
};

QTEST_APPLESS_MAIN(HubTest)
#include "tst_hub.moc"
