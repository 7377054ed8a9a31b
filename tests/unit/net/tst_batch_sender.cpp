// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/batch_sender.h"
#include "support/socket_pair.h"

#include <QTest>

#include <sys/resource.h>

#include <string>
#include <vector>

using namespace belfry::server;
using belfry::test::SocketPair;

Q_DECLARE_METATYPE(BatchSender::Way)

namespace {

std::vector<Parcel> parcelsTo(const std::vector<SocketPair>& pairs, std::string_view bytes)
{
    std::vector<Parcel> parcels;
    for (const SocketPair& pair : pairs) {
        parcels.push_back({pair.near(), bytes});
    }
    return parcels;
}

void fill(const SocketPair& pair)
{
    while (sockets::send(pair.near(), std::string(4096, '-')).outcome == sockets::Outcome::Done) {
    }
}

} // namespace

class BatchSenderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sendsToAll_data() { addWays(); }
    void sendsToAll()
    {
        QFETCH(BatchSender::Way, way);
        BatchSender sender(way);
        const std::vector<SocketPair> pairs(BatchSender::most);
        for (const std::string bytes : {"first", "second", "third"}) { // the ring goes round
            std::vector<Parcel> parcels = parcelsTo(pairs, bytes);
            sender.send(parcels);
            for (std::size_t i = 0; i < pairs.size(); ++i) {
                QCOMPARE(parcels[i].taken, bytes.size());
                QCOMPARE(pairs[i].read(), bytes);
            }
        }
        if (way == BatchSender::Way::OneByOne) {
            QVERIFY(!sender.isBatching());
        }
    }

    void whatIsFullOrGoneHoldsNobodyUp_data() { addWays(); }
    void whatIsFullOrGoneHoldsNobodyUp()
    {
        QFETCH(BatchSender::Way, way);
        BatchSender sender(way);
        std::vector<SocketPair> pairs(8);
        fill(pairs[1]);
        pairs[3].closeFar();
        std::vector<Parcel> parcels = parcelsTo(pairs, "news");
        parcels[5].socket = noSocket; // no socket at all: others' business is done all the same
        sender.send(parcels);
        for (const std::size_t taken : {0U, 2U, 4U, 6U, 7U}) {
            QCOMPARE(parcels[taken].taken, 4U);
            QCOMPARE(pairs[taken].read(), "news");
        }
        for (const std::size_t left : {1U, 3U, 5U}) {
            QCOMPARE(parcels[left].taken, 0U);
        }
        parcels = parcelsTo(pairs, "more");
        sender.send(parcels);
        QCOMPARE(parcels[0].taken, 4U);
        QCOMPARE(pairs[0].read(), "more");
    }

    void tellsHowMuchWasTaken_data() { addWays(); }
    void tellsHowMuchWasTaken()
    {
        QFETCH(BatchSender::Way, way);
        BatchSender sender(way);
        const std::vector<SocketPair> pairs(2);
        const std::string large(16 * 1024 * 1024, 'x');
        std::vector<Parcel> parcels = parcelsTo(pairs, large);
        sender.send(parcels);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            QVERIFY(parcels[i].taken > 0);
            QVERIFY(parcels[i].taken < large.size());
            QCOMPARE(pairs[i].read().size(), parcels[i].taken);
        }
    }

    void doesWithoutWhatTheSystemRefuses()
    {
        const std::vector<SocketPair> pairs(4);
        rlimit files{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &files), 0);
        rlimit none = files;
        none.rlim_cur = 3; // nothing more can be opened
        BatchSender sender;
        std::vector<Parcel> parcels = parcelsTo(pairs, "news");
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
        sender.send(parcels);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &files), 0);
        QVERIFY(!sender.isBatching());
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            QCOMPARE(parcels[i].taken, 4U);
            QCOMPARE(pairs[i].read(), "news");
        }
    }

private:
    static void addWays()
    {
        QTest::addColumn<BatchSender::Way>("way");
        QTest::newRow("as the system can") << BatchSender::Way::Best;
        QTest::newRow("one by one") << BatchSender::Way::OneByOne;
    }
};

QTEST_GUILESS_MAIN(BatchSenderTest)
#include "tst_batch_sender.moc"
