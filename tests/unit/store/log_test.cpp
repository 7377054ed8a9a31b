// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "unit/store/fixture.h"

#include <algorithm>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

using Ids = std::vector<Seq>;
using People = std::vector<UserId>;

class LogTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_fixture.reset(); }

    void numbersRiseAcrossThreadsWithoutGap();
    void eventCarriesWhatWasSent();
    void unknownRecipientIs404AndNothingIsSent();
    void roleAndTokenAreJudgedByWhatIsCommitted();
    void sameIdempotencyKeyGivesTheFirstAnswer();
    void idempotencyKeyLapsesAfterADay();
    void onlySuccessIsKeptForAnIdempotencyKey();
    void replacementTakesTheEarlierOnesPlace();
    void replacedByAnotherAudienceIsRetractedForTheRest();
    void expiredIsLeftOutAndWithKeyRetracted();
    void expiryInThePastIs400();
    void retractIsForSenderAndAdminAndIdempotent();
    void acknowledgingFollowsTheContract();
    void replayPagesTellHowFarTheyLooked();
    void everyoneMeansThoseWhoWereThere();
    void retentionRemovesOldEntriesAndRaisesTheFloor();
    void createdAtDoesNotGoBackByADay();
    void keysAreOfOneSender();
    void keysAndAnswersAreComparedInOneNormalForm();

private:
    Fixture& f() { return *m_fixture; }
    std::vector<std::string> replayed(const Credential& by)
    {
        std::vector<std::string> data;
        const auto page = f().replay(by, 0);
        for (const LogEntry& entry : page ? page->entries : std::vector<LogEntry>()) {
            data.push_back(entry.data);
        }
        return data;
    }

    std::unique_ptr<Fixture> m_fixture;
    Credential m_admin, m_ann, m_bob;
};

void LogTest::init()
{
    m_fixture = std::make_unique<Fixture>();
    const auto opened = f().open();
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    m_admin = f().add("admin", Role::Admin);
    m_ann = f().add("ann", Role::Sender);
    m_bob = f().add("bob");
    QCOMPARE(m_bob.user, 3);
}

void LogTest::numbersRiseAcrossThreadsWithoutGap()
{
    constexpr int threads = 8;
    constexpr int each = 100;
    std::vector<std::thread> senders;
    std::array<std::vector<Seq>, threads> ids;
    for (int t = 0; t < threads; ++t) {
        senders.emplace_back([this, t, &ids] {
            for (int i = 0; i < each; ++i) {
                ids[t].push_back(f().send(m_ann, People{m_bob.user}));
            }
        });
    }
    for (std::thread& sender : senders) {
        sender.join();
    }
    Ids all;
    for (const auto& own : ids) {
        QVERIFY(std::is_sorted(own.begin(), own.end()));
        all.insert(all.end(), own.begin(), own.end());
    }
    std::sort(all.begin(), all.end());
    QCOMPARE(all.front(), 1);
    QCOMPARE(all.back(), threads * each);
    QVERIFY(std::adjacent_find(all.begin(), all.end()) == all.end());
    const auto told = f().sink->entries();
    QVERIFY(std::is_sorted(told.begin(), told.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; }));
    QVERIFY(f().sink->batches() < threads * each); // they shared commits
    Ids replayed;
    for (Seq cursor = 0; cursor < threads * each;) {
        const auto page = f().replay(m_bob, cursor);
        QVERIFY(page && page->examinedTo > cursor);
        const Ids ids = idsOf(page);
        replayed.insert(replayed.end(), ids.begin(), ids.end());
        cursor = page->examinedTo;
    }
    QCOMPARE(replayed, all);
}

