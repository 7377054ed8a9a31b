// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/batch_sender.h"
#include "support/socket_pair.h"

#include <QTest>

#include <sys/resource.h>

#ifdef __linux__
#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <string>
#include <vector>

using namespace belfry::server;
using belfry::test::SocketPair;

namespace {

std::vector<Parcel> parcelsTo(const std::vector<SocketPair>& pairs, std::string_view bytes)
{
    std::vector<Parcel> parcels;
    for (const SocketPair& pair : pairs) {
        parcels.push_back({pair.near(), bytes, 0});
    }
    return parcels;
}

/// Asked of the system itself.
bool systemHasRings()
{
#ifdef __linux__
    io_uring_params none{};
    const long ring = ::syscall(__NR_io_uring_setup, 1, &none);
    return ring >= 0 && ::close(static_cast<int>(ring)) == 0;
#else
    return false;
#endif
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
    void sendsToAll_data() { addSystems(); }
    void sendsToAll()
    {
        QFETCH(bool, isRefused);
        BatchSender sender;
        if (isRefused) {
            refuse(sender);
        }
        const std::vector<SocketPair> pairs(BatchSender::most);
        for (const std::string bytes : {"first", "second", "third"}) { // the ring goes round
            std::vector<Parcel> parcels = parcelsTo(pairs, bytes);
            QCOMPARE(sender.send(parcels), systemHasRings() && !isRefused);
            for (std::size_t i = 0; i < pairs.size(); ++i) {
                QCOMPARE(parcels[i].taken, bytes.size());
                QCOMPARE(pairs[i].read(), bytes);
            }
        }
    }

    void whatIsFullOrGoneHoldsNobodyUp_data() { addSystems(); }
    void whatIsFullOrGoneHoldsNobodyUp()
    {
        QFETCH(bool, isRefused);
        BatchSender sender;
        if (isRefused) {
            refuse(sender);
        }
        std::vector<SocketPair> pairs(8);
        fill(pairs[1]);
        pairs[3].closeFar();
        std::vector<Parcel> parcels = parcelsTo(pairs, "news");
        parcels[5].socket = -1; // no socket at all: others' business is done all the same
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

    void tellsHowMuchWasTaken_data() { addSystems(); }
    void tellsHowMuchWasTaken()
    {
        QFETCH(bool, isRefused);
        BatchSender sender;
        if (isRefused) {
            refuse(sender);
        }
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

private:
    static void addSystems()
    {
        QTest::addColumn<bool>("isRefused");
        QTest::newRow("as this system can") << false;
        QTest::newRow("where it may not") << true;
    }
    /// Its first call, while nothing more can be opened.
    static void refuse(BatchSender& sender)
    {
        const std::vector<SocketPair> pairs(2);
        std::vector<Parcel> parcels = parcelsTo(pairs, "first");
        rlimit files{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &files), 0);
        rlimit none = files;
        none.rlim_cur = 0;
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
        const bool wentByOneCall = sender.send(parcels);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &files), 0);
        QVERIFY(!wentByOneCall);
        QCOMPARE(pairs[1].read(), "first");
    }
};

QTEST_GUILESS_MAIN(BatchSenderTest)
#include "tst_batch_sender.moc"
