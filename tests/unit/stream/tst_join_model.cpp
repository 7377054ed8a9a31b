// SPDX-License-Identifier: GPL-3.0-or-later
//
// The join as a model: real hub and shards, mailboxes stepped by hand, and a random order of everything that can
// overlap. Whatever the order, each stream shows each of its events once, in order, none lost; resets where due and
// nowhere else.
#include "fakes.h"
#include "server/stream/shard.h"

#include <QTest>

#include <memory>
#include <optional>
#include <random>
#include <set>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

struct OpenStream
{
    std::unique_ptr<RoomySink> sink;
    Shard* shard = nullptr;
    StreamId id = 0;
    UserId user = 0;
    bool isChunked = true;
    std::optional<Seq> cursor;
    Seq publishedAtOpen = 0;
    Seq floorAtOpen = 0;
    Time openedAt{};
    std::uint64_t generation = 0;
    std::set<Seq> deadAtOpen;
    bool isSettled = false; // closed or forgotten
};

class Model
{
public:
    explicit Model(unsigned seed) : m_random(seed), m_source(m_clock)
    {
        StreamLimits limits;
        limits.ringEvents = 2 + m_random() % 30;
        limits.pageBytes = 200 + m_random() % 1000;
        limits.backlogBytes = 300 + m_random() % 2000;
        limits.heldBytes = 200 + m_random() % 2000;
        limits.sendsPerSlice = 1 + static_cast<int>(m_random() % 5);
        m_source.pageRows = 1 + m_random() % 20;
        m_first = m_random() % 2 ? 0 : 100;
        m_newest = m_first;
        m_hub = std::make_unique<Hub>(m_newest, "log", limits);
        ShardSettings settings;
        settings.pingInterval = 4s;
        settings.stallTime = 1h;
        settings.seed = seed + 1;
        for (SteppedMailbox& home : m_homes) {
            m_shards.push_back(std::make_unique<Shard>(home, *m_hub, m_source, settings, m_clock));
        }
    }

    void run(int steps)
    {
        for (int step = 0; step < steps; ++step) {
            switch (m_random() % 24) {
            case 0:
            case 1:
            case 2:
            case 3:
            case 4:
            case 5:
                commit();
                break;
            case 6:
            case 7:
            case 8:
            case 9:
                m_homes[m_random() % m_homes.size()].step();
                break;
            case 10:
            case 11:
            case 12:
                if (m_source.isAsked()) {
                    m_source.answerOne();
                }
                break;
            case 13:
            case 14:
                open();
                break;
            case 15:
            case 16:
            case 17:
                giveRoom();
                break;
            case 18:
            case 19:
                block();
                break;
            case 20:
                forget();
                break;
            case 21:
                m_clock.pass(1s);
                for (const auto& shard : m_shards) {
                    shard->tick();
                }
                break;
            case 22:
                if (m_random() % 6 == 0) {
                    retain();
                }
                break;
            case 23:
                if (m_random() % 6 == 0) {
                    revoke();
                }
                break;
            }
        }
        settle();
        check();
        shutDown();
    }

    std::string fault;

private:
    std::size_t roll(std::size_t below) { return m_random() % below; }

    void commit()
    {
        CommittedBatch batch;
        const std::size_t count = 1 + roll(4);
        for (std::size_t i = 0; i < count; ++i) {
            m_newest += 1 + static_cast<Seq>(roll(10) == 0); // numbers may be left out
            LogEntry entry = entryFor(m_newest, {}, roll(150));
            if (roll(3) != 0) {
                entry.audience.isEveryone = false;
                for (UserId user = 1; user <= users; ++user) {
                    if (roll(2)) {
                        entry.audience.ids.push_back(user);
                    }
                }
            }
            if (roll(5) == 0) {
                entry.expiresAt = m_clock.now() + std::chrono::seconds(1 + roll(4));
            }
            if (roll(3) == 0) {
                entry.key = "k";
                entry.senderId = 9;
            }
            if (!m_source.log.empty() && roll(5) == 0) {
                SteppedSource::Row& row = m_source.log[roll(m_source.log.size())];
                row.isDead = true;
                batch.dead.push_back(row.entry.seq);
            }
            m_source.log.push_back({entry});
            batch.entries.push_back(std::move(entry));
        }
        for (SteppedMailbox& home : m_homes) {
            ++m_answersDue;
            batch.answers.push_back({&home, [this] { --m_answersDue; }});
        }
        m_hub->committed(std::move(batch));
    }

