// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/network.h"

#include "server/net/addresses.h"
#include "server/net/listener.h"
#include "server/net/loop.h"
#include "server/net/socket_calls.h"

#include <QThread>

#include <algorithm>
#include <thread>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// Descriptors that are not for connections: the store's, the programs' own.
constexpr std::size_t filesBesideConnections = 256;
constexpr std::chrono::milliseconds finishPatience = 3s;

int loopsFor(int wanted)
{
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(wanted > 0 ? wanted : cores - 1, 1, 8);
}

} // namespace

class Network::Parts
{
public:
    Parts(NetworkSettings settings, RequestHandler& handler, Hub& hub, StreamSource& source, std::string log,
          const Clock& clock)
        : surroundings{std::move(settings), handler, hub, source, std::move(log), clock, {}, {}}
    {
    }

    void countStreams();
    void trimWaitingRoom();
    void closeListener();

    LoopSurroundings surroundings;
    std::vector<std::unique_ptr<Loop>> loops;
    std::function<void()> ticked;
    std::function<void(std::size_t)> streamsChanged;
    std::size_t streamsTold = 0; // thread: the first loop's
    QThread listenerThread;
    std::unique_ptr<Admission> admission; // lives in the listener's thread
    std::uint64_t acceptedBefore = 0, refusedBefore = 0;
    mutable std::mutex admissionMutex;
};

/// On the first loop's tick.
void Network::Parts::countStreams()
{
    std::size_t streams = 0;
    for (const auto& loop : loops)
        streams += loop->streams();
    if (streams == streamsTold)
        return;
    streamsTold = streams;
    if (streamsChanged)
        streamsChanged(streams);
}

/// On the first loop's tick.
void Network::Parts::trimWaitingRoom()
{
    const WaitingRoom::Trimmed trimmed = surroundings.waitingRoom.trim();
    for (const WaitingRoom::Guest& guest : trimmed.displaced)
        guest.loop->displace(guest.id);
    for (const WaitingRoom::Guest& guest : trimmed.next)
        guest.loop->letShakeHands(guest.id);
}

void Network::Parts::closeListener()
{
    if (!listenerThread.isRunning())
        return;
    QMetaObject::invokeMethod(
        admission.get(),
        [this] {
            const std::lock_guard lock(admissionMutex);
            acceptedBefore = admission->accepted();
            refusedBefore = admission->refused();
            admission.reset();
        },
        Qt::BlockingQueuedConnection);
    listenerThread.quit();
    listenerThread.wait();
}

Network::Network(NetworkSettings settings, RequestHandler& handler, Hub& hub, StreamSource& source, std::string log,
                 const Clock& clock)
    : m_parts(std::make_unique<Parts>(std::move(settings), handler, hub, source, std::move(log), clock))
{
}

Network::~Network()
{
    stop();
}

Result<std::vector<ListenAddress>> Network::start()
{
    Parts& parts = *m_parts;
    const NetworkSettings& settings = parts.surroundings.settings;
    const std::size_t openFiles = sockets::raiseOpenFilesLimit();
    std::size_t most = openFiles - std::min(filesBesideConnections, openFiles / 2);
    if (settings.limits.connections > 0)
        most = std::min(most, settings.limits.connections);
    parts.surroundings.waitingRoom.setLimits(
        {most, settings.limits.waitingConnectionsPerAddress, settings.isTrustedProxy, settings.waitingPatience});

    std::vector<Loop*> loops;
    for (int i = 0; i < loopsFor(settings.loops); ++i) {
        parts.loops.push_back(std::make_unique<Loop>(parts.surroundings));
        loops.push_back(parts.loops.back().get());
    }
    // Made here, so that whoever comes first finds everything; it moves to the thread in which it will live.
    parts.admission = std::make_unique<Admission>(
        loops, parts.surroundings.waitingRoom, Admission::Limits::forPlaces(most, openFiles), parts.surroundings.log);
    parts.listenerThread.setObjectName(QStringLiteral("listener"));
    parts.listenerThread.start();
    parts.admission->moveToThread(&parts.listenerThread);

    Result<std::vector<ListenAddress>> listening;
    loops.front()->onTick([&parts] {
        parts.countStreams();
        parts.trimWaitingRoom();
        if (parts.ticked)
            parts.ticked();
    });
    for (Loop* loop : loops)
        loop->start();
    QMetaObject::invokeMethod(
        parts.admission.get(), [&] { listening = listenAtAll(*parts.admission, settings.listen); },
        Qt::BlockingQueuedConnection);
    if (!listening)
        stop();
    return listening;
}

void Network::stopAccepting()
{
    m_parts->surroundings.isStopping = true;
    m_parts->closeListener();
}

void Network::stop()
{
    stopAccepting();
    for (const auto& loop : m_parts->loops)
        loop->finish(finishPatience);
    for (const auto& loop : m_parts->loops)
        loop->join();
}

void Network::onTick(std::function<void()> callback)
{
    m_parts->ticked = std::move(callback);
}

void Network::onStreamsChanged(std::function<void(std::size_t streams)> callback)
{
    m_parts->streamsChanged = std::move(callback);
}

int Network::loopCount() const
{
    return static_cast<int>(m_parts->loops.size());
}

void Network::visitLoops(const std::function<void(Mailbox&)>& visit)
{
    for (const auto& loop : m_parts->loops)
        loop->post([visit, home = loop.get()] { visit(*home); });
}

NetworkFigures Network::figures() const
{
    NetworkFigures figures;
    for (const auto& loop : m_parts->loops) {
        const ShardFigures shard = loop->shardFigures();
        figures.connections += loop->connections();
        figures.streams += loop->streams();
        figures.handshakes += loop->handshakes();
        figures.failedHandshakes += loop->failedHandshakes();
        figures.deliveries += shard.deliveries;
        figures.deliveredBytes += shard.deliveredBytes;
        figures.backlogsBegun += shard.backlogsBegun;
        figures.sentTogether += shard.sentTogether;
        figures.backlogsDropped += shard.backlogsDropped;
        figures.stalledClosed += shard.stalledClosed;
        figures.mailboxWait += shard.mailboxWait;
        figures.walk += shard.walk;
        figures.written += shard.written;
    }
    figures.displaced = m_parts->surroundings.waitingRoom.displaced();
    figures.requests = m_parts->surroundings.requests.load(std::memory_order_relaxed);
    const std::lock_guard lock(m_parts->admissionMutex);
    figures.accepted = m_parts->admission ? m_parts->admission->accepted() : m_parts->acceptedBefore;
    figures.refused = m_parts->admission ? m_parts->admission->refused() : m_parts->refusedBefore;
    return figures;
}

} // namespace belfry::server
