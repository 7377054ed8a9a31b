// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/shard_parts.h"

#include <algorithm>

namespace belfry::server {

void Shard::Parts::write(Subscriber& subscriber, const EventPtr& event, Seq base)
{
    if (m_batch.isFull()) {
        sendCollected();
    }
    const std::string_view bytes = event->wire(subscriber.isChunked);
    if (const std::optional<Parcel> parcel = subscriber.sink->pack(bytes)) {
        m_batch.add(subscriber, *parcel, event, base);
    } else {
        settle(subscriber, subscriber.sink->write(bytes), event, base);
    }
}

void Shard::Parts::sendCollected()
{
    m_figures.sentTogether += m_batch.send([this](Subscriber& subscriber, const Parcel& parcel, const EventPtr& event,
                                                  Seq base) {
        const std::string_view bytes = event->wire(subscriber.isChunked);
        const bool isDone = parcel.bytes.data() == bytes.data() && parcel.taken == bytes.size();
        settle(subscriber,
               isDone ? Sink::Written{Sink::Status::Taken, bytes.size()} : subscriber.sink->finish(bytes, parcel.taken),
               event, base);
    });
    noteWalked();
}

void Shard::Parts::settle(Subscriber& subscriber, const Sink::Written& written, const EventPtr& event, Seq base)
{
    const std::size_t whole = event->wire(subscriber.isChunked).size();
    if (written.status == Sink::Status::Taken) [[likely]] {
        ++m_figures.deliveries;
        m_figures.deliveredBytes += whole;
        return;
    }
    if (written.status == Sink::Status::Failed) {
        close(subscriber, false);
        return;
    }
    const std::size_t taken = std::min(written.bytes, whole);
    ++m_figures.backlogsBegun;
    m_figures.deliveredBytes += taken;
    subscriber.catchUp = std::make_unique<CatchUp>(subscriber.isChunked, base);
    Backlog& backlog = subscriber.catchUp->backlog;
    backlog.push(event);
    m_figures.deliveries += backlog.consume(taken);
    awaitRoom(subscriber, true);
}

} // namespace belfry::server
