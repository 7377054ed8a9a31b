// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/batch_sender.h"

namespace belfry::server {

void BatchSender::send(std::span<Parcel> parcels)
{
    const bool isBatch = parcels.size() > 1;
    if (isBatch && m_mayOpen) {
        m_mayOpen = false;
        m_ring = SendRing::open();
    }
    if (isBatch && m_ring) {
        if (!m_ring->send(parcels))
            m_ring.reset();
        return;
    }
    for (Parcel& parcel : parcels)
        parcel.taken = sockets::send(parcel.socket, parcel.bytes).bytes;
}

} // namespace belfry::server
