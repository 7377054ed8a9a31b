// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/accounts.h"
#include "server/store/audit.h"
#include "unit/store/fixture.h"

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

/// What a store makes of a clock that is set on, set back, or wrong from the start.
class ClockTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_fixture.reset(); }

    void nothingGoesForItsAgeWhileTheClockIsWrong_data();
    void nothingGoesForItsAgeWhileTheClockIsWrong();
    void anHourIsBelieved();
    void tooManyGoWhateverTheClockSays();
    void afterDaysOffItWaitsADay();
    void whatWasEndedStaysEnded_data();
    void whatWasEndedStaysEnded();
    void aRepeatedSendIsKnownAgain_data();
    void aRepeatedSendIsKnownAgain();
    void aKeyHoldsForADayByNoClock();
    void anInviteDoesNotOutliveAClockSetBack();
    void theRecordNamesIt();
    void datesFollowAClockThatIsRightAgain_data();
    void datesFollowAClockThatIsRightAgain();
    void whatWasDatedAheadGoesForItsAge();
    void aClockThatWasBehindLosesNothing_data();
    void aClockThatWasBehindLosesNothing();

private:
    Fixture& f() { return *m_fixture; }
    /// Something is written, and the house is kept.
    void write() { QVERIFY(f().add("somebody " + std::to_string(++m_written)).user > 0); }
    bool isWaiting() { return f().store->figures().removalWaits > 0s; }
    bool admits(const Credential& credential) { return f().store->accounts()->admit(credential).has_value(); }
    static ListQuery after(Seq seq)
    {
        ListQuery query;
        query.sinceId = seq;
        return query;
    }
    Result<InviteRecord> inviteOf(const std::string& hash)
    {
        return f().wait<InviteRecord>([&](auto reply) { f().store->invite(hash, reply); });
    }

    std::unique_ptr<Fixture> m_fixture;
    Credential m_ann;
    int m_written = 0;
};

void ClockTest::init()
{
    m_fixture = std::make_unique<Fixture>();
    f().settings.retention = std::chrono::days(10);
    QVERIFY(f().open());
    m_ann = f().add("ann", Role::Sender);
    for (int i = 0; i < 3; ++i)
        QVERIFY(f().send(m_ann, Everyone{}) > 0);
}

void ClockTest::nothingGoesForItsAgeWhileTheClockIsWrong_data()
{
    QTest::addColumn<int>("days");
    QTest::newRow("set on by a year") << 365;
    QTest::newRow("set on by days") << 11;
    QTest::newRow("set back by a year") << -365;
}

void ClockTest::nothingGoesForItsAgeWhileTheClockIsWrong()
{
    QFETCH(int, days);
    write();
    QVERIFY(!isWaiting());
    f().clock.set(days * 24h);
    write();
    QVERIFY(isWaiting());
    QCOMPARE(f().store->floor(), 0);
    f().clock.turn(23h);
    write();
    QCOMPARE(f().store->floor(), 0);
    // Put right, nothing was lost; and after another day all goes its way again.
    f().clock.set(-days * 24h);
    write();
    f().clock.turn(23h);
    write();
    QVERIFY(isWaiting());
    QCOMPARE(f().store->floor(), 0);
    f().clock.turn(1h + 1s);
    write();
    QVERIFY(!isWaiting());
    QCOMPARE(f().store->floor(), 0);
    f().clock.turn(10 * 24h);
    write();
    QCOMPARE(f().store->floor(), 3);
}

void ClockTest::anHourIsBelieved()
{
    write();
    f().clock.turn(9 * 24h + 12h);
    write();
    f().clock.set(13h);
    write();
    QVERIFY(!isWaiting());
    QCOMPARE(f().store->floor(), 3);
}

void ClockTest::tooManyGoWhateverTheClockSays()
{
    f().settings.retentionCount = 5;
    QVERIFY(f().reopen());
    f().clock.set(365 * 24h);
    write();
    QVERIFY(isWaiting());
    for (int i = 0; i < 10; ++i)
        QVERIFY(f().send(m_ann, Everyone{}) > 0);
    QTRY_COMPARE(f().store->floor(), 8);
}

