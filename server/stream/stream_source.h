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
    /// The newest snapshot.
    virtual AccountsPtr accounts() const = 0;

protected:
    ~StreamSource() = default;
};

} // namespace belfry::server
