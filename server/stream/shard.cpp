// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/shard.h"

#include "protocol/sse_encoder.h"
#include "server/memory.h"
#include "server/stream/prefetch.h"
#include "server/stream/shard_parts.h"

#include <random>
#include <utility>

namespace belfry::server {
namespace {

constexpr int costOfSend = 16, costOfLookup = 1; // a slice is bounded by both
constexpr std::size_t bytesOfSink = 192;         // what a write looks at: its connection and its wire

} // namespace

Shard::Shard(Mailbox& home, Hub& hub, StreamSource& source, const ShardSettings& settings, const Clock& clock)
    : m_parts(std::make_unique<Parts>(home, hub, source, settings, clock))
{
}
Shard::~Shard() = default;

StreamId Shard::open(Sink& sink, const StreamOpening& opening, bool isChunked)
{
    return m_parts->open(sink, opening, isChunked);
}
void Shard::forget(StreamId stream)
{
    m_parts->forget(stream);
}
void Shard::writable(StreamId stream)
{
    m_parts->writable(stream);
}
void Shard::tick()
{
    m_parts->tick();
}
void Shard::closeAll()
{
    m_parts->closeAll();
}
ShardFigures Shard::figures() const
{
    return m_parts->figures();
}

Shard::Parts::Parts(Mailbox& home, Hub& hub, StreamSource& source, const ShardSettings& settings, const Clock& clock)
    : m_home(home), m_hub(hub.parts()), m_source(source), m_settings(settings), m_clock(clock),
      m_lifeline(std::make_shared<Lifeline>(Lifeline{this})), m_port(m_hub.add(home, m_lifeline)),
      m_wheel(clock.monotonic()), m_random(settings.seed ? settings.seed : std::random_device{}()),
      m_ping(EventPtr::make(0, ssePing())), m_retry(EventPtr::make(0, sseRetry(settings.retryMilliseconds)))
{
    m_walk.budget = sliceBudget();
}

Shard::Parts::~Parts()
{
    m_lifeline->receiver = nullptr;
    m_hub.remove(m_port);
    for (Subscriber& subscriber : m_subscribers) {
        if (subscriber.person) {
            leaveIndex(subscriber);
        }
    }
}

// --- streams and their index ----------------------------------------------------------------------------------------

StreamId Shard::Parts::idOf(const Subscriber& subscriber)
{
    return (StreamId{subscriber.generation} << 32) | subscriber.index;
}

Subscriber* Shard::Parts::find(StreamId stream)
{
    const std::size_t index = stream & 0xffffffff;
    if (index >= m_subscribers.size() || m_subscribers[index].generation != stream >> 32 ||
        m_subscribers[index].phase == Subscriber::Phase::Free) {
        return nullptr;
    }
    return &m_subscribers[index];
}

Subscriber& Shard::Parts::add(Sink& sink, const StreamOpening& opening, bool isChunked)
{
    if (m_free.empty()) {
        m_free.push_back(static_cast<std::uint32_t>(m_subscribers.size()));
        m_subscribers.emplace_back().index = m_free.back();
    }
    Subscriber& subscriber = m_subscribers[m_free.back()];
    m_free.pop_back();
    ++subscriber.generation;
    subscriber.phase = Subscriber::Phase::CatchingUp;
    subscriber.sink = &sink;
    subscriber.credential = opening.credential;
    subscriber.isChunked = isChunked;

    const UserId user = opening.credential.user;
    StreamList<Subscriber>& person = m_people.try_emplace(user, &Subscriber::personPlace).first->second;
    person.add(subscriber);
    subscriber.person = &person;
    m_all.add(subscriber);
    m_port.countStream();
    m_hub.presence().enter(user, m_port.number());
    return subscriber;
}

void Shard::Parts::leaveIndex(Subscriber& subscriber)
{
    const UserId user = subscriber.credential.user;
    StreamList<Subscriber>& person = *subscriber.person;
    m_all.remove(subscriber);
    person.remove(subscriber);
    subscriber.person = nullptr;
    m_hub.presence().leave(user, m_port.number(), person.isEmpty());
    m_port.discountStream();
    eraseIfEmpty(user, person);
    m_wheel.remove(subscriber);
    subscriber.catchUp.reset();
}

void Shard::Parts::eraseIfEmpty(UserId user, StreamList<Subscriber>& list)
{
    if (list.isEmpty() && !list.isWalked()) {
        m_people.erase(user);
    }
}

void Shard::Parts::release(Subscriber& subscriber)
{
    subscriber.phase = Subscriber::Phase::Free;
    subscriber.sink = nullptr;
    m_free.push_back(subscriber.index);
}

StreamId Shard::Parts::open(Sink& sink, const StreamOpening& opening, bool isChunked)
{
    m_defersCloses = true;
    // First index and mask, then `published` and the accounts: what is published or changed after that comes by
    // message.
    Subscriber& subscriber = add(sink, opening, isChunked);
    const StreamId id = idOf(subscriber);
    const bool isAdmitted =
        !m_isStopping && m_source.admits(opening.credential) && opening.credential.expiresAt > m_clock.now();
    subscriber.lastSeq = opening.lastEventId ? *opening.lastEventId : m_hub.published();
    subscriber.nextPing = m_clock.monotonic() + m_settings.pingInterval;
    subscriber.catchUp = std::make_unique<CatchUp>(isChunked, subscriber.lastSeq);
    subscriber.catchUp->isFromStart = subscriber.lastSeq == 0;
    subscriber.catchUp->backlog.push(m_retry);
    if (!isAdmitted) {
        close(subscriber, true);
    } else {
        schedule(subscriber);
        // By themselves, before it is known what follows: proxies pass a stream's head on with its first bytes.
        if (flush(subscriber) != Flushed::Closed) {
            join(subscriber);
            advance(subscriber);
        }
    }
    m_defersCloses = false;
    return id;
}

void Shard::Parts::forget(StreamId stream)
{
    if (Subscriber* const subscriber = find(stream)) {
        if (subscriber->person) {
            leaveIndex(*subscriber);
        }
        release(*subscriber);
    }
}

void Shard::Parts::writable(StreamId stream)
{
    Subscriber* const subscriber = find(stream);
    if (!subscriber || !subscriber->catchUp) {
        return;
    }
    m_defersCloses = true;
    subscriber->catchUp->awaitsRoom = false;
    advance(*subscriber);
    m_defersCloses = false;
}

void Shard::Parts::close(Subscriber& subscriber, bool isOrderly)
{
    const CatchUp* const catchUp = subscriber.catchUp.get();
    const bool endsWhole = isOrderly && !(catchUp && catchUp->backlog.isMidEvent(subscriber.sink->mustRepeat()));
    leaveIndex(subscriber);
    if (m_defersCloses) {
        subscriber.phase = Subscriber::Phase::Gone;
        post([this, id = idOf(subscriber), endsWhole] {
            if (Subscriber* const gone = find(id)) {
                Sink* const sink = gone->sink;
                release(*gone);
                sink->closeStream(endsWhole);
            }
        });
        return;
    }
    Sink* const sink = subscriber.sink;
    release(subscriber);
    sink->closeStream(endsWhole);
}

void Shard::Parts::sweep()
{
    m_all.beginWalk();
    for (std::size_t place = 0; place < m_all.size(); ++place) {
        Subscriber* const subscriber = m_all[place];
        if (subscriber && !m_source.admits(subscriber->credential)) {
            close(*subscriber, true);
        }
    }
    m_all.endWalk();
}

void Shard::Parts::closeAll()
{
    m_isStopping = true;
    endWalk();
    for (const AddressedPtr& addressed : m_walk.queue) {
        m_port.walked(addressed->weight());
    }
    m_walk.queue.clear();

    m_all.beginWalk();
    for (std::size_t place = 0; place < m_all.size(); ++place) {
        Subscriber* const subscriber = m_all[place];
        if (!subscriber) {
            continue;
        }
        CatchUp* const catchUp = subscriber->catchUp.get();
        if (catchUp && catchUp->backlog.isMidEvent(subscriber->sink->mustRepeat())) {
            catchUp->backlog.keepInFlight(subscriber->sink->mustRepeat(), {});
            catchUp->dropHeld();
            subscriber->phase = Subscriber::Phase::Closing;
        } else {
            close(*subscriber, true);
        }
    }
    m_all.endWalk();
}

ShardFigures Shard::Parts::figures() const
{
    ShardFigures figures = m_figures;
    figures.streams = m_subscribers.size() - m_free.size();
    return figures;
}

// --- the walk -------------------------------------------------------------------------------------------------------

void Shard::Parts::take(LoopMessage message)
{
    if (message.sweep) {
        sweep();
        message.sweep->confirm();
    }
    const auto now = std::chrono::steady_clock::now();
    m_figures.mailboxWait.add(now - message.postedAt);
    if (m_walk.queue.empty()) {
        m_walk.begunAt = now;
    }
    for (AddressedPtr& addressed : message.events) {
        m_walk.queue.push_back(std::move(addressed));
    }
    if (!m_walk.isPosted) {
        walkSlice();
    }
}

int Shard::Parts::sliceBudget() const
{
    return m_hub.limits().sendsPerSlice * costOfSend;
}

void Shard::Parts::walkSlice()
{
    const WaitForMemory whole;
    const Time now = m_clock.now();
    while (!m_walk.queue.empty()) {
        AddressedPtr& first = m_walk.queue.front();
        if (!walkEvent(*first, first->event.sharedAt(now), m_walk.budget)) {
            m_walk.isPosted = true;
            post([this] {
                m_walk.isPosted = false;
                m_walk.budget = sliceBudget();
                walkSlice();
            });
            break;
        }
        m_walk.walked.push_back(std::move(first));
        m_walk.queue.pop_front();
        m_walk.person = 0;
        ++m_walk.turn;
    }
    sendCollected();
}

void Shard::Parts::noteWalked()
{
    const auto done = std::chrono::steady_clock::now();
    for (const AddressedPtr& addressed : m_walk.walked) {
        m_port.walked(addressed->weight());
        m_figures.walk.add(done - std::exchange(m_walk.begunAt, done));
        if (addressed->askedAt != std::chrono::steady_clock::time_point{}) {
            m_figures.written.add(done - addressed->askedAt);
        }
    }
    m_walk.walked.clear();
}

bool Shard::Parts::walkEvent(const AddressedEvent& addressed, const EventPtr& shown, int& budget)
{
    if (addressed.audience.isEveryone) {
        return walkList(m_all, addressed.event, shown, budget);
    }
    const std::vector<UserId>& ids = addressed.audience.ids;
    for (; m_walk.person < ids.size(); ++m_walk.person) {
        if (!m_walk.list) {
            if (budget <= 0) {
                return false;
            }
            budget -= costOfLookup;
            m_walk.user = ids[(m_walk.person + m_walk.turn) % ids.size()];
        }
        const auto found = m_people.find(m_walk.user);
        if (found != m_people.end()) {
            if (!walkList(found->second, addressed.event, shown, budget)) {
                return false;
            }
            eraseIfEmpty(m_walk.user, found->second);
        }
    }
    return true;
}

bool Shard::Parts::walkList(StreamList<Subscriber>& list, const EventPtr& event, const EventPtr& shown, int& budget)
{
    if (!m_walk.list) {
        m_walk.list = &list;
        m_walk.step = 0;
        m_walk.count = list.size();
        m_walk.start = m_walk.count ? m_walk.turn % m_walk.count : 0;
        list.beginWalk();
    }
    while (m_walk.step < m_walk.count) {
        if (budget <= 0) {
            return false;
        }
        fetchAhead(list);
        if (Subscriber* const subscriber = list[m_walk.placeOf(m_walk.step++)]) {
            budget -= costOfSend;
            offer(*subscriber, event, shown);
        }
    }
    endWalk();
    return true;
}

/// A stream's memory is cold when its turn comes: asked for some turns ahead, it is there by then.
void Shard::Parts::fetchAhead(const StreamList<Subscriber>& list) const
{
    if (const std::size_t far = m_walk.step + 8; far < m_walk.count) {
        prefetch(list[m_walk.placeOf(far)], sizeof(Subscriber));
    }
    if (const std::size_t near = m_walk.step + 4; near < m_walk.count) {
        if (const Subscriber* const subscriber = list[m_walk.placeOf(near)]) {
            prefetch(subscriber->sink, bytesOfSink);
        }
    }
}

void Shard::Parts::endWalk()
{
    if (m_walk.list) {
        m_walk.list->endWalk();
        m_walk.list = nullptr;
    }
}

void Shard::Parts::offer(Subscriber& subscriber, const EventPtr& event, const EventPtr& shown)
{
    if (m_batch.mayHold(subscriber.lastSeq)) {
        sendCollected(); // before anything is decided: this very stream may fall behind or close by it
    }
    const Seq seq = event->seq();
    CatchUp* const catchUp = subscriber.catchUp.get();
    if (subscriber.phase == Subscriber::Phase::Live) [[likely]] {
        if (seq <= subscriber.lastSeq) {
            return;
        }
        const Seq before = std::exchange(subscriber.lastSeq, seq);
        if (catchUp) {
            queue(subscriber, event);
        } else if (shown) {
            write(subscriber, shown, before);
        }
    } else if (catchUp && catchUp->holds && seq > catchUp->tail) {
        hold(*catchUp, event);
    }
}

} // namespace belfry::server
