// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/shard_parts.h"

#include <algorithm>

namespace belfry::server {

void Shard::Parts::write(Subscriber& subscriber, const EventPtr& event, Seq base)
{
    if (subscriber.socket == noSocket) {
        writeNow(subscriber, event, base);
        return;
    }
    if (m_batch.isFull()) {
        sendCollected();
    }
    m_batch.add(subscriber, event, base);
}

void Shard::Parts::sendCollected()
{
    m_figures.sentTogether +=
        m_batch.send([this](Subscriber& subscriber, const EventPtr& event, Seq base, std::size_t taken) {
            const std::size_t whole = event->wire(subscriber.isChunked).size();
            if (taken == whole) [[likely]] {
                ++m_figures.deliveries;
                m_figures.deliveredBytes += whole;
            } else {
                writeNow(subscriber, event, base, taken);
            }
        });
    noteWalked();
}

void Shard::Parts::writeNow(Subscriber& subscriber, const EventPtr& event, Seq base, std::size_t taken)
{
    const std::string_view bytes = event->wire(subscriber.isChunked);
    const Sink::Written written = subscriber.sink->write(bytes.substr(taken));
    if (written.status == Sink::Status::Failed) {
        close(subscriber, false);
        return;
    }
    if (written.status == Sink::Status::Taken) [[likely]] {
        ++m_figures.deliveries;
        m_figures.deliveredBytes += bytes.size();
        return;
    }
    taken = std::min(taken + written.bytes, bytes.size());
    ++m_figures.backlogsBegun;
    m_figures.deliveredBytes += taken;
    subscriber.catchUp = std::make_unique<CatchUp>(subscriber.isChunked, base);
    Backlog& backlog = subscriber.catchUp->backlog;
    backlog.push(event);
    m_figures.deliveries += backlog.consume(taken);
    awaitRoom(subscriber, true);
}

} // namespace belfry::server
