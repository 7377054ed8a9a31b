// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/request.h"
#include "server/net/socket_calls.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::server {

/// Addresses that have their first bits in common: `10.0.0.0/8`, `2001:db8::/32`, or one alone. IPv4 is kept as mapped.
struct AddressRange
{
    PeerAddress first;
    unsigned bits = 128; ///< of the mapped form

    /// An address or a network in CIDR form; nothing where it is neither, or where it would be everybody.
    static std::optional<AddressRange> fromText(std::string_view text);
    bool contains(const PeerAddress& address) const;
};

/// Whose word on an address counts: `--trusted-proxy` as addresses, networks and names.
///
/// Names are looked up when it is made, which waits up to 3 s for them, and every minute from then on: a container that
/// was started anew has another address. A name that can't be looked up keeps what it had for ten minutes. That is done
/// by a thread of its own, which may outlive this by one look-up: the system's can't be broken off. Thread: any.
class TrustedProxies
{
public:
    /// @param texts  as valid() takes them; what it does not is left out
    explicit TrustedProxies(const std::vector<std::string>& texts = {});
    ~TrustedProxies();
    TrustedProxies(const TrustedProxies&) = delete;
    TrustedProxies& operator=(const TrustedProxies&) = delete;

    /// 400 with a sentence unless it is a numeric address, a network or the name of a host.
    static Result<void> valid(const std::string& text);

    bool isTrusted(const PeerAddress& address) const;
    /// Who asked: the peer; behind a trusted one the rightmost entry of X-Forwarded-For that is no trusted proxy.
    std::string addressOf(const RequestHead& head) const;

private:
    class Names;
    std::vector<AddressRange> m_ranges;
    std::shared_ptr<Names> m_names; // null: there are none
};

} // namespace belfry::server