void ClockTest::afterDaysOffItWaitsADay()
{
    f().close();
    f().clock.turn(20h);
    QVERIFY(f().open());
    write();
    QVERIFY(!isWaiting());
    f().close();
    f().clock.turn(11 * 24h);
    QVERIFY(f().open());
    write();
    QVERIFY(isWaiting());
    QCOMPARE(f().store->floor(), 0);
    f().clock.turn(24h + 1s);
    write();
    QVERIFY(!isWaiting());
    QCOMPARE(f().store->floor(), 3);
}

void ClockTest::whatWasEndedStaysEnded_data()
{
    QTest::addColumn<int>("hours");
    QTest::addColumn<bool>("isRestarted");
    for (const int hours : {2, 23, 25, 10'000}) {
        QTest::addRow("%d hours", hours) << hours << false;
        QTest::addRow("%d hours, and a restart", hours) << hours << true;
    }
}

void ClockTest::whatWasEndedStaysEnded()
{
    QFETCH(int, hours);
    QFETCH(bool, isRestarted);
    const Result<SessionRecord> session = f().wait<SessionRecord>([&](auto reply) {
        f().store->startSession(m_ann.user, m_ann.generation, {"desk", "192.0.2.7"}, f().clock.now() + 1h, reply);
    });
    QVERIFY(session);
    Credential credential = m_ann;
    credential.tokenId = session->id;
    credential.expiresAt = f().clock.now() + 1h;
    QVERIFY(admits(credential));
    QVERIFY(f().wait<Done>([&](auto reply) { f().store->endSession(credential, reply); }));
    QVERIFY(!admits(credential));
    // The clock is set past the token's end, and right again: its hour is not over.
    f().clock.set(hours * 1h);
    write();
    if (isRestarted)
        QVERIFY(f().reopen());
    write();
    f().clock.set(-hours * 1h);
    write();
    QVERIFY(!admits(credential));
    if (isRestarted)
        QVERIFY(f().reopen());
    QVERIFY(!admits(credential));
}

void ClockTest::aRepeatedSendIsKnownAgain_data()
{
    QTest::addColumn<int>("hours");
    QTest::addColumn<bool>("isRestarted");
    QTest::newRow("set on") << 10'000 << false;
    QTest::newRow("set back") << -10'000 << false;
    QTest::newRow("set back, and a restart") << -10'000 << true;
}

void ClockTest::aRepeatedSendIsKnownAgain()
{
    QFETCH(int, hours);
    QFETCH(bool, isRestarted);
    const IdempotencyKey key{"k", "trigger", "hash"};
    const Seq first = f().publish(m_ann, Fixture::draft(Everyone{}), key)->id;
    if (isRestarted)
        f().close();
    f().clock.set(hours * 1h);
    if (isRestarted)
        QVERIFY(f().open());
    write();
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key)->id, first);
    // And it holds for no more than its day.
    f().clock.turn(24h + 2min);
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key)->id, first + 1);
}

void ClockTest::aKeyHoldsForADayByNoClock()
{
    const IdempotencyKey key{"k", "trigger", "hash"};
    const Seq first = f().publish(m_ann, Fixture::draft(Everyone{}), key)->id;
    f().clock.set(10'000h);
    write();
    QVERIFY(f().reopen()); // what it was set by is remembered
    f().clock.turn(23h);
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key)->id, first);
    f().clock.set(-10'000h);
    write();
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key)->id, first);
    f().clock.turn(1h + 2min);
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key)->id, first + 1);
}

void ClockTest::anInviteDoesNotOutliveAClockSetBack()
{
    const std::string hash(32, 'a');
    QVERIFY(f().wait<InviteRecord>([&](auto reply) { f().store->createInvite({}, hash, Role::Sender, reply); }));
    f().clock.set(-2h);
    QVERIFY(inviteOf(hash));
    f().clock.set(-1000h);
    QCOMPARE(inviteOf(hash).error().code, "invite_expired");
    const auto open = f().wait<std::vector<InviteRecord>>([&](auto reply) { f().store->invites(reply); });
    QVERIFY(open && open->empty());
    // Set right, it holds again for what is left.
    f().clock.set(1002h);
    write();
    QVERIFY(inviteOf(hash));
    f().clock.turn(24h);
    QCOMPARE(inviteOf(hash).error().status, 401);
}

