// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/net/rig.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

using namespace std::chrono_literals;

const std::string live = "ping\"}\nid: 0\n\n\r\n";

std::string openStream(Seq after = 0)
{
    return "GET /stream?" + std::to_string(after) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

void loopsColumn()
{
    QTest::addColumn<int>("loops");
    QTest::newRow("one loop") << 1;
    QTest::newRow("several loops") << 3;
}

} // namespace

/// A thousand real streams on real loops (engine.md, section 10), plain and TLS: what each sees is whole.
class StreamsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thousandJoinsInAPublishStormMissNothing_data() { loopsColumn(); }
    void thousandJoinsInAPublishStormMissNothing();
    void readerThatNeverReadsDelaysNobody_data() { loopsColumn(); }
    void readerThatNeverReadsDelaysNobody();
};

void StreamsTest::thousandJoinsInAPublishStormMissNothing()
{
    QFETCH(int, loops);
    NetworkSettings settings;
    settings.loops = loops;
    Rig rig(settings);
    constexpr int joins = 1000;
    constexpr Seq last = 200;
    std::atomic<int> joined = 0;
    std::thread publisher([&] {
        for (Seq seq = 1; seq <= last; ++seq) {
            while (joined < seq * joins / last) // as long as others join, however fast that is
                std::this_thread::yield();
            rig.hub.committed(batchOf(seq, 100));
        }
    });
    std::vector<RawClient> clients;
    for (; joined < joins; ++joined) {
        clients.emplace_back(rig.port);
        clients.back().send(openStream());
    }
    publisher.join();
    for (RawClient& client : clients)
        QVERIFY(isGapless(numbersIn(client.readUntil("\nid: " + std::to_string(last) + "\n")), 1, last));
}

void StreamsTest::readerThatNeverReadsDelaysNobody()
{
    QFETCH(int, loops);
    NetworkSettings settings;
    settings.loops = loops;
    settings.stallTime = 1s;
    Rig rig(settings);
    RawClient never(rig.port, "127.0.0.1", 4096);
    never.send(openStream());
    std::vector<RawClient> readers;
    for (int i = 0; i < 1000; ++i) {
        readers.emplace_back(rig.port);
        readers.back().send(openStream());
        QVERIFY(readers.back().readUntil(live).ends_with(live));
    }
    std::vector<std::vector<Seq>> numbers(readers.size());
    constexpr Seq last = 100; // more than its socket and backlog hold
    for (Seq seq = 1; seq <= last; ++seq) {
        rig.hub.committed(batchOf(seq, 8000));
        if (seq % 4 == 0) {
            const std::string end = "\nid: " + std::to_string(seq) + "\n";
            for (std::size_t i = 0; i < readers.size(); ++i) {
                const std::vector<Seq> some = numbersIn(readers[i].readUntil(end));
                numbers[i].insert(numbers[i].end(), some.begin(), some.end());
            }
        }
    }
    for (const std::vector<Seq>& seen : numbers)
        QVERIFY(isGapless(seen, 1, last));
    QTRY_COMPARE_WITH_TIMEOUT(rig.hub.streams(7), 1000, 15'000);
}

QTEST_GUILESS_MAIN(StreamsTest)
#include "tst_streams.moc"
