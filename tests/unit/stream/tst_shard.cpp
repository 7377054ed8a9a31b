// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes.h"
#include "protocol/sse_encoder.h"
#include "server/stream/shard.h"

#include <QTest>

#include <memory>
#include <set>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

/// One loop with its streams, everything by hand.
struct Bench
{
    explicit Bench(const StreamLimits& limits = {}, Seq newest = 0, ShardSettings settings = {})
        : hub(newest, "the-log", limits), newest(newest)
    {
        settings.seed = 5;
        shard = std::make_unique<Shard>(home, hub, source, settings, clock);
    }

    RoomySink& open(UserId user = 1, std::optional<Seq> lastEventId = std::nullopt, Time expiresAt = Time::max(),
                    std::size_t room = RoomySink::endless)
    {
        sinks.push_back(std::make_unique<RoomySink>());
        sinks.back()->room = room;
        StreamOpening opening;
        opening.credential.user = user;
        opening.credential.generation = source.generations[user];
        opening.credential.expiresAt = expiresAt;
        opening.lastEventId = lastEventId;
        ids.push_back(shard->open(*sinks.back(), opening, isChunked));
        return *sinks.back();
    }
    void commit(std::vector<UserId> to = {}, std::size_t padding = 0)
    {
        CommittedBatch batch;
        batch.entries.push_back(entryFor(++newest, std::move(to), padding));
        source.log.push_back({batch.entries.back()});
        hub.committed(std::move(batch));
    }
    void publish(std::vector<UserId> to = {}, std::size_t padding = 0)
    {
        commit(std::move(to), padding);
        home.run();
    }
    void tick(int seconds = 1)
    {
        for (int i = 0; i < seconds; ++i) {
            clock.pass(1s);
            shard->tick();
            home.run();
        }
    }
    void makeWritable(std::size_t sink, std::size_t room = RoomySink::endless)
    {
        sinks[sink]->room = room;
        if (sinks[sink]->isAwaited) {
            sinks[sink]->isAwaited = false;
            shard->writable(ids[sink]);
        }
        home.run();
    }
    std::vector<Seq> numbers(RoomySink& sink) const
    {
        std::vector<Seq> numbers;
        for (const SeenEvent& event : seenEvents(sink.taken, isChunked, sink.faults)) {
            if (event.name != "ping") {
                numbers.push_back(event.id);
            }
        }
        return numbers;
    }
    int pings(RoomySink& sink) const
    {
        const auto seen = seenEvents(sink.taken, isChunked, sink.faults);
        return static_cast<int>(
            std::count_if(seen.begin(), seen.end(), [](const SeenEvent& event) { return event.name == "ping"; }));
    }
    ~Bench()
    {
        for (const auto& sink : sinks) {
            for (const std::string& fault : sink->faults) {
                qCritical("%s", fault.c_str());
            }
        }
    }

    TurnedClock clock;
    SteppedMailbox home;
    SteppedSource source{clock};
    Hub hub;
    std::unique_ptr<Shard> shard;
    std::vector<std::unique_ptr<RoomySink>> sinks;
    std::vector<StreamId> ids;
    Seq newest;
    bool isChunked = true;
};

using Numbers = std::vector<Seq>;

} // namespace

class ShardTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void beginsWithRetryAndAPing_data()
    {
        QTest::addColumn<bool>("isChunked");
        QTest::newRow("HTTP/1.1") << true;
        QTest::newRow("HTTP/1.0") << false;
    }
    void beginsWithRetryAndAPing()
    {
        QFETCH(bool, isChunked);
        Bench bench;
        bench.isChunked = isChunked;
        const RoomySink& sink = bench.open();
        const std::string ping("event: ping\ndata: {\"type\":\"ping\"}\nid: 0\n\n");
        QCOMPARE(sink.taken, isChunked ? chunk("retry: 5000\n") + chunk(ping) : "retry: 5000\n" + ping);
        // `retry:` in a write of its own.
        QCOMPARE(sink.writes.size(), 2U);
        QCOMPARE(sink.writes[1].first, isChunked ? chunk("retry: 5000\n").size() : std::size_t(12));
        bench.publish({1});
        std::string inside;
        appendSseEvent(inside, 1, bench.source.log[0].entry.data);
        QVERIFY(sink.taken.ends_with(isChunked ? chunk(inside) : inside));
    }

    void theFirstPingAloneCarriesTheNumberUpToWhichItIsCaughtUp()
    {
        Bench bench;
        bench.publish({2});
        bench.publish({1});
        bench.publish({2}); // nothing for person 1, and passed all the same
        RoomySink &fresh = bench.open(1), &resumed = bench.open(1, 1), &ahead = bench.open(1, 99);
        bench.publish({1});
        bench.tick(60);
        const auto idsOfPings = [&](RoomySink& sink) {
            Numbers ids;
            for (const SeenEvent& event : seenEvents(sink.taken, true, sink.faults)) {
                if (event.name == "ping") {
                    ids.push_back(event.id);
                }
            }
            return ids;
        };
        QCOMPARE(idsOfPings(fresh), (Numbers{3, 0, 0}));
        QCOMPARE(idsOfPings(resumed), (Numbers{3, 0, 0}));
        QCOMPARE(idsOfPings(ahead), (Numbers{3, 0, 0})); // after a reset
    }

    void aCutBeforeAnythingCameLosesNothing()
    {
        Bench bench;
        bench.publish({1});
        RoomySink& cut = bench.open(1);
        SseParser parser;
        std::vector<SseEvent> events;
        QVERIFY(parser.feed(cut.taken.substr(cut.taken.find("event:")), events));
        bench.publish({1});
        RoomySink& again = bench.open(1, std::stoll(parser.lastEventId()));
        QCOMPARE(bench.numbers(again), (Numbers{2}));
    }

    void showsEachPersonOnlyTheirOwnOnAllTheirStreams()
    {
        Bench bench;
        RoomySink &ann = bench.open(1), &annToo = bench.open(1), &bob = bench.open(2);
        bench.publish({1});
        bench.publish({2});
        bench.publish({1, 2});
        bench.publish();
        QCOMPARE(bench.numbers(ann), (Numbers{1, 3, 4}));
        QCOMPARE(bench.numbers(annToo), (Numbers{1, 3, 4}));
        QCOMPARE(bench.numbers(bob), (Numbers{2, 3, 4}));
        QCOMPARE(bench.shard->figures().streams, 3U);
    }

    void laterPingsSpreadOverTheInterval()
    {
        Bench bench;
        for (int i = 0; i < 300; ++i) {
            bench.open();
        }
        std::set<std::size_t> perSecond;
        std::size_t before = 0, most = 0;
        for (int second = 0; second < 30; ++second) {
            bench.tick();
            std::size_t calls = 0;
            for (const auto& sink : bench.sinks) {
                calls += sink->writeCalls - 2; // `retry:` and the first ping
            }
            most = std::max(most, calls - before);
            perSecond.insert(calls - before);
            before = calls;
        }
        QVERIFY2(most < 60, qPrintable(QString::number(most))); // 10 a second, more or less, and not all at once
        for (const auto& sink : bench.sinks) {
            QCOMPARE(bench.pings(*sink), 2);
        }
        bench.tick(60);
        for (const auto& sink : bench.sinks) {
            QCOMPARE(bench.pings(*sink), 4);
        }
    }

    void pingsAreSentInSlices()
    {
        StreamLimits limits;
        limits.sendsPerSlice = 10;
        ShardSettings settings;
        settings.pingInterval = 1s;
        Bench bench(limits, 0, settings);
        for (int i = 0; i < 35; ++i) {
            bench.open();
        }
        bench.clock.pass(1s);
        bench.shard->tick();
        const auto pinged = [&] {
            return std::count_if(bench.sinks.begin(), bench.sinks.end(),
                                 [](const auto& sink) { return sink->writeCalls > 2; });
        };
        QCOMPARE(pinged(), 10);
        QCOMPARE(bench.home.waiting(), 1U);
        bench.home.run();
        QCOMPARE(pinged(), 35);
    }

    void noPingWhileItCatchesUp()
    {
        StreamLimits limits;
        limits.ringEvents = 1;
        Bench bench(limits);
        bench.publish();
        bench.publish();
        bench.publish();
        RoomySink& sink = bench.open(1, 1);
        QVERIFY(bench.source.isAsked());
        bench.tick(100);
        QCOMPARE(bench.pings(sink), 0);
        bench.source.answerOne();
        bench.home.run();
        QCOMPARE(bench.numbers(sink), (Numbers{2, 3}));
        QCOMPARE(bench.pings(sink), 1);
        QVERIFY(sink.taken.ends_with(chunk(sseCaughtUp(3))));
    }

    void noPingBehindABacklogButTheFirst()
    {
        Bench bench;
        RoomySink& sink = bench.open(1, std::nullopt, Time::max(), 5);
        bench.tick(50);
        bench.makeWritable(0);
        QCOMPARE(bench.pings(sink), 1);
    }

    void whatIsWalkedWhileAPageIsAwaitedComesAfterIt()
    {
        StreamLimits limits;
        limits.ringEvents = 1;
        Bench bench(limits);
        for (int i = 0; i < 5; ++i) {
            bench.publish();
        }
        RoomySink& sink = bench.open(1, 2);
        bench.publish();
        bench.publish({2});
        bench.publish();
        QCOMPARE(bench.numbers(sink), Numbers{});
        bench.source.answerOne();
        bench.home.run();
        QCOMPARE(bench.numbers(sink), (Numbers{3, 4, 5, 6, 8}));
        QCOMPARE(bench.source.replays, 1);
    }

    void whoBeganAtZeroGetsAllThatIsKeptPageByPage()
    {
        StreamLimits limits;
        limits.ringEvents = 1;
        Bench bench(limits);
        for (int i = 0; i < 7; ++i) {
            bench.publish();
        }
        bench.source.pageRows = 2;
        bench.source.statesRemovedTo = 6; // beyond what one page shows
        RoomySink& all = bench.open(1, 0);
        RoomySink& later = bench.open(1, 2);
        while (bench.source.isAsked()) {
            bench.source.answerOne();
            bench.home.run();
        }
        QCOMPARE(bench.numbers(all), (Numbers{1, 2, 3, 4, 5, 6, 7}));
        QVERIFY(all.faults.empty());
        QVERIFY(later.taken.find("reset") != std::string::npos);
    }

    void whatAPageLeftOutDoesNotComeByMessage()
    {
        Bench bench;
        bench.commit({1}); // its message still waits in the mailbox
        CommittedBatch retraction;
        retraction.dead.push_back(1);
        bench.source.log[0].isDead = true;
        bench.hub.committed(std::move(retraction));
        RoomySink& sink = bench.open(1, 0);
        bench.home.run();
        QCOMPARE(bench.numbers(sink), Numbers{});
        QCOMPARE(bench.pings(sink), 1);
    }

    void whatWasForEveryoneBeforeTheAccountIsLeftOut()
    {
        Bench bench;
        bench.publish();
        bench.source.made[7] = 1;
        bench.publish();
        QCOMPARE(bench.numbers(bench.open(7, 0)), Numbers{2});
        QCOMPARE(bench.numbers(bench.open(1, 0)), (Numbers{1, 2}));
    }

    void anExpiredOneIsLeftOutOrRetracted()
    {
        Bench bench;
        for (const char* key : {"", "k"}) {
            CommittedBatch batch;
            batch.entries.push_back(entryFor(++bench.newest, {1}));
            batch.entries.back().key = key;
            batch.entries.back().senderId = 9;
            batch.entries.back().expiresAt = bench.clock.now() + 10s;
            bench.source.log.push_back({batch.entries.back()});
            bench.hub.committed(std::move(batch));
        }
        RoomySink& early = bench.open(1, 0);
        QCOMPARE(bench.numbers(early), (Numbers{1, 2}));
        RoomySink& blocked = bench.open(1, 0, Time::max(), 3);
        bench.clock.pass(10s);
        RoomySink& late = bench.open(1, 0);
        bench.makeWritable(1);
        for (RoomySink* const sink : {&late, &blocked}) {
            const auto seen = seenEvents(sink->taken, true, sink->faults);
            QCOMPARE(bench.numbers(*sink), Numbers{2});
            QCOMPARE(seen[0].data, SteppedSource::tombstoneData(bench.source.log[1].entry));
        }
    }

    void resetsWhereTheCursorIsNotOfThisLog_data()
    {
        QTest::addColumn<qint64>("cursor");
        QTest::addColumn<bool>("isReset");
        QTest::newRow("all that is kept") << qint64(0) << false;
        QTest::newRow("below the floor") << qint64(4) << true;
        QTest::newRow("at the floor") << qint64(5) << false;
        QTest::newRow("the newest") << qint64(8) << false;
        QTest::newRow("ahead") << qint64(9) << true;
        QTest::newRow("far ahead") << std::numeric_limits<qint64>::max() << true;
    }
    void resetsWhereTheCursorIsNotOfThisLog()
    {
        QFETCH(qint64, cursor);
        QFETCH(bool, isReset);
        Bench bench;
        for (int i = 0; i < 8; ++i) {
            bench.publish();
        }
        bench.source.removedTo = 5;
        RoomySink& sink = bench.open(1, cursor);
        const auto seen = seenEvents(sink.taken, true, sink.faults);
        QCOMPARE(seen[0].data == "{\"type\":\"reset\",\"data\":{\"log\":\"the-log\"}}", isReset);
        if (isReset) {
            QCOMPARE(seen[0].id, Seq(8));
            QCOMPARE(seen.size(), 2U);
        }
        QCOMPARE(seen.back().name, "ping");
        bench.publish();
        QCOMPARE(bench.numbers(sink).back(), Seq(9));
    }

    void closesWithinASecondOfTheTokensExpiry_data()
    {
        QTest::addColumn<int>("milliseconds");
        for (const int milliseconds : {1, 999, 1000, 1001, 29'500, 61'300, 64'000, 200'001}) {
            QTest::addRow("%d ms", milliseconds) << milliseconds;
        }
    }
    void closesWithinASecondOfTheTokensExpiry()
    {
        QFETCH(int, milliseconds);
        Bench bench;
        const Time expiry = bench.clock.now() + std::chrono::milliseconds(milliseconds);
        const RoomySink& sink = bench.open(1, std::nullopt, expiry);
        while (bench.clock.now() < expiry) {
            QVERIFY(!sink.isClosed);
            bench.tick();
        }
        QVERIFY(sink.isClosed);
        QVERIFY(sink.wasOrderly);
    }

    void aFarExpiryIsNoNearOne()
    {
        Bench bench;
        const RoomySink& forever = bench.open(1, std::nullopt, Time::max());
        const RoomySink& years = bench.open(1, std::nullopt, Time(std::chrono::years(2'000'000)));
        bench.tick(200);
        QVERIFY(!forever.isClosed && !years.isClosed);
    }

    void doesNotCloseBeforeOpenReturns_data()
    {
        QTest::addColumn<QString>("why");
        QTest::newRow("expired") << "expired";
        QTest::newRow("revoked") << "revoked";
        QTest::newRow("write fails") << "fails";
    }
    void doesNotCloseBeforeOpenReturns()
    {
        QFETCH(QString, why);
        Bench bench;
        RoomySink sink;
        StreamOpening opening;
        opening.credential.user = 1;
        opening.credential.expiresAt = why == QLatin1String("expired") ? bench.clock.now() : Time::max();
        opening.credential.generation = 1;
        bench.source.generations[1] = why == QLatin1String("revoked") ? 2 : 1;
        sink.fails = why == QLatin1String("fails");
        bench.shard->open(sink, opening, true);
        QVERIFY(!sink.isClosed);
        QCOMPARE(bench.hub.streams(1), 0);
        bench.home.run();
        QVERIFY(sink.isClosed);
        QCOMPARE(sink.wasOrderly, !sink.fails);
        QCOMPARE(bench.shard->figures().streams, 0U);
        const StreamId gone = bench.shard->open(sink, opening, true);
        bench.shard->forget(gone); // before the posted close
        sink.isClosed = false;
        bench.home.run();
        QVERIFY(!sink.isClosed);
    }

    void closesAReaderWithoutProgress()
    {
        Bench bench;
        RoomySink& sink = bench.open();
        sink.room = 10;
        bench.publish();
        bench.tick(40);
        bench.makeWritable(0, 10); // some progress
        bench.tick(59);
        QVERIFY(!sink.isClosed);
        bench.makeWritable(0, 0); // none
        bench.tick(2);
        QVERIFY(sink.isClosed);
        QVERIFY(!sink.wasOrderly);
        QCOMPARE(bench.shard->figures().stalledClosed, 1U);
    }

    void aStallShorterThanThePingIntervalIsNoticedInTime()
    {
        ShardSettings settings;
        settings.stallTime = 3s;
        Bench bench({}, 0, settings);
        RoomySink& sink = bench.open();
        sink.room = 0;
        bench.publish();
        bench.tick(4);
        QVERIFY(sink.isClosed);
    }

    void catchesUpWhoFellBehind()
    {
        Bench bench;
        RoomySink& slow = bench.open();
        RoomySink& quick = bench.open();
        slow.room = 100;
        Numbers all;
        for (Seq seq = 1; seq <= 6000; ++seq) { // more than the ring holds
            bench.publish({1}, 200);
            all.push_back(seq);
        }
        QCOMPARE(bench.numbers(quick), all);
        QCOMPARE(bench.shard->figures().backlogsBegun, 1U);
        QCOMPARE(bench.shard->figures().backlogsDropped, 1U);
        for (int i = 0; i < 1000 && bench.numbers(slow) != all; ++i) {
            bench.makeWritable(0, 200'000);
            while (bench.source.isAsked()) {
                bench.source.answerOne();
                bench.home.run();
            }
        }
        QCOMPARE(bench.numbers(slow), all);
        QVERIFY(bench.source.replays > 0);
        QVERIFY(slow.faults.empty());
    }

    void firstBytesAndAResetAreNeverDropped()
    {
        Bench bench;
        bench.publish();
        RoomySink& sink = bench.open(1, 20, Time::max(), 0); // ahead of the log, and it takes nothing
        for (int i = 0; i < 60; ++i) {
            bench.publish({1}, 10'000); // past the limit, and past the cursor
        }
        QCOMPARE(bench.shard->figures().backlogsDropped, 1U);
        bench.makeWritable(0);
        QVERIFY(sink.taken.starts_with(chunk("retry: 5000\n")));
        const auto seen = seenEvents(sink.taken, true, sink.faults);
        QCOMPARE(seen.size(), 2U);
        QCOMPARE(seen[0].data, std::string("{\"type\":\"reset\",\"data\":{\"log\":\"the-log\"}}"));
        QCOMPARE(seen[0].id, Seq(61));
        QCOMPARE(seen[1].name, "ping");
    }

    void closesWhereThePastCannotBeRead()
    {
        StreamLimits limits;
        limits.ringEvents = 1;
        Bench bench(limits);
        bench.publish();
        bench.publish();
        bench.publish();
        bench.source.fails = true;
        RoomySink& sink = bench.open(1, 1);
        bench.source.answerOne();
        bench.home.run();
        QVERIFY(sink.isClosed);
    }

    void leavingInMidWalkSkipsAndDoublesNobody()
    {
        StreamLimits limits;
        limits.sendsPerSlice = 7;
        for (const bool isEveryone : {true, false}) {
            Bench bench(limits);
            for (int i = 0; i < 40; ++i) {
                bench.open();
            }
            bench.commit(isEveryone ? std::vector<UserId>{} : std::vector<UserId>{1});
            bench.home.step(); // the first slice
            for (const std::size_t i : {0U, 3U, 6U, 7U, 20U, 39U}) {
                bench.shard->forget(bench.ids[i]);
                bench.sinks[i]->isForgotten = true;
            }
            bench.sinks[25]->fails = true; // leaves within the walk
            RoomySink& joinsLate = bench.open(1, 0);
            bench.home.run();
            bench.publish();
            for (std::size_t i = 0; i < 40; ++i) {
                if (!bench.sinks[i]->isForgotten && i != 25) {
                    QCOMPARE(bench.numbers(*bench.sinks[i]), (Numbers{1, 2}));
                }
                QVERIFY(bench.sinks[i]->faults.empty());
            }
            QVERIFY(bench.sinks[25]->isClosed && !bench.sinks[25]->wasOrderly);
            QCOMPARE(bench.numbers(joinsLate), (Numbers{1, 2}));
            QCOMPARE(bench.hub.streams(1), 34);
        }
    }

    void aWalkStartsAtAnotherPlaceEachTime()
    {
        StreamLimits limits;
        limits.sendsPerSlice = 1;
        Bench bench(limits);
        for (int i = 0; i < 3; ++i) {
            bench.open();
        }
        std::set<const RoomySink*> firsts;
        for (int i = 0; i < 3; ++i) {
            std::vector<std::size_t> before;
            for (const auto& sink : bench.sinks) {
                before.push_back(sink->writeCalls);
            }
            bench.commit();
            const RoomySink* first = nullptr;
            while (!first && bench.home.step()) {
                for (std::size_t place = 0; place < 3; ++place) {
                    if (bench.sinks[place]->writeCalls > before[place]) {
                        first = bench.sinks[place].get();
                    }
                }
            }
            firsts.insert(first);
            bench.home.run();
        }
        QCOMPARE(firsts.size(), 3U);
    }

    void aTurnIsBoundedHoweverManyCommitsItTakes()
    {
        StreamLimits limits;
        limits.sendsPerSlice = 20;
        Bench bench(limits);
        for (int i = 0; i < 12; ++i) {
            bench.open();
        }
        const auto writes = [&bench] {
            std::size_t sum = 0;
            for (const auto& sink : bench.sinks) {
                sum += sink->writeCalls;
            }
            return sum;
        };
        const std::size_t before = writes();
        for (int i = 0; i < 30; ++i) {
            bench.commit();
        }
        std::size_t turns = 0;
        while (bench.home.waiting() > 0) { // a turn takes all that is there by then
            const std::size_t begun = writes();
            for (std::size_t left = bench.home.waiting(); left > 0; --left) {
                bench.home.step();
            }
            QVERIFY(writes() - begun <= 20);
            ++turns;
        }
        QCOMPARE(writes() - before, std::size_t(12 * 30));
        QVERIFY(turns >= 12 * 30 / 20);
        for (const auto& sink : bench.sinks) {
            QCOMPARE(bench.numbers(*sink).size(), std::size_t(30));
        }
    }

    void revocationClosesAheadOfASuspendedWalk()
    {
        StreamLimits limits;
        limits.sendsPerSlice = 2;
        Bench bench(limits);
        for (int i = 0; i < 10; ++i) {
            bench.open(1 + i % 2);
        }
        bench.commit();
        bench.home.step();
        ++bench.source.generations[1];
        bool isConfirmed = false;
        CommittedBatch batch;
        batch.accountsChanged = true;
        SteppedMailbox control;
        batch.afterSweep.push_back({&control, [&] { isConfirmed = true; }});
        bench.hub.committed(std::move(batch));
        control.run();
        QVERIFY(!isConfirmed);
        bench.home.step(); // the walk's next slice stood before it in the mailbox
        bench.home.step();
        control.run();
        QVERIFY(isConfirmed);
        for (std::size_t i = 0; i < 10; ++i) {
            QCOMPARE(bench.sinks[i]->isClosed, i % 2 == 0);
        }
        bench.home.run();
        for (std::size_t i = 1; i < 10; i += 2) {
            QCOMPARE(bench.numbers(*bench.sinks[i]), Numbers{1});
        }
        QVERIFY(!bench.hub.isCongested());
    }

    void endsWhatIsHalfWrittenAndClosesAll()
    {
        Bench bench;
        RoomySink& idle = bench.open();
        RoomySink& half = bench.open();
        half.room = 10;
        bench.publish({}, 100);
        bench.publish({}, 100);
        bench.shard->closeAll();
        QVERIFY(idle.isClosed && idle.wasOrderly);
        QVERIFY(!half.isClosed);
        bench.makeWritable(1);
        QVERIFY(half.isClosed && half.wasOrderly);
        QCOMPARE(bench.numbers(half), Numbers{1});
        QVERIFY(half.taken.ends_with("\n\n\r\n"));
        const RoomySink& late = bench.open();
        bench.home.run();
        QVERIFY(late.isClosed);
    }

    void whatWasPostedOutlivesTheShard()
    {
        Bench bench;
        bench.open();
        bool isAnswered = false;
        CommittedBatch batch;
        batch.entries.push_back(entryFor(++bench.newest, {}));
        batch.answers.push_back({&bench.home, [&] { isAnswered = true; }});
        bench.hub.committed(std::move(batch));
        bench.shard.reset();
        bench.home.run();
        QVERIFY(isAnswered);
        QVERIFY(bench.hub.present().empty());
        bench.publish(); // nobody there
        QVERIFY(!bench.hub.isCongested());
    }
};

QTEST_APPLESS_MAIN(ShardTest)
#include "tst_shard.moc"
