// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/surroundings.h"

#include "server/api/api.h"
#include "server/net/characters.h"

#include <QString>
#include <QSysInfo>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace belfry::server {

namespace {

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

/// Numeric, in its one spelling, IPv4-mapped ones as IPv4.
std::optional<std::string> numericAddress(std::string_view text)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(text), error);
    if (error || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

bool isPort(std::string_view text)
{
    unsigned port = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() && port <= 65535;
}

/// A host with an optional port, as in an authority (RFC 3986 §3.2): the name or literal, brackets kept.
std::optional<std::string_view> withoutPort(std::string_view authority)
{
    const auto end = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
    if (authority.starts_with('[') && end == std::string_view::npos)
        return std::nullopt;
    const auto colon = authority.find(':', end == std::string_view::npos ? 0 : end);
    // An empty port is allowed by the grammar.
    if (colon != std::string_view::npos && colon + 1 < authority.size() && !isPort(authority.substr(colon + 1)))
        return std::nullopt;
    if (end != std::string_view::npos && colon != end + 1 && end + 1 != authority.size())
        return std::nullopt;
    return authority.substr(0, colon);
}

bool isIpLiteral(std::string_view host)
{
    boost::system::error_code error;
    if (host.starts_with('[') && host.ends_with(']')) {
        boost::asio::ip::make_address_v6(std::string(host.substr(1, host.size() - 2)), error);
        return !error;
    }
    boost::asio::ip::make_address_v4(std::string(host), error);
    return !error;
}

/// An entry of X-Forwarded-For: an address, by some proxies with a port.
std::optional<std::string> forwardedAddress(std::string_view entry)
{
    if (auto address = numericAddress(entry))
        return address;
    const auto host = withoutPort(entry);
    if (!host)
        return std::nullopt;
    return numericAddress(host->starts_with('[') ? host->substr(1, host->size() - 2) : *host);
}

} // namespace

bool Cors::isAllowed(const RequestHead& head) const
{
    const auto origin = head.field("origin");
    return !origin.empty() && std::find(m_origins.begin(), m_origins.end(), origin) != m_origins.end();
}

Fields Cors::fields(const RequestHead& head) const
{
    Fields fields;
    if (m_origins.empty())
        return fields;
    fields.emplace_back("Vary", "Origin");
    if (isAllowed(head)) {
        fields.emplace_back("Access-Control-Allow-Origin", head.field("origin"));
        fields.emplace_back("Access-Control-Expose-Headers", "Belfry-Log, Retry-After, Location, Allow");
    }
    return fields;
}

Fields Cors::preflightFields(const RequestHead& head, const std::string& allowedMethods) const
{
    if (!isAllowed(head) || head.field("access-control-request-method").empty())
        return {};
    return {
        {"Access-Control-Allow-Methods", allowedMethods},
        {"Access-Control-Allow-Headers", "Authorization, Cache-Control, Content-Type, Idempotency-Key, Last-Event-ID"},
        {"Access-Control-Max-Age", "600"}};
}

HostNames::HostNames(const std::vector<std::string>& names) : m_names{"localhost"}
{
    const auto add = [this](std::string_view name) {
        std::string lower = lowerCase(name);
        if (lower.ends_with('.'))
            lower.pop_back();
        if (!lower.empty())
            m_names.push_back(std::move(lower));
    };
    const std::string machine = QSysInfo::machineHostName().toStdString();
    add(machine);
    add(std::string_view(machine).substr(0, machine.find('.')));
    for (const auto& name : names)
        add(name);
}

bool HostNames::isOurs(std::string_view host) const
{
    const auto name = withoutPort(host);
    if (!name || name->empty())
        return false;
    if (isIpLiteral(*name))
        return true;
    std::string lower = lowerCase(*name);
    if (lower.ends_with('.'))
        lower.pop_back();
    return std::find(m_names.begin(), m_names.end(), lower) != m_names.end();
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& addresses)
{
    for (const auto& address : addresses) {
        if (auto numeric = numericAddress(address))
            m_addresses.push_back(std::move(*numeric));
    }
}

bool TrustedProxies::isTrusted(const std::string& address) const
{
    return std::find(m_addresses.begin(), m_addresses.end(), address) != m_addresses.end();
}

std::string TrustedProxies::addressOf(const RequestHead& head) const
{
    std::string address = numericAddress(head.peerAddress).value_or(head.peerAddress);
    if (m_addresses.empty() || !isTrusted(address))
        return address;
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
                return address; // what is no address tells nothing, nor does what stands before it
            address = *named;
            if (!isTrusted(address))
                return address;
            if (comma == std::string_view::npos)
                break;
            rest = rest.substr(0, comma);
        }
    }
    return address;
}

Result<void> validCorsOrigin(const std::string& origin)
{
    const auto refused = [&] {
        return failure(400, "invalid",
                       "\"" + origin +
                           "\" is no web origin: it must be like https://intranet.example, nothing after it.");
    };
    const auto scheme = origin.find("://");
    if (scheme == std::string::npos || scheme == 0)
        return refused();
    const std::string_view authority = std::string_view(origin).substr(scheme + 3);
    const auto host = withoutPort(authority);
    const bool isPlain = std::all_of(origin.begin(), origin.end(), [](char c) {
        return c > ' ' && c < 0x7f && !(c >= 'A' && c <= 'Z') && c != '*' && c != '?' && c != '#' && c != '@' &&
               c != ',';
    });
    if (!host || host->empty() || !isPlain || authority.find('/') != std::string_view::npos || authority.ends_with(':'))
        return refused();
    return {};
}

Result<void> validProxy(const std::string& address)
{
    if (!numericAddress(address))
        return failure(400, "invalid", "\"" + address + "\" is no numeric address of a proxy.");
    return {};
}

Result<void> validHostName(const std::string& name)
{
    const bool isPlain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
    if (!isPlain || name.empty() || name.front() == '.')
        return failure(400, "invalid", "\"" + name + "\" is no name of a host: say it without scheme and port.");
    return {};
}

} // namespace belfry::server
