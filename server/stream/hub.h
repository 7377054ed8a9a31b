// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/mailbox.h"
#include "server/store/commit_sink.h"
#include "server/stream/event.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace belfry::server {

/// How much streams may hold and do at a time (engine.md, sections 3 to 5). Smaller in tests.
struct StreamLimits
{
    std::size_t ringEvents = 4096;
    std::size_t ringBytes = 8 * 1024 * 1024;
    std::size_t pageBytes = 128 * 1024;    ///< of the ring, read at once
    std::size_t backlogBytes = 256 * 1024; ///< a stream's; past that it catches up from the log
    std::size_t heldBytes = 256 * 1024;
    int sendsPerSlice = 512;
    std::uint64_t waitingEvents = 4096; ///< a loop's, not yet walked: beyond, it is congested
    std::uint64_t waitingBytes = 8 * 1024 * 1024;
};

/// Who is subscribed where, the newest events in memory (the ring), and the way from a commit to the loops.
///
/// Takes committed batches on the store's thread (CommitSink), hands each concerned loop one message with its events
/// and answers. Presence is read from the same index. Thread: see each method; shared by all.
class Hub final : public CommitSink
{
public:
    /// @param newest  the log's newest number at start
    /// @param log     the log's id, for `reset` events
    explicit Hub(Seq newest, std::string log, const StreamLimits& limits = {});
    ~Hub() override;

    // CommitSink
    void committed(CommittedBatch batch) override;
    int online(const Audience& audience, const Accounts& accounts) const override;
    Seq published() const override;
    bool isCongested() const override;

    /// How many streams a person has. Thread: any.
    int streams(UserId user) const;
    /// Everybody who has one: (person, streams). Thread: any.
    std::vector<std::pair<UserId, int>> present() const;

    class Parts; ///< what net/loop uses: registration of loops, ring, masks (stream/hub_parts.h)
    Parts& parts() { return *m_parts; }

private:
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::server
