// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "server/mailbox.h"
#include "server/store/accounts.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace belfry::server {

/// Whom an entry is for, settled: everyone who had an account before it, or these, ascending.
struct Audience
{
    bool isEveryone = false;
    std::vector<UserId> ids;
};

/// An entry of the log as committed: what the streams are to show.
struct LogEntry
{
    Seq seq = 0;
    EventKind kind = EventKind::Notification;
    Audience audience;
    std::string data; ///< the event's `data:` line, ready for the wire
    std::optional<Time> expiresAt;
    std::string key; ///< of a notification with a key, in the form in which keys are compared
    UserId senderId = 0;
    std::chrono::steady_clock::time_point askedAt{}; ///< when it came to the store
};

/// An answer that is to be given when a batch is committed.
struct Answer
{
    Mailbox* home = nullptr;
    Task task;
};

/// All that one commit changed, in log order.
struct CommittedBatch
{
    std::vector<LogEntry> entries;
    std::vector<Seq> dead;          ///< earlier entries that this batch replaced or retracted
    std::vector<Answer> answers;    ///< to be run on their homes
    std::vector<Answer> afterSweep; ///< to be run when every loop has swept its streams for the changed accounts
    bool accountsChanged = false;   ///< the snapshot was swapped
};

/// What the store tells its neighbour: the hub, or nobody when a command works on a store that no server holds.
/// Thread: the store's, but for published().
class CommitSink
{
public:
    virtual ~CommitSink() = default;
    /// Called once a commit is durable, in commit order. Takes everything to the streams and the answers home.
    virtual void committed(CommittedBatch batch) = 0;
    /// How many of these people (everyone of the snapshot where isEveryone) have a stream now.
    virtual int online(const Audience& audience, const Accounts& accounts) const = 0;
    /// The newest number that readers may be shown. Thread: any.
    virtual Seq published() const = 0;
    /// True while some loop is too far behind to be given more events: the store then commits no publishing entry.
    virtual bool isCongested() const = 0;
};

} // namespace belfry::server
