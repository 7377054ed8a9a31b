// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/wakeup.h"
#include "desk.h"
#include "support/fault_proxy.h"
#include "support/server_process.h"

#include <QSignalSpy>

#include <atomic>

using namespace belfry;
using namespace belfry::client;
using namespace belfry::test;
using namespace belfry::tests;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 30'000;

/// This machine's clocks, the one on the wall set as a test likes.
class WrongClock final : public Clock
{
public:
    explicit WrongClock(std::chrono::milliseconds by = 0ms) : m_by(by.count()) {}
    Time now() const override { return systemClock().now() + std::chrono::milliseconds(m_by.load()); }
    std::chrono::steady_clock::time_point monotonic() const override { return systemClock().monotonic(); }
    void set(std::chrono::milliseconds by) { m_by += by.count(); }

private:
    std::atomic<std::int64_t> m_by;
};

/// Both clocks stand still until they are told.
class StandingClock final : public Clock
{
public:
    Time now() const override { return m_wall; }
    std::chrono::steady_clock::time_point monotonic() const override { return m_monotonic; }
    void pass(std::chrono::milliseconds by)
    {
        m_wall += by;
        m_monotonic += by;
    }
    void set(std::chrono::milliseconds by) { m_wall += by; }

private:
    Time m_wall{1'800'000'000'000ms};
    std::chrono::steady_clock::time_point m_monotonic{1h};
};

SyncTimes hasty()
{
    SyncTimes times;
    times.reconnectDelay = 20ms;
    return times;
}

QByteArray expiresIn(std::chrono::milliseconds time)
{
    return ",\"expires_at\":\"" + QByteArray::fromStdString(formatTime(systemClock().now() + time)) + '"';
}

} // namespace

#define TRY_HERE(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience)

/// Desktops whose clock is not the server's, or is set while they run: expiry, what is collected and renewal go by the
/// server's, and nothing is lost, shown twice or asked for without end.
class DeskClocksTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); } // nobody's real keyring
    void init();
    void cleanup() { m_server.reset(); }

    void aWrongClockCostsNothing_data();
    void aWrongClockCostsNothing();
    void aClockSetMeanwhileCostsNothing_data();
    void aClockSetMeanwhileCostsNothing();
    void aServerSetBackIsBelieved();
    void aTokenIsRenewedByTheServersClockAndOnce();
    void aClockSetAgainAndAgainIsOneWakeUp();

private:
    void send(const char* title, const QByteArray& more = {})
    {
        QVERIFY(m_server->trigger(m_ops, QByteArray("{\"user\":\"ann\",\"title\":\"") + title + '"' + more + '}') > 0);
    }
    /// Counts renewals on their way.
    FaultProxy::Decide renewals(int& count)
    {
        return [&count](const QByteArray& request) {
            count += request.startsWith("POST /api/auth/refresh/") ? 1 : 0;
            return Fault{};
        };
    }

    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_ops;
};

void DeskClocksTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY2(m_server->start({QStringLiteral("--retry"), QStringLiteral("50")}), m_server->log());
    QCOMPARE(m_server->addUser(QStringLiteral("ops"), QStringLiteral("admin")), 1);
    QCOMPARE(m_server->addUser(QStringLiteral("ann"), QStringLiteral("receiver")), 2);
    m_ops = m_server->token(QStringLiteral("ops"));
}

void DeskClocksTest::aWrongClockCostsNothing_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("two years ahead") << 2 * 365 * 24;
    QTest::newRow("two years behind") << -2 * 365 * 24;
    QTest::newRow("five hours ahead") << 5;
}

void DeskClocksTest::aWrongClockCostsNothing()
{
    QFETCH(int, hours);
    FaultProxy proxy(m_server->port());
    int renewed = 0;
    proxy.setFaults(renewals(renewed));
    const WrongClock clock(hours * 1h);
    Desk desk(hasty(), clock);
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());

    send("for an hour", expiresIn(1h));
    send("for a moment", expiresIn(6s)); // time enough to be shown on a busy machine
    TRY_HERE(desk.shown(QStringLiteral("for a moment")) == 1);
    QCOMPARE(desk.shown(QStringLiteral("for an hour")), 1);
    TRY_HERE(desk.row(QStringLiteral("for a moment")).isExpired);
    QVERIFY(!desk.row(QStringLiteral("for an hour")).isExpired);
    QCOMPARE(desk->unread(), 1);

    // Away for a moment: what came is fresh, whatever it says on the wall.
    desk.close();
    send("fresh", expiresIn(1h));
    desk.open();
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.shown(QStringLiteral("fresh")) == 1);
    QCOMPARE(desk.summary, 0);
    desk.close();
    send("important", ",\"priority\":\"critical\"" + expiresIn(1h));
    send("another", expiresIn(1h));
    send("a third", expiresIn(1h));
    desk.open();
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.shown(QStringLiteral("important")) == 1);
    TRY_HERE(desk.summary == 2);
    QVERIFY(!desk.row(QStringLiteral("another")).isExpired);
    QVERIFY(!desk.row(QStringLiteral("for an hour")).isExpired);

    // A new person at a new machine: an old history is quiet, but for what is critical.
    Desk fresh(hasty(), clock);
    QCOMPARE(fresh.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(fresh.isLive());
    TRY_HERE(fresh.shown(QStringLiteral("important")) == 1);
    QCOMPARE(fresh.live.size() + fresh.singles.size(), 1);

    for (int i = 0; i < 4; ++i) {
        const auto attempts = proxy.attempts().size();
        proxy.dropAll();
        TRY_HERE(proxy.attempts().size() >= attempts + 2 && desk.isLive() && fresh.isLive());
    }
    QCOMPARE(renewed, 0); // 30 days have not half gone
}

