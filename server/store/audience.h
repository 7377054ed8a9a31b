// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/commit_sink.h"

#include <string>
#include <string_view>
#include <vector>

namespace belfry::server {

/// Ids as the log keeps them: ascending, eight bytes each, little-endian.
std::string packIds(const std::vector<UserId>& ids);
std::vector<UserId> unpackIds(std::string_view bytes);

bool contains(const Audience& audience, UserId user);
/// Who of `earlier` is not in `later`, both ascending.
std::vector<UserId> without(const std::vector<UserId>& earlier, const std::vector<UserId>& later);

} // namespace belfry::server
