// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/mailbox.h"
#include "server/net/deadline_wheel.h"
#include "server/net/handler_memory.h"
#include "server/net/network.h"
#include "server/net/socket_calls.h"
#include "server/net/waiting_room.h"
#include "server/stream/shard.h"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace belfry::server {

class HttpConnection;

/// What all loops of one network share. Outlives them.
struct LoopSurroundings
{
    NetworkSettings settings;
    RequestHandler& handler;
    Hub& hub;
    StreamSource& source;
    std::string log;
    const Clock& clock;
    std::atomic<std::uint64_t> requests{0};
    std::atomic<bool> isStopping{false}; ///< new requests are answered 503
    WaitingRoom waitingRoom{};
};

/// One thread, one io_context, and the connections that it owns for as long as they live (engine.md, sections 2 to 6).
///
/// Asio only says what is ready. Others reach a connection by posting, with its id.
class Loop final : public Mailbox
{
public:
    /// How much is read at once; one such buffer serves all connections of the loop.
    static constexpr std::size_t bufferBytes = 64 * 1024;

    explicit Loop(LoopSurroundings& surroundings);
    ~Loop() override;

    // --- any thread ---------------------------------------------------------------------------------------------
    void start();
    void post(Task task) override;
    /// The name of the next connection that it adopts.
    ConnectionId nextId() { return m_lastId.fetch_add(1, std::memory_order_relaxed) + 1; }
    /// Takes over an accepted, prepared socket. @return false where the loop has ended: the socket is still the
    /// caller's.
    /// @param place  null: it is over the limit
    bool adopt(SocketHandle socket, ConnectionId id, const PeerAddress& peer, WaitingRoom::Place* place);
    /// Closes the connection, unless it has shown a valid token by now.
    void displace(ConnectionId id);
    /// It waited for others of its address to finish their handshakes: its own begins now.
    void letShakeHands(ConnectionId id);
    std::size_t connections() const { return m_connectionCount.load(std::memory_order_relaxed); }
    std::size_t overLimit() const { return m_overLimitCount.load(std::memory_order_relaxed); }
    std::size_t streams() const { return m_streamCount.load(std::memory_order_relaxed); }
    ShardFigures shardFigures() const;
    std::uint64_t handshakes() const { return m_handshakes.load(std::memory_order_relaxed); }
    std::uint64_t failedHandshakes() const { return m_failedHandshakes.load(std::memory_order_relaxed); }
    /// Finishes what is half-written, ends the streams, then the thread; what is not done after `patience` is dropped.
    void finish(std::chrono::milliseconds patience);
    void join();
    /// Expires with the loop: for who may outlive it.
    std::weak_ptr<const void> life() const { return m_life; }
    bool isLoopThread() const { return std::this_thread::get_id() == m_thread.get_id(); }
    /// Called on each tick: once a second.
    void onTick(std::function<void()> callback) { m_onTick = std::move(callback); } // before start()

    // --- the loop's thread: for its connections -----------------------------------------------------------------
    LoopSurroundings& surroundings() { return m_surroundings; }
    boost::asio::io_context& context() { return m_context; }
    Shard& shard() { return *m_shard; }
    DeadlineWheel& wheel() { return m_wheel; }
    std::span<char> buffer() { return {m_buffer.get(), bufferBytes}; }
    std::uint32_t seconds() const { return m_seconds; } ///< ticks since the start
    std::string_view date();
    /// A handler of a wait, kept in memory that is used again.
    template <class Handler> auto recycling(Handler&& handler)
    {
        return boost::asio::bind_allocator(HandlerAllocator<void>(m_handlerMemory), std::forward<Handler>(handler));
    }
    bool isFinishing() const { return m_isFinishing; }
    HttpConnection* find(ConnectionId id);
    /// A wait of the connection's ended.
    void ready(ConnectionId id, bool isWritable);
    /// At most 32 TLS handshakes begin a turn. @return false: the connection's becameReadable() is called when it may.
    bool mayShakeHands(ConnectionId id);
    void countHandshake(bool succeeded)
    {
        (succeeded ? m_handshakes : m_failedHandshakes).fetch_add(1, std::memory_order_relaxed);
    }
    /// Takes the connection out; it is destroyed at the end of the turn.
    void remove(ConnectionId id);
    /// Its socket failed inside somebody else's call: it is told at the end of the turn.
    void markBroken(ConnectionId id) { m_broken.push_back(id); }
    void countStream(int change)
    {
        m_streamCount.fetch_add(static_cast<std::size_t>(change), std::memory_order_relaxed);
    }

private:
    void run();
    void drain();
    void endTurn();
    void armTick();
    void tick();
    void nextHandshakes();
    void disown(SocketHandle socket, WaitingRoom::Place* place);
    void giveUp(ConnectionId id, const std::exception& why);
    void beginFinish(std::chrono::milliseconds patience);

    const std::shared_ptr<const void> m_life = std::make_shared<int>();
    LoopSurroundings& m_surroundings;
    HandlerMemory m_handlerMemory; // outlives the context, which holds handlers
    boost::asio::io_context m_context{1};
    boost::asio::steady_timer m_tickTimer{m_context};
    boost::asio::steady_timer m_patienceTimer{m_context};
    std::thread m_thread;

    std::mutex m_mutex; // of the mailbox
    std::vector<Task> m_mailbox;
    bool m_hasEnded = false;

    std::unique_ptr<Shard> m_shard;
    DeadlineWheel m_wheel;
    std::unordered_map<ConnectionId, std::unique_ptr<HttpConnection>> m_connections;
    std::vector<std::unique_ptr<HttpConnection>> m_graveyard;
    std::vector<ConnectionId> m_broken;
    std::deque<ConnectionId> m_awaitingHandshake;
    int m_handshakesThisTurn = 0;
    std::atomic<ConnectionId> m_lastId{0};
    std::unique_ptr<char[]> m_buffer;
    std::uint32_t m_seconds = 0;
    std::chrono::steady_clock::time_point m_nextTick;
    std::chrono::seconds m_dateSecond{-1};
    std::string m_date;
    bool m_isFinishing = false;
    std::function<void()> m_onTick;

    std::atomic<std::size_t> m_connectionCount{0};
    std::atomic<std::size_t> m_overLimitCount{0};
    std::atomic<std::size_t> m_streamCount{0};
    std::atomic<std::uint64_t> m_handshakes{0};
    std::atomic<std::uint64_t> m_failedHandshakes{0};
    mutable std::mutex m_figuresMutex;
    ShardFigures m_figures;
};

} // namespace belfry::server
