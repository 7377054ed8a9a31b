// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/loop.h"

#include "server/log.h"
#include "server/memory.h"
#include "server/net/http_connection.h"
#include "server/net/response_writer.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <new>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// After a stall (a suspended machine) every slot is looked at once; more turns would find nothing.
constexpr int maxTicksAtOnce = 64;
/// A handshake costs as much as 60 deliveries: the others are not to wait for all of a storm of them.
constexpr int maxHandshakesPerTurn = 32;

} // namespace

Loop::Loop(LoopSurroundings& surroundings)
    : m_surroundings(surroundings), m_buffer(std::make_unique_for_overwrite<char[]>(bufferBytes))
{
}

Loop::~Loop()
{
    finish(0ms);
    join();
}

void Loop::start()
{
    m_thread = std::thread([this] { run(); });
}

void Loop::run()
{
    const NetworkSettings& settings = m_surroundings.settings;
    m_shard = std::make_unique<Shard>(
        *this, m_surroundings.hub, m_surroundings.source,
        ShardSettings{settings.pingInterval, settings.retryMilliseconds, settings.stallTime, 0}, m_surroundings.clock);
    m_nextTick = std::chrono::steady_clock::now();
    armTick();
    const auto work = boost::asio::make_work_guard(m_context);
    while (!m_context.stopped()) {
        try {
            m_context.run();
        } catch (const std::exception& exception) {
            // Nothing throws by design but the allocator; the loop goes on with everybody else's connections.
            log(LogLevel::Error, "net", "a connection's work was given up", {{"why", exception.what()}});
        }
    }
    std::vector<Task> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_hasEnded = true;
        dropped.swap(m_mailbox);
    }
    for (auto& [id, connection] : m_connections)
        connection->detach();
    m_connections.clear();
    m_graveyard.clear();
    m_connectionCount = 0;
    m_overLimitCount = 0;
    m_streamCount = 0;
    m_shard.reset();
}

void Loop::post(Task task)
{
    const WaitForMemory whole; // an answer or an event that is not taken home is lost
    bool wasEmpty = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_hasEnded)
            return;
        wasEmpty = m_mailbox.empty();
        m_mailbox.push_back(std::move(task));
    }
    if (wasEmpty)
        boost::asio::post(m_context, [this] { drain(); });
}

void Loop::drain()
{
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(m_mutex);
        tasks.swap(m_mailbox);
    }
    for (Task& task : tasks) {
        try {
            task();
        } catch (const std::exception& exception) {
            log(LogLevel::Error, "net", "a task was given up", {{"why", exception.what()}});
        }
        task = nullptr;
        endTurn();
    }
}

bool Loop::adopt(SocketHandle socket, ConnectionId id, const PeerAddress& peer, WaitingRoom::Place* place)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_hasEnded || !m_thread.joinable())
            return false;
    }
    m_connectionCount.fetch_add(1, std::memory_order_relaxed);
    if (!place)
        m_overLimitCount.fetch_add(1, std::memory_order_relaxed);
    post([this, socket, id, peer, place] {
        try {
            if (m_graveyard.capacity() <= m_connections.size()) // so that closing one needs no memory
                m_graveyard.reserve(std::max<std::size_t>(64, 2 * m_graveyard.capacity()));
            auto& adopted = m_connections[id];
            adopted = std::make_unique<HttpConnection>(*this, id, socket, peer, place);
        } catch (const std::bad_alloc&) {
            m_connections.erase(id);
            disown(socket, place);
            return;
        }
        bool isWatched = false;
        try {
            isWatched = !m_isFinishing && m_connections[id]->begin();
        } catch (const std::bad_alloc&) {
            // Not watched: nobody would ever read it.
        }
        if (!isWatched)
            remove(id);
    });
    return true;
}

/// There is no memory for one more: as if it had never come.
void Loop::disown(SocketHandle socket, WaitingRoom::Place* place)
{
    sockets::close(socket);
    m_connectionCount.fetch_sub(1, std::memory_order_relaxed);
    if (place)
        m_surroundings.waitingRoom.leave(place);
    else
        m_overLimitCount.fetch_sub(1, std::memory_order_relaxed);
}

void Loop::displace(ConnectionId id)
{
    post([this, id] {
        if (HttpConnection* connection = find(id))
            connection->displace();
    });
}

void Loop::letShakeHands(ConnectionId id)
{
    post([this, id] {
        if (HttpConnection* connection = find(id))
            connection->becameReadable();
    });
}

ShardFigures Loop::shardFigures() const
{
    const std::lock_guard lock(m_figuresMutex);
    return m_figures;
}

