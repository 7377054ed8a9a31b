// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <cstdint>
#include <string_view>

namespace belfry::server {

/// A checksum of what an entry of the log holds for good (SipHash-2-4, 64 bits): it finds bytes that changed by
/// accident, not who changed them on purpose. About a microsecond for a kilobyte.
/// @param audience  as it is stored; empty where it is for everyone
std::int64_t entrySum(Seq seq, std::string_view data, std::string_view folded, std::string_view audience);

} // namespace belfry::server
