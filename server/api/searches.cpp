// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/searches.h"

#include <utility>

namespace belfry::server {

std::shared_ptr<const Searches::Search> Searches::begin(UserId user, std::function<void()> end)
{
    auto search = std::make_shared<Search>(*this, user, std::move(end));
    std::function<void()> endOldest;
    {
        const std::lock_guard lock(m_mutex);
        std::vector<Search*>& searches = m_underWay[user];
        searches.push_back(search.get());
        if (searches.size() > most) {
            Search* const oldest = searches.front();
            searches.erase(searches.begin());
            oldest->m_hasEnded = true;
            endOldest = std::move(oldest->m_end);
        }
    }
    if (endOldest)
        endOldest();
    return search;
}

Searches::Search::~Search()
{
    const std::lock_guard lock(m_searches.m_mutex);
    const auto searches = m_searches.m_underWay.find(m_user);
    if (searches == m_searches.m_underWay.end())
        return;
    std::erase(searches->second, this);
    if (searches->second.empty())
        m_searches.m_underWay.erase(searches);
}

} // namespace belfry::server
