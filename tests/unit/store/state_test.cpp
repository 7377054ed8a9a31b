// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/store/database.h"
#include "unit/store/fixture.h"

#include <map>
#include <random>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

using People = std::vector<UserId>;
using Ids = std::vector<Seq>;

/// What one of somebody's machines knows, by the events that it was shown.
struct Known
{
    struct Message
    {
        bool isRead = false, isAcked = false;
        std::string key{};
        bool operator==(const Message&) const = default;
    };
    std::map<Seq, Message> messages;
    std::map<std::pair<Seq, UserId>, std::string> acks; ///< of everybody, as a sender is told

    void show(const LogEntry& entry, UserId self)
    {
        const StreamEvent event = parseStreamEvent(entry.data);
        if (const auto* notification = std::get_if<Notification>(&event)) {
            forgetKey(notification->key, entry.seq);
            messages.try_emplace(entry.seq, Message{false, false, notification->key});
        } else if (const auto* read = std::get_if<ReadState>(&event)) {
            for (auto& [seq, message] : messages) {
                const bool isNamed = std::find(read->ids.begin(), read->ids.end(), seq) != read->ids.end();
                message.isRead = message.isRead || isNamed || seq <= read->upTo.value_or(0);
            }
        } else if (const auto* unread = std::get_if<UnreadState>(&event)) {
            for (const Seq seq : unread->ids) {
                if (const auto found = messages.find(seq); found != messages.end()) {
                    found->second.isRead = false;
                }
            }
        } else if (const auto* acked = std::get_if<Acked>(&event)) {
            acks[{acked->id, acked->user.id}] = acked->answer;
            const auto found = messages.find(acked->id);
            if (acked->user.id == self && found != messages.end()) {
                found->second.isRead = found->second.isAcked = true;
            }
        } else if (const auto* retracted = std::get_if<Retracted>(&event)) {
            messages.erase(retracted->id);
            forgetKey(retracted->key, retracted->id);
        }
    }
    /// All of a key before this one. There is one sender.
    void forgetKey(const std::string& key, Seq before)
    {
        std::erase_if(messages,
                      [&](const auto& one) { return !key.empty() && one.second.key == key && one.first < before; });
    }
    bool operator==(const Known&) const = default;
};

/// A store looked into from the side.
Connection sideOf(Fixture& f)
{
    return std::move(*openForReading(placeOf(f.directory, f.path(), "belfry.db")));
}

std::int64_t numberOf(Fixture& f, const char* sql)
{
    Connection db = sideOf(f);
    return db.integer(sql).value_or(-1);
}

/// A log with so many messages to everyone, written past the store while it is closed.
void fill(Fixture& f, Seq messages)
{
    auto db = openDatabase(placeOf(f.directory, f.path(), "belfry.db"), f.path(), f.clock.now());
    db->execute("BEGIN");
    for (Seq seq = 1; seq <= messages; ++seq) {
        db->run("INSERT INTO entries(seq, kind, created_at, sender_id, type, is_dead, data, folded) VALUES (?1, 1, ?2, "
                "1, 0, 0, ?3, '')",
                seq, f.clock.now(), notificationEvent(notificationItem(seq, R"("title":"Test")", f.clock.now(), {})));
        db->run("INSERT INTO everyone VALUES (?1, 1)", seq);
    }
    db->run("UPDATE settings SET value = ?1 WHERE name IN ('newest', 'notifications')", messages);
    db->execute("COMMIT");
    QVERIFY(!db->hasFailed());
}

} // namespace

/// Reading, unreading and confirming: what they cost, what they leave in the log, and that nobody misses any of it.
class StateTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_fixture = std::make_unique<Fixture>(); }
    void cleanup() { m_fixture.reset(); }

    void replayFromAnyCursorIsAsGoodAsListening_data();
    void replayFromAnyCursorIsAsGoodAsListening();
    void statesPushNoMessagesOut();
    void togglingLeavesOneEntry();
    void ofTooManyStatesOnlyTheirOwnerStartsAnew();
    void whatAMarkCarriesRaisesNoFloor();
    void readingOneAmongManyIsOneRow();
    void unreadBelowManyRangesIsDoneInTurns();
    void sumsAgreeWithRows();
    void aBatchEndsWhenItsTimeIsUp();
    void othersDoNotKeepPublishingOut();
    void aJoinThatFailsLeavesNoAccount();

