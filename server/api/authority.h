// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace belfry::server {

/// A host with an optional port, as in an authority (RFC 3986 §3.2): the name or literal, brackets kept. Nothing where
/// it is none. Pure.
std::optional<std::string_view> withoutPort(std::string_view authority);

} // namespace belfry::server
