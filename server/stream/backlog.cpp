// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/backlog.h"

#include <algorithm>
#include <cassert>

namespace belfry::server {

void Backlog::push(EventPtr event)
{
    m_bytes += wire(event).size();
    m_entries.push_back(std::move(event));
}

std::string_view Backlog::next(std::string& scratch, Time now, std::size_t mustRepeat)
{
    const std::size_t wanted = std::max(gatherBytes, mustRepeat);
    const std::size_t given = m_offset + mustRepeat; // these bytes may not change any more
    std::size_t begin = 0;                           // of the entry, counted from the first
    std::size_t ready = 0;
    std::size_t count = 0;
    while (count < m_entries.size() && ready < wanted) {
        EventPtr& entry = m_entries[count];
        const bool isInFlight = begin < given;
        if (!isInFlight && entry->isExpired(now)) {
            m_bytes -= wire(entry).size();
            EventPtr shown = entry.sharedAt(now);
            if (!shown) {
                if (count == 0) {
                    m_base = entry->seq();
                }
                m_entries.erase(m_entries.begin() + static_cast<std::ptrdiff_t>(count));
                continue;
            }
            m_bytes += wire(shown).size();
            entry = std::move(shown);
        }
        const std::size_t size = wire(entry).size();
        ready += count == 0 ? size - m_offset : size;
        begin += size;
        ++count;
    }
    if (count == 0) {
        return {};
    }
    if (count == 1) {
        return wire(m_entries.front()).substr(m_offset);
    }
    scratch.clear();
    for (std::size_t i = 0; i < count; ++i) {
        scratch += i == 0 ? wire(m_entries[0]).substr(m_offset) : wire(m_entries[i]);
    }
    // Not beyond a record, but always what must be repeated; where an entry is cut, the rest follows.
    return std::string_view(scratch).substr(0, wanted);
}

std::size_t Backlog::consume(std::size_t bytes)
{
    std::size_t finished = 0;
    m_offset += bytes;
    while (!m_entries.empty() && m_offset >= wire(m_entries.front()).size()) {
        const EventPtr& first = m_entries.front();
        m_offset -= wire(first).size();
        m_bytes -= wire(first).size();
        if (first->seq() > 0) {
            m_base = first->seq();
        }
        m_entries.pop_front();
        ++finished;
    }
    assert(!m_entries.empty() || m_offset == 0);
    return finished;
}

Seq Backlog::keepInFlight(std::size_t mustRepeat, const EventPtr& opening)
{
    Seq cursor = m_base;
    const std::size_t given = m_offset + mustRepeat;
    std::size_t begin = 0;
    std::size_t kept = 0;
    const bool isAtStart = opening && !m_entries.empty() && &*m_entries.front() == &*opening;
    while (kept < m_entries.size() && (begin < given || (isAtStart && kept == 0))) {
        if (const Seq seq = m_entries[kept]->seq(); seq > 0) {
            cursor = seq;
        }
        begin += wire(m_entries[kept]).size();
        ++kept;
    }
    m_entries.resize(kept);
    m_bytes = begin;
    return cursor;
}

} // namespace belfry::server
