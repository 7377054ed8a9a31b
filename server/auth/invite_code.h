// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace belfry::server {

/// A code to invite somebody with: 128 random bits as base64url, 22 characters.
std::string makeInviteCode();
/// What is kept of it. With 128 random bits nothing can be guessed from a plain hash.
std::string inviteCodeHash(std::string_view code);

} // namespace belfry::server
