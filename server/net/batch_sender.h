// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/send_ring.h"
#include "server/net/socket_calls.h"

#include <cstddef>
#include <memory>
#include <span>

namespace belfry::server {

/// Sends to many sockets at once: by one call into the kernel for all where the system has one (SendRing), else
/// by one for each. That call is more than a quarter of what a delivery costs (docs/decisions/0013).
///
/// What a parcel leaves, for whatever reason, is the caller's to send the ordinary way, which also tells the reason.
/// Of two parcels for one socket the second might overtake the first: there must be no two in one call.
/// Thread: one. Never blocks, never throws.
class BatchSender
{
public:
    static constexpr std::size_t most = SendRing::most; ///< parcels a call

    /// @return whether they went by one call
    bool send(std::span<Parcel> parcels);

private:
    std::unique_ptr<SendRing> m_ring; // asked for when there is a first batch
    bool m_hasAsked = false;
};

} // namespace belfry::server
