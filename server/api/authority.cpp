// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/authority.h"

#include <charconv>

namespace belfry::server {

namespace {

bool isPort(std::string_view text)
{
    unsigned port = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() && port <= 65535;
}

} // namespace

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

} // namespace belfry::server
