// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/waiting_room.h"

#include <algorithm>
#include <utility>

namespace belfry::server {

namespace {

/// How many times its limit an address may hold of those who are about to sign in.
constexpr std::size_t crowdOfAnAddress = 16;
/// How many are asked whether something of theirs lies unread, before the oldest goes all the same.
constexpr int maxAsked = 64;

} // namespace

struct WaitingRoom::Place
{
    enum class Handshake : std::uint8_t { None, Queued, UnderWay };

    Guest guest;
    Instant protectedUntil;
    std::list<Place>::iterator self{};
    Addresses::iterator address{}; // of nobody where it is exempt, or displaced
    std::list<Place*>::iterator inAddress{};
    std::list<Place*>::iterator inQueue{};
    bool isCounted = false; // by its address
    bool isDisplaced = false;
    Handshake handshake = Handshake::None;

    bool isServed() const { return handshake != Handshake::None; }
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
    return peer.isLoopback() || (m_limits.isExempt && m_limits.isExempt(peer));
}

std::size_t WaitingRoom::perAddress() const
{
    return std::max<std::size_t>(m_limits.perAddress, 1);
}

WaitingRoom::Entered WaitingRoom::enter(const PeerAddress& peer, Guest guest, std::size_t connections, Instant now)
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
    if (isCounted && address->second.places.size() >= perAddress()) {
        Place* const first = address->second.places.front();
        if (!first->isServed() && now >= first->protectedUntil)
            oldest = first;
        else if (address->second.places.size() >= perAddress() * crowdOfAnAddress)
            oldest = whoHadHisTime(address->second, now);
        if (!oldest && address->second.places.size() >= perAddress() * crowdOfAnAddress)
            oldest = first;
    }
    if (!oldest && (isFull || m_waiting.size() >= std::max<std::size_t>(m_limits.connections / 2, 1)))
        oldest = whoMakesRoom();

    m_waiting.push_back({.guest = guest, .protectedUntil = now + m_limits.patience});
    Place& place = m_waiting.back();
    place.self = std::prev(m_waiting.end());
    place.address = address;
    place.isCounted = isCounted;
    if (isCounted)
        place.inAddress = address->second.places.insert(address->second.places.end(), &place);
    entered.place = &place;

    if (oldest) {
        entered.displaced = oldest->guest;
        entered.next = displace(*oldest);
    }
    if (isCounted)
        noteCrowd(address->second);
    return entered;
}

/// The oldest of those who may be displaced while others of the address are served. Null: all are about to sign in.
WaitingRoom::Place* WaitingRoom::whoHadHisTime(const Address& address, Instant now) const
{
    const auto found = std::find_if(address.places.begin(), address.places.end(), [now](const Place* place) {
        return !place->isServed() && now >= place->protectedUntil;
    });
    return found == address.places.end() ? nullptr : *found;
}

/// All places are taken: an address that holds more than its limit gives one first. Whose bytes lie here unread waits
/// for us, not the other way round; he goes only where all do.
WaitingRoom::Place* WaitingRoom::whoMakesRoom()
{
    const auto waitsForUs = [](const Place& place) {
        char first = 0;
        return place.isServed() ||
               (place.guest.socket >= 0 && sockets::peek(place.guest.socket, first) == sockets::Outcome::Done);
    };
    int asked = 0;
    if (!m_crowded.empty()) {
        const std::list<Place*>& places = m_crowded.front()->places;
        for (Place* const place : places) {
            if (++asked > maxAsked)
                break;
            if (!waitsForUs(*place))
                return place;
        }
        return places.front();
    }
    for (Place& place : m_waiting) {
        if (++asked > maxAsked)
            break;
        if (!waitsForUs(place))
            return &place;
    }
    return &m_waiting.front();
}

std::optional<WaitingRoom::Guest> WaitingRoom::displace(Place& place)
{
    std::optional<Guest> next = leaveAddress(place);
    place.isDisplaced = true;
    m_displacedNow.splice(m_displacedNow.end(), m_waiting, place.self);
    m_displaced.fetch_add(1, std::memory_order_relaxed);
    return next;
}

std::optional<WaitingRoom::Guest> WaitingRoom::leave(Place* place)
{
    const std::lock_guard lock(m_mutex);
    std::optional<Guest> next = leaveAddress(*place);
    (place->isDisplaced ? m_displacedNow : m_waiting).erase(place->self);
    return next;
}

bool WaitingRoom::mayShakeHands(Place* place)
{
    const std::lock_guard lock(m_mutex);
    if (!place->isCounted || place->handshake == Place::Handshake::UnderWay)
        return true;
    Address& address = place->address->second;
    if (place->handshake == Place::Handshake::Queued)
        return false;
    if (address.handshakes < perAddress()) {
        ++address.handshakes;
        place->handshake = Place::Handshake::UnderWay;
        return true;
    }
    place->handshake = Place::Handshake::Queued;
    place->inQueue = address.queue.insert(address.queue.end(), place);
    return false;
}

std::optional<WaitingRoom::Guest> WaitingRoom::handshakeDone(Place* place, Instant now)
{
    const std::lock_guard lock(m_mutex);
    place->protectedUntil = now + m_limits.patience; // for what it has to say now
    return endHandshake(*place);
}

std::optional<WaitingRoom::Guest> WaitingRoom::endHandshake(Place& place)
{
    const Place::Handshake before = std::exchange(place.handshake, Place::Handshake::None);
    if (!place.isCounted || before == Place::Handshake::None)
        return std::nullopt;
    Address& address = place.address->second;
    if (before == Place::Handshake::Queued) {
        address.queue.erase(place.inQueue);
        return std::nullopt;
    }
    if (address.queue.empty()) {
        --address.handshakes;
        return std::nullopt;
    }
    Place* const next = address.queue.front();
    address.queue.pop_front();
    next->handshake = Place::Handshake::UnderWay;
    return next->guest;
}

WaitingRoom::Trimmed WaitingRoom::trim(Instant now)
{
    Trimmed trimmed;
    const std::lock_guard lock(m_mutex);
    for (auto place = m_crowded.begin(); place != m_crowded.end();) {
        const Address& address = **place++; // it may leave the list
        std::size_t over = address.places.size() - perAddress();
        for (auto each = address.places.begin(); over > 0 && each != address.places.end();) {
            Place& guest = **each++;
            if (guest.isServed() || now < guest.protectedUntil)
                continue;
            --over;
            trimmed.displaced.push_back(guest.guest);
            if (const auto next = displace(guest))
                trimmed.next.push_back(*next);
        }
    }
    return trimmed;
}

std::size_t WaitingRoom::leaving() const
{
    const std::lock_guard lock(m_mutex);
    return m_displacedNow.size();
}

std::optional<WaitingRoom::Guest> WaitingRoom::leaveAddress(Place& place)
{
    if (!place.isCounted)
        return std::nullopt;
    std::optional<Guest> next = endHandshake(place);
    place.isCounted = false;
    Address& address = place.address->second;
    address.places.erase(place.inAddress);
    noteCrowd(address);
    if (address.places.empty())
        m_addresses.erase(place.address);
    return next;
}

void WaitingRoom::noteCrowd(Address& address)
{
    const bool isCrowded = address.places.size() > perAddress();
    if (isCrowded == address.isCrowded)
        return;
    address.isCrowded = isCrowded;
    if (isCrowded)
        address.crowded = m_crowded.insert(m_crowded.end(), &address);
    else
        m_crowded.erase(address.crowded);
}

} // namespace belfry::server
