// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/stream/hub.h"
#include "server/stream/presence.h"
#include "server/stream/ring.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace belfry::server {

/// A change of accounts on its way through all loops: whoever asked for it is answered when the last has confirmed.
/// Thread: any.
class Sweep
{
public:
    explicit Sweep(std::vector<Answer> afterwards) : m_afterwards(std::move(afterwards)) {}
    void expect() { m_left.fetch_add(1, std::memory_order_relaxed); }
    void confirm();

private:
    std::atomic<int> m_left{1}; // the hub's own, until it has told every loop
    std::vector<Answer> m_afterwards;
};

/// One batch, as far as it concerns one loop.
struct LoopMessage
{
    std::vector<Task> answers;
    std::shared_ptr<Sweep> sweep;
    std::vector<AddressedPtr> events;
    std::chrono::steady_clock::time_point postedAt{};

    bool isEmpty() const { return answers.empty() && !sweep && events.empty(); }
};

/// A loop's end of the hub. Thread: the loop's.
class LoopReceiver
{
public:
    /// Sweeps its streams at once where the message says so, and confirms; events are walked in their order.
    virtual void take(LoopMessage message) = 0;

protected:
    ~LoopReceiver() = default;
};

/// What outlives a shard in posted tasks: who is still there to take them. Looked into on the loop's thread alone.
struct Lifeline
{
    LoopReceiver* receiver = nullptr;
};

/// A registered loop, as the hub sees it.
class LoopPort
{
public:
    /// Where its work is posted; null when nobody is registered here. Thread: any.
    const Mailbox* home() const { return m_home.load(std::memory_order_acquire); }
    bool hasStreams() const { return m_streams.load(std::memory_order_seq_cst) > 0; }
    bool isCongested(const StreamLimits& limits) const;

    /// Thread: the store's. @return false where the loop has gone.
    bool post(LoopMessage message);

    /// Thread: the loop's, from here on.
    unsigned number() const { return m_number; }
    void countStream() { m_streams.fetch_add(1, std::memory_order_seq_cst); }
    void discountStream() { m_streams.fetch_sub(1, std::memory_order_seq_cst); }
    void walked(std::size_t bytes);

private:
    friend class Hub::Parts;
    std::mutex m_mutex; // between posting and the loop's end
    std::atomic<Mailbox*> m_home{nullptr};
    std::shared_ptr<Lifeline> m_lifeline;
    unsigned m_number = 0;
    std::atomic<std::uint32_t> m_streams{0};
    std::atomic<std::uint64_t> m_waitingEvents{0};
    std::atomic<std::uint64_t> m_waitingBytes{0};
};

/// What shards use of the hub.
class Hub::Parts
{
public:
    static constexpr unsigned maxLoops = 64;

    Parts(Seq newest, std::string log, const StreamLimits& limits);

    /// Registers a loop, while there are fewer than maxLoops. Thread: any.
    LoopPort& add(Mailbox& home, std::shared_ptr<Lifeline> lifeline);
    void remove(LoopPort& port);

    void committed(CommittedBatch batch);
    bool isCongested() const;

    /// Sequentially consistent: set after the ring has the events and before it is looked who is there.
    Seq published() const { return m_published.load(std::memory_order_seq_cst); }
    const Ring& ring() const { return m_ring; }
    Presence& presence() { return m_presence; }
    const Presence& presence() const { return m_presence; }
    const std::string& log() const { return m_log; }
    const StreamLimits& limits() const { return m_limits; }

private:
    LoopMask loopsWithStreams() const;
    LoopMask loopsOf(const Audience& audience, LoopMask withStreams) const;

    const std::string m_log;
    const StreamLimits m_limits;
    Ring m_ring;
    std::atomic<Seq> m_published;
    Presence m_presence;
    std::mutex m_registration;
    std::array<LoopPort, maxLoops> m_ports;
};

} // namespace belfry::server
