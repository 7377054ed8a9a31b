// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace belfry::server {

/// Where Asio keeps what waits for a socket: small blocks, cut from large ones and used again, so that an idle
/// connection costs its size and no more (engine.md, section 2). Never gives memory back: a loop that held so many
/// connections may again. Thread: its loop's.
class HandlerMemory
{
public:
    static constexpr std::size_t blockBytes = 128;

    HandlerMemory() = default;
    HandlerMemory(const HandlerMemory&) = delete;
    HandlerMemory& operator=(const HandlerMemory&) = delete;

    void* take(std::size_t bytes)
    {
        if (bytes > blockBytes)
            return ::operator new(bytes);
        if (!m_free)
            grow();
        return std::exchange(m_free, m_free->next);
    }
    void giveBack(void* memory, std::size_t bytes)
    {
        if (bytes > blockBytes) {
            ::operator delete(memory);
            return;
        }
        m_free = ::new (memory) Free{m_free};
    }

private:
    static constexpr std::size_t blocksAtOnce = 64;
    struct Free
    {
        Free* next;
    };

    void grow()
    {
        m_all.push_back(std::make_unique_for_overwrite<std::byte[]>(blocksAtOnce * blockBytes));
        for (std::size_t i = 0; i < blocksAtOnce; ++i)
            giveBack(m_all.back().get() + i * blockBytes, blockBytes);
    }

    Free* m_free = nullptr;
    std::vector<std::unique_ptr<std::byte[]>> m_all;
};

/// HandlerMemory as Asio asks for it: a handler's associated allocator.
template <class T> class HandlerAllocator
{
public:
    using value_type = T;

    explicit HandlerAllocator(HandlerMemory& memory) : m_memory(&memory) {}
    template <class Other>
    HandlerAllocator(const HandlerAllocator<Other>& other) : m_memory(&other.memory()) // NOLINT: a conversion
    {
    }

    T* allocate(std::size_t count) { return static_cast<T*>(m_memory->take(count * sizeof(T))); }
    void deallocate(T* place, std::size_t count) { m_memory->giveBack(place, count * sizeof(T)); }
    HandlerMemory& memory() const { return *m_memory; }
    template <class Other> bool operator==(const HandlerAllocator<Other>& other) const
    {
        return m_memory == &other.memory();
    }

private:
    HandlerMemory* m_memory;
};

} // namespace belfry::server
