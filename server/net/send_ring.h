// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <cstddef>
#include <memory>
#include <span>

namespace belfry::server {

/// The system's own way of sending to many sockets in one call, where it has one: one file a system (BatchSender is
/// what others use). Thread: one.
class SendRing
{
public:
    static constexpr std::size_t most = 128; ///< parcels a call: more gain nothing

    /// Nothing where the system has no such way, or does not let us use it.
    static std::unique_ptr<SendRing> open();
    virtual ~SendRing() = default;

    enum class Outcome {
        Done,
        Failed, ///< as such, for the moment (no memory, no place): not to be used again, another one may
        Unable, ///< the system takes rings, but does not send by them
    };
    /// Sends at most `most` parcels. What it did not send, for whatever reason, has nothing taken.
    virtual Outcome send(std::span<Parcel> parcels) = 0;
};

} // namespace belfry::server