private:
    Fixture& f() { return *m_fixture; }
    std::unique_ptr<Fixture> m_fixture;
};

void StateTest::replayFromAnyCursorIsAsGoodAsListening_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 12; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void StateTest::replayFromAnyCursorIsAsGoodAsListening()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const auto roll = [&random](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    f().settings.retentionCount = seed % 3 == 0 ? 40 : 400;
    f().settings.mostStates = seed % 2 == 0 ? 30 : 10'000;
    QVERIFY(f().open());
    std::vector<Credential> people{f().add("ann", Role::Sender), f().add("bob"), f().add("cid")};

    struct Away
    {
        std::size_t who;
        Seq cursor;
        Known known;
    };
    std::vector<Known> live(people.size());
    std::vector<Away> away;
    std::size_t shown = 0;
    int resets = 0, resumed = 0;
    const auto listen = [&] {
        const auto entries = f().sink->entries();
        for (; shown < entries.size(); ++shown) {
            for (std::size_t who = 0; who < people.size(); ++who) {
                const Audience& audience = entries[shown].audience;
                if (audience.isEveryone ||
                    std::binary_search(audience.ids.begin(), audience.ids.end(), people[who].user))
                    live[who].show(entries[shown], people[who].user);
            }
        }
    };
    const auto some = [&] {
        Ids ids;
        for (std::size_t i = 0; i <= roll(4); ++i)
            ids.push_back(1 + static_cast<Seq>(roll(static_cast<std::size_t>(f().sink->published()) + 1)));
        return ids;
    };
    for (int step = 0; step < 250; ++step) {
        const std::size_t who = roll(people.size());
        switch (roll(12)) {
        case 0:
        case 1:
        case 2: {
            Draft draft = Fixture::draft(roll(2) ? AudienceRequest(Everyone{}) : People{people[who].user});
            draft.notification.key = roll(3) == 0 ? "k" : "";
            QVERIFY(f().publish(people[0], draft));
            break;
        }
        case 3:
            f().read(people[who], {{}, static_cast<Seq>(roll(static_cast<std::size_t>(f().sink->published()) + 1))});
            break;
        case 4:
        case 5:
        case 6:
            QVERIFY(f().read(people[who], {some(), {}}));
            break;
        case 7:
        case 8:
            QVERIFY(f().unread(people[who], some()));
            break;
        case 9:
            f().acknowledge(people[who], some().front());
            break;
        case 10:
            if (roll(3) == 0)
                f().retract(people[0], some().front());
            break;
        default:
            listen();
            away.push_back({who, f().sink->published(), live[who]});
        }
    }
    listen();
    for (Away& one : away) {
        const UserId self = people[one.who].user;
        const Seq tail = f().sink->published();
        bool isReset = false;
        for (Seq cursor = one.cursor; cursor < tail && !isReset;) {
            const auto page = f().replay(people[one.who], cursor);
            QVERIFY(page);
            isReset = page->needsReset;
            for (const LogEntry& entry : page->entries)
                one.known.show(entry, self);
            cursor = page->examinedTo;
        }
        ++(isReset ? resets : resumed);
        if (!isReset)
            QVERIFY2(one.known == live[one.who], qPrintable(QStringLiteral("from %1").arg(one.cursor)));
    }
    QVERIFY(resumed > 0);
    if (f().settings.mostStates == 10'000 && f().settings.retentionCount == 400)
        QCOMPARE(resets, 0); // what is overridden raises no floor

    // And the list says the same of all that is kept.
    for (std::size_t who = 0; who < people.size(); ++who) {
        ListQuery query;
        query.limit = 500;
        const auto list = f().list(people[who], query);
        std::map<Seq, Known::Message> listed;
        std::int64_t unread = 0;
        for (const std::string& text : list->items) {
            const auto item = lenientListItem(*parseJsonObject(text));
            listed[item->notification.id] = {item->readAt.has_value(), item->ackedAt.has_value(),
                                             item->notification.key};
            unread += item->readAt ? 0 : 1;
        }
        std::erase_if(live[who].messages, [this](const auto& one) { return one.first <= f().store->floor(); });
        QVERIFY(listed == live[who].messages);
        QCOMPARE(list->unread, unread);
        query.unreadOnly = true;
        QCOMPARE(static_cast<std::int64_t>(f().list(people[who], query)->items.size()), unread);
        query.sinceId = 0;
        QCOMPARE(static_cast<std::int64_t>(f().list(people[who], query)->items.size()), unread);
    }
}

void StateTest::statesPushNoMessagesOut()
{
    f().settings.retentionCount = 100;
    QVERIFY(f().open());
    const Credential ann = f().add("ann", Role::Sender);
    const std::vector<Credential> readers{f().add("bob"), f().add("cid"), f().add("dot")};
    for (int i = 0; i < 60; ++i) {
        const Seq seq = f().send(ann, Everyone{});
        for (const Credential& reader : readers)
            QVERIFY(f().read(reader, {{seq}, {}}));
    }
    QCOMPARE(f().store->floor(), 0);
    ListQuery all;
    all.limit = 500;
    QCOMPARE(f().list(ann, all)->items.size(), 60U);
    for (int i = 0; i < 60; ++i)
        QVERIFY(f().send(ann, Everyone{}) > 0);
    QTRY_COMPARE(f().list(ann, all)->items.size(), 100U);
}

void StateTest::togglingLeavesOneEntry()
{
    f().settings.retentionCount = 60;
    QVERIFY(f().open());
    const Credential ann = f().add("ann", Role::Sender), bob = f().add("bob"), mallory = f().add("mallory");
    for (int i = 0; i < 50; ++i)
        QVERIFY(f().send(ann, People{bob.user}) > 0);
    const Seq own = f().send(ann, People{mallory.user});
    for (int i = 0; i < 150; ++i) {
        QVERIFY(f().read(mallory, {{own}, {}}));
        QVERIFY(f().unread(mallory, {own}));
    }
    QCOMPARE(f().list(bob)->items.size(), 50U);
    QCOMPARE(f().store->floor(), 0);
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM entries WHERE kind <> 1"), 1);
    QVERIFY(!f().replay(mallory, own)->needsReset);
    QCOMPARE(idsOf(f().replay(mallory, own)), Ids{f().sink->published()});
    // A confirmation carries its reading; a mark carries all below it.
    QVERIFY(f().acknowledge(mallory, own));
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM entries WHERE kind <> 1"), 1);
    for (Seq seq = 1; seq <= 20; ++seq)
        QVERIFY(f().read(bob, {{seq}, {}}));
    QVERIFY(f().read(bob, {{}, f().sink->published()}));
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM entries WHERE kind <> 1"), 2);
}

void StateTest::ofTooManyStatesOnlyTheirOwnerStartsAnew()
{
    f().settings.mostStates = 10;
    QVERIFY(f().open());
    const Credential ann = f().add("ann", Role::Sender), bob = f().add("bob");
    for (int i = 0; i < 30; ++i)
        QVERIFY(f().send(ann, Everyone{}) > 0);
    for (Seq seq = 1; seq <= 30; ++seq)
        QVERIFY(f().read(bob, {{seq}, {}}));
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM entries WHERE kind <> 1"), 10);
    QVERIFY(f().replay(bob, 30)->needsReset);
    QCOMPARE(idsOf(f().replay(bob, 50)).size(), 10U);
    QVERIFY(!f().replay(ann, 1)->needsReset);
    // Who began at 0 gets all that is kept, page by page, past the states that went.
    QVERIFY(!f().replay(bob, 30, true)->needsReset);
    QCOMPARE(f().list(bob)->items.size(), 30U);
    QCOMPARE(f().list(bob)->unread, 0);
}

void StateTest::whatAMarkCarriesRaisesNoFloor()
{
    constexpr Seq messages = 1300;
    f().settings.mostStates = 600;
    QVERIFY(f().open());
    const Credential bob = f().add("bob");
    f().close();
    fill(f(), messages);
    QVERIFY(f().open());
    for (Seq seq = 1; seq <= 600; ++seq)
        QVERIFY(f().read(bob, {{seq}, {}}));
    QVERIFY(f().read(bob, {{}, messages})); // says all that they say; 500 of them go with it
    for (Seq seq = 601; seq < 1200; ++seq)
        QVERIFY(f().unread(bob, {seq})); // and the others to make room
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM entries WHERE kind <> 1"), 600);
    QVERIFY(!f().replay(bob, messages + 300)->needsReset);
    QVERIFY(f().unread(bob, {1200})); // the mark itself
    QVERIFY(f().replay(bob, messages + 300)->needsReset);
}

void StateTest::readingOneAmongManyIsOneRow()
{
    constexpr Seq messages = 20'000;
    std::vector<Credential> people;
    QVERIFY(f().open());
    for (int i = 0; i < 20; ++i)
        people.push_back(f().add("person " + std::to_string(i)));
    f().close();
    fill(f(), messages);
    QVERIFY(f().open());
    const auto rows = [this] {
        return numberOf(f(), "SELECT (SELECT count(*) FROM read_ranges) + (SELECT count(*) FROM read_heads) + "
                             "(SELECT count(*) FROM receipts) + (SELECT count(*) FROM states) + "
                             "(SELECT count(*) FROM deliveries) + (SELECT count(*) FROM entries WHERE kind <> 1)");
    };
    const auto before = rows();
    for (const Credential& person : people)
        QCOMPARE(f().read(person, {{messages}, {}}).value(), messages - 1);
    QVERIFY(rows() - before <= 6 * static_cast<std::int64_t>(people.size()));
    for (const Credential& person : people)
        QCOMPARE(f().list(person)->unread, messages - 1);
    // Read one by one downwards, the range grows; no row is added to it.
    for (Seq seq = messages - 1; seq > messages - 50; --seq)
        QVERIFY(f().read(people[0], {{seq}, {}}));
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM read_ranges"), static_cast<std::int64_t>(people.size()));
    QCOMPARE(f().list(people[0])->unread, messages - 50);
}

void StateTest::unreadBelowManyRangesIsDoneInTurns()
{
    constexpr Seq messages = 2600;
    QVERIFY(f().open());
    const Credential bob = f().add("bob");
    f().close();
    fill(f(), messages);
    QVERIFY(f().open());
    Ids odd;
    for (Seq seq = 3; seq <= messages; seq += 2) {
        odd.push_back(seq);
        if (odd.size() == 500 || seq + 2 > messages)
            QVERIFY(f().read(bob, {std::exchange(odd, {}), {}}));
    }
    QVERIFY(numberOf(f(), "SELECT count(*) FROM read_ranges") > 1200);
    QCOMPARE(f().read(bob, {{}, messages}).value(), 0);
    QVERIFY(numberOf(f(), "SELECT count(*) FROM read_ranges") > 700); // 500 went at once
    QCOMPARE(f().unread(bob, {2, 4, 5}).value(), 3);
    ListQuery query;
    query.unreadOnly = true;
    QCOMPARE(idsOf(f().list(bob, query)), (Ids{5, 4, 2}));
    QVERIFY(f().reopen());
    QCOMPARE(idsOf(f().list(bob, query)), (Ids{5, 4, 2}));
}

void StateTest::sumsAgreeWithRows()
{
    constexpr Seq messages = 6000;
    QVERIFY(f().open());
    const Credential ann = f().add("ann", Role::Admin), bob = f().add("bob");
    f().close();
    fill(f(), messages);
    QVERIFY(f().open());
    QCOMPARE(f().list(bob)->unread, messages);
    const auto blocks = [this] { return numberOf(f(), "SELECT count(*) FROM count_blocks"); };
    int written = 0;
    QTRY_VERIFY((f().send(ann, People{ann.user}), ++written > 0) && blocks() == messages / 1024);
    QCOMPARE(f().list(bob)->unread, messages);
    for (const Seq seq : {1, 1500, 3000, 5999})
        QVERIFY(f().retract(ann, seq));
    QCOMPARE(f().list(bob)->unread, messages - 4);
    QVERIFY(f().read(bob, {{1500, 2000, 2001, 2003}, {}})); // one is retracted
    QCOMPARE(f().list(bob)->unread, messages - 7);
    QVERIFY(f().read(bob, {{}, 1100}));
    QCOMPARE(f().list(bob)->unread, messages - 7 - 1099);
    f().close();
    f().settings.retentionCount = 3000;
    QVERIFY(f().open());
    QTRY_VERIFY((f().send(ann, People{ann.user}), numberOf(f(), "SELECT count(*) FROM entries WHERE kind = 1")) <=
                3000);
    const auto left = numberOf(f(), "SELECT count(*) FROM everyone WHERE counts_until = 1");
    QCOMPARE(f().list(bob)->unread, left);
}

void StateTest::aBatchEndsWhenItsTimeIsUp()
{
    QVERIFY(f().open());
    const Credential ann = f().add("ann", Role::Sender);
    Desk desk;
    int answered = 0;
    f().sink->hold();
    const auto publish = [&] {
        f().store->publish(ann, Role::Sender, Fixture::draft(People{ann.user}), {},
                           {&desk, [&](const Result<Published>& done) { answered += done ? 1 : 0; }});
    };
    publish();
    f().sink->waitUntilHeld();
    for (int i = 0; i < 40; ++i)
        publish();
    const int before = f().sink->batches();
    f().clock.takeTime(10ms);
    f().sink->release();
    while (answered < 41)
        QVERIFY(desk.runOne());
    f().clock.takeTime(0ms);
    QVERIFY2(f().sink->batches() - before >= 41 / 3, qPrintable(QString::number(f().sink->batches() - before)));
    QCOMPARE(f().sink->entries().size(), 41U);
    Seq last = 0;
    for (const LogEntry& entry : f().sink->entries())
        QCOMPARE(entry.seq, ++last);
}

void StateTest::othersDoNotKeepPublishingOut()
{
    QVERIFY(f().open());
    const Credential ann = f().add("ann", Role::Sender);
    Desk desk;
    std::vector<bool> order; // whether it was a publish
    f().sink->hold();
    const auto publish = [&] {
        f().store->publish(ann, Role::Sender, Fixture::draft(People{ann.user}), {},
                           {&desk, [&](const Result<Published>&) { order.push_back(true); }});
    };
    publish();
    f().sink->waitUntilHeld();
    for (int i = 0; i < 40; ++i) {
        f().store->recordToken(ann.user, {static_cast<std::uint64_t>(i + 10), std::to_string(i), {}, Time::max()},
                               {&desk, [&](const Result<Done>&) { order.push_back(false); }});
    }
    for (int i = 0; i < 40; ++i)
        publish();
    f().clock.takeTime(30ms); // each transaction has time for one
    f().sink->release();
    while (order.size() < 21)
        QVERIFY(desk.runOne());
    f().clock.takeTime(0ms);
    QVERIFY(std::count(order.begin(), order.begin() + 21, true) >= 10);
    while (order.size() < 81)
        QVERIFY(desk.runOne());
}

void StateTest::aJoinThatFailsLeavesNoAccount()
{
    QVERIFY(f().open());
    const std::string hash(32, 'a');
    QVERIFY(f().wait<InviteRecord>([&](auto reply) { f().store->createInvite({}, hash, Role::Sender, reply); }));
    f().close();
    {
        auto db = openDatabase(placeOf(f().directory, f().path(), "belfry.db"), f().path(), f().clock.now());
        QVERIFY(
            db->execute("CREATE TRIGGER broken BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'broken'); END"));
    }
    QVERIFY(f().open());
    Newcomer eve;
    eve.codeHash = hash;
    eve.name = "eve";
    eve.passwordHash = "hash";
    eve.sessionExpiresAt = f().clock.now() + 1h;
    f().sink->hold(); // with another account in the same transaction
    Desk desk;
    int answered = 0;
    f().store->note({{}, "test", {}});
    f().sink->release();
    f().store->createUser({}, "dot", "hash", Role::Receiver, {&desk, [&](const Result<Account>&) { ++answered; }});
    f().store->join(eve, {&desk, [&](const Result<Joined>& joined) { answered += joined ? 100 : 1; }});
    while (answered < 2)
        QVERIFY(desk.runOne());
    QCOMPARE(answered, 2);
    f().add("fay"); // takes the snapshot on
    QVERIFY(!f().store->accounts()->findByName("eve"));
    QVERIFY(f().store->accounts()->findByName("dot"));
    QCOMPARE(f().store->accounts()->size(), 2U);
    QCOMPARE(numberOf(f(), "SELECT count(*) FROM users"), 2);
}

QTEST_GUILESS_MAIN(StateTest)
#include "state_test.moc"
