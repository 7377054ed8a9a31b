// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/local_socket.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace belfry;
using namespace belfry::server;

namespace {

using namespace std::chrono_literals;

constexpr auto forEver = 1h; // the test ends long before, or it fails by its own limit

/// More than any socket holds.
const std::string longLine(8 * 1024 * 1024, 'x');

/// A listener in a directory of its own, and the connection of one who called it.
struct Pair
{
    Pair()
        : directory(
              DataDirectory::open(home.filePath(QStringLiteral("data")).toStdString(), DataDirectory::Owner::Required)),
          listener(std::move(*LocalListener::listen(*directory, "test.sock"))),
          caller(connectLocal(*directory, "test.sock")), accepted(listener->accept())
    {
    }

    QTemporaryDir home;
    Result<DataDirectory> directory;
    std::unique_ptr<LocalListener> listener;
    std::optional<LocalConnection> caller, accepted;
};

} // namespace

/// Nobody waits for the other end longer than he wants to, and not at all once he is woken.
class LocalSocketTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void carriesLongLinesBothWays();
    void whoDoesNotReadIsGivenUp();
    void whoSaysNothingIsGivenUp();
    void wakingBreaksOffWhatIsUnderWay();
    void wakingLetsShortAnswersOut();
};

void LocalSocketTest::carriesLongLinesBothWays()
{
    Pair pair;
    const std::string line(1000 * 1000, 'y');
    for (auto [from, to] : {std::pair(&*pair.caller, &*pair.accepted), std::pair(&*pair.accepted, &*pair.caller)}) {
        auto written = std::async(std::launch::async, [&, from = from] { return from->writeLine(line, forEver); });
        QCOMPARE(to->readLine(forEver).value_or(""), line);
        QVERIFY(written.get());
    }
}

void LocalSocketTest::whoDoesNotReadIsGivenUp()
{
    Pair pair;
    QVERIFY(!pair.accepted->writeLine(longLine, 50ms));
}

void LocalSocketTest::whoSaysNothingIsGivenUp()
{
    Pair pair;
    QVERIFY(!pair.accepted->readLine(50ms));
}

void LocalSocketTest::wakingBreaksOffWhatIsUnderWay()
{
    Pair pair;
    const std::optional<LocalConnection> silent = connectLocal(*pair.directory, "test.sock");
    std::optional<LocalConnection> listening = pair.listener->accept();
    auto written = std::async(std::launch::async, [&] { return pair.accepted->writeLine(longLine, forEver); });
    auto read = std::async(std::launch::async, [&] { return listening->readLine(forEver).has_value(); });
    auto accepted = std::async(std::launch::async, [&] { return pair.listener->accept().has_value(); });
    pair.listener->wake();
    QVERIFY(!written.get() && !read.get() && !accepted.get());
}

void LocalSocketTest::wakingLetsShortAnswersOut()
{
    Pair pair;
    pair.listener->wake();
    QVERIFY(pair.accepted->writeLine("done", forEver));
    QCOMPARE(pair.caller->readLine(forEver).value_or(""), "done");
}

QTEST_GUILESS_MAIN(LocalSocketTest)
#include "tst_local_socket.moc"