void LogTest::eventCarriesWhatWasSent()
{
    Draft draft = Fixture::draft(People{m_bob.user}, "Line\nbreak");
    draft.notification.message = "It works!";
    draft.notification.type = Type::Success;
    const auto published = f().publish(m_ann, draft);
    QVERIFY(published);
    QCOMPARE(published->id, 1);
    QCOMPARE(published->recipients, 1);
    const LogEntry entry = f().sink->entries().back();
    QVERIFY(entry.data.find('\n') == std::string::npos);
    const StreamEvent event = parseStreamEvent(entry.data);
    const auto* notification = std::get_if<Notification>(&event);
    QVERIFY(notification);
    QCOMPARE(notification->id, 1);
    QCOMPARE(notification->title, std::string("Line\nbreak"));
    QVERIFY(notification->type == Type::Success);
    QCOMPARE(notification->sender, (Person{m_ann.user, "ann"}));
    QCOMPARE(notification->createdAt, f().clock.now());
    QCOMPARE(replayed(m_bob), std::vector<std::string>{entry.data});
    QVERIFY(replayed(m_ann).empty());
}

void LogTest::unknownRecipientIs404AndNothingIsSent()
{
    QCOMPARE(f().send(m_ann, People{m_bob.user, 77}), -404);
    QCOMPARE(f().send(m_ann, std::vector<std::string>{"nobody"}), -404);
    QVERIFY(f().sink->entries().empty());
    QCOMPARE(f().send(m_ann, std::vector<std::string>{"BOB", "ann", "bob"}), 1);
    QCOMPARE(f().sink->entries().back().audience.ids, (People{m_ann.user, m_bob.user}));
}

void LogTest::roleAndTokenAreJudgedByWhatIsCommitted()
{
    QCOMPARE(f().send(m_bob, People{m_bob.user}), -403);
    UserPatch promote;
    promote.role = Role::Sender;
    QVERIFY(f().wait<Account>([&](auto reply) { f().store->patchUser({}, m_bob.user, promote, reply); }));
    QCOMPARE(f().send(m_bob, People{m_bob.user}), 1);
    QVERIFY(f().wait<Done>([&](auto reply) { f().store->revokeAll(m_bob.user, reply); }));
    QCOMPARE(f().send(m_bob, People{m_bob.user}), -401);
    QVERIFY(f().wait<Done>([&](auto reply) { f().store->deleteUser({}, m_ann.user, reply); }));
    QCOMPARE(f().send(m_ann, People{m_bob.user}), -401);
}

void LogTest::sameIdempotencyKeyGivesTheFirstAnswer()
{
    const IdempotencyKey key{"k", "trigger", "hash"};
    const auto first = f().publish(m_ann, Fixture::draft(Everyone{}), key);
    QVERIFY(first);
    // Twice at once: they may well share a batch.
    Desk desk;
    std::vector<Seq> ids;
    const IdempotencyKey second{"k2", "trigger", "hash"};
    for (int i = 0; i < 2; ++i) {
        f().store->publish(m_ann, Role::Sender, Fixture::draft(Everyone{}), second,
                           {&desk, [&ids](Result<Published> result) { ids.push_back(result ? result->id : -1); }});
    }
    QVERIFY(desk.runOne() && desk.runOne());
    QCOMPARE(ids, (Ids{2, 2}));
    // After its recipient set changed and after a restart: still the first answer.
    f().add("late");
    QVERIFY(f().reopen());
    const auto again = f().publish(m_ann, Fixture::draft(People{4711}), key);
    QVERIFY(again);
    QCOMPARE(again->id, first->id);
    QCOMPARE(again->recipients, 3);
    const auto other = f().publish(m_ann, Fixture::draft(Everyone{}), {"k", "trigger", "another"});
    QVERIFY(!other);
    QCOMPARE(other.error().status, 409);
    QVERIFY(f().sink->entries().empty());
    // Another sender's key is another key.
    QVERIFY(f().publish(m_admin, Fixture::draft(Everyone{}), key).value().id > 2);
}

void LogTest::idempotencyKeyLapsesAfterADay()
{
    const IdempotencyKey key{"k", "trigger", "hash"};
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key).value().id, 1);
    f().clock.turn(23h + 59min);
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), key).value().id, 1);
    f().clock.turn(2min);
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}), {"k", "trigger", "another"}).value().id, 2);
}

void LogTest::onlySuccessIsKeptForAnIdempotencyKey()
{
    const IdempotencyKey key{"k", "trigger", "hash"};
    QCOMPARE(f().publish(m_ann, Fixture::draft(People{99}), key).error().status, 404);
    QCOMPARE(f().publish(m_ann, Fixture::draft(People{m_bob.user}), {"k", "trigger", "corrected"}).value().id, 1);
}

