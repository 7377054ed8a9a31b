// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/batch_sender.h"
#include "server/stream/event.h"
#include "server/stream/subscriber.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace belfry::server {

/// Writes to live streams, collected during one turn of a loop and sent together: each is as good as written, but for
/// what the kernel did not take. Thread: its loop's.
class SendBatch
{
public:
    bool isFull() const { return m_count == BatchSender::most; }
    /// Whether a stream that stood at `lastSeq` may have a numbered event in here already: numbers rise.
    bool mayHold(Seq lastSeq) const { return lastSeq >= m_firstSeq; }

    /// Not while it is full, nor for a stream that has a write in here. The subscriber lives until it was sent.
    /// @param parcel  what its sink made of the event
    /// @param base    the number up to which everything before the event is settled
    void add(Subscriber& subscriber, const Parcel& parcel, const EventPtr& event, Seq base)
    {
        if (m_events.empty() || &*m_events.back() != &*event) {
            m_events.push_back(event);
        }
        if (event->seq() > 0) {
            m_firstSeq = std::min(m_firstSeq, event->seq());
        }
        m_parcels[m_count] = parcel;
        m_writes[m_count++] = {&subscriber, m_events.size() - 1, base};
    }

    /// Sends all, then tells of each: `settle(subscriber, parcel, event, base)`, with what was taken of the parcel.
    /// Afterwards it is empty.
    /// @return how many the system took by one call
    template <class Settle> std::size_t send(Settle settle)
    {
        const std::size_t takenTogether = m_sender.send(std::span(m_parcels).first(m_count));
        const std::size_t count = std::exchange(m_count, 0);
        for (std::size_t place = 0; place < count; ++place) {
            const Write& write = m_writes[place];
            settle(*write.subscriber, m_parcels[place], m_events[write.event], write.base);
        }
        m_events.clear();
        m_firstSeq = none;
        return takenTogether;
    }

private:
    struct Write
    {
        Subscriber* subscriber;
        std::size_t event; // its place in m_events
        Seq base;
    };
    static constexpr Seq none = std::numeric_limits<Seq>::max();

    BatchSender m_sender;
    std::array<Parcel, BatchSender::most> m_parcels;
    std::array<Write, BatchSender::most> m_writes{};
    std::size_t m_count = 0;
    std::vector<EventPtr> m_events; // one reference for all writes of the same
    Seq m_firstSeq = none;
};

} // namespace belfry::server
