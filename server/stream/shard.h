// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/latency.h"
#include "server/mailbox.h"
#include "server/net/handler.h"
#include "server/stream/hub.h"
#include "server/stream/sink.h"
#include "server/stream/stream_source.h"

#include <chrono>
#include <cstdint>
#include <memory>

namespace belfry::server {

/// Names a stream of one shard; never reused.
using StreamId = std::uint64_t;

struct ShardSettings
{
    std::chrono::milliseconds pingInterval{30'000};
    int retryMilliseconds = 5000;
    std::chrono::seconds stallTime{60};
    std::uint64_t seed = 0; ///< for the spread of pings; 0: drawn
};

struct ShardFigures
{
    std::uint64_t streams = 0, deliveries = 0, deliveredBytes = 0, sentTogether = 0, backlogsBegun = 0,
                  backlogsDropped = 0, stalledClosed = 0;
    Latencies mailboxWait; ///< of each commit's message, until its loop took it
    Latencies walk;        ///< of each event: from the first to the last of the loop's streams
    Latencies written; ///< of each event: from the store's door to the last of the loop's streams that took it at once
};

/// All streams of one loop: index by person, the walk of each event, joining, backlogs, pings and deadlines
/// (engine.md, sections 3 to 6). Knows no socket: writes to Sinks.
///
/// Registers with the hub, which posts `LoopMessage`s to `home` for it. Thread: its loop's, throughout.
class Shard
{
public:
    /// @param home    the loop's mailbox: the very one that its requests name as home in a Reply, so that answers
    /// travel
    ///                with the events of their commit
    /// @param source  the store (StoreSource)
    Shard(Mailbox& home, Hub& hub, StreamSource& source, const ShardSettings& settings, const Clock& clock);
    ~Shard();

    /// The response head is written by the caller; writes `retry:` and takes the stream from there. The sink outlives
    /// the stream: until closeStream() was called on it, or forget(). Neither open() nor writable() calls closeStream()
    /// before it returns (that is posted to `home`); everything else may.
    /// @param isChunked  HTTP/1.1
    StreamId open(Sink& sink, const StreamOpening& opening, bool isChunked);
    /// The connection has gone: nothing more is written to its sink.
    void forget(StreamId stream);
    /// There is room again after awaitWritable().
    void writable(StreamId stream);
    /// Once a second: pings that are due, expired tokens, stalled readers.
    void tick();
    /// Shutdown: finishes half-written events, last chunks, closes. What does not take them within the caller's
    /// patience is the caller's to drop.
    void closeAll();

    ShardFigures figures() const;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::server
