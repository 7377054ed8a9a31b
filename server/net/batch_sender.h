// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/send_ring.h"
#include "server/net/socket_calls.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace belfry::server {

/// Sends to many sockets at once: by one call into the kernel for all where the system has one (SendRing), else
/// by one for each. That call is more than a quarter of what a delivery costs (docs/decisions/0013).
///
/// What a parcel leaves, for whatever reason, is the caller's to send the ordinary way, which also tells the reason.
/// Of two parcels for one socket the second might overtake the first: there must be no two in one call.
/// A way that failed (no memory for a moment) is tried again after a number of batches that doubles each time; one that
/// the system does not have is not. The log says once that it was given up, and once that it was taken up again.
/// Thread: one. Never blocks, never throws.
class BatchSender
{
public:
    static constexpr std::size_t most = SendRing::most; ///< parcels a call

    static constexpr std::uint32_t firstPause = 1024, longestPause = 1024 * 1024; ///< batches

    using Open = std::function<std::unique_ptr<SendRing>()>;
    explicit BatchSender(Open open = SendRing::open) : m_open(std::move(open)) {}

    /// @return how many of them the system took by one call
    std::size_t send(std::span<Parcel> parcels);

private:
    bool hasRing();
    void giveUp(bool forGood);

    Open m_open;
    std::unique_ptr<SendRing> m_ring; // asked for when there is a first batch
    std::uint32_t m_wait = 0;         // batches before it is asked for again
    std::uint32_t m_pause = firstPause;
    bool m_isUnable = false;
    bool m_wasGivenUp = false; // in the midst of its work; the log has it
    bool m_wasTakenUp = false; // so has it this
};

} // namespace belfry::server
