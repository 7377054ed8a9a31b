// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/session_uses.h"

#include <algorithm>

namespace belfry::server {
namespace {

constexpr std::chrono::hours precision{1};
constexpr std::size_t shelfLimit = 4096; // 65,536 sessions in all; beyond, some are written more often

} // namespace

void SessionUses::note(std::uint64_t session, Time now)
{
    Shelf& shelf = m_shelves[session % m_shelves.size()];
    const std::lock_guard lock(shelf.mutex);
    const auto found = shelf.noted.find(session);
    if (found != shelf.noted.end() && now < found->second + precision && now >= found->second) {
        return;
    }
    if (shelf.waiting.size() >= shelfLimit) {
        return; // the next use will do
    }
    if (shelf.noted.size() >= shelfLimit) {
        shelf.noted.clear();
    }
    shelf.noted[session] = now;
    shelf.waiting.push_back({session, now});
}

std::vector<SessionUse> SessionUses::take(std::size_t limit)
{
    std::vector<SessionUse> uses;
    for (Shelf& shelf : m_shelves) {
        const std::lock_guard lock(shelf.mutex);
        const auto count = std::min(shelf.waiting.size(), limit - uses.size());
        const auto first = shelf.waiting.end() - static_cast<std::ptrdiff_t>(count);
        uses.insert(uses.end(), first, shelf.waiting.end());
        shelf.waiting.erase(first, shelf.waiting.end());
    }
    return uses;
}

bool SessionUses::isWaiting() const
{
    return std::any_of(m_shelves.begin(), m_shelves.end(), [](const Shelf& shelf) {
        const std::lock_guard lock(shelf.mutex);
        return !shelf.waiting.empty();
    });
}

} // namespace belfry::server
