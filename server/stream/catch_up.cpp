// SPDX-License-Identifier: GPL-3.0-or-later
//
// Live, behind, catching up: one mechanism (engine.md, section 5). A stream reaches the present from its cursor
// `lastSeq`:
//
//   join      tail = published. The ring reaches back: from the ring, and live in the same turn. Else ask for pages.
//   asked     what is walked and above tail is held; a page that reached tail and is written → the held ones, live.
//   behind    a live stream whose backlog overflowed: its cursor goes back to what is in flight; joins once that is
//   written.
#include "protocol/json.h"
#include "protocol/sse_encoder.h"
#include "server/stream/shard_parts.h"

#include <algorithm>
#include <optional>

namespace belfry::server {
namespace {

constexpr Seq resetIsDue = -1; // as a cursor: a reset that was not yet written must come, whatever else was dropped

} // namespace

// --- back-pressure --------------------------------------------------------------------------------------------------

void Shard::Parts::queue(Subscriber& subscriber, const EventPtr& event)
{
    Backlog& backlog = subscriber.catchUp->backlog;
    backlog.push(event);
    if (backlog.bytes() > m_hub.limits().backlogBytes) {
        ++m_figures.backlogsDropped;
        subscriber.lastSeq = backlog.keepInFlight(subscriber.sink->mustRepeat(), m_retry);
        subscriber.phase = Subscriber::Phase::CatchingUp; // joins when what is in flight is written
    }
}

void Shard::Parts::hold(CatchUp& catchUp, const EventPtr& event)
{
    if (catchUp.hasOverflowed) {
        return;
    }
    catchUp.heldBytes += event->weight();
    if (catchUp.heldBytes > m_hub.limits().heldBytes) {
        catchUp.hasOverflowed = true;
        catchUp.dropHeld();
        return;
    }
    catchUp.held.push_back(event);
}

void Shard::Parts::awaitRoom(Subscriber& subscriber, bool hasProgress)
{
    CatchUp& catchUp = *subscriber.catchUp;
    if (hasProgress || !catchUp.isStalling) {
        catchUp.isStalling = true;
        catchUp.stallAt = m_clock.monotonic() + m_settings.stallTime;
        schedule(subscriber);
    }
    catchUp.awaitsRoom = true;
    subscriber.sink->awaitWritable();
}

Shard::Parts::Flushed Shard::Parts::flush(Subscriber& subscriber)
{
    CatchUp& catchUp = *subscriber.catchUp;
    if (catchUp.awaitsRoom) {
        return Flushed::Blocked;
    }
    const Time now = m_clock.now();
    for (;;) {
        const std::string_view bytes = catchUp.backlog.next(m_scratch, now, subscriber.sink->mustRepeat());
        if (bytes.empty()) {
            catchUp.isStalling = false;
            return Flushed::Drained;
        }
        const Sink::Written written = subscriber.sink->write(bytes);
        if (written.status == Sink::Status::Failed) {
            close(subscriber, false);
            return Flushed::Closed;
        }
        const std::size_t taken =
            written.status == Sink::Status::Taken ? bytes.size() : std::min(written.bytes, bytes.size());
        m_figures.deliveredBytes += taken;
        m_figures.deliveries += catchUp.backlog.consume(taken);
        if (written.status == Sink::Status::Blocked) {
            awaitRoom(subscriber, taken > 0);
            return Flushed::Blocked;
        }
    }
}

// --- from the past into the present ---------------------------------------------------------------------------------

void Shard::Parts::advance(Subscriber& subscriber)
{
    while (flush(subscriber) == Flushed::Drained) {
        const CatchUp& catchUp = *subscriber.catchUp;
        switch (subscriber.phase) {
        case Subscriber::Phase::Live:
            subscriber.catchUp.reset();
            return;
        case Subscriber::Phase::CatchingUp:
            if (catchUp.isAsking) {
                return;
            }
            if (!catchUp.holds) {
                join(subscriber);
            } else if (subscriber.lastSeq < catchUp.tail) {
                readOn(subscriber);
            } else {
                switchOver(subscriber);
            }
            break;
        case Subscriber::Phase::Closing:
            close(subscriber, true);
            return;
        case Subscriber::Phase::Free:
        case Subscriber::Phase::Gone:
            return;
        }
    }
}

void Shard::Parts::join(Subscriber& subscriber)
{
    CatchUp& catchUp = *subscriber.catchUp;
    catchUp.holds = false;
    catchUp.hasOverflowed = false;
    catchUp.dropHeld();
    catchUp.tail = m_hub.published();
    catchUp.backlog.setBase(subscriber.lastSeq);
    const Seq cursor = subscriber.lastSeq;
    if (cursor == resetIsDue || (cursor > 0 && cursor < m_source.floor()) || cursor > catchUp.tail ||
        m_source.isInGap(cursor)) {
        reset(subscriber);
    } else if (cursor == catchUp.tail) {
        becomeLive(subscriber);
    } else {
        readOn(subscriber);
    }
}

void Shard::Parts::readOn(Subscriber& subscriber)
{
    CatchUp& catchUp = *subscriber.catchUp;
    const UserId user = subscriber.credential.user;
    // 0 asks for all that is kept: the ring may still hold what retention has removed.
    const Seq cursor = subscriber.lastSeq > 0 ? subscriber.lastSeq : m_source.floor();
    std::optional<Ring::Page> page = m_hub.ring().read(user, m_source.createdAfter(user), cursor, catchUp.tail);
    if (page) {
        for (EventPtr& event : page->events) {
            catchUp.backlog.push(std::move(event));
        }
        subscriber.lastSeq = page->examinedTo;
        if (!catchUp.holds && subscriber.lastSeq == catchUp.tail) {
            becomeLive(subscriber);
        }
        return;
    }
    catchUp.holds = true;
    catchUp.isAsking = true;
    m_source.replay({user, subscriber.lastSeq, catchUp.tail, catchUp.isFromStart},
                    {&m_home, [lifeline = m_lifeline, this, id = idOf(subscriber)](const Result<ReplayPage>& answer) {
                         if (lifeline->receiver) {
                             takePage(id, answer);
                         }
                     }});
}

void Shard::Parts::takePage(StreamId stream, const Result<ReplayPage>& page)
{
    Subscriber* const subscriber = find(stream);
    if (!subscriber || !subscriber->catchUp || !subscriber->catchUp->isAsking) {
        return;
    }
    CatchUp& catchUp = *subscriber->catchUp;
    catchUp.isAsking = false;
    if (subscriber->phase != Subscriber::Phase::CatchingUp) {
        return;
    }
    if (!page || (!page->needsReset && page->examinedTo <= subscriber->lastSeq)) {
        close(*subscriber, true);
        return;
    }
    if (page->needsReset) {
        reset(*subscriber);
    } else {
        for (const LogEntry& entry : page->entries) {
            if (entry.seq > subscriber->lastSeq && entry.seq <= catchUp.tail) {
                catchUp.backlog.push(EventPtr::make(entry));
            }
        }
        // As far as the page was examined, not as far as it showed something: what it left out must not come by
        // message.
        subscriber->lastSeq = std::min(page->examinedTo, catchUp.tail);
    }
    advance(*subscriber);
}

void Shard::Parts::switchOver(Subscriber& subscriber)
{
    CatchUp& catchUp = *subscriber.catchUp;
    if (catchUp.hasOverflowed) {
        join(subscriber);
        return;
    }
    catchUp.holds = false;
    catchUp.backlog.setBase(subscriber.lastSeq);
    for (EventPtr& event : catchUp.held) {
        subscriber.lastSeq = event->seq();
        catchUp.backlog.push(std::move(event));
    }
    catchUp.dropHeld();
    becomeLive(subscriber);
}

void Shard::Parts::reset(Subscriber& subscriber)
{
    CatchUp& catchUp = *subscriber.catchUp;
    catchUp.holds = false;
    catchUp.dropHeld(); // held ones are published, so the list shows them
    const Seq newest = m_hub.published();
    std::string inside;
    appendSseEvent(inside, newest, resetEvent(m_hub.log()));
    catchUp.backlog.setBase(resetIsDue);
    catchUp.backlog.push(EventPtr::make(newest, inside));
    subscriber.lastSeq = newest;
    becomeLive(subscriber);
}

void Shard::Parts::becomeLive(Subscriber& subscriber)
{
    subscriber.phase = Subscriber::Phase::Live;
    subscriber.catchUp->isFromStart = false;
    // The ping that says "caught up". Those who come back together mostly share it.
    if (!m_caughtUp || m_caughtUp->seq() != subscriber.lastSeq) {
        m_caughtUp = EventPtr::make(subscriber.lastSeq, sseCaughtUp(subscriber.lastSeq));
    }
    subscriber.catchUp->backlog.push(m_caughtUp);
    subscriber.nextPing = m_clock.monotonic() + momentWithinInterval();
    schedule(subscriber);
}

} // namespace belfry::server
