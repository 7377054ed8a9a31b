// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/ring.h"

#include <algorithm>

namespace belfry::server {
namespace {

bool isBelow(const AddressedPtr& addressed, Seq seq)
{
    return addressed->event->seq() < seq;
}

} // namespace

void Ring::append(std::span<const AddressedPtr> events, std::span<const Seq> dead)
{
    std::vector<AddressedPtr> evicted; // freed when the mutex is free again
    const std::lock_guard lock(m_mutex);
    for (const AddressedPtr& addressed : events) {
        m_bytes += addressed->weight();
        m_entries.push_back({addressed});
    }
    for (const Seq seq : dead) {
        const auto found =
            std::lower_bound(m_entries.begin(), m_entries.end(), seq,
                             [](const Entry& entry, Seq wanted) { return isBelow(entry.addressed, wanted); });
        if (found != m_entries.end() && found->addressed->event->seq() == seq) {
            found->isDead = true;
        }
    }
    while (m_entries.size() > m_limits.ringEvents || m_bytes > m_limits.ringBytes) {
        AddressedPtr& oldest = m_entries.front().addressed;
        m_bytes -= oldest->weight();
        m_floor = oldest->event->seq();
        evicted.push_back(std::move(oldest));
        m_entries.pop_front();
    }
}

std::optional<Ring::Page> Ring::read(UserId user, Seq createdAfter, Seq cursor, Seq tail) const
{
    Page page;
    page.examinedTo = tail;
    std::size_t bytes = 0;
    const std::lock_guard lock(m_mutex);
    if (cursor < m_floor) {
        return std::nullopt;
    }
    auto entry = std::upper_bound(m_entries.begin(), m_entries.end(), cursor, [](Seq wanted, const Entry& candidate) {
        return wanted < candidate.addressed->event->seq();
    });
    for (; entry != m_entries.end(); ++entry) {
        const AddressedEvent& addressed = *entry->addressed;
        const Seq seq = addressed.event->seq();
        if (seq > tail) {
            break;
        }
        const bool isTheirs = addressed.audience.isEveryone ? seq > createdAfter
                                                            : std::binary_search(addressed.audience.ids.begin(),
                                                                                 addressed.audience.ids.end(), user);
        if (entry->isDead || !isTheirs) {
            continue;
        }
        page.events.push_back(addressed.event);
        bytes += addressed.event->weight();
        if (bytes >= m_limits.pageBytes) {
            page.examinedTo = seq;
            break;
        }
    }
    return page;
}

Seq Ring::floor() const
{
    const std::lock_guard lock(m_mutex);
    return m_floor;
}

} // namespace belfry::server