    void open()
    {
        OpenStream stream;
        stream.sink = std::make_unique<RoomySink>();
        stream.sink->clock = &m_clock;
        stream.sink->isTls = roll(3) == 0;
        stream.sink->room = roll(3) == 0 ? roll(3000) : RoomySink::endless;
        const std::size_t shard = roll(m_shards.size());
        stream.shard = m_shards[shard].get();
        stream.user = 1 + static_cast<UserId>(roll(users));
        stream.isChunked = roll(4) != 0;
        switch (roll(6)) {
        case 0:
            break;
        case 1:
            stream.cursor = 0;
            break;
        case 2:
            stream.cursor = m_newest + 1 + static_cast<Seq>(roll(5)); // a log that was restored
            break;
        default:
            stream.cursor = m_first + static_cast<Seq>(roll(static_cast<std::size_t>(m_newest - m_first) + 1));
        }
        stream.publishedAtOpen = m_hub->published();
        stream.floorAtOpen = m_source.removedTo;
        stream.openedAt = m_clock.now();
        stream.generation = m_source.generations[stream.user];
        for (const SteppedSource::Row& row : m_source.log) {
            if (row.isDead) {
                stream.deadAtOpen.insert(row.entry.seq);
            }
        }
        StreamOpening opening;
        opening.credential.user = stream.user;
        opening.credential.generation = stream.generation;
        opening.credential.expiresAt = Time::max();
        opening.lastEventId = stream.cursor;
        stream.id = stream.shard->open(*stream.sink, opening, stream.isChunked);
        m_streams.push_back(std::move(stream));
    }

    OpenStream* any() { return m_streams.empty() ? nullptr : &m_streams[roll(m_streams.size())]; }
    void makeWritable(OpenStream& stream, std::size_t room)
    {
        stream.sink->room = room;
        if (stream.sink->isAwaited && !stream.sink->isClosed && !stream.isSettled) {
            stream.sink->isAwaited = false;
            stream.shard->writable(stream.id);
        }
    }
    void giveRoom()
    {
        if (OpenStream* const stream = any()) {
            makeWritable(*stream, roll(4) == 0 ? RoomySink::endless : roll(2500));
        }
    }
    void block()
    {
        if (OpenStream* const stream = any()) {
            stream->sink->room = roll(200);
        }
    }
    void forget()
    {
        if (OpenStream* const stream = any(); stream && !stream->sink->isClosed && !stream->isSettled) {
            if (roll(2)) {
                stream->shard->forget(stream->id);
                stream->sink->isForgotten = true;
            } else {
                stream->sink->fails = true; // noticed at the next write
            }
            stream->isSettled = stream->sink->isForgotten;
        }
    }
    void retain()
    {
        if (!m_source.log.empty()) {
            m_source.removedTo = std::max(m_source.removedTo, m_source.log[roll(m_source.log.size())].entry.seq);
        }
    }
    void revoke()
    {
        const UserId user = 1 + static_cast<UserId>(roll(users));
        ++m_source.generations[user];
        CommittedBatch batch;
        batch.accountsChanged = true;
        ++m_sweepsDue;
        batch.afterSweep.push_back({&m_control, [this, user] {
                                        --m_sweepsDue;
                                        for (const OpenStream& stream : m_streams) {
                                            if (stream.user == user && !stream.sink->isClosed && !stream.isSettled &&
                                                stream.generation < m_source.generations[user] &&
                                                stream.shard->figures().streams == 0) {
                                                fault = "confirmed before its streams were closed";
                                            }
                                        }
                                    }});
        m_hub->committed(std::move(batch));
    }

