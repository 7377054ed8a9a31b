// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/listener.h"

#include "protocol/json.h"
#include "server/log.h"
#include "server/net/loop.h"
#include "server/net/response_writer.h"

#include <QNetworkProxy>

#include <algorithm>
#include <new>

namespace belfry::server {

namespace {

constexpr int backlog = 4096;
/// Descriptors are the lowest free ones, so a high one says how many are open.
constexpr std::size_t reservedFiles = 64;
constexpr std::size_t maxOverLimit = 128;
constexpr std::size_t maxLeaving = 32;
constexpr int pauseStepMilliseconds = 10;
constexpr int maxPauseSteps = 100;
/// Of QTcpServer, which counts sockets that it made itself: none. At 0 it takes no connection from the system.
constexpr int pendingConnections = 30;

} // namespace

Listener::Listener(Arrived arrived) : m_arrived(std::move(arrived))
{
    setProxy(QNetworkProxy::NoProxy); // an application's proxy is for what it asks, not for what it is asked
    setListenBacklogSize(backlog);
}

Admission::Limits Admission::Limits::forPlaces(std::size_t places, std::size_t openFiles)
{
    return {openFiles - std::min(reservedFiles, openFiles / 8),
            std::min(maxOverLimit, std::max<std::size_t>(places / 4, 4)),
            std::min(maxLeaving, std::max<std::size_t>(places / 8, 2))};
}

Admission::Admission(std::vector<Loop*> loops, WaitingRoom& waitingRoom, Limits limits, std::string log)
    : m_loops(std::move(loops)), m_waitingRoom(waitingRoom), m_limits(limits), m_log(std::move(log))
{
    m_pauseTimer.setInterval(pauseStepMilliseconds);
    connect(&m_pauseTimer, &QTimer::timeout, this, [this] { resumeWhereThereIsRoom(); });
}

Listener& Admission::addListener()
{
    m_listeners.push_back(std::make_unique<Listener>([this](qintptr descriptor) {
        try {
            arrived(descriptor);
        } catch (const std::bad_alloc&) {
            sockets::close(static_cast<SocketHandle>(descriptor)); // before a loop had it
        }
    }));
    Listener& listener = *m_listeners.back();
    connect(&listener, &QTcpServer::acceptError, this, [this] {
        log(LogLevel::Warn, "net", "a connection could not be accepted; trying again within a second");
        pause();
    });
    return listener;
}

void Admission::removeListener(Listener& listener)
{
    std::erase_if(m_listeners, [&](const auto& candidate) { return candidate.get() == &listener; });
}

std::size_t Admission::connections() const
{
    std::size_t sum = 0;
    for (const Loop* loop : m_loops)
        sum += loop->connections();
    return sum;
}

void Admission::arrived(qintptr descriptor)
{
    const auto socket = static_cast<SocketHandle>(descriptor);
    PeerAddress peer;
    if (!sockets::prepareAccepted(socket, peer)) {
        sockets::close(socket);
        return;
    }
    if (static_cast<std::size_t>(descriptor) >= m_limits.openFiles) {
        refuse(descriptor);
        pause();
        return;
    }
    std::size_t overLimit = 0;
    for (const Loop* loop : m_loops)
        overLimit += loop->overLimit();
    Loop* const loop = *std::min_element(m_loops.begin(), m_loops.end(), [](const Loop* a, const Loop* b) {
        return a->connections() < b->connections();
    });
    const ConnectionId id = loop->nextId();
    const std::size_t open = connections();
    const WaitingRoom::Entered entered =
        m_waitingRoom.enter(peer, {loop, id, socket}, open - std::min(overLimit, open));
    if (entered.next)
        entered.next->loop->letShakeHands(entered.next->id);
    if (entered.displaced) {
        entered.displaced->loop->displace(entered.displaced->id);
        if (m_waitingRoom.leaving() > m_limits.leaving)
            pause(); // the next one waits with the system until the loops have come round
    }
    if (!entered.place) {
        m_refused.fetch_add(1, std::memory_order_relaxed);
        if (overLimit >= m_limits.overLimit) {
            refuse(descriptor);
            return;
        }
    } else {
        m_accepted.fetch_add(1, std::memory_order_relaxed);
    }
    if (loop->adopt(socket, id, peer, entered.place))
        return;
    if (entered.place)
        m_waitingRoom.leave(entered.place);
    sockets::close(socket);
}

/// The last resort: an answer without a question, for there is no room to wait for one.
void Admission::refuse(qintptr descriptor)
{
    const auto socket = static_cast<SocketHandle>(descriptor);
    const Response response = Response::error(
        Error{503, "too_many_connections", "The server has as many connections as it can hold.", {}, 5});
    sockets::send(socket, writeResponse(response, {1, false, false}, m_log, formatHttpDate(systemClock().now())));
    sockets::endSending(socket);
    sockets::close(socket);
}

void Admission::pause()
{
    m_connectionsAtPause = connections();
    m_pauseTurns = 0;
    for (const auto& listener : m_listeners) {
        listener->setMaxPendingConnections(0); // it is in the middle of taking all there are
        listener->pauseAccepting();
    }
    m_pauseTimer.start();
}

void Admission::resumeWhereThereIsRoom()
{
    const bool hasRoom = connections() < m_connectionsAtPause && m_waitingRoom.leaving() <= m_limits.leaving / 2;
    if (!hasRoom && ++m_pauseTurns < maxPauseSteps)
        return;
    m_pauseTimer.stop();
    for (const auto& listener : m_listeners) {
        listener->setMaxPendingConnections(pendingConnections);
        listener->resumeAccepting();
    }
}

} // namespace belfry::server
