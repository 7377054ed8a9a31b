// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/socket_calls.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>

namespace belfry::server {

bool PeerAddress::isIpv4() const
{
    static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(mapped.begin(), mapped.end(), bytes.begin());
}

bool PeerAddress::isLoopback() const
{
    return isIpv4() ? bytes[12] == 127 : boost::asio::ip::address_v6(bytes).is_loopback();
}

std::string PeerAddress::text() const
{
    if (isIpv4())
        return boost::asio::ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}).to_string();
    return boost::asio::ip::address_v6(bytes).to_string();
}

std::optional<PeerAddress> PeerAddress::fromText(const std::string& text)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(text, error);
    if (error)
        return std::nullopt;
    using boost::asio::ip::address_v6;
    const address_v6 v6 = address.is_v4()
                              ? boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, address.to_v4())
                              : address.to_v6();
    return PeerAddress{v6.to_bytes()};
}

} // namespace belfry::server
