// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/surroundings.h"

#include "server/api/api.h"
#include "server/api/authority.h"

#include <QString>
#include <QSysInfo>

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace belfry::server {

namespace {

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
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

bool hasSignOfProxy(const RequestHead& head)
{
    return std::any_of(head.fields.begin(), head.fields.end(), [](const auto& field) {
        return field.first == "forwarded" || field.first == "via" || field.first == "x-real-ip" ||
               field.first.starts_with("x-forwarded-");
    });
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
