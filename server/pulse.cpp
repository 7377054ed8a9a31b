// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pulse.h"

#include "server/net/network.h"
#include "server/store/store.h"

namespace belfry::server {

Pulse::Pulse(Network& network, Store& store, const Clock& clock)
    : m_network(network), m_store(store), m_clock(clock), m_signs(std::make_shared<Signs>(clock.monotonic()))
{
}

void Pulse::beat()
{
    if (m_signs->isOnItsWay.exchange(true))
        return;
    m_signs->wasTurnedAway = false;
    m_signs->left = m_network.loopCount();
    m_network.visitLoops([store = &m_store, clock = &m_clock, signs = m_signs](Mailbox& loop) {
        store->checkLife(Reply<Done>{&loop, [clock, signs](const Result<Done>& answered) {
                                         // 503: refused at its door. Any other failure came from the store itself.
                                         if (!answered && answered.error().status == 503)
                                             signs->wasTurnedAway = true;
                                         if (--signs->left > 0)
                                             return;
                                         if (!signs->wasTurnedAway)
                                             signs->lastAlive = clock->monotonic();
                                         signs->isOnItsWay = false;
                                     }});
    });
}

bool Pulse::isAlive() const
{
    return m_clock.monotonic() - m_signs->lastAlive.load() < patience;
}

} // namespace belfry::server
