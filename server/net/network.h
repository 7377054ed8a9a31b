// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/latency.h"
#include "server/limits.h"
#include "server/net/handler.h"
#include "server/net/socket_calls.h"
#include "server/stream/hub.h"
#include "server/stream/stream_source.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::server {

class TlsContext;

/// A place to listen at; port 0 picks one, the same for all addresses of one `localhost` or `*`.
struct ListenAddress
{
    /// Numeric, `localhost` (127.0.0.1 and ::1 both) or `*` (0.0.0.0 and :: both), where the system has both.
    std::string address;
    std::uint16_t port = 8000;
};

struct NetworkSettings
{
    std::vector<ListenAddress> listen;
    int loops = 0; ///< 0: cores - 1, within 1 to 8
    std::chrono::milliseconds pingInterval{30'000};
    int retryMilliseconds = 5000;
    bool allowPlainHttp = false;                     ///< beyond loopback, too
    const TlsContext* tls = nullptr;                 ///< outlives the network; null: no TLS anywhere
    std::chrono::seconds handshakeTime{10};          ///< from the accept
    std::chrono::milliseconds waitingPatience{5000}; ///< with newcomers of a crowded address (WaitingRoom)
    std::chrono::seconds stallTime{60};
    ServerLimits limits;
    /// Who is exempt from the limit of an address; asked on the listener's thread.
    std::function<bool(const PeerAddress&)> isTrustedProxy{};
};

struct NetworkFigures
{
    std::uint64_t handshakes = 0, failedHandshakes = 0;
    std::uint64_t connections = 0, streams = 0, accepted = 0, refused = 0, displaced = 0, requests = 0;
    std::uint64_t deliveries = 0, deliveredBytes = 0, sentTogether = 0, backlogsBegun = 0, backlogsDropped = 0,
                  stalledClosed = 0;
    Latencies mailboxWait, walk; ///< of all loops (ShardFigures)
    Latencies written;           ///< from the store's door to the streams, an event and loop each
};

/// The listener's thread and the loops with all their connections: everything between a socket and a request or stream.
/// Thread: start() and stop() from the one that owns it; both block (milliseconds; stop at most 4 s).
class Network
{
public:
    /// @param source  the store, as the streams see it (StoreSource)
    /// @param log     the log's id, named in each stream's head
    Network(NetworkSettings settings, RequestHandler& handler, Hub& hub, StreamSource& source, std::string log,
            const Clock& clock);
    ~Network();

    /// Listens at every address or at none. 1 sentence where a port is in use or an address is none of this machine's.
    Result<std::vector<ListenAddress>> start();
    /// Stops accepting; new requests on kept connections get 503. The store goes on until it has answered.
    void stopAccepting();
    /// Finishes what is half-written, ends streams with their last chunk, closes; 3 s at most. Idempotent.
    void stop();
    /// Called once a second, from a loop's thread. To be set before start().
    void onTick(std::function<void()> callback);
    /// Called after the open connections or streams changed, at most once a second; from a loop's thread.
    void onStreamsChanged(std::function<void(std::size_t streams)> callback);

    /// How many loops there are; once started.
    int loopCount() const;
    /// Has every loop run this with its own mailbox. Thread: any, between start() and the last stop().
    void visitLoops(const std::function<void(Mailbox&)>& visit);

    NetworkFigures figures() const;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::server
