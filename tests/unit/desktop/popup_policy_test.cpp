// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/policy.h"
#include "app/desktop/popups/quiet.h"

#include <QTest>

#include <map>

using namespace belfry;
using namespace belfry::desktop;
using namespace std::chrono_literals;
using client::Row;
using client::RowId;

namespace {

class TurnedClock : public Clock
{
public:
    Time now() const override { return m_wall; }
    std::chrono::steady_clock::time_point monotonic() const override { return m_steady; }
    void turn(std::chrono::milliseconds by)
    {
        m_wall += by;
        m_steady += by;
    }
    void set(std::chrono::milliseconds by) { m_wall += by; } ///< and no time passes
    QDateTime dateTime() const { return QDateTime::fromMSecsSinceEpoch(m_wall.time_since_epoch().count()); }

private:
    Time m_wall{1'800'000'000'000ms};
    std::chrono::steady_clock::time_point m_steady{1h};
};

/// A screen that shows whatever it is told, and remembers it.
class Screen : public PopupStage
{
public:
    void show(PopupId id, const Popup& popup) override
    {
        popups[id] = popup;
        ++drawn;
    }
    void close(PopupId id) override { popups.erase(id); }
    void markShown(const QList<RowId>& rows) override { shown += rows; }
    void quietEnded() override { ++quietEnds; }

    bool has(PopupId id) const { return popups.contains(id); }
    QStringList titles() const
    {
        QStringList all;
        for (const auto& [id, popup] : popups)
            all.append(popup.title);
        return all;
    }
    int summaries() const
    {
        return int(std::count_if(popups.begin(), popups.end(), [](const auto& one) { return one.first < summaryIds; }));
    }
    Popup summary() const { return popups.empty() ? Popup{} : popups.begin()->second; }

    std::map<PopupId, Popup> popups;
    QList<RowId> shown;
    int drawn = 0;
    int quietEnds = 0;
};

Row row(RowId id, Priority priority = Priority::Normal, UserId sender = 1)
{
    Row row;
    row.rowId = id;
    row.id = id;
    row.title = QStringLiteral("Title %1").arg(id);
    row.message = QStringLiteral("Message %1").arg(id);
    row.priority = priority;
    row.senderId = sender;
    row.senderName = QStringLiteral("sender%1").arg(sender);
    return row;
}

} // namespace

class PopupPolicyTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<TurnedClock> m_clock;
    std::unique_ptr<Screen> m_screen;
    std::unique_ptr<PopupPolicy> m_policy;

    void arrive(RowId from, RowId to, Priority priority = Priority::Normal, UserId sender = 1)
    {
        for (RowId id = from; id <= to; ++id)
            m_policy->arrived(row(id, priority, sender));
    }
    void turn(std::chrono::milliseconds by)
    {
        m_clock->turn(by);
        m_policy->tick();
    }
    /// The screen has taken all that it was told.
    void answer()
    {
        for (const auto& [id, popup] : m_screen->popups)
            m_policy->wasShown(id);
    }
    void beQuiet() { m_policy->setQuiet(quietFrom(QuietChoice::HalfAnHour, m_clock->dateTime())); }

