// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/batch_sender.h"

#include <utility>

namespace belfry::server {

bool BatchSender::send(std::span<Parcel> parcels)
{
    if (parcels.size() > 1) {
        if (!std::exchange(m_hasAsked, true))
            m_ring = SendRing::open();
        if (m_ring) {
            if (!m_ring->send(parcels))
                m_ring.reset();
            return true;
        }
    }
    for (Parcel& parcel : parcels)
        parcel.taken = sockets::send(parcel.socket, parcel.bytes).bytes;
    return false;
}

} // namespace belfry::server