    void settle()
    {
        for (bool isBusy = true; isBusy;) {
            isBusy = false;
            for (SteppedMailbox& home : m_homes) {
                isBusy |= home.step();
            }
            m_control.run();
            if (m_source.isAsked()) {
                m_source.answerOne();
                isBusy = true;
            }
            for (OpenStream& stream : m_streams) {
                if (stream.sink->isAwaited && !stream.sink->isClosed && !stream.isSettled) {
                    makeWritable(stream, RoomySink::endless);
                    isBusy = true;
                }
                stream.sink->room = RoomySink::endless;
            }
        }
    }

    void check()
    {
        if (m_answersDue != 0 || m_sweepsDue != 0) {
            fault = "answers lost";
        }
        if (m_hub->isCongested()) {
            fault = "walked events are still counted";
        }
        for (OpenStream& stream : m_streams) {
            check(stream);
            if (!fault.empty()) {
                return;
            }
        }
    }

    void check(OpenStream& stream)
    {
        RoomySink& sink = *stream.sink;
        const std::vector<SeenEvent> seen = seenEvents(sink.taken, stream.isChunked, sink.faults);
        if (!sink.faults.empty()) {
            fault = sink.faults.front();
            return;
        }
        const bool isOpen = !sink.isClosed && !stream.isSettled && !sink.fails;
        if (isOpen && stream.generation != m_source.generations[stream.user]) {
            fault = "a revoked stream is open";
            return;
        }
        const Seq floor = m_source.removedTo;
        const bool resetIsDue = stream.cursor && ((*stream.cursor > 0 && *stream.cursor < stream.floorAtOpen) ||
                                                  *stream.cursor > stream.publishedAtOpen);
        const Seq start = stream.cursor.value_or(stream.publishedAtOpen);
        Seq last = resetIsDue ? 0 : start;
        Seq settledTo = resetIsDue ? -1 : start; // up to here nothing is missing; -1: only a reset may come
        std::optional<std::size_t> firstPing;
        std::map<Seq, std::size_t> place;
        Seq resetTo = 0;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            const SeenEvent& event = seen[i];
            if (event.name == "ping") {
                firstPing = firstPing.value_or(i);
                if (event.id != 0) { // "caught up to here": what is lost or comes late below shows as such
                    if (event.id < last || event.id > m_newest) {
                        fault = "caught up to where it is not: " + std::to_string(event.id);
                        return;
                    }
                    last = event.id;
                } else if (*firstPing == i && stream.publishedAtOpen > 0) {
                    fault = "a first ping without its number";
                    return;
                }
                continue;
            }
            if (event.data.find("\"reset\"") != std::string::npos) {
                const bool isRetentions = settledTo >= 0 && floor > stream.floorAtOpen;
                if (settledTo >= 0 && !isRetentions) {
                    fault = "a reset that was not due: " + std::to_string(event.id);
                    return;
                }
                settledTo = last = resetTo = event.id;
                continue;
            }
            if (settledTo < 0) {
                fault = "an event where a reset was due";
                return;
            }
            if (event.id <= last) {
                fault = "doubled or out of order: " + std::to_string(event.id);
                return;
            }
            last = event.id;
            place[event.id] = i;
            if (!checkOne(stream, event)) {
                return;
            }
        }
        // Nothing missing: to the end where it is still open, to the last one shown where it was cut off.
        const Seq until = isOpen ? m_newest : last;
        for (const SteppedSource::Row& row : m_source.log) {
            const LogEntry& entry = row.entry;
            const bool isTheirs = entry.seq > std::max(start, resetTo) && entry.seq <= until &&
                                  m_source.isFor(entry, stream.user) && settledTo >= 0;
            const bool mayBeMissing = row.isDead || (entry.expiresAt && entry.key.empty()) || (entry.seq <= floor);
            if (isTheirs && !mayBeMissing && !place.count(entry.seq)) {
                fault = "lost: " + std::to_string(entry.seq);
                return;
            }
            if (isTheirs && !mayBeMissing && firstPing && entry.seq <= stream.publishedAtOpen &&
                place[entry.seq] > *firstPing) {
                fault = "a ping before the past was through";
                return;
            }
        }
        if (isOpen && settledTo < 0) {
            fault = "no reset where one was due";
        }
        if (isOpen && (!firstPing || (!seen.empty() && stream.publishedAtOpen == m_newest && seen.empty()))) {
            fault = "never live";
        }
    }

    bool checkOne(const OpenStream& stream, const SeenEvent& event)
    {
        const auto row = std::find_if(m_source.log.begin(), m_source.log.end(),
                                      [&](const SteppedSource::Row& each) { return each.entry.seq == event.id; });
        if (row == m_source.log.end() || !m_source.isFor(row->entry, stream.user)) {
            fault = "somebody else's: " + std::to_string(event.id);
            return false;
        }
        const LogEntry& entry = row->entry;
        const auto write =
            std::prev(std::upper_bound(stream.sink->writes.begin(), stream.sink->writes.end(), event.offset,
                                       [](std::size_t at, const auto& each) { return at < each.first; }));
        const bool isExpired = entry.expiresAt && *entry.expiresAt <= write->second;
        const bool isTombstone = event.data != entry.data;
        if (isTombstone && (!isExpired || entry.key.empty() || event.data != SteppedSource::tombstoneData(entry))) {
            fault = "not what was sent: " + event.data;
            return false;
        }
        if (isExpired && !isTombstone && !stream.sink->isTls) {
            fault = "expired when its first byte was sent: " + std::to_string(event.id);
            return false;
        }
        if (stream.deadAtOpen.count(event.id)) {
            fault = "retracted before it was asked for: " + std::to_string(event.id);
            return false;
        }
        return true;
    }

    void shutDown()
    {
        if (!fault.empty()) {
            return;
        }
        for (const auto& shard : m_shards) {
            shard->closeAll();
        }
        settle();
        for (const OpenStream& stream : m_streams) {
            if (!stream.isSettled && !stream.sink->isClosed) {
                fault = "left open at the end";
            }
        }
        if (!m_hub->present().empty()) {
            fault = "somebody is still present";
        }
    }

    static constexpr UserId users = 3;
    std::mt19937 m_random;
    TurnedClock m_clock;
    SteppedSource m_source;
    std::unique_ptr<Hub> m_hub;
    std::vector<SteppedMailbox> m_homes{2};
    SteppedMailbox m_control;
    std::vector<std::unique_ptr<Shard>> m_shards;
    std::vector<OpenStream> m_streams;
    Seq m_first = 0, m_newest = 0;
    int m_answersDue = 0, m_sweepsDue = 0;
};

} // namespace

class JoinModelTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyOrderShowsEachEventOnce()
    {
        const auto fromEnvironment = [](const char* name, int fallback) {
            const int value = qEnvironmentVariableIntValue(name);
            return value > 0 ? value : fallback;
        };
        const int first = fromEnvironment("BELFRY_MODEL_FIRST_SEED", 1);
        const int seeds = fromEnvironment("BELFRY_MODEL_SEEDS", 1500);
        for (int seed = first; seed < first + seeds; ++seed) {
            Model model(static_cast<unsigned>(seed));
            model.run(250);
            QVERIFY2(model.fault.empty(),
                     qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(QString::fromStdString(model.fault))));
        }
    }
};

QTEST_APPLESS_MAIN(JoinModelTest)
#include "tst_join_model.moc"
