// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace belfry::server {

class Loop;

/// Names a connection of one loop; never reused.
using ConnectionId = std::uint64_t;

/// The connections that have not yet shown a valid token, in the order in which they came.
///
/// They hold at most half of all places, and so many an address (IPv6: a /64); over that the one waiting longest is
/// displaced, never the new one refused: whoever fills the server from outside makes room himself, and who is signed in
/// comes back at once. Entered once a connection, left with its first valid token or its end: a request costs nothing.
/// Thread: any; the lock is held for a look-up.
class WaitingRoom
{
public:
    struct Limits
    {
        std::size_t connections = 0; ///< all places, those of the signed in included
        std::size_t perAddress = 0;
        std::vector<PeerAddress> exempt; ///< trusted proxies: who comes through them shares their address. Loopback is
                                         ///< exempt anyway
    };
    struct Guest
    {
        Loop* loop = nullptr;
        ConnectionId id = 0;
    };
    struct Place; ///< in the room, from enter() to leave()
    struct Entered
    {
        Place* place = nullptr;         ///< null: every place belongs to somebody who is signed in
        std::optional<Guest> displaced; ///< who is to be closed
    };

    WaitingRoom();
    ~WaitingRoom();

    /// Before anybody enters.
    void setLimits(Limits limits);
    /// @param connections  how many are open, this one not included; those displaced and not yet closed are
    Entered enter(const PeerAddress& peer, Guest guest, std::size_t connections);
    void leave(Place* place);
    /// How many were displaced and are not closed yet.
    std::size_t leaving() const;

    /// Displaced since the start. Thread: any.
    std::uint64_t displaced() const { return m_displaced.load(std::memory_order_relaxed); }

private:
    using Key = std::array<std::uint8_t, 16>;
    struct Address
    {
        std::list<Place*> places; // oldest first
    };
    using Addresses = std::map<Key, Address>;

    static Key keyOf(const PeerAddress& peer);
    bool isExempt(const PeerAddress& peer) const;
    void leaveAddress(Place& place);

    Limits m_limits;
    mutable std::mutex m_mutex;
    std::list<Place> m_waiting;      // oldest first
    std::list<Place> m_displacedNow; // until they are closed
    Addresses m_addresses;
    std::atomic<std::uint64_t> m_displaced{0};
};

} // namespace belfry::server
