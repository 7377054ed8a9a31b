// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace belfry::server {

/// Streams in no order, each knowing its place: removal swaps with the last, except while the list is walked. Then it
/// leaves a hole, so that no walk skips one, and the holes are filled when the last walk ends. Who joins is at the end.
///
/// Thread: one loop's.
template <class T> class StreamList
{
public:
    explicit StreamList(std::uint32_t T::*place) : m_place(place) {}

    std::size_t size() const { return m_entries.size(); } ///< holes included
    bool isEmpty() const { return m_entries.size() == m_holes.size(); }
    bool isWalked() const { return m_walks > 0; }
    T* operator[](std::size_t place) const { return m_entries[place]; } ///< null: a hole

    void add(T& entry)
    {
        entry.*m_place = static_cast<std::uint32_t>(m_entries.size());
        m_entries.push_back(&entry);
    }
    void remove(T& entry)
    {
        const std::uint32_t place = entry.*m_place;
        if (isWalked()) {
            m_entries[place] = nullptr;
            m_holes.push_back(place);
        } else {
            fill(place);
        }
    }
    void beginWalk() { ++m_walks; }
    void endWalk()
    {
        if (--m_walks > 0) {
            return;
        }
        for (const std::uint32_t hole : m_holes) {
            while (!m_entries.empty() && !m_entries.back()) {
                m_entries.pop_back();
            }
            if (hole < m_entries.size()) {
                fill(hole);
            }
        }
        m_holes.clear();
    }

private:
    void fill(std::uint32_t place)
    {
        T* const last = m_entries.back();
        m_entries[place] = last;
        last->*m_place = place;
        m_entries.pop_back();
    }

    std::vector<T*> m_entries;
    std::vector<std::uint32_t> m_holes;
    std::uint32_t T::*m_place;
    int m_walks = 0;
};

} // namespace belfry::server
