// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/sse_parser.h"
#include "protocol/time.h"
#include "server/mailbox.h"
#include "server/stream/hub.h"
#include "server/stream/sink.h"
#include "server/stream/stream_source.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::server::test {

/// Stands still until it is turned.
class TurnedClock final : public Clock
{
public:
    Time now() const override { return Time(std::chrono::hours(24 * 365 * 56)) + m_passed; }
    std::chrono::steady_clock::time_point monotonic() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::hours(100)) + m_passed;
    }
    void pass(std::chrono::milliseconds time) { m_passed += time; }

private:
    std::chrono::milliseconds m_passed{0};
};

/// A loop that does one thing whenever it is told to.
class SteppedMailbox final : public Mailbox
{
public:
    void post(Task task) override { m_tasks.push_back(std::move(task)); }
    bool step()
    {
        if (m_tasks.empty()) {
            return false;
        }
        const Task task = std::move(m_tasks.front());
        m_tasks.pop_front();
        task();
        return true;
    }
    void run()
    {
        while (step()) {
        }
    }
    std::size_t waiting() const { return m_tasks.size(); }

private:
    std::deque<Task> m_tasks;
};

/// A connection whose kernel buffer has as much room as the test gives it, plain or with TLS' rule of repetition.
class RoomySink final : public Sink
{
public:
    static constexpr std::size_t endless = std::numeric_limits<std::size_t>::max() / 2;

    bool isTls = false;
    std::size_t room = endless;
    bool fails = false;

    std::string taken;
    std::vector<std::pair<std::size_t, Time>> writes; ///< where each began, and when
    const Clock* clock = nullptr;
    bool isAwaited = false;
    bool isClosed = false;
    bool wasOrderly = false;
    bool isForgotten = false;
    std::size_t writeCalls = 0;
    std::vector<std::string> faults; ///< what a connection would have suffered from

    Written write(std::string_view bytes) override
    {
        ++writeCalls;
        if (isClosed || isForgotten) {
            faults.push_back("written to after its end");
        }
        if (bytes.empty()) {
            faults.push_back("nothing written");
        }
        if (fails) {
            return {Status::Failed, 0};
        }
        if (bytes.substr(0, m_repeat.size()) != m_repeat) {
            faults.push_back("other bytes than those that must be repeated");
        }
        std::size_t count = std::min(room, bytes.size());
        if (isTls && count < bytes.size()) {
            count -= count % record; // whole records only; the next one is under way
            m_repeat = bytes.substr(count, record);
        } else {
            m_repeat.clear();
        }
        if (count > 0) {
            writes.emplace_back(taken.size(), clock ? clock->now() : Time{});
        }
        taken += bytes.substr(0, count);
        room -= count;
        return {count == bytes.size() ? Status::Taken : Status::Blocked, count};
    }
    std::size_t mustRepeat() const override { return m_repeat.size(); }
    void awaitWritable() override { isAwaited = true; }
    void closeStream(bool orderly) override
    {
        if (isClosed || isForgotten) {
            faults.push_back("closed after its end");
        }
        isClosed = true;
        wasOrderly = orderly;
    }

    static constexpr std::size_t record = 512;

private:
    std::string m_repeat;
};

/// One event as it came out of a stream.
struct SeenEvent
{
    std::string name;
    std::string data;
    Seq id = 0;             ///< of this very event, 0: none of its own
    std::size_t offset = 0; ///< where it began in the stream's bytes
};

/// Takes the chunks apart (one an event) and reads what is in them. A cut end is left out.
inline std::vector<SeenEvent> seenEvents(const std::string& taken, bool isChunked, std::vector<std::string>& faults)
{
    std::vector<SeenEvent> seen;
    const auto readOne = [&](std::string_view inside, std::size_t offset) {
        if (inside.substr(0, 6) == "retry:") { // the first line of the first block, written by itself
            const std::size_t line = inside.find('\n') + 1;
            inside.remove_prefix(line);
            offset += line;
        }
        if (inside.empty()) {
            return;
        }
        SseParser parser;
        std::vector<SseEvent> events;
        parser.feed(inside, events);
        if (events.size() != 1) {
            faults.push_back("not one event: " + std::string(inside));
            return;
        }
        seen.push_back({events[0].event, events[0].data, events[0].id.empty() ? 0 : std::stoll(events[0].id), offset});
    };
    std::size_t at = 0;
    while (at < taken.size()) {
        if (isChunked) {
            const std::size_t line = taken.find("\r\n", at);
            if (line == std::string::npos) {
                break;
            }
            const std::size_t size = std::stoul(taken.substr(at, line - at), nullptr, 16);
            if (line + 2 + size + 2 > taken.size()) {
                break;
            }
            if (taken.compare(line + 2 + size, 2, "\r\n") != 0) {
                faults.push_back("a chunk that does not end where it says");
                break;
            }
            readOne(std::string_view(taken).substr(line + 2, size), at);
            at = line + 2 + size + 2;
        } else {
            const std::size_t end = taken.find("\n\n", at);
            if (end == std::string::npos) {
                break;
            }
            readOne(std::string_view(taken).substr(at, end + 2 - at), at);
            at = end + 2;
        }
    }
    return seen;
}

