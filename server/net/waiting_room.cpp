// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/waiting_room.h"

#include <algorithm>

namespace belfry::server {

struct WaitingRoom::Place
{
    Guest guest;
    std::list<Place>::iterator self;
    Addresses::iterator address; // of nobody where it is exempt, or displaced
    std::list<Place*>::iterator inAddress;
    bool isCounted = false; // by its address
    bool isDisplaced = false;
};

WaitingRoom::WaitingRoom() = default;
WaitingRoom::~WaitingRoom() = default;

void WaitingRoom::setLimits(Limits limits)
{
    m_limits = std::move(limits);
}

WaitingRoom::Key WaitingRoom::keyOf(const PeerAddress& peer)
{
    Key key = peer.bytes;
    if (!peer.isIpv4())
        std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
    return key;
}

bool WaitingRoom::isExempt(const PeerAddress& peer) const
{
    return peer.isLoopback() || std::any_of(m_limits.exempt.begin(), m_limits.exempt.end(),
                                            [&](const PeerAddress& one) { return one.bytes == peer.bytes; });
}

WaitingRoom::Entered WaitingRoom::enter(const PeerAddress& peer, Guest guest, std::size_t connections)
{
    const bool isCounted = !isExempt(peer);
    const std::lock_guard lock(m_mutex);
    const std::size_t taken = connections - std::min(connections, m_displacedNow.size());
    const bool isFull = taken >= m_limits.connections;
    if (isFull && m_waiting.empty())
        return {};

    Entered entered;
    const auto address = isCounted ? m_addresses.try_emplace(keyOf(peer)).first : m_addresses.end();
    Place* oldest = nullptr;
    if (isCounted && address->second.places.size() >= std::max<std::size_t>(m_limits.perAddress, 1))
        oldest = address->second.places.front();
    else if (isFull || m_waiting.size() >= std::max<std::size_t>(m_limits.connections / 2, 1))
        oldest = &m_waiting.front();

    m_waiting.push_back({guest, {}, address, {}, isCounted, false});
    Place& place = m_waiting.back();
    place.self = std::prev(m_waiting.end());
    if (isCounted)
        place.inAddress = address->second.places.insert(address->second.places.end(), &place);
    entered.place = &place;

    if (oldest) {
        leaveAddress(*oldest);
        oldest->isDisplaced = true;
        m_displacedNow.splice(m_displacedNow.end(), m_waiting, oldest->self);
        entered.displaced = oldest->guest;
        m_displaced.fetch_add(1, std::memory_order_relaxed);
    }
    return entered;
}

void WaitingRoom::leave(Place* place)
{
    const std::lock_guard lock(m_mutex);
    leaveAddress(*place);
    (place->isDisplaced ? m_displacedNow : m_waiting).erase(place->self);
}

std::size_t WaitingRoom::leaving() const
{
    const std::lock_guard lock(m_mutex);
    return m_displacedNow.size();
}

void WaitingRoom::leaveAddress(Place& place)
{
    if (!place.isCounted)
        return;
    place.isCounted = false;
    place.address->second.places.erase(place.inAddress);
    if (place.address->second.places.empty())
        m_addresses.erase(place.address);
}

} // namespace belfry::server
