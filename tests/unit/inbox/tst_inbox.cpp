// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox.h"
#include "client/inbox_fold.h"
#include "client/inbox_reader.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::client;
using namespace std::chrono_literals;

namespace {

class TurnedClock : public Clock
{
public:
    Time now() const override { return m_now; }
    std::chrono::steady_clock::time_point monotonic() const override { return m_monotonic; }
    void advance(std::chrono::milliseconds by)
    {
        m_now += by;
        m_monotonic += by;
    }
    void set(std::chrono::milliseconds by) { m_now += by; } ///< and no time passes

private:
    Time m_now = *parseTime("2026-11-23T08:00:00Z");
    std::chrono::steady_clock::time_point m_monotonic{};
};

Notification note(Seq id, const char* title, const char* message = "")
{
    Notification n;
    n.id = id;
    n.title = title;
    n.message = message;
    n.sender = Person{7, "ops"};
    n.createdAt = *parseTime("2026-11-23T07:00:00Z") + std::chrono::seconds(id);
    return n;
}

Notification keyed(Seq id, const char* key)
{
    Notification n = note(id, "keyed");
    n.key = key;
    return n;
}

ListItem item(Notification n, bool isRead = false)
{
    return ListItem{std::move(n), isRead ? std::optional<Time>(Time(1000ms)) : std::nullopt, std::nullopt, {}};
}

constexpr UserId self = 3;

/// An inbox in a directory of its own, with one connection whose log is "log".
struct Fixture
{
    QTemporaryDir dir;
    TurnedClock clock;
    std::unique_ptr<Inbox> inbox;
    LinkId link = 0;

    Fixture()
    {
        reopen();
        link = inbox->place(QStringLiteral("c1"))->id;
        const auto entered = inbox->enterLog(link, QStringLiteral("log"));
        if (!entered)
            qFatal("%s", entered.error().message.c_str());
    }
    QString path() const { return dir.filePath(QStringLiteral("inbox.db")); }
    void reopen()
    {
        inbox.reset();
        inbox = std::make_unique<Inbox>(clock);
        inbox->setServerTime(clock.now());
        const Result<void> opened = inbox->open(path());
        if (!opened)
            qFatal("%s", opened.error().message.c_str());
    }
    Effects apply(std::vector<NumberedEvent> events) { return *inbox->apply(link, self, events); }
    Effects apply(const Notification& n) { return apply({NumberedEvent{n, n.id}}); }
    RowPage rows(const RowQuery& query = {}) const
    {
        InboxReader reader(path());
        return reader.rows(QStringLiteral("c1"), query);
    }
    QStringList titles(const RowQuery& query = {}) const
    {
        QStringList all;
        for (const Row& row : rows(query).rows) {
            all.append(row.title);
        }
        return all;
    }
    RowId idOf(Seq number) const
    {
        for (const Row& row : rows().rows) {
            if (row.id == number) {
                return row.rowId;
            }
        }
        return 0;
    }
    Row rowOf(Seq number) const { return inbox->row(idOf(number)); }
    LinkPlace place() const { return *inbox->place(QStringLiteral("c1")); }
};

} // namespace

class TestInbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aFileThatIsNoHistoryIsRefusedUnchangedAndSaidSoEachTime()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("inbox.db"));
        const QByteArray text = QByteArray("This is no database.\n").repeated(500);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        file.close();
        TurnedClock clock;
        Inbox inbox(clock);
        const Result<void> opened = inbox.open(path);
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find("can't use its history") != std::string::npos,
                 opened.error().message.c_str());
        // What is asked of it afterwards is refused for that reason, not because it is not open.
        const auto place = inbox.place(QStringLiteral("c1"));
        QVERIFY(!place);
        QCOMPARE(place.error().message, opened.error().message);
        const std::vector<NumberedEvent> events{{note(1, "one"), 1}};
        const auto applied = inbox.apply(1, self, events);
        QVERIFY(!applied);
        QCOMPARE(applied.error().message, opened.error().message);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), text);
    }

    void storesARowItsStateAndTheCursorInOneCommit()
    {
        Fixture f;
        QCOMPARE(f.apply(note(5, "one")).inserted.size(), 1);
        QCOMPARE(*f.place().cursor, 5);
        f.reopen();
        QCOMPARE(*f.place().cursor, 5);
        QCOMPARE(f.titles(), QStringList{QStringLiteral("one")});
        QCOMPARE(f.inbox->unread(f.link), 1);
        QCOMPARE(f.inbox->unshown(f.link).size(), 1);
    }

    void takesNothingTwice()
    {
        Fixture f;
        f.apply(note(5, "one"));
        QVERIFY(f.apply(note(5, "one")).isEmpty());
        QCOMPARE(f.titles().size(), 1);
    }

    void namesRowsByConnectionLogAndNumber()
    {
        Fixture f;
        f.apply(note(5, "one"));
        const LinkId other = f.inbox->place(QStringLiteral("c2"))->id;
        QVERIFY(f.inbox->enterLog(other, QStringLiteral("log")));
        const std::vector<NumberedEvent> same{{note(5, "other"), 5}};
        QCOMPARE(f.inbox->apply(other, self, same)->inserted.size(), 1);
        QCOMPARE(f.titles(), QStringList{QStringLiteral("one")});
        QCOMPARE(f.inbox->unread(other), 1);
    }

    void itemsWithoutANumberAreNeverDoubles()
    {
        Fixture f;
        const LinkId classic = f.inbox->place(QStringLiteral("classic"))->id;
        const std::vector<NumberedEvent> events{{note(0, "same"), 0}, {note(0, "same"), 0}};
        QCOMPARE(f.inbox->apply(classic, self, events)->inserted.size(), 2);
    }

    void newerStateWinsWhateverTheOrder()
    {
        Fixture f;
        f.apply(note(5, "one"));
        f.apply({{ReadState{{5}, {}}, 9}});
        QVERIFY(!f.rowOf(5).isUnread());
        f.apply({{UnreadState{{5}}, 7}}); // late
        QVERIFY(!f.rowOf(5).isUnread());
        const std::vector<ListItem> old{item(note(5, "one"))};
        QVERIFY(f.inbox->settlePage(f.link, old, 8)); // an old page
        QVERIFY(!f.rowOf(5).isUnread());
        QVERIFY(f.inbox->settlePage(f.link, old, 10));
        QVERIFY(f.rowOf(5).isUnread());
    }

    void readUpToCoversWhatIsHeld()
    {
        Fixture f;
        f.apply({{note(1, "a"), 1}, {note(2, "b"), 2}, {note(3, "c"), 3}, {ReadState{{}, 2}, 4}});
        QCOMPARE(f.inbox->unread(f.link), 1);
        QVERIFY(f.rowOf(3).isUnread());
    }

    void ownAcknowledgementCountsAsReadAndOthersDoNot()
    {
        Fixture f;
        f.apply(note(1, "a"));
        f.apply({{Acked{1, Person{99, "bob"}, "Yes", Time(5s)}, 2}});
        QVERIFY(f.rowOf(1).isUnread());
        const Effects effects = f.apply({{Acked{1, Person{self, "ann"}, "Yes", Time(5s)}, 3}});
        QCOMPARE(effects.withdrawn.size(), 1);
        QVERIFY(!f.rowOf(1).isUnread());
        QCOMPARE(f.rowOf(1).answer, QStringLiteral("Yes"));
    }

    void laterOfTheSameKeyTakesItsPlace()
    {
        Fixture f;
        f.apply(keyed(1, "k"));
        Notification stranger = keyed(2, "k");
        stranger.sender.id = 8;
        f.apply(stranger);
        const RowId first = f.idOf(1);
        const Effects effects = f.apply(keyed(3, "k"));
        QCOMPARE(effects.replaced.size(), 1);
        QCOMPARE(effects.replaced.first().first, first);
        QCOMPARE(effects.removed, QList<RowId>{first});
        QVERIFY(effects.withdrawn.isEmpty());
        QCOMPARE(f.rows().rows.size(), 2);         // the other sender's stays
        QVERIFY(f.apply(keyed(1, "k")).isEmpty()); // and an old one does not come back
    }

    void retractionTakesEveryEarlierOneWithItsKey()
    {
        Fixture f;
        f.apply(keyed(1, "k"));
        const Effects effects = f.apply({{Retracted{4, "k", 7}, 5}});
        QCOMPARE(effects.removed.size(), 1);
        QCOMPARE(effects.withdrawn.size(), 1);
        QVERIFY(f.rows().rows.isEmpty());
        const std::vector<ListItem> stale{item(keyed(1, "k"))};
        QVERIFY(f.inbox->settlePage(f.link, stale, 3)->isEmpty());
    }

    void whatExpiresStaysGreyAndIsNotUnread()
    {
        Fixture f;
        Notification n = note(1, "soon");
        n.expiresAt = f.clock.now() + 10s;
        f.apply(n);
        QVERIFY(f.inbox->expire(f.link)->isEmpty());
        QCOMPARE(*f.inbox->nextExpiry(f.link), *n.expiresAt);
        f.clock.set(1000h); // this machine's clock does not decide, set on or back
        QVERIFY(f.inbox->expire(f.link)->isEmpty());
        f.clock.set(-2000h);
        f.inbox->setServerTime(std::nullopt); // nor does it stand in for the server's
        f.clock.set(5000h);
        QVERIFY(f.inbox->expire(f.link)->isEmpty());
        QVERIFY(!f.inbox->nextExpiry(f.link));
        f.inbox->setServerTime(*n.expiresAt - 1s);
        QVERIFY(f.inbox->expire(f.link)->isEmpty());
        f.clock.advance(2s);
        const Effects effects = *f.inbox->expire(f.link);
        QCOMPARE(effects.withdrawn.size(), 1);
        QVERIFY(effects.changed.first().isExpired);
        QCOMPARE(f.inbox->unread(f.link), 0);
        QVERIFY(!f.inbox->nextExpiry(f.link));
        f.apply({{Retracted{1, "", {}}, 1}}); // told so under its own number
        QCOMPARE(f.rows().rows.size(), 1);
    }

    void deletionIsRememberedAndCanBeUndone()
    {
        Fixture f;
        f.apply({{note(1, "a"), 1}, {note(2, "b"), 2}});
        QCOMPARE(f.inbox->deleteRows(f.link, {f.idOf(1)})->removed.size(), 1);
        QCOMPARE(f.inbox->unread(f.link), 1);
        QVERIFY(f.inbox->undoPart(f.link, f.inbox->lastDeletion(), 10)->effects.isMuch);
        QCOMPARE(f.titles().size(), 2);
        QVERIFY(f.inbox->deleteRows(f.link, {f.idOf(1)}));
        f.reopen(); // quitting only ends the undo
        QCOMPARE(f.titles(), QStringList{QStringLiteral("b")});
        QVERIFY(!*f.inbox->finishDeletion(f.inbox->lastDeletion(), 100, true));
        QVERIFY(f.apply(note(1, "a")).isEmpty());
        const QList<Change> changes = f.inbox->nextChanges(f.link, 10);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes.first().kind, ChangeKind::Read);
        QCOMPARE(changes.first().number, 1);
        QVERIFY(f.inbox->undoPart(f.link, f.inbox->lastDeletion(), 10)->effects.isEmpty());
    }

    void allThatMatchesIsDeletedAndComesBackInParts()
    {
        Fixture f;
        for (Seq number = 1; number <= 7; ++number)
            f.apply(note(number, number == 3 ? "other" : "needle"));
        RowQuery needles;
        needles.text = QStringLiteral("needle");
        Deletion deletion = f.inbox->beginDeletion(f.link, needles, 4);
        ChangedPart part = *f.inbox->deletePart(deletion);
        QVERIFY(!part.isLast);
        QCOMPARE(part.effects.removed.size(), 4); // the newest
        QCOMPARE(f.titles().size(), 3);
        f.apply(note(8, "needle")); // came after it was said: is not meant
        QVERIFY(f.inbox->deleteRows(f.link, {f.idOf(3)}));
        const qint64 later = f.inbox->lastDeletion();
        part = *f.inbox->deletePart(deletion);
        QVERIFY(part.isLast);
        QCOMPARE(f.titles(), QStringList{QStringLiteral("needle")});

        part = *f.inbox->undoPart(f.link, deletion.batch, 4);
        QVERIFY(!part.isLast);
        QVERIFY(part.effects.isMuch);
        QCOMPARE(f.titles().size(), 5);
        QVERIFY(f.inbox->undoPart(f.link, deletion.batch, 4)->isLast);
        QCOMPARE(f.titles().size(), 7); // but what the later one took
        QVERIFY(f.inbox->undoPart(f.link, later, 4)->isLast);
        QCOMPARE(f.titles().size(), 8);
    }

    void whatWaitsToBeSentIsNotOverridden()
    {
        Fixture f;
        f.apply(note(1, "a"));
        QVERIFY(f.inbox->markRead(f.link, {f.idOf(1)}, true));
        QCOMPARE(f.rowOf(1).change, ChangeState::Waiting);
        f.apply({{UnreadState{{1}}, 5}});
        const std::vector<ListItem> page{item(note(1, "a"))};
        QVERIFY(f.inbox->settlePage(f.link, page, 6));
        QVERIFY(!f.rowOf(1).isUnread());
        f.reopen();
        const QList<Change> changes = f.inbox->nextChanges(f.link, 10);
        QCOMPARE(changes.size(), 1);
        QVERIFY(f.inbox->changesAnswered(f.link, changes));
        QCOMPARE(f.rowOf(1).change, ChangeState::None);
        QVERIFY(f.inbox->nextChanges(f.link, 10).isEmpty());
        QVERIFY(f.inbox->settlePage(f.link, page, 8));
        QVERIFY(f.rowOf(1).isUnread());
    }

    void changesKeepTheirOrder()
    {
        Fixture f;
        f.apply({{note(1, "a"), 1}, {note(2, "b"), 2}, {note(3, "c"), 3}});
        QVERIFY(f.inbox->markRead(f.link, {f.idOf(1), f.idOf(2)}, true));
        QVERIFY(f.inbox->acknowledge(f.link, f.idOf(3), QStringLiteral("Yes")));
        QVERIFY(f.inbox->markUnread(f.link, {f.idOf(1)}, true)); // takes back the one that was not sent
        QList<ChangeKind> kinds;
        for (QList<Change> next; !(next = f.inbox->nextChanges(f.link, 10)).isEmpty();) {
            kinds.append(next.first().kind);
            QVERIFY(f.inbox->changesAnswered(f.link, next));
        }
        QCOMPARE(kinds, (QList<ChangeKind>{ChangeKind::Read, ChangeKind::Acknowledge, ChangeKind::Unread}));
        QVERIFY(f.rowOf(1).isUnread());
    }

    void refusedAnswerIsToldOnTheRowWithWhatHolds()
    {
        Fixture f;
        f.apply(note(1, "a"));
        QVERIFY(f.inbox->acknowledge(f.link, f.idOf(1), QStringLiteral("Yes")));
        ListItem holds = item(note(1, "a"), true);
        holds.ackedAt = Time(9s);
        holds.answer = "No";
        const Change change = f.inbox->nextChanges(f.link, 1).first();
        QVERIFY(f.inbox->changeRefused(f.link, change, QStringLiteral("too late"), holds));
        const Row row = f.rowOf(1);
        QCOMPARE(row.change, ChangeState::Refused);
        QCOMPARE(row.changeNote, QStringLiteral("too late"));
        QCOMPARE(row.answer, QStringLiteral("No"));
    }

    void answerThatCameTooLateStaysAsARow()
    {
        Fixture f;
        f.apply(note(1, "a"));
        QVERIFY(f.inbox->acknowledge(f.link, f.idOf(1), {}));
        f.apply({{Retracted{1, "", {}}, 2}});
        const Row row = f.rowOf(1);
        QCOMPARE(row.change, ChangeState::Refused);
        QVERIFY(!row.canAnswer());
        QVERIFY(!row.isUnread());
        QVERIFY(f.inbox->nextChanges(f.link, 1).isEmpty());
    }

    void marksAllReadUpToTheNewestHeld()
    {
        Fixture f;
        f.apply({{note(1, "a"), 1}, {note(2, "b"), 2}});
        QVERIFY(f.inbox->markAllRead(f.link, {}, true));
        f.apply(note(3, "c"));
        const QList<Change> changes = f.inbox->nextChanges(f.link, 10);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes.first().kind, ChangeKind::ReadUpTo);
        QCOMPARE(changes.first().number, 2);
        QCOMPARE(f.inbox->unread(f.link), 1);
        QVERIFY(f.inbox->changesAnswered(f.link, changes));
        QCOMPARE(f.rowOf(1).change, ChangeState::None);
    }

    void marksUnderAFilterWhatMatches()
    {
        Fixture f;
        f.apply({{note(1, "apple"), 1}, {note(2, "pear"), 2}});
        RowQuery query;
        query.text = QStringLiteral("PEA");
        QVERIFY(f.inbox->markAllRead(f.link, query, true));
        QVERIFY(f.rowOf(1).isUnread());
        QVERIFY(!f.rowOf(2).isUnread());
        QCOMPARE(f.inbox->nextChanges(f.link, 10).first().number, 2);
    }

    void finds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("search");
        QTest::addColumn<bool>("isFound");
        const QString order = QStringLiteral("Đơn hàng mới");
        const QString japanese = QStringLiteral("会議は十時に始まります");
        QTest::newRow("vietnamese by plain letters") << order << QStringLiteral("don hang") << true;
        QTest::newRow("vietnamese by itself") << order << QStringLiteral("ĐƠN") << true;
        QTest::newRow("words in any order") << order << QStringLiteral("moi don") << true;
        QTest::newRow("all words needed") << order << QStringLiteral("don cu") << false;
        QTest::newRow("two characters inside japanese") << japanese << QStringLiteral("十時") << true;
        QTest::newRow("three characters inside japanese") << japanese << QStringLiteral("十時に") << true;
        QTest::newRow("one character") << QStringLiteral("a x b") << QStringLiteral("x") << true;
        QTest::newRow("percent is itself") << QStringLiteral("abc") << QStringLiteral("%") << false;
        QTest::newRow("underscore is itself") << QStringLiteral("abc") << QStringLiteral("_") << false;
        QTest::newRow("quotes are text") << QStringLiteral("say \"hello\" now") << QStringLiteral("\"hello\"") << true;
        QTest::newRow("operators are text") << QStringLiteral("one AND two") << QStringLiteral("one NOT") << false;
        QTest::newRow("full width") << QStringLiteral("ＡＢＣ") << QStringLiteral("abc") << true;
        QTest::newRow("sharp s") << QStringLiteral("Straße") << QStringLiteral("STRASSE") << true;
    }
    void finds()
    {
        QFETCH(QString, text);
        QFETCH(QString, search);
        QFETCH(bool, isFound);
        Fixture f;
        f.apply(note(1, text.toUtf8().constData()));
        RowQuery query;
        query.text = search;
        QCOMPARE(!f.rows(query).rows.isEmpty(), isFound);
    }

    void deletedRowsAreNotFound()
    {
        Fixture f;
        f.apply(note(1, "needle"));
        QVERIFY(f.inbox->deleteRows(f.link, {f.idOf(1)}));
        QVERIFY(f.inbox->finishDeletion(f.inbox->lastDeletion(), 10, true));
        RowQuery query;
        query.text = QStringLiteral("needle");
        QVERIFY(f.rows(query).rows.isEmpty());
    }

    void pagesByKeyWhileOthersAreInserted()
    {
        Fixture f;
        for (Seq n = 1; n <= 25; ++n) {
            f.apply(note(n, "x"));
        }
        RowQuery query;
        query.limit = 10;
        QList<Seq> seen;
        for (Seq extra = 100;; ++extra) {
            const RowPage page = f.rows(query);
            for (const Row& row : page.rows) {
                seen.append(row.id);
            }
            if (!page.hasMore) {
                break;
            }
            query.before = page.rows.last().rowId;
            f.apply(note(extra, "new"));
        }
        QCOMPARE(seen.size(), 25);
        QCOMPARE(seen.first(), 25);
        QCOMPARE(seen.last(), 1);
    }

    void pagesUpwardsByKeyAndFromTheOldest()
    {
        Fixture f;
        for (Seq n = 1; n <= 25; ++n) {
            f.apply(note(n, n % 2 == 0 ? "even" : "odd"));
        }
        for (const char* text : {"", "even"}) {
            RowQuery query;
            query.limit = 4;
            query.text = QString::fromUtf8(text);
            query.after = belowAllRows;
            QList<Seq> seen;
            for (;;) {
                const RowPage page = f.rows(query);
                QVERIFY(std::is_sorted(page.rows.begin(), page.rows.end(),
                                       [](const Row& a, const Row& b) { return a.id > b.id; }));
                for (auto row = page.rows.crbegin(); row != page.rows.crend(); ++row) {
                    seen.append(row->id);
                }
                if (!page.hasMore) {
                    break;
                }
                query.after = page.rows.first().rowId;
            }
            QCOMPARE(seen.size(), *text == 0 ? 25 : 12);
            QVERIFY(std::is_sorted(seen.begin(), seen.end()));
        }
    }

    void aSearchGoesInSlicesAndIsGivenUpWhenNobodyWaits()
    {
        Fixture f;
        const QString c1 = QStringLiteral("c1");
        // Far apart: each listing sets row ids aside.
        for (Seq number = 1; number <= 4; ++number) {
            f.apply(note(number, "needle"));
            for (int i = 0; i < 5; ++i)
                QVERIFY(f.inbox->beginListing(f.link, Listing::Reset, QStringLiteral("log"), number));
        }
        InboxReader reader(f.path());
        for (const char* words : {"ne", "needle", "needle ne"}) {
            RowQuery query;
            query.text = QString::fromLatin1(words);
            int asked = 0;
            const auto always = [&asked] { return ++asked > 0; };
            QCOMPARE(reader.count(c1, query, always), 4);
            QVERIFY2(asked >= 3, words);
            QCOMPARE(reader.rows(c1, query, always).rows.size(), 4);
            query.after = belowAllRows;
            query.limit = 3;
            const RowPage oldest = reader.rows(c1, query, always);
            QCOMPARE(oldest.rows.size(), 3);
            QCOMPARE(oldest.rows.last().id, 1);
            QVERIFY(oldest.hasMore);

            asked = 0;
            const auto once = [&asked] { return ++asked == 1; };
            QVERIFY2(reader.count(c1, query, once) < 4, words);
            QCOMPARE(asked, 2);
        }
    }

    void filtersAndNamesSendersAndCategories()
    {
        Fixture f;
        Notification other = note(2, "b");
        other.sender = Person{9, "ci"};
        other.category = "build";
        other.type = Type::Error;
        f.apply({{note(1, "a"), 1}, {other, 2}});
        InboxReader reader(f.path());
        const QString c1 = QStringLiteral("c1");
        QCOMPARE(reader.categories(c1), QStringList{QStringLiteral("build")});
        QCOMPARE(reader.senders(c1).size(), 2);
        QCOMPARE(reader.senders(c1).last().second, QStringLiteral("ci"));
        RowQuery query;
        query.sender = 9;
        query.type = Type::Error;
        query.category = QStringLiteral("build");
        query.unreadOnly = true;
        QCOMPARE(reader.count(c1, query), 1);
        query.type = Type::Info;
        QCOMPARE(reader.count(c1, query), 0);
    }

    void firstLookKeepsTheOrderOfNumbersBelowWhatCameLive()
    {
        Fixture f;
        QVERIFY(f.inbox->beginListing(f.link, Listing::First, QStringLiteral("log"), {}));
        f.apply(note(50, "live"));
        Notification fire = note(40, "fire");
        fire.priority = Priority::Critical;
        const std::vector<ListItem> first{item(note(50, "live")), item(fire), item(note(30, "c"), true)};
        const ListedPage page = *f.inbox->addListed(f.link, first, 50, false);
        QVERIFY(!page.isDone);
        QCOMPARE(page.effects.inserted.size(), 2);
        f.reopen(); // goes on where it was
        QCOMPARE(f.place().listing, Listing::First);
        QCOMPARE(*f.place().listingBefore, 30);
        const std::vector<ListItem> second{item(note(20, "b")), item(note(10, "a"))};
        QVERIFY(f.inbox->addListed(f.link, second, 51, true)->isDone);
        QCOMPARE(f.place().listing, Listing::None);
        QCOMPARE(*f.place().cursor, 50);
        QCOMPARE(f.titles(), (QStringList{QStringLiteral("live"), QStringLiteral("fire"), QStringLiteral("c"),
                                          QStringLiteral("b"), QStringLiteral("a")}));
        QCOMPARE(f.inbox->unshown(f.link).size(), 2); // the live one and the critical one
    }

    void anEmptyServersLogIsJoinedAtItsEnd()
    {
        Fixture f;
        QVERIFY(f.inbox->beginListing(f.link, Listing::First, QStringLiteral("log"), {}));
        QVERIFY(f.inbox->addListed(f.link, {}, 0, true)->isDone);
        QCOMPARE(*f.place().cursor, 0);
    }

    void resetReadsTheListUntilItMeetsWhatIsKept()
    {
        Fixture f;
        f.apply({{note(1, "a"), 1}, {note(2, "b"), 2}});
        QVERIFY(f.inbox->beginListing(f.link, Listing::Reset, QStringLiteral("log"), 9));
        const std::vector<ListItem> page{item(note(8, "y")), item(note(7, "x")), item(note(2, "b"))};
        const ListedPage listed = *f.inbox->addListed(f.link, page, 9, false);
        QVERIFY(listed.isDone);
        QCOMPARE(listed.effects.inserted.size(), 2);
        QCOMPARE(f.titles().first(), QStringLiteral("y"));
        QCOMPARE(*f.place().cursor, 9);
    }

    void anotherLogAdoptsWhatIsTheSameAndKeepsTheRestAsHistory()
    {
        Fixture f;
        f.apply({{note(1, "same"), 1}, {note(2, "deleted"), 2}, {note(3, "lost"), 3}, {note(4, "changed"), 4}});
        const RowId same = f.idOf(1);
        QVERIFY(f.inbox->deleteRows(f.link, {f.idOf(2)}));
        QVERIFY(f.inbox->finishDeletion(f.inbox->lastDeletion(), 10, false));
        QVERIFY(f.inbox->markRead(f.link, {f.idOf(3)}, true));
        QVERIFY(f.inbox->beginListing(f.link, Listing::OtherLog, QStringLiteral("restored"), {}));
        const std::vector<ListItem> page{item(note(4, "another")), item(note(2, "deleted")), item(note(1, "same"))};
        const ListedPage listed = *f.inbox->addListed(f.link, page, 4, true);
        QVERIFY(listed.isDone);
        QCOMPARE(listed.effects.inserted.size(), 1);
        QCOMPARE(listed.effects.inserted.first().title, QStringLiteral("another"));
        const Row adopted = f.inbox->row(same);
        QCOMPARE(adopted.log, QStringLiteral("restored"));
        QVERIFY(adopted.isUnread());
        const QStringList titles = f.titles();
        QVERIFY(!titles.contains(QStringLiteral("deleted")));
        QVERIFY(titles.contains(QStringLiteral("lost")));
        for (const Row& row : f.rows().rows) {
            QCOMPARE(row.isLocalOnly, row.title == QStringLiteral("lost") || row.title == QStringLiteral("changed"));
        }
        QVERIFY(f.inbox->nextChanges(f.link, 10).isEmpty());
        QCOMPARE(f.inbox->unread(f.link), 2);
    }

    void pollingFindsWhatIsGoneButKeepsWhatExpired()
    {
        Fixture f;
        Notification soon = note(2, "soon");
        soon.expiresAt = f.clock.now() + 1s;
        f.apply({{note(1, "a"), 1}, {soon, 2}, {note(3, "gone"), 3}, {note(4, "d"), 4}, {note(9, "newer"), 9}});
        f.clock.advance(2s);
        const std::vector<ListItem> page{item(note(4, "d"), true), item(note(1, "a"))};
        const Effects effects = *f.inbox->settlePage(f.link, page, 5);
        QCOMPARE(effects.removed.size(), 1);
        QCOMPARE(f.titles(), (QStringList{QStringLiteral("newer"), QStringLiteral("d"), QStringLiteral("soon"),
                                          QStringLiteral("a")}));
        QVERIFY(!f.rowOf(4).isUnread());
        QCOMPARE(*f.place().cursor, 9); // the stream's alone
    }

    void keepsUnreadOnesLongest()
    {
        Fixture f;
        for (Seq n = 1; n <= 10; ++n) {
            f.apply(note(n, "x"));
        }
        f.apply({{ReadState{{5, 6}, {}}, 11}});
        QVERIFY(*f.inbox->retain(f.link, 8, 100));
        QVERIFY(!*f.inbox->retain(f.link, 8, 100));
        QCOMPARE(f.inbox->unread(f.link), 8);
        QVERIFY(*f.inbox->retain(f.link, 7, 100));
        QCOMPARE(f.idOf(1), 0);
        f.apply({{ReadState{{10}, {}}, 12}});
        f.clock.advance(24h * 366);
        QVERIFY(*f.inbox->retain(f.link, 100, 100));
        QCOMPARE(f.inbox->unread(f.link), 6);
        QCOMPARE(f.titles().size(), 6);
    }

    void rowIdsAreNeverUsedAgain()
    {
        Fixture f;
        f.apply(note(1, "a"));
        const RowId first = f.idOf(1);
        f.apply({{Retracted{1, "", {}}, 2}});
        f.reopen();
        f.apply(note(3, "b"));
        QVERIFY(f.idOf(3) > first);
    }

    void refusesANewerFileAndLeavesItAlone()
    {
        Fixture f;
        f.inbox.reset();
        const auto touch = [&f](const QString& sql) {
            QVariant value;
            {
                QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("touch"));
                db.setDatabaseName(f.path());
                QVERIFY2(db.open(), "open");
                QSqlQuery query(db);
                QVERIFY(query.exec(sql));
            }
            QSqlDatabase::removeDatabase(QStringLiteral("touch"));
        };
        touch(QStringLiteral("PRAGMA user_version = 99"));
        QFile file(f.path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray before = file.readAll();
        Inbox newer(f.clock);
        const Result<void> opened = newer.open(f.path());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, std::string("inbox_newer"));
        file.seek(0);
        QCOMPARE(file.readAll(), before);
    }

    void saysWhatIsWrongWithACorruptFile()
    {
        QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("inbox.db")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        TurnedClock clock;
        Inbox inbox(clock);
        const Result<void> opened = inbox.open(file.fileName());
        QVERIFY(!opened);
        QVERIFY(!opened.error().message.empty());
        QVERIFY(!inbox.place(QStringLiteral("c1")));
        QVERIFY(!inbox.markRead(1, {1}, true));
        QCOMPARE(inbox.unread(1), 0);
    }

    void folds() { QCOMPARE(foldForSearch(QStringLiteral("  Đơn\n HÀNG ")), QStringLiteral("don hang")); }
};

QTEST_GUILESS_MAIN(TestInbox)
#include "tst_inbox.moc"