void DeskClocksTest::aClockSetMeanwhileCostsNothing_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("on by two years") << 2 * 365 * 24;
    QTest::newRow("back by two years") << -2 * 365 * 24;
    QTest::newRow("on by an hour") << 1;
}

void DeskClocksTest::aClockSetMeanwhileCostsNothing()
{
    QFETCH(int, hours);
    FaultProxy proxy(m_server->port());
    int renewed = 0;
    proxy.setFaults(renewals(renewed));
    WrongClock clock;
    Desk desk(hasty(), clock);
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());
    send("before", expiresIn(30min));
    TRY_HERE(desk.shown(QStringLiteral("before")) == 1);
    const auto attempts = proxy.attempts().size();

    clock.set(hours * 1h);
    send("after", expiresIn(30min));
    TRY_HERE(desk.shown(QStringLiteral("after")) == 1);
    QVERIFY(!desk.row(QStringLiteral("after")).isExpired);
    // It is taken for a wake-up, once: the link may be dead.
    TRY_HERE(proxy.attempts().size() == attempts + 1);
    TRY_HERE(desk.isLive());
    send("again", expiresIn(30min));
    TRY_HERE(desk.has(QStringLiteral("again")));
    TRY_HERE(desk.shown(QStringLiteral("again")) == 1);
    QVERIFY(!desk.row(QStringLiteral("before")).isExpired);
    QCOMPARE(desk.shown(QStringLiteral("before")), 1);
    QCOMPARE(desk.shown(QStringLiteral("after")), 1);
    QCOMPARE(desk->unread(), 3);
    QCOMPARE(proxy.attempts().size(), attempts + 1);
    QCOMPARE(renewed, 0);
}

void DeskClocksTest::aServerSetBackIsBelieved()
{
    FaultProxy proxy(m_server->port());
    proxy.setDateShift(5h); // as the server said it when the stream was opened
    Desk desk(hasty());
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());
    proxy.setDateShift(0s); // it was set back since
    send("for an hour", expiresIn(1h));
    TRY_HERE(desk.shown(QStringLiteral("for an hour")) == 1);
    send("and another", expiresIn(1h));
    TRY_HERE(desk.shown(QStringLiteral("and another")) == 1);
    send("for a moment", expiresIn(2s)); // by its clock as it is now
    TRY_HERE(desk.row(QStringLiteral("for a moment")).isExpired);
    QVERIFY(!desk.row(QStringLiteral("for an hour")).isExpired);
    QVERIFY(!desk.row(QStringLiteral("and another")).isExpired);
}

void DeskClocksTest::aTokenIsRenewedByTheServersClockAndOnce()
{
    FaultProxy proxy(m_server->port());
    int renewed = 0;
    proxy.setFaults(renewals(renewed));
    proxy.setDateShift(20 * 24h); // 15 of 30 days are over, and the new token seems as old
    Desk desk(hasty());
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());
    TRY_HERE(renewed == 1);
    TRY_HERE(proxy.attempts().size() == 2 && desk.isLive()); // opened anew with it
    for (int i = 0; i < 4; ++i) {
        const auto attempts = proxy.attempts().size();
        proxy.dropAll();
        TRY_HERE(proxy.attempts().size() > attempts && desk.isLive());
    }
    QCOMPARE(renewed, 1);
    send("with the new one");
    TRY_HERE(desk.shown(QStringLiteral("with the new one")) == 1);
}

void DeskClocksTest::aClockSetAgainAndAgainIsOneWakeUp()
{
    StandingClock clock;
    WakeupWatch watch(clock, 1ms);
    const QSignalSpy woke(&watch, &WakeupWatch::woke);
    QTimer ticks;
    int ticked = 0;
    connect(&ticks, &QTimer::timeout, this, [&] { ++ticked; });
    ticks.start(1ms);
    const auto someTicks = [&] {
        const int from = ticked;
        QTRY_VERIFY(ticked > from + 20);
    };
    clock.pass(3s);
    someTicks();
    QCOMPARE(woke.size(), 0);
    for (int i = 0; i < 5; ++i) {
        clock.pass(1s);
        clock.set(i % 2 ? -1h : 1h);
        someTicks();
    }
    QCOMPARE(woke.size(), 1);
    clock.pass(15s); // what was held back then comes
    someTicks();
    QCOMPARE(woke.size(), 2);
    clock.pass(60s);
    someTicks();
    QCOMPARE(woke.size(), 2);
}

QTEST_GUILESS_MAIN(DeskClocksTest)
#include "tst_desk_clocks.moc"
