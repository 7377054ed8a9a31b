// SPDX-License-Identifier: GPL-3.0-or-later
//
// A shard's streams over real sockets, where a turn's writes go out together.
#include "fakes.h"
#include "server/stream/shard.h"
#include "support/socket_pair.h"

#include <QTest>

#include <memory>
#include <random>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

/// A plain connection with a reader that reads when the test says so.
class SocketSink final : public Sink
{
public:
    Written write(std::string_view bytes) override
    {
        ++writes;
        const sockets::Transfer sent = sockets::send(m_pair.near(), bytes);
        if (sent.outcome == sockets::Outcome::Failed) {
            return {Status::Failed, 0};
        }
        return {sent.bytes == bytes.size() ? Status::Taken : Status::Blocked, sent.bytes};
    }
    std::optional<Parcel> pack(std::string_view bytes) override { return Parcel{m_pair.near(), bytes}; }
    Written finish(std::string_view bytes, std::size_t taken) override
    {
        const Written rest = write(bytes.substr(taken));
        return {rest.status, taken + rest.bytes};
    }
    std::size_t mustRepeat() const override { return 0; }
    void awaitWritable() override { isAwaited = true; }
    void closeStream(bool orderly) override
    {
        isClosed = true;
        wasOrderly = orderly;
        m_pair.closeNear();
    }

    void read(std::size_t most = std::string::npos) { taken += m_pair.read(most); }
    void hangUp() { m_pair.closeFar(); }

    std::string taken;
    std::size_t writes = 0; ///< that went out alone
    bool isAwaited = false;
    bool isClosed = false;
    bool wasOrderly = false;

private:
    belfry::test::SocketPair m_pair{16 * 1024};
};

struct Bench
{
    explicit Bench(std::size_t streams, UserId users = 1)
        : hub(0, "the-log", StreamLimits{}), shard(home, hub, source, ShardSettings{30'000ms, 5000, 60s, 5}, clock)
    {
        for (std::size_t i = 0; i < streams; ++i) {
            sinks.push_back(std::make_unique<SocketSink>());
            StreamOpening opening;
            opening.credential.user = 1 + static_cast<UserId>(i) % users;
            opening.credential.expiresAt = Time::max();
            ids.push_back(shard.open(*sinks.back(), opening, true));
            sinks.back()->read();
            sinks.back()->writes = 0;
        }
    }
    LogEntry next(std::vector<UserId> to = {}, std::size_t padding = 0)
    {
        source.log.push_back({entryFor(++newest, std::move(to), padding)});
        return source.log.back().entry;
    }
    /// One commit, which a loop walks in one turn.
    void publish(std::vector<LogEntry> entries)
    {
        CommittedBatch batch;
        batch.entries = std::move(entries);
        hub.committed(std::move(batch));
        run();
    }
    void run()
    {
        home.run();
        while (source.isAsked()) {
            source.answerOne();
            home.run();
        }
    }
    void read(std::size_t place, std::size_t most = std::string::npos)
    {
        SocketSink& sink = *sinks[place];
        sink.read(most);
        if (std::exchange(sink.isAwaited, false)) {
            shard.writable(ids[place]);
        }
        run();
    }
    std::vector<Seq> numbers(std::size_t place) const
    {
        std::vector<Seq> numbers;
        std::vector<std::string> faults;
        for (const SeenEvent& event : seenEvents(sinks[place]->taken, true, faults)) {
            if (event.name != "ping") {
                numbers.push_back(event.id);
            }
        }
        for (const std::string& fault : faults) {
            qCritical("%s", fault.c_str());
        }
        return numbers;
    }
    std::size_t writesAlone() const
    {
        std::size_t count = 0;
        for (const auto& sink : sinks) {
            count += sink->writes;
        }
        return count;
    }

    TurnedClock clock;
    SteppedMailbox home;
    SteppedSource source{clock};
    Hub hub;
    Shard shard;
    std::vector<std::unique_ptr<SocketSink>> sinks;
    std::vector<StreamId> ids;
    Seq newest = 0;
};

using Numbers = std::vector<Seq>;

Numbers upTo(Seq last)
{
    Numbers numbers;
    for (Seq seq = 1; seq <= last; ++seq) {
        numbers.push_back(seq);
    }
    return numbers;
}

} // namespace

class SendBatchTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aWalkGoesOutTogether()
    {
        Bench bench(300); // two batches and a part
        const auto before = bench.shard.figures().deliveries;
        bench.publish({bench.next()});
        QCOMPARE(bench.writesAlone(), 0U);
        QCOMPARE(bench.shard.figures().deliveries - before, 300U);
        for (std::size_t i = 0; i < bench.sinks.size(); ++i) {
            bench.read(i);
            QCOMPARE(bench.numbers(i), upTo(1));
        }
    }

