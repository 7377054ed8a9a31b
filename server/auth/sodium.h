// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::server {

/// 64 random bits, never 0. Thread: any.
std::uint64_t randomBits();
/// So many random bytes. Thread: any.
std::string randomBytes(std::size_t count);
/// BLAKE2b-256, with a key where one is given (16 to 64 bytes). Thread: any.
std::string blake2b(std::string_view bytes, std::string_view key = {});
/// Overwrites a secret before its memory is given back, and what a move left of a short one in the string itself.
void wipe(std::string& secret);

} // namespace belfry::server
