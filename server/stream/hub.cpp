// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/hub.h"

#include "server/log.h"
#include "server/memory.h"
#include "server/stream/hub_parts.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <exception>

namespace belfry::server {

void Sweep::confirm()
{
    if (m_left.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        for (Answer& answer : m_afterwards) {
            answer.home->post(std::move(answer.task));
        }
    }
}

// --- LoopPort -----------------------------------------------------------------------------------------------------

bool LoopPort::isCongested(const StreamLimits& limits) const
{
    return home() && (m_waitingEvents.load(std::memory_order_relaxed) > limits.waitingEvents ||
                      m_waitingBytes.load(std::memory_order_relaxed) > limits.waitingBytes);
}

bool LoopPort::post(LoopMessage message)
{
    std::uint64_t bytes = 0;
    for (const AddressedPtr& addressed : message.events) {
        bytes += addressed->weight();
    }
    const std::size_t events = message.events.size();

    const std::lock_guard lock(m_mutex);
    Mailbox* const mailbox = m_home.load(std::memory_order_relaxed);
    if (!mailbox) {
        return false;
    }
    m_waitingEvents.fetch_add(events, std::memory_order_relaxed);
    m_waitingBytes.fetch_add(bytes, std::memory_order_relaxed);
    mailbox->post([lifeline = m_lifeline, message = std::make_shared<LoopMessage>(std::move(message))] {
        for (const Task& answer : message->answers) {
            try {
                answer();
            } catch (const std::exception& exception) { // the others' answers and the streams' events are whole
                log(LogLevel::Error, "stream", "an answer was given up", {{"why", exception.what()}});
            }
        }
        const WaitForMemory whole; // an event that a stream missed would be a gap
        if (lifeline->receiver) {
            lifeline->receiver->take(std::move(*message));
        } else if (message->sweep) {
            message->sweep->confirm(); // its streams have gone with it
        }
    });
    return true;
}

void LoopPort::walked(std::size_t bytes)
{
    m_waitingEvents.fetch_sub(1, std::memory_order_relaxed);
    m_waitingBytes.fetch_sub(bytes, std::memory_order_relaxed);
}

// --- Hub::Parts ---------------------------------------------------------------------------------------------------

Hub::Parts::Parts(Seq newest, std::string log, const StreamLimits& limits)
    : m_log(std::move(log)), m_limits(limits), m_ring(newest, limits), m_published(newest)
{
    for (unsigned number = 0; number < maxLoops; ++number) {
        m_ports[number].m_number = number;
    }
}

LoopPort& Hub::Parts::add(Mailbox& home, std::shared_ptr<Lifeline> lifeline)
{
    const std::lock_guard registration(m_registration);
    const auto free = std::find_if(m_ports.begin(), m_ports.end(), [](const LoopPort& port) { return !port.home(); });
    assert(free != m_ports.end());
    const std::lock_guard lock(free->m_mutex);
    free->m_lifeline = std::move(lifeline);
    free->m_waitingEvents = 0;
    free->m_waitingBytes = 0;
    free->m_home.store(&home, std::memory_order_release);
    return *free;
}

void Hub::Parts::remove(LoopPort& port)
{
    const std::lock_guard lock(port.m_mutex);
    port.m_home.store(nullptr, std::memory_order_release);
    port.m_lifeline.reset();
}

LoopMask Hub::Parts::loopsWithStreams() const
{
    LoopMask mask = 0;
    for (const LoopPort& port : m_ports) {
        if (port.hasStreams()) {
            mask |= LoopMask{1} << port.number();
        }
    }
    return mask;
}

LoopMask Hub::Parts::loopsOf(const Audience& audience, LoopMask withStreams) const
{
    if (audience.isEveryone) {
        return withStreams;
    }
    LoopMask mask = 0;
    for (const UserId user : audience.ids) {
        mask |= m_presence.loopsOf(user);
        if (mask == withStreams) {
            break;
        }
    }
    return mask;
}

void Hub::Parts::committed(CommittedBatch batch)
{
    std::vector<AddressedPtr> events;
    events.reserve(batch.entries.size());
    for (LogEntry& entry : batch.entries) {
        EventPtr event = EventPtr::make(entry);
        events.push_back(std::make_shared<const AddressedEvent>(
            AddressedEvent{std::move(event), std::move(entry.audience), entry.askedAt}));
    }
    // Whoever joins does it the other way round: first its loop and mask, then `published` (engine.md, section 5).
    m_ring.append(events, batch.dead);
    if (!events.empty()) {
        m_published.store(events.back()->event->seq(), std::memory_order_seq_cst);
    }

    const auto now = std::chrono::steady_clock::now();
    std::vector<LoopMessage> messages(maxLoops);
    if (!events.empty()) {
        const LoopMask withStreams = loopsWithStreams();
        for (const AddressedPtr& addressed : events) {
            for (LoopMask left = loopsOf(addressed->audience, withStreams); left; left &= left - 1) {
                messages[static_cast<std::size_t>(std::countr_zero(left))].events.push_back(addressed);
            }
        }
    }

    std::vector<Answer> elsewhere;
    const auto give = [&](std::vector<Answer>& answers) {
        for (Answer& answer : answers) {
            const auto home = std::find_if(m_ports.begin(), m_ports.end(),
                                           [&](const LoopPort& port) { return port.home() == answer.home; });
            if (answer.home && home != m_ports.end()) {
                messages[home->number()].answers.push_back(std::move(answer.task));
            } else if (answer.home) {
                elsewhere.push_back(std::move(answer));
            }
        }
    };
    give(batch.answers);
    std::shared_ptr<Sweep> sweep;
    if (batch.accountsChanged) {
        sweep = std::make_shared<Sweep>(std::move(batch.afterSweep));
    } else {
        give(batch.afterSweep);
    }

    for (LoopPort& port : m_ports) {
        LoopMessage& message = messages[port.number()];
        message.postedAt = now;
        if (sweep && port.home()) {
            message.sweep = sweep;
            sweep->expect();
        }
        if (!message.isEmpty() && !port.post(std::move(message)) && sweep) {
            sweep->confirm();
        }
    }
    if (sweep) {
        sweep->confirm();
    }
    for (Answer& answer : elsewhere) {
        answer.home->post(std::move(answer.task));
    }
}

bool Hub::Parts::isCongested() const
{
    return std::any_of(m_ports.begin(), m_ports.end(),
                       [&](const LoopPort& port) { return port.isCongested(m_limits); });
}

// --- Hub ----------------------------------------------------------------------------------------------------------

Hub::Hub(Seq newest, std::string log, const StreamLimits& limits)
    : m_parts(std::make_unique<Parts>(newest, std::move(log), limits))
{
}
Hub::~Hub() = default;

void Hub::committed(CommittedBatch batch)
{
    m_parts->committed(std::move(batch));
}

int Hub::online(const Audience& audience, const Accounts& accounts) const
{
    const Presence& presence = m_parts->presence();
    if (audience.isEveryone) {
        // Those who were just deleted have streams until their loop has swept.
        return std::min(presence.people(), static_cast<int>(accounts.size()));
    }
    return static_cast<int>(std::count_if(audience.ids.begin(), audience.ids.end(),
                                          [&](UserId user) { return presence.streams(user) > 0; }));
}

Seq Hub::published() const
{
    return m_parts->published();
}

bool Hub::isCongested() const
{
    return m_parts->isCongested();
}

int Hub::streams(UserId user) const
{
    return m_parts->presence().streams(user);
}

std::vector<std::pair<UserId, int>> Hub::present() const
{
    return m_parts->presence().present();
}

} // namespace belfry::server
