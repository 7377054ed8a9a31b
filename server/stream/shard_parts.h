// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/stream/hub_parts.h"
#include "server/stream/send_batch.h"
#include "server/stream/shard.h"
#include "server/stream/subscriber.h"
#include "server/stream/wheel.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace belfry::server {

/// What a shard does, in four files: shard.cpp (streams and their index, the walk of each event), shard_writes.cpp
/// (writing to those that are live), catch_up.cpp (from the past into the present, back-pressure) and shard_time.cpp
/// (pings, deadlines).
///
/// Any of these may close the stream that it is given; a reference to it is not used after a call that says so.
class Shard::Parts final : public LoopReceiver
{
public:
    Parts(Mailbox& home, Hub& hub, StreamSource& source, const ShardSettings& settings, const Clock& clock);
    ~Parts();

    StreamId open(Sink& sink, const StreamOpening& opening, bool isChunked);
    void forget(StreamId stream);
    void writable(StreamId stream);
    void tick();
    void closeAll();
    ShardFigures figures() const;

    void take(LoopMessage message) override;

private:
    using People = std::unordered_map<UserId, StreamList<Subscriber>>;

    // --- streams and their index (shard.cpp)
    static StreamId idOf(const Subscriber& subscriber);
    Subscriber* find(StreamId stream);
    Subscriber& add(Sink& sink, const StreamOpening& opening, bool isChunked);
    void leaveIndex(Subscriber& subscriber);
    void release(Subscriber& subscriber);
    /// The stream is over. `isOrderly`: with its last chunk, unless it is in the middle of an event.
    void close(Subscriber& subscriber, bool isOrderly);
    void sweep();

    // --- the walk (shard.cpp)
    int sliceBudget() const;
    /// Walks as far as the budget reaches; the rest is posted behind what is ready, and that turn has a new one.
    void walkSlice();
    bool walkEvent(const AddressedEvent& addressed, const EventPtr& shown, int& budget);
    bool walkList(StreamList<Subscriber>& list, const EventPtr& event, const EventPtr& shown, int& budget);
    void fetchAhead(const StreamList<Subscriber>& list) const;
    void endWalk();
    void noteWalked();
    void eraseIfEmpty(UserId user, StreamList<Subscriber>& list);
    /// May close the stream, and any whose write is collected.
    void offer(Subscriber& subscriber, const EventPtr& event, const EventPtr& shown);

    // --- writing to streams that are simply live (shard_writes.cpp)
    /// One write past any backlog: together with others' at the latest when the turn ends, or at once. May close the
    /// stream, and any whose write is collected. Not while this stream's own is (SendBatch::mayHold).
    /// @param base  the number up to which everything before this event is settled
    void write(Subscriber& subscriber, const EventPtr& event, Seq base);
    /// Sends what is collected; any of it may close its stream. Every turn that writes ends with it.
    void sendCollected();
    /// May close the stream; what the kernel did not take begins a backlog.
    void settle(Subscriber& subscriber, const Sink::Written& written, const EventPtr& event, Seq base);

    // --- back-pressure and catching up (catch_up.cpp); all may close the stream
    void queue(Subscriber& subscriber, const EventPtr& event);
    void hold(CatchUp& catchUp, const EventPtr& event);
    void awaitRoom(Subscriber& subscriber, bool hasProgress);
    enum class Flushed { Drained, Blocked, Closed };
    Flushed flush(Subscriber& subscriber);
    /// Writes what waits and, each time that all is written, takes the next step towards being live.
    void advance(Subscriber& subscriber);
    void join(Subscriber& subscriber);
    void readOn(Subscriber& subscriber);
    void takePage(StreamId stream, const Result<ReplayPage>& page);
    void switchOver(Subscriber& subscriber);
    void reset(Subscriber& subscriber);
    void becomeLive(Subscriber& subscriber);

    // --- time (shard_time.cpp)
    void walkDue();
    /// @return whether no more are due
    bool lookAtDue(int most);
    void look(Subscriber& subscriber);
    void ping(Subscriber& subscriber);
    void schedule(Subscriber& subscriber);
    std::chrono::milliseconds momentWithinInterval();

    /// Runs later in this loop, unless the shard has gone by then.
    template <class F> void post(F task)
    {
        m_home.post([lifeline = m_lifeline, task = std::move(task)] {
            if (lifeline->receiver) {
                task();
            }
        });
    }

    Mailbox& m_home;
    Hub::Parts& m_hub;
    StreamSource& m_source;
    const ShardSettings m_settings;
    const Clock& m_clock;
    std::shared_ptr<Lifeline> m_lifeline;
    LoopPort& m_port;

    std::deque<Subscriber> m_subscribers; // stable places, used again under another generation
    std::vector<std::uint32_t> m_free;
    StreamList<Subscriber> m_all{&Subscriber::allPlace};
    People m_people;

    struct Walk
    {
        std::deque<AddressedPtr> queue;         // events, first in first out
        std::size_t turn = 0;                   // each walk starts at another place
        std::size_t person = 0;                 // of the first event's audience
        StreamList<Subscriber>* list = nullptr; // being walked
        UserId user = 0;                        // whose it is, 0: everyone's
        std::size_t start = 0, step = 0, count = 0;
        bool isPosted = false;
        int budget = 0; // shared by all messages that a turn takes: many small walks are as long as one large
        std::vector<AddressedPtr> walked;              // but for what is collected
        std::chrono::steady_clock::time_point begunAt; // of the first that is neither

        std::size_t placeOf(std::size_t ofStep) const
        {
            const std::size_t place = start + ofStep;
            return place < count ? place : place - count;
        }
    } m_walk;

    SendBatch m_batch;
    Wheel m_wheel;
    bool m_isDuePosted = false;
    std::uint64_t m_random;
    const EventPtr m_ping, m_retry;
    EventPtr m_caughtUp; // the newest ping that says so
    std::string m_scratch;
    bool m_defersCloses = false;
    bool m_isStopping = false;
    ShardFigures m_figures;
};

} // namespace belfry::server
