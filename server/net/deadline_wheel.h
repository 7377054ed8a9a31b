// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace belfry::server {

/// A place in the wheel, inherited by what has a deadline. Not copied, not moved; leaves by itself when it is
/// destroyed.
class DeadlineEntry
{
public:
    DeadlineEntry() = default;
    DeadlineEntry(const DeadlineEntry&) = delete;
    DeadlineEntry& operator=(const DeadlineEntry&) = delete;
    ~DeadlineEntry() { unlink(); }

private:
    friend class DeadlineWheel;
    void unlink()
    {
        if (!m_next)
            return;
        m_previous->m_next = m_next;
        m_next->m_previous = m_previous;
        m_next = m_previous = nullptr;
    }
    bool isLinked() const { return m_next != nullptr; }

    DeadlineEntry* m_previous = nullptr;
    DeadlineEntry* m_next = nullptr;
    std::uint32_t m_deadline = 0; // in ticks; 0: none
    std::uint32_t m_looksAt = 0;  // the tick of the slot it stands in
};

/// Deadlines in whole ticks of a second: 64 slots, each a list (engine.md, section 6).
///
/// The entry holds its deadline, its slot only says when to look: a later deadline writes one integer, an earlier one
/// moves the entry. Costs nothing per entry and tick but on its turn, at least once in 63 ticks. Thread: one.
class DeadlineWheel
{
public:
    DeadlineWheel()
    {
        for (DeadlineEntry& slot : m_slots)
            slot.m_previous = slot.m_next = &slot;
    }
    ~DeadlineWheel()
    {
        for (DeadlineEntry& slot : m_slots) {
            while (slot.m_next != &slot)
                slot.m_next->unlink();
            slot.m_next = slot.m_previous = nullptr;
        }
    }

    /// The deadline passes after `ticks` whole ticks, and at most one more.
    void schedule(DeadlineEntry& entry, std::uint32_t ticks)
    {
        entry.m_deadline = m_now + ticks + 1;
        if (!entry.isLinked() || entry.m_deadline < entry.m_looksAt)
            place(entry);
    }
    void cancel(DeadlineEntry& entry) { entry.m_deadline = 0; }
    /// Takes the entry out at once.
    void remove(DeadlineEntry& entry)
    {
        entry.m_deadline = 0;
        entry.unlink();
    }

    /// One tick further. `passed` is called for each entry whose deadline has passed; it may schedule, cancel, remove
    /// and destroy entries.
    template <class Passed> void advance(Passed&& passed)
    {
        ++m_now;
        DeadlineEntry turn; // those whose turn it is, taken out first: what is placed meanwhile waits for its own
        DeadlineEntry& slot = m_slots[m_now % slots];
        if (slot.m_next == &slot)
            return;
        turn.m_next = slot.m_next;
        turn.m_previous = slot.m_previous;
        turn.m_next->m_previous = turn.m_previous->m_next = &turn;
        slot.m_previous = slot.m_next = &slot;
        while (turn.m_next != &turn) {
            DeadlineEntry& entry = *turn.m_next;
            entry.unlink();
            if (entry.m_deadline == 0)
                continue;
            if (entry.m_deadline > m_now) {
                place(entry);
                continue;
            }
            entry.m_deadline = 0;
            passed(entry);
        }
        turn.m_next = turn.m_previous = nullptr;
    }

private:
    static constexpr std::uint32_t slots = 64;

    void place(DeadlineEntry& entry)
    {
        entry.unlink();
        const std::uint32_t ahead = entry.m_deadline - m_now;
        entry.m_looksAt = m_now + (ahead < slots ? ahead : slots - 1);
        DeadlineEntry& slot = m_slots[entry.m_looksAt % slots];
        entry.m_previous = slot.m_previous;
        entry.m_next = &slot;
        slot.m_previous->m_next = &entry;
        slot.m_previous = &entry;
    }

    std::array<DeadlineEntry, slots> m_slots;
    std::uint32_t m_now = 0;
};

} // namespace belfry::server
