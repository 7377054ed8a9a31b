// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/proxy_hint.h"

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr int many = 20;
constexpr auto window = 1h;
constexpr std::size_t addresses = 1024;

} // namespace

ProxyHint::ProxyHint(const Clock& clock) : m_clock(clock), m_signIns(addresses) {}

bool ProxyHint::isDue(const std::string& address)
{
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    SignIns& signIns = m_signIns.touch(address);
    if (signIns.count == 0 || now - signIns.since >= window)
        signIns = {0, now};
    if (++signIns.count < many || (m_said && now - *m_said < window))
        return false;
    m_said = now;
    return true;
}

} // namespace belfry::server