void LogTest::replacementTakesTheEarlierOnesPlace()
{
    Draft draft = Fixture::draft(People{m_bob.user}, "50 %");
    draft.notification.key = "progress";
    QCOMPARE(f().publish(m_ann, draft).value().id, 1);
    draft.notification.title = "100 %";
    QCOMPARE(f().publish(m_ann, draft).value().id, 2);
    QCOMPARE(f().sink->dead(), Ids{1});
    QCOMPARE(f().sink->entries().size(), 2U); // nobody to be told that it went
    QCOMPARE(idsOf(f().replay(m_bob, 0)), Ids{2});
    QCOMPARE(idsOf(f().list(m_bob)), Ids{2});
    QCOMPARE(f().list(m_bob)->unread, 1);
    const StreamEvent event = parseStreamEvent(f().sink->entries().back().data);
    QCOMPARE(std::get<Notification>(event).replaces, std::optional<Seq>(1));
    QCOMPARE(f().acknowledge(m_bob, 1).error().status, 404);
}

void LogTest::replacedByAnotherAudienceIsRetractedForTheRest()
{
    Draft draft = Fixture::draft(Everyone{});
    draft.notification.key = "k";
    QVERIFY(f().publish(m_ann, draft));
    const Credential late = f().add("late");
    draft.audience = People{m_bob.user, late.user};
    QCOMPARE(f().publish(m_ann, draft).value().id, 2);
    const LogEntry retracted = f().sink->entries().back();
    QVERIFY(retracted.kind == EventKind::Retracted);
    QCOMPARE(retracted.audience.ids, (People{m_admin.user, m_ann.user}));
    QCOMPARE(std::get<Retracted>(parseStreamEvent(retracted.data)), (Retracted{1, "k", m_ann.user}));
    QCOMPARE(idsOf(f().replay(m_admin, 0)), Ids{3});
    QCOMPARE(idsOf(f().replay(m_bob, 0)), Ids{2});
    QCOMPARE(f().list(m_admin)->unread, 0);
}

void LogTest::expiredIsLeftOutAndWithKeyRetracted()
{
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.expiresAt = f().clock.now() + 1min;
    QVERIFY(f().publish(m_ann, draft));
    draft.notification.key = "k";
    QVERIFY(f().publish(m_ann, draft));
    draft.audience = Everyone{};
    draft.notification.key.clear();
    QVERIFY(f().publish(m_ann, draft));
    QCOMPARE(idsOf(f().replay(m_bob, 0)), (Ids{1, 2, 3}));
    QCOMPARE(f().list(m_bob)->unread, 3);
    f().clock.turn(1min);
    const auto page = f().replay(m_bob, 0);
    QCOMPARE(idsOf(page), Ids{2});
    QCOMPARE(std::get<Retracted>(parseStreamEvent(page->entries[0].data)), (Retracted{2, "k", m_ann.user}));
    QCOMPARE(idsOf(f().list(m_bob)), Ids{});
    QCOMPARE(f().list(m_bob)->unread, 0);
}

void LogTest::expiryInThePastIs400()
{
    Draft draft = Fixture::draft(Everyone{});
    draft.notification.expiresAt = f().clock.now();
    const auto refused = f().publish(m_ann, draft);
    QCOMPARE(refused.error().status, 400);
    QCOMPARE(refused.error().field, std::string("expires_at"));
}

void LogTest::retractIsForSenderAndAdminAndIdempotent()
{
    const Credential carl = f().add("carl", Role::Sender);
    const Seq id = f().send(m_ann, Everyone{});
    QCOMPARE(f().retract(carl, id).error().status, 404);
    QCOMPARE(f().retract(m_bob, id).error().status, 404);
    QCOMPARE(f().retract(m_ann, id + 1).error().status, 404);
    QVERIFY(f().retract(m_ann, id));
    QVERIFY(f().retract(m_ann, id));
    QVERIFY(f().retract(m_admin, id));
    QCOMPARE(f().sink->entries().size(), 2U);
    QVERIFY(f().sink->entries().back().audience.isEveryone);
    QCOMPARE(f().sink->dead(), Ids{id});
    QCOMPARE(idsOf(f().replay(m_bob, 0)), Ids{2});
    QCOMPARE(std::get<Retracted>(parseStreamEvent(replayed(m_bob)[0])), (Retracted{id, {}, std::nullopt}));
    QCOMPARE(f().list(m_bob)->unread, 0);
    QCOMPARE(f().acknowledge(m_bob, id).error().status, 404);
    QCOMPARE(f().retract(m_admin, f().send(m_ann, People{m_bob.user})).has_value(), true);
    // An event of another kind is no notification.
    QCOMPARE(f().retract(m_admin, 2).error().status, 404);
}

