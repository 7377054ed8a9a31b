// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/batch_sender.h"

#include "server/log.h"

#include <algorithm>
#include <utility>

namespace belfry::server {

std::size_t BatchSender::send(std::span<Parcel> parcels)
{
    if (parcels.size() > 1 && hasRing()) {
        const SendRing::Outcome outcome = m_ring->send(parcels);
        if (outcome != SendRing::Outcome::Done)
            giveUp(outcome == SendRing::Outcome::Unable);
        return static_cast<std::size_t>(
            std::count_if(parcels.begin(), parcels.end(), [](const Parcel& parcel) { return parcel.taken > 0; }));
    }
    for (Parcel& parcel : parcels)
        parcel.taken = sockets::send(parcel.socket, parcel.bytes).bytes;
    return 0;
}

bool BatchSender::hasRing()
{
    if (m_ring)
        return true;
    if (m_isUnable || (m_wait > 0 && m_wait-- > 0))
        return false;
    m_ring = m_open();
    m_wait = m_pause;
    m_pause = std::min(m_pause * 2, longestPause);
    if (m_ring && m_wasGivenUp && !std::exchange(m_wasTakenUp, true))
        log(LogLevel::Info, "net", "sending to many streams by one call (io_uring) is taken up again");
    return m_ring != nullptr;
}

void BatchSender::giveUp(bool forGood)
{
    m_ring.reset();
    m_isUnable = forGood;
    if (std::exchange(m_wasGivenUp, true))
        return;
    if (forGood)
        log(LogLevel::Info, "net",
            "this kernel does not send by io_uring: each stream is sent to by a call of its own");
    else
        log(LogLevel::Warn, "net",
            "sending to many streams by one call (io_uring) failed: each is sent to by a call of its own for a while");
}

} // namespace belfry::server