std::string_view Loop::date()
{
    const Time now = m_surroundings.clock.now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    if (second != m_dateSecond) {
        m_dateSecond = second;
        m_date = formatHttpDate(now);
    }
    return m_date;
}

HttpConnection* Loop::find(ConnectionId id)
{
    const auto place = m_connections.find(id);
    return place == m_connections.end() ? nullptr : place->second.get();
}

void Loop::ready(ConnectionId id, bool isWritable)
{
    if (HttpConnection* connection = find(id)) {
        try {
            if (isWritable)
                connection->becameWritable();
            else
                connection->becameReadable();
        } catch (const std::exception& exception) {
            giveUp(id, exception);
        }
    }
    endTurn();
}

/// What an exception broke off inside a connection is in no known state: it goes, and its client comes again.
void Loop::giveUp(ConnectionId id, const std::exception& why)
{
    log(LogLevel::Error, "net", "a connection was given up", {{"why", why.what()}});
    if (HttpConnection* connection = find(id))
        connection->drop();
}

bool Loop::mayShakeHands(ConnectionId id)
{
    if (m_handshakesThisTurn == maxHandshakesPerTurn) {
        m_awaitingHandshake.push_back(id);
        return false;
    }
    // The next turn comes behind all that is ready by then.
    if (m_handshakesThisTurn++ == 0)
        boost::asio::post(m_context, [this] { nextHandshakes(); });
    return true;
}

void Loop::nextHandshakes()
{
    m_handshakesThisTurn = 0;
    while (!m_awaitingHandshake.empty() && m_handshakesThisTurn < maxHandshakesPerTurn) {
        const ConnectionId id = m_awaitingHandshake.front();
        m_awaitingHandshake.pop_front();
        if (HttpConnection* connection = find(id)) {
            try {
                connection->becameReadable();
            } catch (const std::exception& exception) {
                giveUp(id, exception);
            }
        }
    }
    endTurn();
}

void Loop::remove(ConnectionId id)
{
    const auto place = m_connections.find(id);
    if (place == m_connections.end())
        return;
    m_wheel.remove(*place->second);
    m_connectionCount.fetch_sub(1, std::memory_order_relaxed);
    if (place->second->isOverLimit())
        m_overLimitCount.fetch_sub(1, std::memory_order_relaxed);
    m_graveyard.push_back(std::move(place->second));
    m_connections.erase(place);
}

void Loop::endTurn()
{
    while (!m_broken.empty()) {
        const ConnectionId id = m_broken.back();
        m_broken.pop_back();
        if (HttpConnection* connection = find(id))
            connection->drop();
    }
    if (!m_graveyard.empty())
        m_graveyard.clear();
    if (m_isFinishing && m_connections.empty())
        m_context.stop();
}

void Loop::armTick()
{
    m_nextTick += 1s;
    m_tickTimer.expires_at(m_nextTick);
    m_tickTimer.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            tick();
    });
}

void Loop::tick()
{
    const WaitForMemory whole; // else nobody arms the next one
    for (int turn = 0; turn < maxTicksAtOnce; ++turn) {
        ++m_seconds;
        m_wheel.advance([](DeadlineEntry& entry) { static_cast<HttpConnection&>(entry).deadlinePassed(); });
        if (m_nextTick + 1s > std::chrono::steady_clock::now())
            break;
        m_nextTick += 1s;
    }
    if (m_nextTick + 1s < std::chrono::steady_clock::now())
        m_nextTick = std::chrono::steady_clock::now();
    endTurn();
    m_shard->tick();
    endTurn();
    {
        const std::lock_guard lock(m_figuresMutex);
        m_figures = m_shard->figures();
    }
    if (m_onTick)
        m_onTick();
    armTick();
}

void Loop::finish(std::chrono::milliseconds patience)
{
    post([this, patience] { beginFinish(patience); });
}

void Loop::beginFinish(std::chrono::milliseconds patience)
{
    m_patienceTimer.expires_after(patience);
    m_patienceTimer.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            m_context.stop();
    });
    if (m_isFinishing)
        return;
    m_isFinishing = true;
    m_shard->closeAll();
    std::vector<ConnectionId> ids;
    ids.reserve(m_connections.size());
    for (const auto& [id, connection] : m_connections)
        ids.push_back(id);
    for (const ConnectionId id : ids)
        if (HttpConnection* connection = find(id))
            connection->finish();
}

void Loop::join()
{
    if (m_thread.joinable())
        m_thread.join();
}

} // namespace belfry::server
