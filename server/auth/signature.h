// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/auth/keys.h"

#include <string_view>

namespace belfry::server {

/// Whether `signature` (decoded) is the key's over the bytes: HS256 by a comparison in constant time, RS256 as PKCS #1
/// v1.5, ES256 as the two numbers of 32 bytes (RFC 7518 §3.2 to §3.4). The key's algorithm decides, nothing else does.
/// Thread: any.
bool isSignedBy(const JwtKey& key, std::string_view signedPart, std::string_view signature);

} // namespace belfry::server
