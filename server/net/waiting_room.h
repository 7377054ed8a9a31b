// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
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
///
/// Many desks behind one address (a NAT, a proxy that is not named) come back all at once. So an address may hold more
/// than its limit, up to 16 times as many, while those it holds are about to sign in: newcomers for `patience`, those
/// in their TLS handshake or waiting for it. Only as many as the limit says shake hands at once, the others wait for
/// their turn unread. Who had his time and said nothing goes first, until the address is within its limit.
/// Thread: any; the lock is held for a look-up.
class WaitingRoom
{
public:
    using Instant = std::chrono::steady_clock::time_point;
    struct Limits
    {
        std::size_t connections = 0; ///< all places, those of the signed in included
        std::size_t perAddress = 0;
        /// Trusted proxies: who comes through them shares their address. Loopback is exempt anyway.
        std::function<bool(const PeerAddress&)> isExempt{};
        std::chrono::milliseconds patience{5000}; ///< from entering, and from the end of its handshake
    };
    struct Guest
    {
        Loop* loop = nullptr;
        ConnectionId id = 0;
        SocketHandle socket = -1; ///< open as long as the guest has a place; to see whether something lies in it
    };
    struct Place; ///< in the room, from enter() to leave()
    struct Entered
    {
        Place* place = nullptr;         ///< null: every place belongs to somebody who is signed in
        std::optional<Guest> displaced; ///< who is to be closed
        std::optional<Guest> next;      ///< whose handshake may begin
    };
    struct Trimmed
    {
        std::vector<Guest> displaced; ///< who are to be closed
        std::vector<Guest> next;      ///< whose handshakes may begin
    };

    WaitingRoom();
    ~WaitingRoom();

    /// Before anybody enters.
    void setLimits(Limits limits);
    /// @param connections  how many are open, this one not included; those displaced and not yet closed are
    Entered enter(const PeerAddress& peer, Guest guest, std::size_t connections,
                  Instant now = std::chrono::steady_clock::now());
    /// @return whose handshake may begin now
    std::optional<Guest> leave(Place* place);
    /// The guest's first bytes begin a TLS handshake. @return false: not yet; others are told when it may.
    bool mayShakeHands(Place* place);
    /// @return whose handshake may begin now
    std::optional<Guest> handshakeDone(Place* place, Instant now = std::chrono::steady_clock::now());
    /// Displaces whom an address holds over its limit and who had his time. To be called about once a second.
    Trimmed trim(Instant now = std::chrono::steady_clock::now());
    /// How many were displaced and are not closed yet.
    std::size_t leaving() const;

    /// Displaced since the start. Thread: any.
    std::uint64_t displaced() const { return m_displaced.load(std::memory_order_relaxed); }

private:
    using Key = std::array<std::uint8_t, 16>;
    struct Address
    {
        std::list<Place*> places;              // oldest first
        std::list<Place*> queue;               // of them, those whose handshakes have to wait for others'
        std::size_t handshakes = 0;            // under way
        std::list<Address*>::iterator crowded; // its place in m_crowded
        bool isCrowded = false;                // holds more than its limit
    };
    using Addresses = std::map<Key, Address>;

    static Key keyOf(const PeerAddress& peer);
    bool isExempt(const PeerAddress& peer) const;
    std::size_t perAddress() const;
    Place* whoHadHisTime(const Address& address, Instant now) const;
    Place* whoMakesRoom();
    std::optional<Guest> displace(Place& place);
    std::optional<Guest> endHandshake(Place& place);
    std::optional<Guest> leaveAddress(Place& place);
    void noteCrowd(Address& address);

    Limits m_limits;
    mutable std::mutex m_mutex;
    std::list<Place> m_waiting;      // oldest first
    std::list<Place> m_displacedNow; // until they are closed
    Addresses m_addresses;
    std::list<Address*> m_crowded;
    std::atomic<std::uint64_t> m_displaced{0};
};

} // namespace belfry::server