void LogTest::acknowledgingFollowsTheContract()
{
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.answers = {"Yes", "No \"way\""};
    const Seq asked = f().publish(m_ann, draft)->id;
    QCOMPARE(f().acknowledge(m_ann, asked, "Yes").error().status, 404); // its sender is no recipient
    QCOMPARE(f().acknowledge(m_bob, asked).error().status, 400);
    QCOMPARE(f().acknowledge(m_bob, asked, "Maybe").error().field, std::string("answer"));
    const auto acked = f().acknowledge(m_bob, asked, "No \"way\"");
    QVERIFY(acked);
    QCOMPARE(acked->ackedAt, f().clock.now());
    const LogEntry event = f().sink->entries().back();
    QVERIFY(event.kind == EventKind::Acked);
    QCOMPARE(event.audience.ids, (People{m_ann.user, m_bob.user}));
    QCOMPARE(std::get<Acked>(parseStreamEvent(event.data)),
             (Acked{asked, {m_bob.user, "bob"}, "No \"way\"", f().clock.now()}));
    f().clock.turn(1min);
    QCOMPARE(f().acknowledge(m_bob, asked, "No \"way\"")->ackedAt, acked->ackedAt);
    QCOMPARE(f().acknowledge(m_bob, asked, "Yes").error().status, 409);
    QCOMPARE(f().sink->entries().size(), 2U);
    QCOMPARE(f().list(m_bob)->unread, 0); // it was read by that

    const Seq plain = f().send(m_ann, Everyone{});
    QCOMPARE(f().acknowledge(m_ann, plain, "Yes").error().status, 400);
    QVERIFY(f().acknowledge(m_ann, plain));
    QCOMPARE(f().sink->entries().back().audience.ids, People{m_ann.user});
    QCOMPARE(f().acknowledge(f().add("late"), plain).error().status, 404);
    const auto item = parseJsonObject(f().list(m_bob)->items[1]);
    QCOMPARE(lenientListItem(*item)->answer, std::string("No \"way\""));
    QCOMPARE(lenientListItem(*item)->ackedAt, std::optional(acked->ackedAt));
    QCOMPARE(lenientListItem(*item)->readAt, std::optional(acked->ackedAt));
}

void LogTest::replayPagesTellHowFarTheyLooked()
{
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.message = std::string(7000, 'x');
    for (int i = 0; i < 40; ++i) {
        if (i % 2 == 0) {
            draft.audience = Everyone{};
        } else {
            draft.audience = People{m_bob.user};
        }
        QVERIFY(f().publish(m_ann, draft));
    }
    Ids all;
    Seq cursor = 0;
    int pages = 0;
    while (cursor < 40) {
        const auto page = f().replay(m_bob, cursor);
        QVERIFY(page && !page->needsReset && page->examinedTo > cursor);
        const Ids ids = idsOf(page);
        all.insert(all.end(), ids.begin(), ids.end());
        cursor = page->examinedTo;
        ++pages;
    }
    QVERIFY(pages >= 3);
    QCOMPARE(all.size(), 40U);
    QVERIFY(std::is_sorted(all.begin(), all.end()));
    QCOMPARE(idsOf(f().replay(m_ann, 37)), Ids{39});
}

