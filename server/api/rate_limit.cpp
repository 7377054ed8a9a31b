// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/rate_limit.h"

#include <algorithm>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t keyLimit = 65'536;

} // namespace

std::optional<int> RateLimit::take(const std::string& key)
{
    if (isOff())
        return std::nullopt;
    const std::chrono::nanoseconds interval = std::chrono::nanoseconds(1min) / m_perMinute;
    const std::chrono::nanoseconds atOnce = interval * (m_atOnce - 1); // that may be out when one more is taken

    const std::lock_guard lock(m_mutex);
    const Moment now = m_clock.monotonic();
    while (!m_order.empty() && (m_entries.at(m_order.front()).free <= now || m_entries.size() > keyLimit))
        forgetOldest();
    const auto [found, isNew] = m_entries.try_emplace(key);
    Entry& entry = found->second;
    if (isNew)
        entry.place = m_order.insert(m_order.end(), key);
    else
        m_order.splice(m_order.end(), m_order, entry.place);
    const Moment free = std::max(entry.free, now);
    if (const auto wait = free - now - atOnce; wait > 0ns)
        return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count());
    entry.free = free + interval;
    return std::nullopt;
}

void RateLimit::forgetOldest()
{
    m_entries.erase(m_order.front());
    m_order.pop_front();
}

std::size_t RateLimit::keys() const
{
    const std::lock_guard lock(m_mutex);
    return m_entries.size();
}

} // namespace belfry::server
