// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace belfry {

/// This program's version, as in CMakeLists.txt.
inline constexpr std::string_view version = BELFRY_VERSION;
/// The wire contract's version.
inline constexpr int protocolVersion = 1;

} // namespace belfry
