// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/request.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::server {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Which web pages may use the server (protocol.md, CORS): none, or those of listed origins. Immutable. Thread: any.
class Cors
{
public:
    explicit Cors(std::vector<std::string> origins) : m_origins(std::move(origins)) {}

    /// What every answer carries: nothing where no origin is listed, else `Vary`, and the permission for a listed one.
    Fields fields(const RequestHead& head) const;
    /// Besides, where the request is a preflight of a listed origin.
    Fields preflightFields(const RequestHead& head, const std::string& allowedMethods) const;

private:
    bool isAllowed(const RequestHead& head) const;
    std::vector<std::string> m_origins;
};

/// Under which names this server may be asked (421 otherwise): a page that rebinds its own name to this address gets
/// nowhere. Immutable. Thread: any.
class HostNames
{
public:
    /// @param names  besides IP literals, `localhost` and this machine's name
    explicit HostNames(const std::vector<std::string>& names);
    /// Of a Host field's value; over TLS the certificate decides instead.
    bool isOurs(std::string_view host) const;

private:
    std::vector<std::string> m_names;
};

/// Whether a proxy has carried this request, as far as it says so itself.
bool hasSignOfProxy(const RequestHead& head);

} // namespace belfry::server
