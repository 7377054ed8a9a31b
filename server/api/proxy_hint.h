// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"
#include "server/auth/oldest_out.h"

#include <mutex>
#include <optional>
#include <string>

namespace belfry::server {

/// Notices a proxy that was not named with `--trusted-proxy`: many sign-ins from one address, with a proxy's fields.
/// Behind it all people share one address, and so the limit of its failures. Thread: any.
class ProxyHint
{
public:
    explicit ProxyHint(const Clock& clock = systemClock());

    /// A sign-in that came through a proxy from this address, which is not trusted.
    /// @return whether it is to be said now: from the 20th within an hour on, once an hour at most over all addresses
    bool isDue(const std::string& address);

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct SignIns
    {
        int count = 0;
        Moment since{};
    };

    const Clock& m_clock;
    std::mutex m_mutex;
    OldestOut<SignIns> m_signIns;
    std::optional<Moment> m_said;
};

} // namespace belfry::server
