// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/throttle.h"

#include "server/auth/sodium.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t counterLimit = 65'536;
constexpr std::size_t guessKeyBytes = 32;
constexpr auto lapse = 1h;

struct Rule
{
    std::uint64_t firstClosing; ///< the failure from which on the door closes
    std::chrono::seconds longest;
};

std::chrono::seconds closedFor(const Rule& rule, std::uint64_t failures)
{
    if (failures < rule.firstClosing)
        return 0s;
    const auto doublings = std::min<std::uint64_t>(failures - rule.firstClosing, 20);
    return std::min(rule.longest, std::chrono::seconds(1LL << doublings));
}

Rule ruleFor(char scope)
{
    switch (scope) {
    case 'b':
        return {6, 300s};
    case 'a':
        return {31, 300s};
    default:
        return {101, 30s};
    }
}

} // namespace

std::string countedAddress(std::string_view address)
{
    boost::system::error_code error;
    const auto parsed = boost::asio::ip::make_address(std::string(address), error);
    if (error || parsed.is_v4())
        return std::string(address);
    const auto v6 = parsed.to_v6();
    if (v6.is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

Throttle::Throttle(const Clock& clock)
    : m_clock(clock), m_key(randomBytes(guessKeyBytes)), m_counters(counterLimit), m_knownPlaces(counterLimit),
      m_guesses(counterLimit)
{
}

std::string Throttle::keyFor(Scope scope, const SignInAttempt& attempt)
{
    // Hashed: a counter costs the same however long the name is that somebody tried.
    std::string text(1, static_cast<char>(scope));
    if (scope != Scope::Name)
        text += countedAddress(attempt.address);
    text.push_back('\0');
    if (scope != Scope::Address)
        text += attempt.name;
    return static_cast<char>(scope) + blake2b(text).substr(0, 16);
}

/// By the account, so that a name that is changed or given anew carries nothing along.
std::string Throttle::placeKey(const SignInAttempt& attempt)
{
    const std::string who = attempt.user != 0 ? "#" + std::to_string(attempt.user) : "n" + attempt.name;
    return blake2b(countedAddress(attempt.address) + '\0' + who).substr(0, 16);
}

/// With a key of this process alone: what is remembered of a wrong password, which may be right elsewhere, tells
/// nothing without it.
std::string Throttle::guessKey(const SignInAttempt& attempt) const
{
    const std::string text = countedAddress(attempt.address) + '\0' + blake2b(attempt.name) + attempt.password;
    return blake2b(text, m_key).substr(0, 16);
}

const Throttle::Counter* Throttle::live(const std::string& key, Moment now) const
{
    const Counter* found = m_counters.find(key);
    return found && now - found->lastFailure < lapse ? found : nullptr;
}

bool Throttle::isKnownPlace(const SignInAttempt& attempt, Moment now) const
{
    const Moment* signedIn = m_knownPlaces.find(placeKey(attempt));
    return signedIn && now - *signedIn < knownPlaceTime;
}

std::optional<int> Throttle::wait(const SignInAttempt& attempt, Moment now) const
{
    auto openAgain = now;
    const auto consider = [&](Scope scope) {
        if (const Counter* counter = live(keyFor(scope, attempt), now))
            openAgain = std::max(openAgain, counter->openAgain);
    };
    consider(Scope::NameAndAddress);
    consider(Scope::Address);
    if (!isKnownPlace(attempt, now))
        consider(Scope::Name);
    if (openAgain <= now)
        return std::nullopt;
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(openAgain - now).count());
}

std::optional<int> Throttle::refusal(const SignInAttempt& attempt) const
{
    const std::lock_guard lock(m_mutex);
    return wait(attempt, m_clock.monotonic());
}

void Throttle::count(const std::string& key, Moment now)
{
    if (!live(key, now))
        m_counters.forget(key);
    Counter& counter = m_counters.touch(key);
    ++counter.failures;
    counter.lastFailure = now;
    counter.openAgain = now + closedFor(ruleFor(key.front()), counter.failures);
}

/// Whether this very password was wrong for this name at this address within the last hour.
bool Throttle::isRepeated(const SignInAttempt& attempt, Moment now)
{
    const std::string key = guessKey(attempt);
    const Moment* before = m_guesses.find(key);
    const bool isRepeated = before && now - *before < lapse;
    m_guesses.touch(key) = now;
    return isRepeated;
}

std::optional<int> Throttle::failed(const SignInAttempt& attempt)
{
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    count(keyFor(Scope::NameAndAddress, attempt), now);
    if (!isRepeated(attempt, now))
        count(keyFor(Scope::Address, attempt), now);
    count(keyFor(Scope::Name, attempt), now);
    return wait(attempt, now);
}

void Throttle::succeeded(const SignInAttempt& attempt)
{
    const std::lock_guard lock(m_mutex);
    m_counters.forget(keyFor(Scope::NameAndAddress, attempt));
    m_knownPlaces.touch(placeKey(attempt)) = m_clock.monotonic();
}

void Throttle::remember(UserId user, const std::string& address, std::chrono::milliseconds ago)
{
    const std::lock_guard lock(m_mutex);
    m_knownPlaces.touch(placeKey({{}, address, {}, user})) =
        m_clock.monotonic() - std::max(ago, std::chrono::milliseconds(0));
}

std::size_t Throttle::counters() const
{
    const std::lock_guard lock(m_mutex);
    return m_counters.size();
}

} // namespace belfry::server
