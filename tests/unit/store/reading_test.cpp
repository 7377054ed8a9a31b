// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "unit/store/fixture.h"

#include <array>
#include <atomic>
#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

using Ids = std::vector<Seq>;
using People = std::vector<UserId>;

/// The list, and what is read in it.
class ReadingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_fixture.reset(); }

    void readAndUnreadTellOwnStreamsOnce();
    void upToIsClampedAndSilentWhereNothingChanges();
    void readTimesAreThoseOfTheReading();
    void unreadAgainBelowAMarkCounts();
    void otherPeoplesNotificationsAreIgnored();
    void listIsNewestFirstAndAscendingFromSince();
    void listFilters();
    void searchFoldsCaseAndAccents_data();
    void searchFoldsCaseAndAccents();
    void longListsComeInPages();
    void searchLooksThroughEverySlice();
    void unreadListEqualsUnreadCount();
    void retentionUnderAPagingReaderShowsNoGap();

private:
    Fixture& f() { return *m_fixture; }
    Ids listed(ListQuery query) { return idsOf(f().list(m_bob, std::move(query))); }
    std::optional<Time> readAtOf(Seq id)
    {
        ListQuery query;
        query.beforeId = id + 1;
        query.limit = 1;
        const auto page = f().list(m_bob, query);
        return page && !page->items.empty() ? lenientListItem(*parseJsonObject(page->items[0]))->readAt : std::nullopt;
    }

    std::unique_ptr<Fixture> m_fixture;
    Credential m_ann, m_bob;
};

void ReadingTest::init()
{
    m_fixture = std::make_unique<Fixture>();
    QVERIFY(f().open());
    m_ann = f().add("ann", Role::Sender);
    m_bob = f().add("bob");
}

void ReadingTest::readAndUnreadTellOwnStreamsOnce()
{
    for (int i = 0; i < 2; ++i) {
        f().send(m_ann, People{m_bob.user});
        f().send(m_ann, Everyone{});
    }
    QCOMPARE(f().read(m_bob, {{2, 1, 2, 99}, {}}).value(), 2);
    LogEntry event = f().sink->entries().back();
    QCOMPARE(event.seq, 5);
    QCOMPARE(event.audience.ids, People{m_bob.user});
    QCOMPARE(std::get<ReadState>(parseStreamEvent(event.data)), (ReadState{{1, 2}, {}}));
    QCOMPARE(f().read(m_bob, {{1, 2}, {}}).value(), 2);
    QCOMPARE(f().sink->entries().size(), 5U);
    QCOMPARE(f().unread(m_bob, {2, 3, 5, 99}).value(), 3);
    event = f().sink->entries().back();
    QCOMPARE(std::get<UnreadState>(parseStreamEvent(event.data)), (UnreadState{{2}}));
    QCOMPARE(f().unread(m_bob, {2, 3}).value(), 3);
    QCOMPARE(f().sink->entries().size(), 6U);
    QCOMPARE(f().list(m_ann)->unread, 2); // nobody else's state moved
    QCOMPARE(idsOf(f().replay(m_bob, 4)), (Ids{5, 6}));
    QCOMPARE(idsOf(f().replay(m_ann, 4)), Ids{});
}

void ReadingTest::upToIsClampedAndSilentWhereNothingChanges()
{
    QCOMPARE(f().read(m_bob, {{}, 10}).value(), 0);
    QVERIFY(f().sink->entries().empty());
    f().send(m_ann, People{m_bob.user});
    f().send(m_ann, Everyone{});
    QCOMPARE(f().read(m_bob, {{}, 1000}).value(), 0);
    QCOMPARE(std::get<ReadState>(parseStreamEvent(f().sink->entries().back().data)), (ReadState{{}, 2}));
    QCOMPARE(f().read(m_bob, {{}, 1000}).value(), 0);
    QCOMPARE(f().sink->entries().size(), 3U);
    f().send(m_ann, Everyone{}); // what comes after the mark is new
    QCOMPARE(f().list(m_bob)->unread, 1);
    QVERIFY(f().reopen());
    QCOMPARE(f().list(m_bob)->unread, 1);
}

void ReadingTest::readTimesAreThoseOfTheReading()
{
    for (int i = 0; i < 4; ++i) {
        f().send(m_ann, People{m_bob.user});
    }
    const Time first = f().clock.now();
    f().read(m_bob, {{}, 2});
    f().clock.turn(1min);
    f().read(m_bob, {{}, 3});
    QCOMPARE(readAtOf(1), std::optional(first));
    QCOMPARE(readAtOf(2), std::optional(first));
    QCOMPARE(readAtOf(3), std::optional(first + 1min));
    QCOMPARE(readAtOf(4), std::nullopt);
    f().clock.turn(1min);
    f().read(m_bob, {{4}, {}});
    QCOMPARE(readAtOf(4), std::optional(first + 2min));
    f().unread(m_bob, {1});
    QCOMPARE(readAtOf(1), std::nullopt);
    f().clock.turn(1min);
    f().read(m_bob, {{}, 99});
    QCOMPARE(readAtOf(1), std::optional(first + 3min));
    QCOMPARE(readAtOf(2), std::optional(first));
}

