// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace belfry::server {

/// The searches of each person that are under way: two at a time, for all share one reading thread. A third at once
/// ends the oldest: it is the one that nobody looks at any more (protocol.md, "Texts are kept as sent"). Thread: any.
class Searches
{
public:
    static constexpr std::size_t most = 2;

    /// Under way as long as it lives; must not outlive its Searches.
    class Search
    {
    public:
        Search(Searches& searches, UserId user, std::function<void()> end)
            : m_searches(searches), m_user(user), m_end(std::move(end))
        {
        }
        Search(const Search&) = delete;
        Search& operator=(const Search&) = delete;
        ~Search();
        /// Another took its place: it is not answered any more.
        bool hasEnded() const { return m_hasEnded.load(std::memory_order_relaxed); }

    private:
        friend class Searches;
        Searches& m_searches;
        UserId m_user;
        std::function<void()> m_end;
        std::atomic<bool> m_hasEnded{false};
    };

    /// @param end  called, from any thread, once it has to make room for another: it has ended by then
    std::shared_ptr<const Search> begin(UserId user, std::function<void()> end);

private:
    std::mutex m_mutex;
    std::unordered_map<UserId, std::vector<Search*>> m_underWay; // oldest first
};

} // namespace belfry::server
