// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/throttle.h"

#include "server/auth/sodium.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t counterLimit = 65'536;
constexpr auto lapse = 1h;
constexpr auto placeTime = std::chrono::days(90);

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

Throttle::Throttle(const Clock& clock) : m_clock(clock) {}

std::string Throttle::keyFor(Scope scope, std::string_view name, std::string_view address)
{
    // Hashed: a counter costs the same however long the name is that somebody tried.
    std::string text(1, static_cast<char>(scope));
    if (scope != Scope::Name)
        text += countedAddress(address);
    text.push_back('\0');
    if (scope != Scope::Address)
        text += name;
    return static_cast<char>(scope) + blake2b(text).substr(0, 16);
}

const Throttle::Counter* Throttle::live(const std::string& key, Moment now) const
{
    const auto found = m_counters.find(key);
    if (found == m_counters.end() || now - found->second.lastFailure >= lapse)
        return nullptr;
    return &found->second;
}

bool Throttle::isKnownPlace(const std::string& key, Moment now) const
{
    const auto found = m_knownPlaces.find(key);
    return found != m_knownPlaces.end() && now - found->second.signedIn < placeTime;
}

std::optional<int> Throttle::wait(std::string_view name, std::string_view address, Moment now) const
{
    const std::string place = keyFor(Scope::NameAndAddress, name, address);
    auto openAgain = now;
    const auto consider = [&](const std::string& key) {
        if (const Counter* counter = live(key, now))
            openAgain = std::max(openAgain, counter->openAgain);
    };
    consider(place);
    consider(keyFor(Scope::Address, name, address));
    if (!isKnownPlace(place, now))
        consider(keyFor(Scope::Name, name, address));
    if (openAgain <= now)
        return std::nullopt;
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(openAgain - now).count());
}

std::optional<int> Throttle::refusal(std::string_view name, std::string_view address) const
{
    const std::lock_guard lock(m_mutex);
    return wait(name, address, m_clock.monotonic());
}

void Throttle::count(const std::string& key, Moment now)
{
    if (!live(key, now))
        forget(key);
    if (m_counters.find(key) == m_counters.end() && m_counters.size() >= counterLimit)
        forget(std::string(m_order.front()));
    const auto [found, isNew] = m_counters.try_emplace(key);
    Counter& counter = found->second;
    if (isNew)
        counter.place = m_order.insert(m_order.end(), key);
    else
        m_order.splice(m_order.end(), m_order, counter.place);
    ++counter.failures;
    counter.lastFailure = now;
    counter.openAgain = now + closedFor(ruleFor(key.front()), counter.failures);
}

void Throttle::forget(const std::string& key)
{
    const auto found = m_counters.find(key);
    if (found == m_counters.end())
        return;
    m_order.erase(found->second.place);
    m_counters.erase(found);
}

std::optional<int> Throttle::failed(std::string_view name, std::string_view address)
{
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    for (const auto scope : {Scope::NameAndAddress, Scope::Address, Scope::Name})
        count(keyFor(scope, name, address), now);
    return wait(name, address, now);
}

void Throttle::succeeded(std::string_view name, std::string_view address)
{
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    const std::string key = keyFor(Scope::NameAndAddress, name, address);
    forget(key);
    const auto [found, isNew] = m_knownPlaces.try_emplace(key);
    if (isNew)
        found->second.place = m_placeOrder.insert(m_placeOrder.end(), key);
    else
        m_placeOrder.splice(m_placeOrder.end(), m_placeOrder, found->second.place);
    found->second.signedIn = now;
    if (m_knownPlaces.size() > counterLimit) {
        m_knownPlaces.erase(m_placeOrder.front());
        m_placeOrder.pop_front();
    }
}

std::size_t Throttle::counters() const
{
    const std::lock_guard lock(m_mutex);
    return m_counters.size();
}

} // namespace belfry::server
