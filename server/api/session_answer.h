// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/api/call.h"

namespace belfry::server {

/// The answer of a sign-in: a token of a session, and whose it is.
void answerWithToken(const CallPtr& call, int status, const Account& account, std::uint64_t session,
                     std::uint64_t generation, Time expiresAt);

} // namespace belfry::server
