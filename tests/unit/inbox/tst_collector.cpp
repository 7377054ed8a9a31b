// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/sync_collector.h"

#include <QTest>

using namespace belfry;
using namespace belfry::client;
using namespace std::chrono_literals;

namespace {

const Time serverNow = *parseTime("2026-11-23T08:00:00Z");
const Collector::Moment start{};

Row row(RowId id, Priority priority = Priority::Normal, std::chrono::milliseconds age = 10min)
{
    Row row;
    row.rowId = id;
    row.priority = priority;
    row.createdAt = QDateTime::fromMSecsSinceEpoch((serverNow - age).time_since_epoch().count(), Qt::UTC);
    return row;
}

} // namespace

class TestCollector : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void countsWhatCameWhileAway()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1), start);
        c.came(row(2), start);
        const Showing s = c.caughtUp(start + 1s, serverNow);
        QCOMPARE(s.summary, std::optional<int>(2));
        QCOMPARE(s.summarised, (QList<RowId>{1, 2}));
        QVERIFY(s.singles.isEmpty());
        QVERIFY(!c.isCollecting());
    }

    void showsExactlyOneFreshMessageAsItself()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1, Priority::Normal, 1min), start);
        Showing s = c.caughtUp(start, serverNow);
        QCOMPARE(s.singles, QList<RowId>{1});
        QVERIFY(!s.summary);
        c.begin(start);
        c.came(row(2, Priority::Normal, 2min), start);
        s = c.caughtUp(start, serverNow);
        QCOMPARE(s.summary, std::optional<int>(1)); // not of under 2 minutes
    }

    void showsCriticalOnesSinglyAtThePing()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1, Priority::Critical), start);
        c.came(row(2), start);
        c.came(row(3), start);
        const Showing s = c.caughtUp(start + 1s, serverNow);
        QCOMPARE(s.singles, QList<RowId>{1});
        QCOMPARE(s.summary, std::optional<int>(2));
    }

    void showsCriticalOnesTenSecondsAfterTheyCame()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1, Priority::Critical), start + 5s);
        QCOMPARE(*c.nextDue(), start + 10s);
        QVERIFY(c.tick(start + 10s, serverNow).singles.isEmpty());
        QCOMPARE(c.tick(start + 15s, serverNow).singles, QList<RowId>{1});
        QVERIFY(c.caughtUp(start + 16s, serverNow).singles.isEmpty());
    }

    void showsNothingThatNoLongerHolds()
    {
        Collector c({});
        c.begin(start);
        Row expiring = row(1, Priority::Critical);
        expiring.expiresAt = QDateTime::fromMSecsSinceEpoch(serverNow.time_since_epoch().count(), Qt::UTC);
        c.came(expiring, start);
        Row acked = row(2, Priority::Critical);
        c.came(acked, start);
        acked.ackedAt = acked.createdAt;
        c.changed(acked);
        c.came(row(3), start);
        c.gone(3);
        Row read = row(4);
        read.readAt = read.createdAt;
        c.came(read, start);
        const Showing s = c.caughtUp(start, serverNow);
        QVERIFY(s.singles.isEmpty());
        QVERIFY(!s.summary);
    }

    void theSummaryStandsAfterTenSecondsAndCountsOn()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1), start);
        QVERIFY(!c.tick(start + 9s, serverNow).summary);
        QCOMPARE(c.tick(start + 10s, serverNow).summary, std::optional<int>(1));
        c.came(row(2), start + 11s);
        QCOMPARE(c.tick(start + 11s, serverNow).summary, std::optional<int>(2));
        c.gone(1);
        c.gone(2);
        QCOMPARE(c.caughtUp(start + 12s, serverNow).summary, std::optional<int>(0));
    }

    void theSummaryDropsWhatIsReadElsewhere()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1), start);
        c.came(row(2), start);
        c.caughtUp(start, serverNow);
        c.gone(1);
        QCOMPARE(c.takeDropped(), std::optional<int>(1));
        QVERIFY(!c.takeDropped());
        c.gone(2);
        QCOMPARE(c.takeDropped(), std::optional<int>(0));
    }

    void lowOnesAloneAreNotWorthASummary()
    {
        Collector c({});
        c.begin(start);
        c.came(row(1, Priority::Low), start);
        c.came(row(2, Priority::Low), start);
        QVERIFY(!c.caughtUp(start, serverNow).summary);
    }

    void nothingIsCollectedOutsideThePast()
    {
        Collector c({});
        QVERIFY(!c.tick(start, serverNow).summary);
        QVERIFY(!c.caughtUp(start, serverNow).summary);
        QVERIFY(!c.nextDue());
    }
};

QTEST_GUILESS_MAIN(TestCollector)
#include "tst_collector.moc"
