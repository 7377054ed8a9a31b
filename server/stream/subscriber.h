// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"
#include "server/stream/backlog.h"
#include "server/stream/sink.h"
#include "server/stream/stream_list.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace belfry::server {

/// What a stream has besides its record while it is not simply live: what waits for its reader, and its way from the
/// past into the present (engine.md, section 5).
struct CatchUp
{
    CatchUp(bool isChunked, Seq base) : backlog(isChunked, base) {}

    Backlog backlog;

    bool isFromStart = false; ///< on its way from 0: all that is kept, whatever state went (ReplayRequest)
    bool isAsking = false;    ///< a page was asked for
    bool holds = false;       ///< `tail` is fixed: live events above it are held until the pages have reached it
    bool hasOverflowed = false;
    Seq tail = 0;
    std::vector<EventPtr> held;
    std::size_t heldBytes = 0;

    bool awaitsRoom = false; ///< Sink::awaitWritable() was called
    bool isStalling = false; ///< since the last progress; `stallAt` is its deadline
    std::chrono::steady_clock::time_point stallAt;

    void dropHeld()
    {
        std::vector<EventPtr>().swap(held);
        heldBytes = 0;
    }
};

/// A stream's place in the log: live, or catching up.
///
/// `lastSeq` is the number up to which everything is written, waiting in its backlog, or examined and left out.
/// Lives in its shard. Nothing else is kept for a stream that is live and whose reader keeps up.
struct Subscriber
{
    enum class Phase : std::uint8_t { Free, CatchingUp, Live, Closing, Gone };

    Sink* sink = nullptr;
    Credential credential;
    Seq lastSeq = 0;
    std::unique_ptr<CatchUp> catchUp;
    std::chrono::steady_clock::time_point nextPing;
    StreamList<Subscriber>* person = nullptr; ///< all of this person's on this loop
    std::uint32_t index = 0, generation = 0;  ///< its name: StreamId
    std::uint32_t allPlace = 0, personPlace = 0;
    std::uint32_t wheelTick = 0, wheelPlace = 0;
    std::uint8_t wheelSlot = 255;
    Phase phase = Phase::Free;
    bool isChunked = true;
};
static_assert(sizeof(Subscriber) <= 128, "an idle stream costs this much");

} // namespace belfry::server