    void severalEventsOfATurnKeepTheirOrder()
    {
        Bench bench(40, 4);
        std::vector<LogEntry> entries;
        for (int i = 0; i < 30; ++i) {
            entries.push_back(i % 3 == 0 ? bench.next() : bench.next({1, 2, 3, 4}));
        }
        bench.publish(std::move(entries));
        for (std::size_t i = 0; i < bench.sinks.size(); ++i) {
            bench.read(i);
            QCOMPARE(bench.numbers(i), upTo(30));
        }
    }

    void whoDoesNotReadFallsBehindAlone()
    {
        Bench bench(8);
        for (int i = 0; i < 2'000; ++i) {
            bench.publish({bench.next({}, 500)});
            for (std::size_t reader = 1; reader < bench.sinks.size(); ++reader) {
                bench.read(reader);
            }
        }
        for (std::size_t reader = 1; reader < bench.sinks.size(); ++reader) {
            QCOMPARE(bench.sinks[reader]->writes, 0U);
            QCOMPARE(bench.numbers(reader), upTo(2'000));
        }
        QVERIFY(bench.sinks[0]->isAwaited);
        QVERIFY(bench.shard.figures().backlogsDropped > 0);
        for (int turn = 0; turn < 1'000 && bench.numbers(0) != upTo(2'000); ++turn) {
            bench.read(0);
        }
        QCOMPARE(bench.numbers(0), upTo(2'000));
    }

    void whoIsGoneIsClosedAlone()
    {
        Bench bench(200);
        bench.sinks[50]->hangUp();
        bench.sinks[150]->hangUp();
        bench.publish({bench.next(), bench.next()});
        QCOMPARE(bench.shard.figures().streams, 198U);
        for (std::size_t i = 0; i < bench.sinks.size(); ++i) {
            const bool isGone = i == 50 || i == 150;
            QCOMPARE(bench.sinks[i]->isClosed, isGone);
            QVERIFY(!bench.sinks[i]->wasOrderly);
            if (!isGone) {
                bench.read(i);
                QCOMPARE(bench.numbers(i), upTo(2));
            }
        }
    }

    void pingsGoOutTogether()
    {
        Bench bench(500);
        for (int second = 0; second < 61; ++second) {
            bench.clock.pass(1s);
            bench.shard.tick();
            bench.run();
        }
        QCOMPARE(bench.writesAlone(), 0U);
        for (const auto& sink : bench.sinks) {
            sink->read();
            std::vector<std::string> faults;
            const auto seen = seenEvents(sink->taken, true, faults);
            const auto pings = std::count_if(seen.begin(), seen.end(), [](const auto& e) { return e.name == "ping"; });
            QVERIFY(faults.empty());
            QVERIFY2(pings >= 2 && pings <= 4, qPrintable(QString::number(pings))); // its first, and one each 30 s
        }
    }

    void nothingIsLostDoubledOrMixedUpInAStorm()
    {
        constexpr UserId users = 5;
        Bench bench(60, users);
        std::mt19937 random(11);
        const auto roll = [&](std::size_t below) { return random() % below; };
        std::map<UserId, Numbers> due;
        for (int turn = 0; turn < 1'500; ++turn) {
            std::vector<LogEntry> entries;
            for (std::size_t i = roll(4); i > 0; --i) {
                std::vector<UserId> to;
                if (roll(3) > 0) {
                    to = {1 + static_cast<UserId>(roll(users))};
                }
                entries.push_back(bench.next(to, roll(6) == 0 ? roll(30'000) : roll(300)));
                for (UserId user = 1; user <= users; ++user) {
                    if (to.empty() || to[0] == user) {
                        due[user].push_back(entries.back().seq);
                    }
                }
            }
            bench.publish(std::move(entries));
            for (std::size_t reads = roll(20); reads > 0; --reads) {
                bench.read(roll(bench.sinks.size()), 1 + roll(20'000));
            }
        }
        QVERIFY(bench.shard.figures().backlogsBegun > 100);
        for (std::size_t i = 0; i < bench.sinks.size(); ++i) {
            const Numbers& wanted = due[1 + static_cast<UserId>(i) % users];
            for (int turn = 0; turn < 1'000 && bench.numbers(i).size() < wanted.size(); ++turn) {
                bench.read(i);
            }
            QCOMPARE(bench.numbers(i), wanted);
        }
    }
};

QTEST_GUILESS_MAIN(SendBatchTest)
#include "tst_send_batch.moc"
