// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace belfry::client {

/// When to try again (protocol.md, "The client's rules"): how long each loss is waited out. Pure but for its
/// randomness.
///
/// The first loss waits the base and up to a second of jitter. Failures in a row double it, from at least 1 s up to 60
/// s or the base where that is more. Thread: one.
class Backoff
{
public:
    using Milliseconds = std::chrono::milliseconds;
    /// Uniform in [0, 1).
    using Random = std::function<double()>;

    static constexpr Milliseconds defaultBase{5'000};
    static constexpr Milliseconds longestDoubled{60'000};
    static constexpr Milliseconds leastDoubled{1'000};
    static constexpr Milliseconds mostJitter{1'000};

    /// @param fixedBase   where the person gave one, whatever the server says
    /// @param longestWait what a server may ask for at most, by `retry:` and by Retry-After
    Backoff(Random random, std::optional<Milliseconds> fixedBase, Milliseconds longestWait);

    /// `retry:` came. Counts at once.
    void serverSaid(Milliseconds base);
    /// An event or a ping came: back to the start.
    void succeeded() { m_failures = 0; }
    /// An attempt failed, or the connection was lost.
    /// @param retryAfter  what the answer's Retry-After said; honoured where it is longer
    /// @return how long to wait before the next attempt
    Milliseconds lost(std::optional<Milliseconds> retryAfter = std::nullopt);

    /// How many in a row since succeeded().
    int failures() const { return m_failures; }
    Milliseconds base() const;

private:
    Random m_random;
    std::optional<Milliseconds> m_fixedBase;
    std::optional<Milliseconds> m_serverBase;
    Milliseconds m_longestWait;
    int m_failures = 0;
};

} // namespace belfry::client
