// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/memory.h"

#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr auto memoryPause = 10ms;

thread_local bool waitsForMemory = false;

/// Called by operator new when there is nothing left; when it returns, operator new tries again.
void findMemory()
{
    if (!waitsForMemory)
        throw std::bad_alloc();
    std::this_thread::sleep_for(memoryPause);
}

} // namespace

WaitForMemory::WaitForMemory(bool waits) : m_before(std::exchange(waitsForMemory, waits)) {}

WaitForMemory::~WaitForMemory()
{
    waitsForMemory = m_before;
}

void prepareForShortMemory()
{
    std::set_new_handler(findMemory);
}

tl::unexpected<Error> notEnoughMemory()
{
    return failure(503, "busy", "There is not enough memory for this now. Try again later.", {}, 5);
}

} // namespace belfry::server