/// A log in memory that is read as the store reads its own: in pages, answered when the test says so.
class SteppedSource final : public StreamSource
{
public:
    struct Row
    {
        LogEntry entry;
        bool isDead = false;
    };
    explicit SteppedSource(const Clock& clock) : m_clock(clock) {}

    std::size_t pageRows = 4096;
    std::vector<Row> log;
    Seq removedTo = 0;
    Seq statesRemovedTo = 0; ///< for all people alike
    std::map<UserId, std::uint64_t> generations;
    std::map<UserId, Seq> made;
    int replays = 0;
    bool fails = false;

    void replay(ReplayRequest request, Reply<ReplayPage> reply) override
    {
        ++replays;
        m_asked.emplace_back(request, std::move(reply));
    }
    Seq floor() const override { return removedTo; }
    bool admits(const Credential& credential) const override
    {
        const auto found = generations.find(credential.user);
        return found == generations.end() || found->second == credential.generation;
    }
    Seq createdAfter(UserId user) const override
    {
        const auto found = made.find(user);
        return found == made.end() ? 0 : found->second;
    }

    bool isAsked() const { return !m_asked.empty(); }
    void answerOne()
    {
        const auto [request, reply] = std::move(m_asked.front());
        m_asked.pop_front();
        if (fails) {
            reply.post(failure(500, "store", "The disk is gone."));
            return;
        }
        reply.post(page(request));
    }
    ReplayPage page(const ReplayRequest& request) const
    {
        ReplayPage page;
        if (request.cursor > 0 && request.cursor < std::max(removedTo, request.isFromStart ? 0 : statesRemovedTo)) {
            page.needsReset = true;
            return page;
        }
        page.examinedTo = request.tail;
        std::size_t rows = 0;
        for (const Row& row : log) {
            const LogEntry& entry = row.entry;
            if (entry.seq <= request.cursor || entry.seq <= removedTo) {
                continue;
            }
            if (entry.seq > request.tail) {
                break;
            }
            if (rows++ == pageRows) {
                page.examinedTo = entry.seq - 1;
                break;
            }
            if (row.isDead || !isFor(entry, request.user)) {
                continue;
            }
            LogEntry shown = entry;
            if (entry.expiresAt && *entry.expiresAt <= m_clock.now()) {
                if (entry.key.empty()) {
                    continue;
                }
                shown = tombstone(entry);
            }
            page.entries.push_back(std::move(shown));
        }
        return page;
    }
    bool isFor(const LogEntry& entry, UserId user) const
    {
        return entry.audience.isEveryone
                   ? entry.seq > createdAfter(user)
                   : std::binary_search(entry.audience.ids.begin(), entry.audience.ids.end(), user);
    }
    static LogEntry tombstone(const LogEntry& entry)
    {
        LogEntry shown = entry;
        shown.kind = EventKind::Retracted;
        shown.expiresAt.reset();
        shown.data = tombstoneData(entry);
        return shown;
    }
    static std::string tombstoneData(const LogEntry& entry)
    {
        return "{\"type\":\"retracted\",\"data\":{\"id\":" + std::to_string(entry.seq) + ",\"key\":\"" + entry.key +
               "\",\"sender_id\":" + std::to_string(entry.senderId) + "}}";
    }

private:
    const Clock& m_clock;
    std::deque<std::pair<ReplayRequest, Reply<ReplayPage>>> m_asked;
};

inline LogEntry entryFor(Seq seq, std::vector<UserId> ids, std::size_t padding = 0)
{
    LogEntry entry;
    entry.seq = seq;
    entry.audience.ids = std::move(ids);
    entry.audience.isEveryone = entry.audience.ids.empty();
    entry.data = "{\"n\":" + std::to_string(seq) + ",\"p\":\"" + std::string(padding, 'x') + "\"}";
    return entry;
}

} // namespace belfry::server::test
