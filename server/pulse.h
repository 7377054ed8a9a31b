// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <atomic>
#include <chrono>
#include <memory>

namespace belfry::server {

class Network;
class Store;

/// The server's sign of life: every loop goes through the store's threads and back, once a second. What /healthz says
/// and what feeds the service manager's watchdog, both.
///
/// Nothing waits for it: who asks is told how long ago all of them last came back. A store that fails answers, too (it
/// is asked for itself: Store::isHealthy); one that hangs does not.
class Pulse
{
public:
    /// A round takes a batch of the store, which is a few milliseconds: so long, and it hangs.
    static constexpr std::chrono::seconds patience{3};

    Pulse(Network& network, Store& store, const Clock& clock);

    /// Begins a round, unless one is on its way. Thread: one, or one after the other. Cheap.
    void beat();
    /// Whether all came back within the last seconds. Thread: any.
    bool isAlive() const;

private:
    using Moment = std::chrono::steady_clock::time_point;

    /// Outlives this: the last answers may come when it is gone.
    struct Signs
    {
        explicit Signs(Moment start) : lastAlive(start) {}
        std::atomic<Moment> lastAlive;
        std::atomic<bool> isOnItsWay{false};
        std::atomic<bool> wasTurnedAway{false}; ///< the store's door was shut to one
        std::atomic<int> left{0};
    };

    Network& m_network;
    Store& m_store;
    const Clock& m_clock;
    std::shared_ptr<Signs> m_signs;
};

} // namespace belfry::server
