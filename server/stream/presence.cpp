// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/presence.h"

#include <algorithm>

namespace belfry::server {

void Presence::enter(UserId user, unsigned loop)
{
    Part& part = partOf(user);
    const std::lock_guard lock(part.mutex);
    Entry& entry = part.people[user];
    if (entry.streams++ == 0) {
        m_people.fetch_add(1, std::memory_order_relaxed);
    }
    entry.loops |= LoopMask{1} << loop;
}

void Presence::leave(UserId user, unsigned loop, bool isLast)
{
    Part& part = partOf(user);
    const std::lock_guard lock(part.mutex);
    const auto found = part.people.find(user);
    if (found == part.people.end()) {
        return;
    }
    if (isLast) {
        found->second.loops &= ~(LoopMask{1} << loop);
    }
    if (--found->second.streams == 0) {
        part.people.erase(found);
        m_people.fetch_sub(1, std::memory_order_relaxed);
    }
}

LoopMask Presence::loopsOf(UserId user) const
{
    const Part& part = partOf(user);
    const std::lock_guard lock(part.mutex);
    const auto found = part.people.find(user);
    return found == part.people.end() ? 0 : found->second.loops;
}

int Presence::streams(UserId user) const
{
    const Part& part = partOf(user);
    const std::lock_guard lock(part.mutex);
    const auto found = part.people.find(user);
    return found == part.people.end() ? 0 : found->second.streams;
}

std::vector<std::pair<UserId, int>> Presence::present() const
{
    std::vector<std::pair<UserId, int>> present;
    for (const Part& part : m_parts) {
        const std::lock_guard lock(part.mutex);
        for (const auto& [user, entry] : part.people) {
            present.emplace_back(user, entry.streams);
        }
    }
    std::sort(present.begin(), present.end());
    return present;
}

} // namespace belfry::server
