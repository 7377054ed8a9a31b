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

/// A ring of a system that fails, as no system here does.
class ScriptedRing final : public SendRing
{
public:
    explicit ScriptedRing(Outcome outcome) : m_outcome(outcome) {}
    Outcome send(std::span<Parcel> parcels) override
    {
        for (Parcel& parcel : parcels)
            parcel.taken = m_outcome == Outcome::Done ? parcel.bytes.size() : 0;
        return m_outcome;
    }

private:
    Outcome m_outcome;
};

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
            QCOMPARE(sender.send(parcels), systemHasRings() && !isRefused ? pairs.size() : 0U);
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
        QCOMPARE(sender.send(parcels), systemHasRings() && !isRefused ? 5U : 0U); // what was taken counts
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

    void whatFailedForAMomentIsTakenUpAgain()
    {
        int opened = 0;
        std::size_t sentOneByOne = 0;
        bool fails = true;
        BatchSender sender([&] {
            ++opened;
            return std::make_unique<ScriptedRing>(fails ? SendRing::Outcome::Failed : SendRing::Outcome::Done);
        });
        const std::vector<SocketPair> pairs(2);
        const auto send = [&] {
            std::vector<Parcel> parcels = parcelsTo(pairs, "x");
            const std::size_t taken = sender.send(parcels);
            sentOneByOne += pairs[0].read().size() + pairs[1].read().size();
            return taken;
        };
        QCOMPARE(send(), 0U); // it took nothing, and counts as nothing
        QCOMPARE(opened, 1);
        for (std::uint32_t i = 0; i < BatchSender::firstPause; ++i)
            QCOMPARE(send(), 0U);
        QCOMPARE(opened, 1);
        QCOMPARE(send(), 0U); // tried again, in vain: the pause doubles
        QCOMPARE(opened, 2);
        fails = false;
        for (std::uint32_t i = 0; i < 2 * BatchSender::firstPause; ++i)
            QCOMPARE(send(), 0U);
        QCOMPARE(opened, 2);
        QCOMPARE(send(), 2U);
        QCOMPARE(send(), 2U);
        QCOMPARE(opened, 3);
        QCOMPARE(sentOneByOne, std::size_t(2 * 3 * BatchSender::firstPause)); // all but those of the rings
    }

    /// Linux 5.1 to 5.5.
    void aRingThatCannotSendIsNotAskedAgain()
    {
        int opened = 0;
        BatchSender sender([&] {
            ++opened;
            return std::make_unique<ScriptedRing>(SendRing::Outcome::Unable);
        });
        const std::vector<SocketPair> pairs(2);
        for (std::uint32_t i = 0; i < 2 * BatchSender::firstPause; ++i) {
            std::vector<Parcel> parcels = parcelsTo(pairs, "x");
            QCOMPARE(sender.send(parcels), 0U);
        }
        QCOMPARE(opened, 1);
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
        const std::size_t wentByOneCall = sender.send(parcels);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &files), 0);
        QCOMPARE(wentByOneCall, 0U);
        QCOMPARE(pairs[1].read(), "first");
    }
};

QTEST_GUILESS_MAIN(BatchSenderTest)
#include "tst_batch_sender.moc"