private Q_SLOTS:
    void init()
    {
        m_clock = std::make_unique<TurnedClock>();
        m_screen = std::make_unique<Screen>();
        m_policy = std::make_unique<PopupPolicy>(*m_screen, *m_clock, [](Priority p) { return p != Priority::Low; });
    }

    void showsByPriority_data()
    {
        QTest::addColumn<int>("priority");
        QTest::addColumn<bool>("isQuiet");
        QTest::addColumn<bool>("isShown");
        QTest::addColumn<bool>("isForgotten"); // never to be shown at a later start
        const auto add = [](const char* name, Priority priority, bool isQuiet, bool isShown, bool isForgotten) {
            QTest::newRow(name) << int(priority) << isQuiet << isShown << isForgotten;
        };
        add("low", Priority::Low, false, false, true);
        add("normal", Priority::Normal, false, true, false);
        add("high", Priority::High, false, true, false);
        add("critical", Priority::Critical, false, true, false);
        add("low, quiet", Priority::Low, true, false, true);
        add("normal, quiet", Priority::Normal, true, false, true);
        add("high, quiet", Priority::High, true, false, false);
        add("critical, quiet", Priority::Critical, true, true, false);
    }
    void showsByPriority()
    {
        QFETCH(int, priority);
        QFETCH(bool, isQuiet);
        QFETCH(bool, isShown);
        QFETCH(bool, isForgotten);
        if (isQuiet)
            beQuiet();
        m_policy->arrived(row(1, Priority(priority)));
        QCOMPARE(m_screen->has(1), isShown);
        QCOMPARE(m_screen->shown.contains(1), isForgotten);
    }

    void remembersAsShownOnlyWhatTheDaemonAnswered()
    {
        arrive(1, 1);
        QVERIFY(m_screen->shown.isEmpty());
        m_policy->wasShown(1);
        QCOMPARE(m_screen->shown, QList<RowId>{1});
    }

    void showsACriticalOneAgainLaterUnlessThePersonClosedIt()
    {
        arrive(1, 2, Priority::Critical);
        m_policy->wasShown(1);
        m_policy->wasShown(2);
        m_policy->wasClosed(1, ClosedBy::Timeout);
        m_policy->wasClosed(2, ClosedBy::Person);
        QCOMPARE(m_screen->shown, QList<RowId>{2});
    }

    void sumsUpMoreThanFiveWithinTwoSeconds()
    {
        arrive(1, 5);
        QCOMPARE(m_screen->popups.size(), 5u);
        arrive(6, 12);
        turn(1s);
        QCOMPARE(m_screen->popups.size(), 6u); // the five stay
        QVERIFY2(m_screen->summary().title.startsWith(u'7'), qPrintable(m_screen->summary().title));
        QCOMPARE(m_screen->drawn, 7); // the summary twice, not seven times
    }

    void countsOnUntilTenSecondsOfQuiet()
    {
        arrive(1, 6);
        turn(9s);
        arrive(7, 7);
        QVERIFY(m_screen->summary().title.startsWith(u'2'));
        QVERIFY(!m_screen->has(7));
        answer();
        turn(11s);
        arrive(8, 8);
        QVERIFY(m_screen->has(8));
    }

    void stopsCountingWhenTheSummaryIsClosed()
    {
        arrive(1, 6);
        answer();
        m_policy->wasClosed(m_screen->popups.begin()->first, ClosedBy::Person);
        turn(3s);
        arrive(7, 7);
        QVERIFY(m_screen->has(7));
    }

    void fiveWithinTwoSecondsAgainAndAgainAreNoBurst()
    {
        for (int round = 0; round < 4; ++round) {
            arrive(round * 5 + 1, round * 5 + 5);
            answer();
            turn(2100ms);
        }
        QCOMPARE(m_screen->summaries(), 0);
    }

    void aScreenThatHangsIsLeftFiveAndASummary()
    {
        for (RowId id = 1; id <= 20; ++id) {
            arrive(id, id);
            turn(1min);
        }
        QCOMPARE(m_screen->popups.size(), 6u);
        QVERIFY(m_screen->summary().title.startsWith(QLatin1StringView("15 ")));
        m_policy->arrived(row(50, Priority::Critical));
        QVERIFY(m_screen->has(50));
        answer(); // it goes on
        turn(1min);
        arrive(60, 60);
        QVERIFY(m_screen->has(60));
    }

    void theSummaryDropsWhatIsReadAndGoesAtNothing()
    {
        arrive(1, 8);
        turn(1s);
        m_policy->withdrawn({6});
        turn(1s);
        QVERIFY(m_screen->summary().title.startsWith(u'2'));
        m_policy->withdrawn({7, 8});
        QCOMPARE(m_screen->summaries(), 0);
        QCOMPARE(m_screen->popups.size(), 5u);
    }

    void criticalOnesNeitherCountNorDrown()
    {
        arrive(1, 5);
        m_policy->arrived(row(50, Priority::Critical));
        arrive(6, 9);
        m_policy->arrived(row(51, Priority::Critical));
        QVERIFY(m_screen->has(50));
        QVERIFY(m_screen->has(51));
        turn(1s);
        QVERIFY(m_screen->summary().title.startsWith(u'4'));
    }

    void capsCriticalOnesBySender()
    {
        arrive(1, 20, Priority::Critical, 7);
        turn(1s);
        QVERIFY(m_screen->has(1) && m_screen->has(2) && !m_screen->has(3));
        QCOMPARE(m_screen->summaries(), 1);
        QVERIFY(m_screen->summary().title.startsWith(QStringLiteral("18")));
        QCOMPARE(int(m_screen->summary().stay), int(Stay::UntilClosed));
        m_policy->arrived(row(100, Priority::Critical, 8)); // the storm of one hides no other's
        QVERIFY(m_screen->has(100));
    }

    void capsCriticalOnesAtFiveAltogether()
    {
        for (UserId sender = 1; sender <= 8; ++sender)
            m_policy->arrived(row(sender, Priority::Critical, sender));
        QCOMPARE(m_screen->popups.size() - std::size_t(m_screen->summaries()), 5u);
        QCOMPARE(m_screen->summaries(), 3); // one a sender
        m_policy->withdrawn({1});
        m_policy->arrived(row(9, Priority::Critical, 9));
        QVERIFY(m_screen->has(9));
    }

    void replacesInPlaceAtMostOnceASecond()
    {
        arrive(1, 1);
        for (RowId id = 2; id <= 10; ++id)
            m_policy->replaced(id - 1, row(id));
        QCOMPARE(m_screen->drawn, 1);
        QVERIFY(m_policy->nextTick() <= 1000ms);
        turn(1s);
        QCOMPARE(m_screen->drawn, 2);
        QCOMPARE(m_screen->titles(), QStringList{QStringLiteral("Title 10")});
        arrive(11, 14); // replacing did not count
        QCOMPARE(m_screen->summaries(), 0);
    }

    void buttonsBelongToWhatIsOnTheScreen()
    {
        arrive(1, 1);
        m_policy->replaced(1, row(2));
        QCOMPARE(m_policy->rowOf(1)->rowId, RowId(1)); // not drawn yet
        turn(1s);
        QCOMPARE(m_policy->rowOf(1)->rowId, RowId(2));
    }

    void whatReplacesAClosedOneIsNewOnlyFromHighUpwards_data()
    {
        QTest::addColumn<int>("priority");
        QTest::addColumn<bool>("isShown");
        QTest::newRow("normal") << int(Priority::Normal) << false;
        QTest::newRow("high") << int(Priority::High) << true;
        QTest::newRow("critical") << int(Priority::Critical) << true;
    }
    void whatReplacesAClosedOneIsNewOnlyFromHighUpwards()
    {
        QFETCH(int, priority);
        QFETCH(bool, isShown);
        arrive(1, 1);
        m_policy->wasClosed(1, ClosedBy::Person);
        m_policy->replaced(1, row(2, Priority(priority)));
        QCOMPARE(m_screen->has(2), isShown);
        m_policy->replaced(2, row(3));
        QVERIFY(isShown || !m_screen->has(3)); // still what the person closed
    }

    void whatReplacesATimedOutOneIsNew()
    {
        arrive(1, 1);
        m_policy->wasClosed(1, ClosedBy::Timeout);
        m_policy->replaced(1, row(2));
        QVERIFY(m_screen->has(2));
    }

    void closesWhatIsReadOrRetracted()
    {
        arrive(1, 2);
        m_policy->withdrawn({1});
        QVERIFY(!m_screen->has(1));
        QVERIFY(m_screen->has(2));
    }

    void showsTheHighOnesWhenQuietEnds()
    {
        beQuiet();
        m_policy->arrived(row(1, Priority::High));
        m_policy->arrived(row(2, Priority::High));
        m_policy->arrived(row(3, Priority::High));
        arrive(4, 6);
        m_policy->withdrawn({2});
        QVERIFY(m_screen->popups.empty());
        QVERIFY(m_policy->nextTick().has_value());
        turn(30min);
        QCOMPARE(m_screen->quietEnds, 1);
        QCOMPARE(m_screen->popups.size(), 1u);
        QVERIFY(m_screen->summary().title.startsWith(u'2'));
    }

    void showsASingleHeldOneAsItself()
    {
        beQuiet();
        m_policy->arrived(row(1, Priority::High));
        m_policy->setQuiet({});
        QCOMPARE(m_screen->titles(), QStringList{QStringLiteral("Title 1")});
    }

    void aClockSetBackDoesNotKeepItQuietForYears()
    {
        beQuiet();
        m_clock->set(-40h);
        arrive(1, 1);
        QVERIFY(m_screen->has(1));
        QCOMPARE(m_screen->quietEnds, 1);
        m_policy->setQuiet(quietFrom(QuietChoice::UntilTomorrow, m_clock->dateTime()));
        m_clock->set(1h);
        arrive(2, 2);
        QVERIFY(!m_screen->has(2));
        m_policy->setQuiet(quietFrom(QuietChoice::UntilTurnedOff, m_clock->dateTime()));
        m_clock->set(1000h);
        arrive(3, 3);
        QVERIFY(!m_screen->has(3));
    }

    void quietEndsByTheWallClock()
    {
        m_policy->setQuiet(Quiet{true, m_clock->dateTime().addSecs(-60)});
        arrive(1, 1);
        QVERIFY(m_screen->has(1));
        QCOMPARE(m_screen->quietEnds, 1);
    }

    void awaySummariesReplaceEachOtherAndKeepToQuiet()
    {
        m_policy->awaySummary(7);
        QVERIFY(m_screen->summary().title.startsWith(u'7'));
        turn(20s);
        m_policy->awaySummary(3);
        QCOMPARE(m_screen->popups.size(), 1u);
        QVERIFY(m_screen->summary().title.startsWith(u'3'));
        m_policy->awaySummary(0);
        QVERIFY(m_screen->popups.empty());
        beQuiet();
        m_policy->awaySummary(4, {row(1, Priority::High), row(2)});
        QVERIFY(m_screen->popups.empty());
        turn(30min);
        QCOMPARE(m_screen->titles(), QStringList{QStringLiteral("Title 1")});
    }

    void theAwaySummaryDropsWhatIsReadElsewhere()
    {
        m_policy->awaySummaryDropped(4); // none stands
        QVERIFY(m_screen->popups.empty());
        m_policy->awaySummary(7);
        turn(1s);
        m_policy->awaySummaryDropped(4);
        QVERIFY(m_screen->summary().title.startsWith(u'4'));
        m_policy->awaySummaryDropped(0);
        QVERIFY(m_screen->popups.empty());
    }

    void whatCouldNotBeStoredIsShownAllTheSame()
    {
        m_policy->arrived(row(-1));
        m_policy->arrived(row(-2));
        QCOMPARE(m_screen->popups.size(), 2u);
        QCOMPARE(m_screen->summaries(), 0);
    }

    void aClosedAwaySummaryIsNotShownAgainByItsOwnCounting()
    {
        m_policy->awaySummary(7);
        m_policy->wasClosed(m_screen->popups.begin()->first, ClosedBy::Person);
        m_screen->popups.clear();
        turn(5s);
        m_policy->awaySummary(9);
        QVERIFY(m_screen->popups.empty());
    }

    void aLockedScreenSaysOnlyWhoseMessageItIs()
    {
        arrive(1, 1);
        m_policy->arrived(row(2, Priority::Critical));
        m_policy->setLocked(true);
        QVERIFY(!m_screen->popups[1].title.contains(QStringLiteral("Title")));
        QVERIFY(m_screen->popups[1].title.contains(QStringLiteral("sender1")));
        QVERIFY(m_screen->popups[1].text.isEmpty());
        QCOMPARE(m_screen->popups[1].buttons.size(), 1);
        QCOMPARE(m_screen->popups[2].title, QStringLiteral("Title 2"));
        m_policy->setLocked(false);
        QCOMPARE(m_screen->popups[1].title, QStringLiteral("Title 1"));
    }

    void anotherDaemonGetsTheCriticalOnesOnly()
    {
        arrive(1, 2);
        arrive(3, 4, Priority::Critical);
        m_screen->popups.clear();
        m_policy->stageRestarted({1, 2, 3, 4});
        QCOMPARE(m_screen->titles(), (QStringList{QStringLiteral("Title 3"), QStringLiteral("Title 4")}));
        QVERIFY(!m_policy->rowOf(1));
    }

    void leavesNothingOnTheScreen()
    {
        arrive(1, 9);
        arrive(10, 15, Priority::Critical);
        m_policy->awaySummary(3);
        m_policy->closeAll();
        QVERIFY(m_screen->popups.empty());
    }

    void neverShowsOneTwice()
    {
        arrive(1, 1);
        m_policy->arrived(row(1));
        QCOMPARE(m_screen->drawn, 1);
    }
};

QTEST_GUILESS_MAIN(PopupPolicyTest)
#include "popup_policy_test.moc"