void ReadingTest::unreadAgainBelowAMarkCounts()
{
    for (int i = 0; i < 3; ++i) {
        f().send(m_ann, i == 1 ? AudienceRequest(Everyone{}) : AudienceRequest(People{m_bob.user}));
    }
    f().read(m_bob, {{}, 3});
    QCOMPARE(f().unread(m_bob, {2}).value(), 1);
    ListQuery query;
    query.unreadOnly = true;
    QCOMPARE(listed(query), Ids{2});
    QVERIFY(f().retract(m_ann, 2));
    QCOMPARE(f().list(m_bob)->unread, 0);
    QCOMPARE(f().unread(m_bob, {2}).value(), 0); // it is gone
}

void ReadingTest::otherPeoplesNotificationsAreIgnored()
{
    const Seq id = f().send(m_ann, People{m_ann.user});
    QCOMPARE(f().read(m_bob, {{id, -1, 0}, {}}).value(), 0);
    QCOMPARE(f().unread(m_bob, {id}).value(), 0);
    QCOMPARE(f().sink->entries().size(), 1U);
    QCOMPARE(f().list(m_ann)->unread, 1);
}

void ReadingTest::listIsNewestFirstAndAscendingFromSince()
{
    for (int i = 0; i < 6; ++i) {
        f().send(m_ann, i % 2 ? AudienceRequest(Everyone{}) : AudienceRequest(People{m_bob.user}));
    }
    f().read(m_bob, {{1}, {}}); // an event that is no item
    QCOMPARE(listed({}), (Ids{6, 5, 4, 3, 2, 1}));
    ListQuery query;
    query.limit = 2;
    QCOMPARE(listed(query), (Ids{6, 5}));
    query.beforeId = 5;
    QCOMPARE(listed(query), (Ids{4, 3}));
    query.beforeId.reset();
    query.sinceId = 2;
    QCOMPARE(listed(query), (Ids{3, 4}));
    query.sinceId = 0;
    QCOMPARE(listed(query), (Ids{1, 2}));
    query.sinceId = 6;
    const auto page = f().list(m_bob, query);
    QCOMPARE(idsOf(page), Ids{});
    QCOMPARE(page->latestId, 7);
    QCOMPARE(page->unread, 5);
    QVERIFY(!page->next);
}

void ReadingTest::listFilters()
{
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.type = Type::Error;
    QVERIFY(f().publish(m_ann, draft));
    f().send(m_ann, Everyone{});
    ListQuery query;
    query.type = Type::Error;
    QCOMPARE(listed(query), Ids{1});
    query.type.reset();
    query.unreadOnly = true;
    f().read(m_bob, {{1}, {}});
    QCOMPARE(listed(query), Ids{2});
    query.sinceId = 0;
    QCOMPARE(listed(query), Ids{2});
    query.type = Type::Error;
    QCOMPARE(listed(query), Ids{});
}

void ReadingTest::searchFoldsCaseAndAccents_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isFound");
    QTest::newRow("bare") << QStringLiteral("thong bao") << true;
    QTest::newRow("accents") << QStringLiteral("THÔNG") << true;
    QTest::newRow("d with stroke") << QStringLiteral("don hang") << true;
    QTest::newRow("one letter") << QStringLiteral("Đ") << true;
    QTest::newRow("inside Japanese") << QStringLiteral("十時") << true;
    QTest::newRow("sharp s") << QStringLiteral("STRASSE") << true;
    QTest::newRow("pattern characters are plain") << QStringLiteral("100%_") << true;
    QTest::newRow("not across title and message") << QStringLiteral("báo Đơn") << false;
    QTest::newRow("absent") << QStringLiteral("kho") << false;
}

void ReadingTest::searchFoldsCaseAndAccents()
{
    QFETCH(QString, text);
    QFETCH(bool, isFound);
    Draft draft = Fixture::draft(People{m_bob.user}, QStringLiteral("Thông báo").toStdString());
    draft.notification.message = QStringLiteral("Đơn hàng 100%_ 明日十時に Straße").toStdString();
    QVERIFY(f().publish(m_ann, draft));
    ListQuery query;
    query.text = text.toStdString();
    QCOMPARE(listed(query), isFound ? Ids{1} : Ids{});
}

void ReadingTest::longListsComeInPages()
{
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.message = std::string(7000, 'x');
    for (int i = 0; i < 60; ++i) {
        QVERIFY(f().publish(m_ann, draft));
    }
    for (const bool isAscending : {false, true}) {
        ListQuery query;
        query.limit = 50;
        if (isAscending) {
            query.sinceId = 5;
        }
        Ids all;
        int pages = 0;
        std::optional<ListQuery> next = query;
        while (next) {
            const auto page = f().list(m_bob, *next);
            const Ids ids = idsOf(page);
            all.insert(all.end(), ids.begin(), ids.end());
            next = page->next;
            ++pages;
        }
        QCOMPARE(pages, 2);
        QCOMPARE(all.size(), 50U);
        QCOMPARE(all.front(), isAscending ? 6 : 60);
        QCOMPARE(all.back(), isAscending ? 55 : 11);
    }
}

