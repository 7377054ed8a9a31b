// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/throttle.h"
#include "unit/api/turned_clock.h"

#include <QTest>

using namespace belfry::server;
using namespace std::chrono_literals;

class ThrottleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void closesFromTheSixthFailureOfANameAtAnAddress()
    {
        const TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 1; attempt <= 5; ++attempt)
            QVERIFY(!throttle.failed({"ann", "192.0.2.1"}));
        QCOMPARE(throttle.failed({"ann", "192.0.2.1"}).value_or(0), 1);
        QCOMPARE(throttle.refusal({"ann", "192.0.2.1"}).value_or(0), 1);
        QVERIFY(!throttle.refusal({"ann", "192.0.2.2"}));
        QVERIFY(!throttle.refusal({"bob", "192.0.2.1"}));
    }

    void doublesUpToFiveMinutes()
    {
        TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 1; attempt <= 5; ++attempt)
            throttle.failed({"ann", "192.0.2.1"});
        for (const int expected : {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            QCOMPARE(throttle.failed({"ann", "192.0.2.1"}).value_or(0), expected);
            clock.turn(std::chrono::seconds(expected) - 1ms);
            QCOMPARE(throttle.refusal({"ann", "192.0.2.1"}).value_or(0), 1);
            clock.turn(1ms);
            QVERIFY(!throttle.refusal({"ann", "192.0.2.1"}));
        }
    }

    void aSuccessClearsTheNameThere()
    {
        const TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 1; attempt <= 5; ++attempt)
            throttle.failed({"ann", "192.0.2.1"});
        throttle.succeeded({"ann", "192.0.2.1"});
        for (int attempt = 1; attempt <= 5; ++attempt)
            QVERIFY(!throttle.failed({"ann", "192.0.2.1"}));
    }

    void closesAnAddressFromItsThirtyFirstFailure()
    {
        const TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 1; attempt <= 30; ++attempt)
            QVERIFY(!throttle.failed({"name" + std::to_string(attempt), "192.0.2.1"}));
        QCOMPARE(throttle.failed({"name31", "192.0.2.1"}).value_or(0), 1);
        QCOMPARE(throttle.refusal({"anybody", "192.0.2.1"}).value_or(0), 1);
        QVERIFY(!throttle.refusal({"anybody", "192.0.2.2"}));
    }

    void closesANameFromItsHundredAndFirstFailureButNotWhereItSignedIn()
    {
        TurnedClock clock;
        Throttle throttle(clock);
        throttle.succeeded({"ann", "198.51.100.7"});
        for (int attempt = 1; attempt <= 100; ++attempt)
            QVERIFY(!throttle.failed({"ann", "192.0.2." + std::to_string(attempt)}));
        QCOMPARE(throttle.failed({"ann", "192.0.2.101"}).value_or(0), 1);
        QCOMPARE(throttle.refusal({"ann", "192.0.2.200"}).value_or(0), 1);
        QVERIFY(!throttle.refusal({"ann", "198.51.100.7"}));
        for (int attempt = 1; attempt <= 10; ++attempt)
            throttle.failed({"ann", "203.0.113." + std::to_string(attempt)});
        QCOMPARE(throttle.refusal({"ann", "192.0.2.200"}).value_or(0), 30); // never longer
    }

    void forgetsWhereANameSignedInAfterNinetyDays()
    {
        TurnedClock clock;
        Throttle throttle(clock);
        throttle.succeeded({"ann", "198.51.100.7"});
        clock.turn(std::chrono::days(90));
        for (int attempt = 1; attempt <= 101; ++attempt)
            throttle.failed({"ann", "192.0.2." + std::to_string(attempt)});
        QVERIFY(throttle.refusal({"ann", "198.51.100.7"}));
    }

    void countsTheSameWrongPasswordOnceForAnAddress()
    {
        TurnedClock clock;
        Throttle throttle(clock);
        // A machine with a password of yesterday, behind an address that others share.
        for (int attempt = 1; attempt <= 100; ++attempt)
            throttle.failed({"ann", "192.0.2.1", "of yesterday"});
        QVERIFY(throttle.refusal({"ann", "192.0.2.1"}));
        QVERIFY(!throttle.refusal({"bob", "192.0.2.1"}));
        // Guesses count, each: that was one, and so is the same word for another name.
        for (int attempt = 2; attempt <= 30; ++attempt)
            throttle.failed({"name" + std::to_string(attempt), "192.0.2.1", "of yesterday"});
        QVERIFY(!throttle.refusal({"bob", "192.0.2.1"}));
        throttle.failed({"ann", "192.0.2.1", "another"});
        QVERIFY(throttle.refusal({"bob", "192.0.2.1"}));
        // After an hour without it, it is new.
        clock.turn(60min);
        for (int attempt = 1; attempt <= 30; ++attempt)
            throttle.failed({"ann", "192.0.2.1", "guess " + std::to_string(attempt)});
        throttle.failed({"ann", "192.0.2.1", "of yesterday"});
        QVERIFY(throttle.refusal({"bob", "192.0.2.1"}));
    }

    void remembersWhereSomebodySignedInBeforeTheStart()
    {
        const TurnedClock clock;
        Throttle throttle(clock);
        throttle.remember(7, "198.51.100.7", std::chrono::days(89));
        throttle.remember(8, "198.51.100.7", std::chrono::days(90));
        throttle.remember(7, "2001:db8:0:1::/64", std::chrono::days(1)); // as it was kept
        for (int attempt = 1; attempt <= 101; ++attempt) {
            throttle.failed({"ann", "192.0.2." + std::to_string(attempt), {}, 7});
            throttle.failed({"bob", "203.0.113." + std::to_string(attempt), {}, 8});
        }
        QVERIFY(!throttle.refusal({"ann", "198.51.100.7", {}, 7}));
        QVERIFY(!throttle.refusal({"ann", "2001:db8:0:1::5", {}, 7}));
        QVERIFY(throttle.refusal({"ann", "2001:db8:0:2::5", {}, 7}));
        QVERIFY(throttle.refusal({"bob", "198.51.100.7", {}, 8}));
    }

    void countersLapseAnHourAfterTheirLastFailure()
    {
        TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 1; attempt <= 5; ++attempt)
            throttle.failed({"ann", "192.0.2.1"});
        clock.turn(59min);
        QCOMPARE(throttle.failed({"ann", "192.0.2.1"}).value_or(0), 1);
        clock.turn(60min);
        QVERIFY(!throttle.failed({"ann", "192.0.2.1"}));
    }

    void countsTheSixtyFourOfIpv6()
    {
        const TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 1; attempt <= 6; ++attempt)
            throttle.failed({"ann", "2001:db8:0:1::" + std::to_string(attempt)});
        QVERIFY(throttle.refusal({"ann", "2001:db8:0:1:ffff::9"}));
        QVERIFY(!throttle.refusal({"ann", "2001:db8:0:2::1"}));
        QCOMPARE(countedAddress("::ffff:192.0.2.1"), std::string("192.0.2.1"));
    }

    void keepsAtMostSoManyCounters()
    {
        const TurnedClock clock;
        Throttle throttle(clock);
        for (int attempt = 0; attempt < 40'000; ++attempt)
            throttle.failed({"name" + std::to_string(attempt), "192.0.2.1"});
        QCOMPARE(throttle.counters(), std::size_t(65'536));
        QVERIFY(throttle.refusal({"name39999", "192.0.2.1"})); // the address, counted last, is still there
    }
};

QTEST_GUILESS_MAIN(ThrottleTest)
#include "tst_throttle.moc"
