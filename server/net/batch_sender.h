// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/send_ring.h"
#include "server/net/socket_calls.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace belfry::server {

/// Bytes for one plain socket.
struct Parcel
{
    SocketHandle socket;
    std::string_view bytes;
    std::size_t taken = 0; ///< afterwards: how many of them the kernel took
};

/// Sends to many plain sockets at once: by one call into the kernel for all where the system has one (SendRing), else
/// by one for each. That call is more than a quarter of what a delivery costs (docs/decisions/0013).
///
/// What a parcel leaves, for whatever reason, is the caller's to send the ordinary way, which also tells the reason.
/// Of two parcels for one socket the second might overtake the first: there must be no two in one call.
/// Thread: one. Never blocks, never throws.
class BatchSender
{
public:
    static constexpr std::size_t most = SendRing::most; ///< parcels a call

    enum class Way { Best, OneByOne };
    /// Asks nothing of the system before the first call.
    explicit BatchSender(Way way = Way::Best) : m_mayOpen(way == Way::Best) {}

    void send(std::span<Parcel> parcels);
    /// Whether many go by one call, as the last call to send() found it.
    bool isBatching() const { return m_ring != nullptr; }

private:
    std::unique_ptr<SendRing> m_ring;
    bool m_mayOpen;
};

} // namespace belfry::server
