// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/proxy_hint.h"

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr int manySignIns = 20;
constexpr auto hintWindow = 1h;
constexpr std::size_t hintAddresses = 1024;

} // namespace

ProxyHint::ProxyHint(const Clock& clock) : m_clock(clock), m_signIns(hintAddresses) {}

bool ProxyHint::isDue(const std::string& address)
{
    const std::lock_guard lock(m_mutex);
    const auto now = m_clock.monotonic();
    SignIns& signIns = m_signIns.touch(address);
    if (signIns.count == 0 || now - signIns.since >= hintWindow)
        signIns = {0, now};
    if (++signIns.count < manySignIns || (m_said && now - *m_said < hintWindow))
        return false;
    m_said = now;
    return true;
}

} // namespace belfry::server
