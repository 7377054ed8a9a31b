// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/api/call.h"

#include <functional>
#include <string>

namespace belfry::server {

/// Somebody who says a password.
struct PasswordClaim
{
    std::string name; ///< as given
    std::string password;
    Error refusal;       ///< the answer where it is wrong, or nobody has it
    std::string auditAs; ///< how a wrong one is called in the record
};

/// Looks at a password on the pool, throttled by name and address (protocol.md, "Tokens"): refuses the call with 429,
/// 503 or the claim's refusal, else calls `then` with the account as it was when its hash was compared.
///
/// One path for every name: unknown ones and people without a password take one hash and the same answers.
/// Thread: a loop's; `then` runs on the pool's.
void checkPassword(const CallPtr& call, PasswordClaim claim, std::function<void(const Account&)> then);

} // namespace belfry::server
