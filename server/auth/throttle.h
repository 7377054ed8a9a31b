// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/time.h"
#include "server/auth/oldest_out.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// For how long an address from which somebody signed in is known.
inline constexpr std::chrono::hours knownPlaceTime = std::chrono::days(90);

/// Somebody who says a password.
struct SignInAttempt
{
    std::string name;       ///< folded as accounts are (foldedUserName)
    std::string address;    ///< numeric; of IPv6 the /64 counts
    std::string password{}; ///< as typed; for failed() alone
    UserId user = 0;        ///< whose name it is; 0: nobody's
};

/// Slows down who guesses passwords (protocol.md, "Tokens").
///
/// Counts failures in a row per name and address, per address, and per name over all addresses. From the 6th, 31st and
/// 101st on each failure closes that door for a while: 1 s, doubling to 5 min (30 s for a name over all addresses, and
/// there never for an address from which the name signed in within 90 days). The same wrong password for the same name
/// from the same address counts once per address: one machine with a password of yesterday does not lock out all who
/// share its address. What is refused does not count; a counter lapses an hour after its last failure; 65,536 counters,
/// known places and wrong passwords at most, the oldest go.
/// Thread: any.
class Throttle
{
public:
    explicit Throttle(const Clock& clock = systemClock());

    /// How many seconds this attempt has to wait; nothing where it may be made.
    std::optional<int> refusal(const SignInAttempt& attempt) const;
    /// A wrong password or an unknown name. @return the seconds that are to pass now, where there are any.
    std::optional<int> failed(const SignInAttempt& attempt);
    /// Clears the name at this address and remembers that it signed in from there.
    void succeeded(const SignInAttempt& attempt);
    /// That somebody signed in from there so long ago, before this process: what the store kept, oldest first.
    void remember(UserId user, const std::string& address, std::chrono::milliseconds ago);

    std::size_t counters() const;

private:
    using Moment = std::chrono::steady_clock::time_point;
    enum class Scope : char { NameAndAddress = 'b', Address = 'a', Name = 'n' };
    struct Counter
    {
        std::uint64_t failures = 0;
        Moment lastFailure{}, openAgain{};
    };

    static std::string keyFor(Scope scope, const SignInAttempt& attempt);
    static std::string placeKey(const SignInAttempt& attempt);
    std::string guessKey(const SignInAttempt& attempt) const;
    const Counter* live(const std::string& key, Moment now) const;
    bool isKnownPlace(const SignInAttempt& attempt, Moment now) const;
    bool isRepeated(const SignInAttempt& attempt, Moment now);
    std::optional<int> wait(const SignInAttempt& attempt, Moment now) const;
    void count(const std::string& key, Moment now);

    const Clock& m_clock;
    const std::string m_key;
    mutable std::mutex m_mutex;
    OldestOut<Counter> m_counters;
    OldestOut<Moment> m_knownPlaces; // an account and an address from which it signed in, and when
    OldestOut<Moment> m_guesses;     // wrong passwords as keyed hashes, and when they came last
};

/// The address as it counts: IPv4-mapped as IPv4, of IPv6 the /64; anything else as it stands.
std::string countedAddress(std::string_view address);

} // namespace belfry::server