void ReadingTest::searchLooksThroughEverySlice()
{
    f().send(m_ann, People{m_bob.user}, "needle");
    Desk desk;
    for (int i = 0; i < 5000; ++i) {
        f().store->publish(m_ann, Role::Sender, Fixture::draft(People{m_bob.user}), {}, {&desk, [](auto) {}});
    }
    for (int i = 0; i < 5000; ++i) {
        QVERIFY(desk.runOne());
    }
    f().send(m_ann, Everyone{}, "needle");
    ListQuery query;
    query.text = "needle";
    QCOMPARE(listed(query), (Ids{5002, 1}));
    query.sinceId = 0;
    QCOMPARE(listed(query), (Ids{1, 5002}));
    QCOMPARE(f().list(m_bob)->unread, 5002);

    // Asked before each slice whether anybody waits for it still.
    std::atomic<int> asked{0};
    const auto given = f().wait<ListPage>(
        [&](auto reply) { f().store->list(m_bob.user, query, reply, [&asked] { return ++asked < 2; }); });
    QVERIFY(!given);
    QCOMPARE(given.error().code, std::string("given_up"));
    QCOMPARE(asked.load(), 2);
}

void ReadingTest::unreadListEqualsUnreadCount()
{
    Draft draft = Fixture::draft(Everyone{});
    for (int i = 0; i < 60; ++i) {
        draft.audience = i % 3 ? AudienceRequest(Everyone{}) : AudienceRequest(People{m_bob.user});
        draft.notification.expiresAt = i % 5 ? std::nullopt : std::optional(f().clock.now() + 1min);
        draft.notification.key = i % 7 ? "" : "k";
        QVERIFY(f().publish(m_ann, draft));
        const Seq newest = f().sink->published();
        switch (i % 4) {
        case 0:
            f().read(m_bob, {{newest - 2, newest}, {}});
            break;
        case 1:
            f().unread(m_bob, {newest - 3, newest - 5});
            break;
        case 2:
            f().read(m_bob, {{}, newest - 6});
            break;
        default:
            f().clock.turn(5s);
            break;
        }
        ListQuery query;
        query.limit = 500;
        query.unreadOnly = true;
        const auto unread = f().list(m_bob, query);
        query.unreadOnly = false;
        const auto all = f().list(m_bob, query);
        QCOMPARE(static_cast<std::int64_t>(unread->items.size()), unread->unread);
        Ids withoutTime;
        for (const std::string& item : all->items) {
            const auto parsed = lenientListItem(*parseJsonObject(item));
            if (!parsed->readAt) {
                withoutTime.push_back(parsed->notification.id);
            }
        }
        QCOMPARE(idsOf(unread), withoutTime);
    }
}

void ReadingTest::retentionUnderAPagingReaderShowsNoGap()
{
    f().settings.retentionCount = 200;
    QVERIFY(f().reopen());
    constexpr Seq last = 3000;
    std::atomic<bool> isSent = true;
    std::thread sender([&] {
        Desk desk;
        Draft draft = Fixture::draft(People{m_bob.user});
        draft.notification.message = std::string(4000, 'x');
        for (Seq seq = 0; seq < last; seq += 50) {
            for (int i = 0; i < 50; ++i) {
                f().store->publish(m_ann, Role::Sender, draft, {},
                                   {&desk, [&](const Result<Published>& done) { isSent = isSent && done; }});
            }
            for (int i = 0; i < 50; ++i) {
                isSent = desk.runOne() && isSent;
            }
        }
    });
    // One who takes each page at once, and one who is slower than retention.
    std::array<Seq, 2> cursors{0, 0};
    std::string fault;
    int pages = 0, resets = 0;
    while (fault.empty() && cursors[0] < last) {
        for (Seq& cursor : cursors) {
            const Seq published = f().sink->published();
            const bool waits = &cursor == &cursors[1] && cursor > 0 && published < cursor + 500;
            if (cursor == published || waits) {
                continue;
            }
            const auto page = f().replay(m_bob, cursor);
            if (!page) {
                fault = page.error().message;
            } else if (page->needsReset) {
                ++resets;
                fault = f().store->floor() > cursor && cursor > 0 ? "" : "a reset for nothing";
                cursor = published;
            } else {
                ++pages;
                Seq expected = cursor > 0 || page->entries.empty() ? cursor : page->entries.front().seq - 1;
                for (const LogEntry& entry : page->entries) {
                    if (entry.seq != ++expected) {
                        fault = "lost or doubled: " + std::to_string(expected);
                    }
                }
                if (expected != page->examinedTo) {
                    fault = "ends at " + std::to_string(expected) + ", says " + std::to_string(page->examinedTo);
                }
                cursor = page->examinedTo;
            }
        }
    }
    sender.join();
    QVERIFY(isSent);
    QVERIFY2(fault.empty(), fault.c_str());
    QVERIFY2(pages > 10 && resets > 0, qPrintable(QStringLiteral("%1 pages, %2 resets").arg(pages).arg(resets)));
}

QTEST_GUILESS_MAIN(ReadingTest)
#include "reading_test.moc"
