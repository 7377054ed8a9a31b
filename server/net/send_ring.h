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

    /// Sends at most `most` parcels. @return false where it failed as such: what it did not send has nothing taken, and
    /// it is not to be used again.
    virtual bool send(std::span<Parcel> parcels) = 0;
};

} // namespace belfry::server
