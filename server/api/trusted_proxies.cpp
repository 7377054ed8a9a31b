// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/trusted_proxies.h"

#include "server/api/api.h"
#include "server/api/authority.h"
#include "server/log.h"
#include "server/net/characters.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr auto lookUpInterval = 1min;
constexpr auto firstPatience = 3s;
constexpr int lookUpsBelieved = 10; // after so many without an answer, an address may be another's by now
constexpr unsigned mappedBits = 96; // before the 32 of IPv4

std::optional<PeerAddress> numeric(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        return std::nullopt;
    return PeerAddress::fromText(std::string(text));
}

/// An entry of X-Forwarded-For: an address, by some proxies with a port.
std::optional<PeerAddress> forwardedAddress(std::string_view entry)
{
    if (auto address = numeric(entry))
        return address;
    const auto host = withoutPort(entry);
    if (!host)
        return std::nullopt;
    return numeric(host->starts_with('[') ? host->substr(1, host->size() - 2) : *host);
}

/// The first `bits` of an address, the others 0.
PeerAddress cut(PeerAddress address, unsigned bits)
{
    for (unsigned byte = 0; byte < address.bytes.size(); ++byte) {
        const unsigned left = std::clamp(int(bits) - int(8 * byte), 0, 8);
        address.bytes[byte] = static_cast<std::uint8_t>(address.bytes[byte] & (0xff00u >> left));
    }
    return address;
}

/// Blocks for as long as the system takes.
std::vector<PeerAddress> addressesOf(const std::string& name)
{
    boost::asio::io_context context;
    boost::system::error_code error;
    std::vector<PeerAddress> addresses;
    for (const auto& found : boost::asio::ip::tcp::resolver(context).resolve(name, "", error)) {
        if (auto peer = numeric(found.endpoint().address().to_string()))
            addresses.push_back(*peer);
    }
    return addresses;
}

} // namespace

std::optional<AddressRange> AddressRange::fromText(std::string_view text)
{
    const auto slash = text.find('/');
    const auto address = numeric(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    if (slash == std::string_view::npos)
        return AddressRange{*address, 128};
    const std::string_view length = text.substr(slash + 1);
    unsigned bits = 0;
    const auto read = std::from_chars(length.data(), length.data() + length.size(), bits);
    const bool isIpv4 = text.find(':') == std::string_view::npos;
    if (read.ec != std::errc() || read.ptr != length.data() + length.size() || bits < 1 || bits > (isIpv4 ? 32 : 128))
        return std::nullopt;
    if (isIpv4)
        bits += mappedBits;
    return AddressRange{cut(*address, bits), bits};
}

bool AddressRange::contains(const PeerAddress& address) const
{
    return cut(address, bits).bytes == first.bytes;
}

/// What the thread that looks names up shares with whoever asks.
class TrustedProxies::Names
{
public:
    explicit Names(std::vector<std::string> names)
    {
        for (std::string& name : names)
            m_names.push_back({std::move(name), {}});
    }

    static void run(const std::shared_ptr<Names>& names)
    {
        std::unique_lock lock(names->m_mutex);
        while (!names->m_isStopping) {
            lock.unlock();
            names->lookUp();
            lock.lock();
            names->m_isLookedUp = true;
            names->m_wake.notify_all();
            names->m_wake.wait_for(lock, lookUpInterval, [&] { return names->m_isStopping; });
        }
    }
    void awaitFirst()
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, firstPatience, [this] { return m_isLookedUp; });
    }
    void stop()
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
        m_wake.notify_all();
    }
    bool contain(const PeerAddress& address) const
    {
        const std::lock_guard lock(m_mutex);
        return std::any_of(m_names.begin(), m_names.end(), [&](const Name& name) {
            return std::any_of(name.addresses.begin(), name.addresses.end(),
                               [&](const PeerAddress& known) { return known.bytes == address.bytes; });
        });
    }

private:
    struct Name
    {
        const std::string text;
        std::vector<PeerAddress> addresses;
        int failures = 0; ///< in a row; the thread's own
    };

    void lookUp()
    {
        for (Name& name : m_names) {
            std::vector<PeerAddress> addresses = addressesOf(name.text);
            name.failures = addresses.empty() ? name.failures + 1 : 0;
            if (name.failures == 1) {
                log(LogLevel::Warn, "net", "the name of a trusted proxy can't be looked up: tried again every minute",
                    {{"name", name.text}});
            }
            if (name.failures == 0 || name.failures == lookUpsBelieved) {
                const std::lock_guard lock(m_mutex);
                name.addresses = std::move(addresses);
            }
            if (name.failures == lookUpsBelieved) {
                log(LogLevel::Warn, "net", "a trusted proxy is not trusted any more until its name is found again",
                    {{"name", name.text}});
            }
        }
    }

    mutable std::mutex m_mutex; // of the addresses and what follows
    std::condition_variable m_wake;
    std::vector<Name> m_names;
    bool m_isLookedUp = false;
    bool m_isStopping = false;
};

TrustedProxies::TrustedProxies(const std::vector<std::string>& texts)
{
    std::vector<std::string> names;
    for (const std::string& text : texts) {
        if (const auto range = AddressRange::fromText(text))
            m_ranges.push_back(*range);
        else if (valid(text))
            names.push_back(text);
    }
    if (names.empty())
        return;
    m_names = std::make_shared<Names>(std::move(names));
    std::thread([names = m_names] { Names::run(names); }).detach();
    m_names->awaitFirst();
}

TrustedProxies::~TrustedProxies()
{
    if (m_names)
        m_names->stop();
}

Result<void> TrustedProxies::valid(const std::string& text)
{
    if (AddressRange::fromText(text))
        return {};
    // What holds a slash, or digits and dots alone, is meant as an address.
    const bool isName = text.find_first_not_of("0123456789.") != std::string::npos && validHostName(text);
    if (!isName)
        return failure(400, "invalid",
                       "\"" + text +
                           "\" is no proxy: say an address, a network such as 10.0.0.0/8, or the name of a host.");
    return {};
}

bool TrustedProxies::isTrusted(const PeerAddress& address) const
{
    const bool isInRange = std::any_of(m_ranges.begin(), m_ranges.end(),
                                       [&](const AddressRange& range) { return range.contains(address); });
    return isInRange || (m_names && m_names->contain(address));
}

std::string TrustedProxies::addressOf(const RequestHead& head) const
{
    auto address = numeric(head.peerAddress);
    if (!address)
        return head.peerAddress;
    if (!isTrusted(*address))
        return address->text();
    // Each proxy adds at the end, so only the end can be believed: backwards as long as trusted ones speak.
    for (auto field = head.fields.rbegin(); field != head.fields.rend(); ++field) {
        if (field->first != "x-forwarded-for")
            continue;
        std::string_view rest = field->second;
        while (true) {
            const auto comma = rest.rfind(',');
            const auto entry = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
            const auto named = forwardedAddress(entry);
            if (!named)
                return address->text(); // what is no address tells nothing, nor does what stands before it
            address = named;
            if (!isTrusted(*address))
                return address->text();
            if (comma == std::string_view::npos)
                break;
            rest = rest.substr(0, comma);
        }
    }
    return address->text();
}

} // namespace belfry::server
