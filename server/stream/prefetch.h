// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace belfry::server {

/// Asks the processor to have this memory at hand soon. A hint: changes nothing but the time that the first look at it
/// takes, and the place need not exist.
inline void prefetch(const void* place, std::size_t bytes)
{
    constexpr std::size_t line = 64;
    for (std::size_t at = 0; at < bytes; at += line) {
        const char* const there = static_cast<const char*>(place) + at;
#if defined(__GNUC__)
        __builtin_prefetch(there);
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
        _mm_prefetch(there, _MM_HINT_T0);
#else
        static_cast<void>(there);
#endif
    }
}

} // namespace belfry::server
