// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/disk_health.h"

#include "server/log.h"

namespace belfry::server {

bool DiskHealth::failed(const Error& error, Moment now)
{
    const bool isFull = error.status == 507;
    if (m_isGood.exchange(false)) {
        m_since = now;
        m_reason = error;
        log(LogLevel::Error, "store", "nothing can be stored", {{"reason", error.message}});
    }
    m_nextProbe = now + probeInterval;
    if (!isFull) {
        return false;
    }
    m_isFull = true;
    m_reason = error;
    return m_room.giveUp();
}

void DiskHealth::beginProbe(Moment now)
{
    m_nextProbe = now + probeInterval;
    m_isFull = m_isFull && !m_room.take();
}

void DiskHealth::stored(Moment now)
{
    if (m_isFull || m_isGood.exchange(true)) {
        return;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - m_since);
    log(LogLevel::Info, "store", "what is given to the store is stored again",
        {{"seconds", std::to_string(seconds.count())}});
}

} // namespace belfry::server
