// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes.h"
#include "protocol/sse_encoder.h"
#include "server/stream/backlog.h"
#include "server/stream/event.h"
#include "server/stream/ring.h"
#include "server/stream/stream_list.h"

#include <QTest>

#include <memory>
#include <random>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

AddressedPtr addressed(Seq seq, std::vector<UserId> ids = {}, std::size_t padding = 0)
{
    const LogEntry entry = entryFor(seq, std::move(ids), padding);
    return std::make_shared<const AddressedEvent>(AddressedEvent{EventPtr::make(entry), entry.audience});
}

std::vector<Seq> numbers(const std::optional<Ring::Page>& page)
{
    std::vector<Seq> numbers;
    for (const EventPtr& event : page->events) {
        numbers.push_back(event->seq());
    }
    return numbers;
}

using Numbers = std::vector<Seq>;
const Time noon = Time(std::chrono::hours(12));

struct Member
{
    int name = 0;
    std::uint32_t place = 0;
};

} // namespace

/// The small values that streams are made of: event, ring, backlog, list.
class EventTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void carriesItsChunkFrame_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {0, 1, 15, 16, 255, 256, 4096, 130'000}) {
            QTest::addRow("%d bytes", size) << size;
        }
    }
    void carriesItsChunkFrame()
    {
        QFETCH(int, size);
        const std::string inside(static_cast<std::size_t>(size), 'a');
        const EventPtr event = EventPtr::make(7, inside);
        QCOMPARE(event->seq(), Seq(7));
        QCOMPARE(event->plain(), std::string_view(inside));
        if (size > 0) {
            QVERIFY(QString::fromStdString(std::string(event->chunked()))
                        .compare(QString::fromStdString(chunk(inside)), Qt::CaseInsensitive) == 0);
        }
        QCOMPARE(event->weight(), event->chunked().size());
    }

    void showsWhatTakesItsPlaceAfterItsExpiry()
    {
        LogEntry entry = entryFor(3, {1});
        entry.expiresAt = noon;
        QVERIFY(!EventPtr::make(entry).sharedAt(noon));
        QVERIFY(EventPtr::make(entry).sharedAt(noon - 1ms));
        entry.key = "k";
        entry.senderId = 9;
        EventPtr event = EventPtr::make(entry);
        const EventPtr instead = event.sharedAt(noon);
        event = EventPtr(); // outlived by what it referred to
        QCOMPARE(std::string(instead->plain()), "data: " + SteppedSource::tombstoneData(entry) + "\nid: 3\n\n");
        QVERIFY(!instead->isExpired(Time::max() - 1ms));
    }

    void ringReachesBackToItsFloor()
    {
        StreamLimits limits;
        limits.ringEvents = 3;
        Ring ring(10, limits);
        QVERIFY(!ring.read(1, 0, 9, 10));
        QVERIFY(ring.read(1, 0, 10, 10));
        for (Seq seq = 11; seq <= 15; ++seq) {
            ring.append(std::vector{addressed(seq)}, {});
        }
        QCOMPARE(ring.floor(), Seq(12));
        QVERIFY(!ring.read(1, 0, 11, 15));
        QCOMPARE(numbers(ring.read(1, 0, 12, 15)), (Numbers{13, 14, 15}));
        QCOMPARE(numbers(ring.read(1, 0, 13, 14)), Numbers{14}); // not beyond the tail
    }

    void ringIsBoundedByWeight()
    {
        StreamLimits limits;
        limits.ringBytes = 1000;
        Ring ring(0, limits);
        ring.append(std::vector{addressed(1, {}, 600), addressed(2, {}, 600), addressed(3, {}, 100)}, {});
        QCOMPARE(ring.floor(), Seq(1));
        std::vector<UserId> many(500);
        for (std::size_t i = 0; i < many.size(); ++i) {
            many[i] = static_cast<UserId>(i);
        }
        ring.append(std::vector{addressed(4, many)}, {}); // an audience weighs, too
        QCOMPARE(ring.floor(), Seq(4));
    }

    void ringLeavesOutTheDeadAndTheForeign()
    {
        Ring ring(0, {});
        ring.append(std::vector{addressed(1), addressed(2, {1, 5}), addressed(4, {2}), addressed(5, {1}), addressed(6)},
                    std::vector<Seq>{5});
        QCOMPARE(numbers(ring.read(1, 0, 0, 6)), (Numbers{1, 2, 6}));
        ring.append({}, std::vector<Seq>{2, 3, 100});
        QCOMPARE(numbers(ring.read(1, 1, 0, 6)), Numbers{6});
        QCOMPARE(ring.read(1, 1, 0, 6)->examinedTo, Seq(6));
    }

    void ringIsReadInPages()
    {
        StreamLimits limits;
        limits.pageBytes = 1000;
        Ring ring(0, limits);
        for (Seq seq = 1; seq <= 10; ++seq) {
            ring.append(std::vector{addressed(seq, {}, 400)}, {});
        }
        QCOMPARE(ring.read(1, 0, 0, 10)->examinedTo, Seq(3));
        QCOMPARE(ring.read(1, 0, 9, 10)->examinedTo, Seq(10));
    }

    void backlogGivesItsBytesInOrderHoweverTheyAreTaken()
    {
        std::mt19937 random(3);
        for (int round = 0; round < 200; ++round) {
            Backlog backlog(round % 2 == 0, 0);
            std::string expected, got, scratch, repeat;
            Seq seq = 0;
            while (got.size() < 100'000) {
                while (backlog.bytes() < random() % 60'000) {
                    const EventPtr event = EventPtr::make(entryFor(++seq, {}, random() % 20'000));
                    expected += event->wire(round % 2 == 0);
                    backlog.push(event);
                }
                const std::string_view next = backlog.next(scratch, noon, repeat.size());
                QVERIFY(next.substr(0, repeat.size()) == repeat);
                const std::size_t count = random() % (next.size() + 1);
                got += next.substr(0, count);
                repeat = next.substr(count, std::min<std::size_t>(next.size() - count, random() % 3 ? 0 : 5000));
                backlog.consume(count);
                QVERIFY(repeat.empty() || backlog.isMidEvent(repeat.size()));
            }
            QCOMPARE(got, expected.substr(0, got.size()));
        }
    }

    void backlogDropsAllButWhatIsInFlight()
    {
        Backlog backlog(true, 40);
        const EventPtr first = EventPtr::make(entryFor(41, {}, 100)), second = EventPtr::make(entryFor(43, {}, 100));
        backlog.push(first);
        backlog.push(second);
        backlog.push(EventPtr::make(entryFor(44, {})));
        {
            Backlog untouched = backlog;
            QCOMPARE(untouched.keepInFlight(0, {}), Seq(40));
            QVERIFY(untouched.isEmpty());
        }
        {
            Backlog record = backlog; // a TLS record over both
            QCOMPARE(record.keepInFlight(first->weight() + 1, {}), Seq(43));
            QCOMPARE(record.bytes(), first->weight() + second->weight());
        }
        QCOMPARE(backlog.consume(first->weight()), 1U);
        QCOMPARE(backlog.base(), Seq(41));
        QVERIFY(!backlog.isMidEvent(0));
        backlog.consume(1);
        QVERIFY(backlog.isMidEvent(0));
        QCOMPARE(backlog.keepInFlight(0, {}), Seq(43));
        QCOMPARE(backlog.bytes(), second->weight());
    }

    void backlogLooksAtTheExpiryWhenTheFirstByteIsGiven()
    {
        LogEntry entry = entryFor(1, {}, 100);
        entry.expiresAt = noon;
        const EventPtr expiring = EventPtr::make(entry), lasting = EventPtr::make(entryFor(2, {}));
        std::string scratch;
        Backlog backlog(true, 0);
        backlog.push(expiring);
        backlog.push(lasting);
        {
            Backlog fresh = backlog;
            QCOMPARE(fresh.next(scratch, noon, 0), lasting->chunked());
            QCOMPARE(fresh.bytes(), lasting->weight());
            QCOMPARE(fresh.base(), Seq(1));
        }
        {
            Backlog inRecord = backlog;
            QVERIFY(inRecord.next(scratch, noon, 1).substr(0, expiring->weight()) == expiring->chunked());
        }
        backlog.consume(1);
        QVERIFY(backlog.next(scratch, noon, 0).substr(0, expiring->weight() - 1) == expiring->chunked().substr(1));
    }

    void aWalkedListKeepsItsPlaces()
    {
        std::mt19937 random(11);
        for (int round = 0; round < 500; ++round) {
            StreamList<Member> list(&Member::place);
            std::vector<std::unique_ptr<Member>> members;
            for (int i = 0; i < 12; ++i) {
                members.push_back(std::make_unique<Member>(Member{i, 0}));
                list.add(*members.back());
            }
            list.beginWalk();
            const auto removeSome = [&] {
                for (int i = 0; i < 5 && !members.empty(); ++i) {
                    const auto victim = members.begin() + static_cast<std::ptrdiff_t>(random() % members.size());
                    list.remove(**victim);
                    members.erase(victim);
                }
            };
            removeSome();
            for (const auto& member : members) {
                QCOMPARE(list[member->place], member.get());
                QCOMPARE(member->place, static_cast<std::uint32_t>(member->name));
            }
            list.endWalk();
            QCOMPARE(list.size(), members.size());
            removeSome();
            for (const auto& member : members) {
                QCOMPARE(list[member->place], member.get());
            }
            QCOMPARE(list.size(), members.size());
        }
    }
};

QTEST_APPLESS_MAIN(EventTest)
#include "tst_event.moc"
