// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/backoff.h"

#include <algorithm>

namespace belfry::client {

Backoff::Backoff(Random random, std::optional<Milliseconds> fixedBase, Milliseconds longestWait)
    : m_random(std::move(random)), m_fixedBase(fixedBase), m_longestWait(longestWait)
{
}

void Backoff::serverSaid(Milliseconds base)
{
    m_serverBase = std::clamp(base, Milliseconds::zero(), m_longestWait);
}

Backoff::Milliseconds Backoff::base() const
{
    return m_fixedBase ? *m_fixedBase : m_serverBase.value_or(defaultBase);
}

Backoff::Milliseconds Backoff::lost(std::optional<Milliseconds> retryAfter)
{
    ++m_failures;
    const Milliseconds start = base();
    const auto jitter = [this](Milliseconds delay) {
        return Milliseconds(
            static_cast<Milliseconds::rep>(m_random() * static_cast<double>(std::min(delay, mostJitter).count())));
    };
    Milliseconds delay = start;
    if (m_failures == 1) {
        delay += jitter(delay);
    } else {
        const Milliseconds most = std::max(longestDoubled, start);
        delay = std::max(start * 2, leastDoubled);
        for (int i = 2; i < m_failures && delay < most; ++i)
            delay *= 2;
        delay = std::min(delay + jitter(delay), most);
    }
    if (retryAfter)
        delay = std::max(delay, std::min(*retryAfter, m_longestWait));
    return delay;
}

} // namespace belfry::client
