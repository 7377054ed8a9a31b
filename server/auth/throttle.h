// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace belfry::server {

/// Slows down who guesses passwords (protocol.md, "Tokens").
///
/// Counts failures in a row per name and address, per address, and per name over all addresses. From the 6th, 31st and
/// 101st on each failure closes that door for a while: 1 s, doubling to 5 min (30 s for a name over all addresses, and
/// there never for an address from which the name signed in within 90 days). What is refused does not count; a counter
/// lapses an hour after its last failure; 65,536 counters at most, the oldest go.
/// Thread: any.
class Throttle
{
public:
    explicit Throttle(const Clock& clock = systemClock());

    /// How many seconds this attempt has to wait; nothing where it may be made.
    /// @param name     folded as accounts are (foldedUserName)
    /// @param address  numeric; of IPv6 the /64 counts
    std::optional<int> refusal(std::string_view name, std::string_view address) const;
    /// A wrong password or an unknown name. @return the seconds that are to pass now, where there are any.
    std::optional<int> failed(std::string_view name, std::string_view address);
    /// Clears the name at this address and remembers that it signed in from there.
    void succeeded(std::string_view name, std::string_view address);

    std::size_t counters() const;

private:
    using Moment = std::chrono::steady_clock::time_point;
    enum class Scope : char { NameAndAddress = 'b', Address = 'a', Name = 'n' };
    struct Counter
    {
        std::uint64_t failures = 0;
        Moment lastFailure{}, openAgain{};
        std::list<std::string>::iterator place; // in m_order
    };
    struct Place
    {
        Moment signedIn{};
        std::list<std::string>::iterator place; // in m_placeOrder
    };

    static std::string keyFor(Scope scope, std::string_view name, std::string_view address);
    const Counter* live(const std::string& key, Moment now) const;
    bool isKnownPlace(const std::string& key, Moment now) const;
    std::optional<int> wait(std::string_view name, std::string_view address, Moment now) const;
    void count(const std::string& key, Moment now);
    void forget(const std::string& key);

    const Clock& m_clock;
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, Counter> m_counters;
    std::list<std::string> m_order;                       // of their last failures, oldest first
    std::unordered_map<std::string, Place> m_knownPlaces; // name and address that signed in
    std::list<std::string> m_placeOrder;                  // oldest first
};

/// The address as it counts: IPv4-mapped as IPv4, of IPv6 the /64; anything else as it stands.
std::string countedAddress(std::string_view address);

} // namespace belfry::server
