// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

namespace belfry::server {

/// Values by key, so many at most: whose turn is longest ago goes first. Thread: its owner's.
template <class Value> class OldestOut
{
public:
    explicit OldestOut(std::size_t limit) : m_limit(limit) {}

    Value* find(const std::string& key)
    {
        const auto found = m_values.find(key);
        return found == m_values.end() ? nullptr : &found->second.first;
    }
    const Value* find(const std::string& key) const
    {
        const auto found = m_values.find(key);
        return found == m_values.end() ? nullptr : &found->second.first;
    }
    /// The value under this key, made where there is none; from now on it is the newest.
    Value& touch(const std::string& key)
    {
        auto found = m_values.find(key);
        if (found != m_values.end()) {
            m_order.splice(m_order.end(), m_order, found->second.second);
            return found->second.first;
        }
        if (m_values.size() >= m_limit)
            forget(std::string(m_order.front()));
        const auto place = m_order.insert(m_order.end(), key);
        return m_values.emplace(key, std::pair(Value{}, place)).first->second.first;
    }
    void forget(const std::string& key)
    {
        const auto found = m_values.find(key);
        if (found == m_values.end())
            return;
        m_order.erase(found->second.second);
        m_values.erase(found);
    }
    std::size_t size() const { return m_values.size(); }

private:
    std::size_t m_limit;
    std::unordered_map<std::string, std::pair<Value, std::list<std::string>::iterator>> m_values;
    std::list<std::string> m_order; // oldest first
};

} // namespace belfry::server