void LogTest::everyoneMeansThoseWhoWereThere()
{
    QCOMPARE(f().publish(m_ann, Fixture::draft(Everyone{}))->recipients, 3);
    const Credential late = f().add("late");
    QCOMPARE(idsOf(f().replay(late, 0)), Ids{});
    QCOMPARE(f().list(late)->unread, 0);
    QCOMPARE(f().send(m_ann, Everyone{}), 2);
    QCOMPARE(idsOf(f().replay(late, 0)), Ids{2});
    QCOMPARE(idsOf(f().list(late)), Ids{2});
    QCOMPARE(f().read(late, {{1}, {}}).value(), 1);
}

void LogTest::retentionRemovesOldEntriesAndRaisesTheFloor()
{
    f().settings.retentionCount = 10;
    QVERIFY(f().reopen());
    for (int i = 0; i < 15; ++i) {
        QVERIFY(f().send(m_ann, i % 2 ? AudienceRequest(Everyone{}) : AudienceRequest(People{m_bob.user})) > 0);
    }
    QTRY_COMPARE(f().store->floor(), 5);
    QCOMPARE(idsOf(f().replay(m_bob, 0)).size(), 10U);
    QVERIFY(f().replay(m_bob, 4)->needsReset);
    QVERIFY(!f().replay(m_bob, 5)->needsReset);
    QCOMPARE(f().list(m_bob)->unread, 10);
    QCOMPARE(f().list(m_bob)->items.size(), 10U);
    f().clock.turn(91 * 24h);
    QVERIFY(f().send(m_ann, People{m_bob.user}) == 16);
    QTRY_COMPARE(f().store->floor(), 15);
    QCOMPARE(idsOf(f().list(m_bob)), Ids{16});
    f().clock.turn(91 * 24h);
    QVERIFY(f().reopen()); // the log is emptied, the numbers go on
    f().add("somebody");
    f().clock.turn(25h); // off for so long, it waits a day (clock_test)
    f().add("somebody else");
    QTRY_COMPARE(f().store->floor(), 16);
    QVERIFY(f().reopen());
    QCOMPARE(f().store->newest(), 16);
    QCOMPARE(f().send(m_ann, Everyone{}), 17);
}

void LogTest::createdAtDoesNotGoBackByADay()
{
    QVERIFY(f().send(m_ann, Everyone{}) == 1);
    f().clock.set(-1h);
    QVERIFY(f().send(m_ann, Everyone{}) == 2);
    f().clock.set(-22h); // a day in all
    QVERIFY(f().reopen());
    QVERIFY(f().send(m_ann, Everyone{}) == 3);
    const auto page = f().replay(m_bob, 0);
    const auto at = [&](int i) { return std::get<Notification>(parseStreamEvent(page->entries[i].data)).createdAt; };
    QCOMPARE(at(0), at(1));
    QCOMPARE(at(0), at(2));
}

void LogTest::keysAreOfOneSender()
{
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.key = "k";
    QVERIFY(f().publish(m_ann, draft) && f().publish(m_admin, draft));
    QCOMPARE(idsOf(f().replay(m_bob, 0)), (Ids{1, 2}));
}

void LogTest::keysAndAnswersAreComparedInOneNormalForm()
{
    const std::string composed = "Tr\u1EA7n", decomposed = "Tra\u0302\u0300n";
    Draft draft = Fixture::draft(People{m_bob.user});
    draft.notification.key = decomposed;
    draft.notification.answers = {decomposed, "No"};
    QVERIFY(f().publish(m_ann, draft));
    draft.notification.key = composed;
    const auto second = f().publish(m_ann, draft);
    QCOMPARE(f().sink->dead(), Ids{1});
    const StreamEvent event = parseStreamEvent(f().sink->entries().back().data);
    QCOMPARE(std::get<Notification>(event).replaces, std::optional<Seq>(1));
    QCOMPARE(std::get<Notification>(event).answers.front(), decomposed); // kept as sent

    const auto acked = f().acknowledge(m_bob, second->id, composed);
    QVERIFY(acked);
    QCOMPARE(acked->answer, decomposed); // the one that was offered
    QCOMPARE(f().acknowledge(m_bob, second->id, decomposed)->ackedAt, acked->ackedAt);
    QCOMPARE(f().acknowledge(m_bob, second->id, "No").error().status, 409);
}

QTEST_GUILESS_MAIN(LogTest)
#include "log_test.moc"
