// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/backoff.h"

#include <QTest>

using namespace std::chrono_literals;
using belfry::client::Backoff;

using Delays = QList<qint64>;
Q_DECLARE_METATYPE(Delays)

class BackoffTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void waitsByTheContract_data()
    {
        QTest::addColumn<int>("fixedBase"); // below 0: none
        QTest::addColumn<int>("retry");     // below 0: none
        QTest::addColumn<double>("random");
        QTest::addColumn<Delays>("delays");
        QTest::newRow("5 s where nobody says") << -1 << -1 << 0.0 << Delays{5000, 10000, 20000, 40000, 60000, 60000};
        QTest::newRow("jitter of at most a second") << -1 << -1 << 0.999 << Delays{5999, 10999, 20999, 40999, 60000};
        QTest::newRow("retry counts") << -1 << 2000 << 0.0 << Delays{2000, 4000, 8000};
        QTest::newRow("the person's base wins") << 100 << 2000 << 0.0 << Delays{100, 1000, 2000, 4000};
        QTest::newRow("doubling starts at 1 s") << -1 << 0 << 0.0 << Delays{0, 1000, 2000};
        QTest::newRow("a long base stays") << -1 << 120000 << 0.0 << Delays{120000, 120000, 120000};
        QTest::newRow("what is asked for is bounded") << -1 << 2'000'000'000 << 0.0 << Delays{3600000, 3600000};
    }
    void waitsByTheContract()
    {
        QFETCH(int, fixedBase);
        QFETCH(int, retry);
        QFETCH(double, random);
        QFETCH(Delays, delays);
        Backoff backoff([random] { return random; },
                        fixedBase < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(fixedBase)), 3600s);
        if (retry >= 0)
            backoff.serverSaid(std::chrono::milliseconds(retry));
        Delays seen;
        for (qsizetype i = 0; i < delays.size(); ++i)
            seen.append(backoff.lost().count());
        QCOMPARE(seen, delays);
    }

    void startsOverOnceAnEventCame()
    {
        Backoff backoff([] { return 0.0; }, std::nullopt, 3600s);
        backoff.lost();
        backoff.lost();
        QCOMPARE(backoff.failures(), 2);
        backoff.succeeded();
        QCOMPARE(backoff.failures(), 0);
        QCOMPARE(backoff.lost(), 5000ms);
    }

    void honoursRetryAfterWhereLonger()
    {
        Backoff backoff([] { return 0.0; }, 100ms, 300s);
        QCOMPARE(backoff.lost(3s), 3000ms);
        QCOMPARE(backoff.lost(0s), 1000ms);
        QCOMPARE(backoff.lost(24h), 300'000ms);
    }
};

QTEST_GUILESS_MAIN(BackoffTest)
#include "tst_backoff.moc"
