// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/mailbox.h"
#include "server/store/accounts.h"
#include "server/store/read_requests.h"

namespace belfry::server {

/// What streams ask of the store, and nothing else: what they missed, how far back it reaches, and who may listen.
/// Thread: any loop's. Outlives the shards.
class StreamSource
{
public:
    /// A page of a person's past (Store::replay). Returns at once; answered on the reply's home, exactly once.
    virtual void replay(ReplayRequest request, Reply<ReplayPage> reply) = 0;
    /// The highest number that retention removed.
    virtual Seq floor() const = 0;
    /// Whether a cursor stands where a restore left numbers out (Store::isInGap). A log that was never restored has no
    /// such place.
    virtual bool isInGap(Seq /*cursor*/) const { return false; }
    /// Whether what a stream was opened under still holds, by the newest snapshot. Does not look at the expiry.
    virtual bool admits(const Credential& credential) const = 0;
    /// The log's number when the account was made: what was for everyone up to it is not theirs.
    virtual Seq createdAfter(UserId user) const = 0;
    /// That a stream is alive under this credential: told at each ping.
    virtual void inUse(const Credential&) {}

protected:
    ~StreamSource() = default;
};

} // namespace belfry::server
