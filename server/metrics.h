// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/network.h"
#include "server/store/store.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace belfry::server {

/// What api/ counts for GET /metrics. Thread: any.
struct RequestCounters
{
    std::array<std::atomic<std::uint64_t>, 6> byClass{}; ///< [2] = answers of 200 to 299, …
    std::atomic<std::uint64_t> authFailures{0};          ///< bad tokens and wrong passwords
    std::atomic<std::uint64_t> throttled{0};             ///< sign-ins refused with 429

    void answered(int status);
};

/// What ends by itself (ExpiryWatch).
struct ExpiryFigures
{
    std::chrono::seconds certificate{0}; ///< until the one that is shown expires; below 0: it has
    std::uint64_t tokens = 0;            ///< of scripts that end within 14 days
};

/// Everything as Prometheus text, version 0.0.4. Holds numbers only: no name, address or text.
std::string metricsText(const RequestCounters& requests, const NetworkFigures& network, const Store::Figures& store,
                        const ExpiryFigures& expiry);

} // namespace belfry::server