void ClockTest::theRecordNamesIt()
{
    f().clock.set(-3 * 24h);
    write();
    const auto page = f().wait<AuditPage>([&](auto reply) { f().store->audit({}, reply); });
    QVERIFY(page);
    const bool isNamed = std::any_of(page->items.begin(), page->items.end(), [](const AuditItem& item) {
        return auditJson(item).find("\"clock.set\"") != std::string::npos;
    });
    QVERIFY(isNamed);
}

void ClockTest::datesFollowAClockThatIsRightAgain_data()
{
    QTest::addColumn<bool>("isRestarted");
    QTest::newRow("running") << false;
    QTest::newRow("over a restart") << true;
}

/// A clock that was ahead by ten years for one message: what comes after it is dated by the clock again, all of it.
void ClockTest::datesFollowAClockThatIsRightAgain()
{
    QFETCH(bool, isRestarted);
    f().clock.set(3652 * 24h);
    QCOMPARE(f().send(m_ann, Everyone{}), 4);
    f().clock.set(-3652 * 24h);
    if (isRestarted)
        QVERIFY(f().reopen());
    const Time now = f().clock.now();
    QCOMPARE(f().send(m_ann, Everyone{}), 5);
    QVERIFY(f().acknowledge(m_ann, 5));
    const auto list = f().list(m_ann, after(4));
    QVERIFY(list && list->items.size() == 1);
    for (const char* member : {"created_at", "read_at", "acked_at"})
        QVERIFY2(list->items[0].find('"' + std::string(member) + "\":\"" + formatTime(now)) != std::string::npos,
                 list->items[0].c_str());
    const auto session = f().wait<SessionRecord>([&](auto reply) {
        f().store->startSession(m_ann.user, m_ann.generation, {"desk", "192.0.2.7"}, now + 720h, reply);
    });
    QVERIFY(session && session->createdAt == now && session->lastUsedAt == now);
    const auto account =
        f().wait<Account>([&](auto reply) { f().store->createUser({}, "new", "hash", Role::Receiver, reply); });
    QVERIFY(account && account->createdAt == now);
    const auto page = f().wait<AuditPage>([&](auto reply) { f().store->audit({}, reply); });
    QVERIFY(page && page->items.at(0).at == now);
    // Back by what is believed, they do not: nobody sees dates that jump to and fro.
    f().clock.set(-1h);
    QCOMPARE(f().send(m_ann, Everyone{}), 7);
    QVERIFY(f().list(m_ann, after(6))->items.at(0).find(formatTime(now)) != std::string::npos);
}

void ClockTest::whatWasDatedAheadGoesForItsAge()
{
    f().clock.set(3652 * 24h);
    for (int i = 0; i < 600; ++i) // more than one turn looks at
        QVERIFY(f().send(m_ann, Everyone{}) > 0);
    f().clock.set(-3652 * 24h);
    QVERIFY(f().send(m_ann, Everyone{}) == 604);
    f().clock.turn(9 * 24h);
    write();
    QCOMPARE(f().store->floor(), 0);
    f().clock.turn(2 * 24h);
    write();
    QTRY_COMPARE(f().store->floor(), 604);
}

void ClockTest::aClockThatWasBehindLosesNothing_data()
{
    QTest::addColumn<bool>("isRestarted");
    QTest::newRow("put right while it runs") << false;
    QTest::newRow("put right while it is off") << true;
}

/// As of a machine without a battery for its clock: what was there before is no older for it.
void ClockTest::aClockThatWasBehindLosesNothing()
{
    QFETCH(bool, isRestarted);
    f().close();
    f().clock.set(-9000 * 24h);
    QVERIFY(f().open());
    QVERIFY(f().send(m_ann, Everyone{}) == 4);
    if (isRestarted)
        f().close();
    f().clock.set(9000 * 24h);
    if (isRestarted)
        QVERIFY(f().open());
    QVERIFY(f().send(m_ann, Everyone{}) == 5);
    f().clock.turn(25h);
    write();
    QVERIFY(!isWaiting());
    f().clock.turn(7 * 24h);
    write();
    QCOMPARE(f().store->floor(), 0);
}

QTEST_GUILESS_MAIN(ClockTest)
#include "clock_test.moc"
