// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// One input of a fuzz target (libFuzzer's interface): returns 0, or ends the program where something does not hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace belfry::fuzz {

/// Ends the program, as a crash does, where a promise is broken: whoever runs the target keeps the input.
inline void require(bool holds, const char* promise)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

/// How a text is cut into pieces, told by a number: the same number cuts alike.
class Cuts
{
public:
    explicit Cuts(std::uint32_t seed) : m_state(seed | 1) {}

    /// The length of the next piece, 1 to the whole of what is left; short ones are the more likely.
    std::size_t next(std::size_t left)
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 17;
        m_state ^= m_state << 5;
        const std::size_t most = (m_state & 0x30) != 0 ? 16 : 4096;
        const std::size_t length = 1 + (m_state >> 8) % most;
        return length < left ? length : left;
    }

private:
    std::uint32_t m_state;
};

inline std::string_view textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// Cuts that depend on nothing but the text, so that an input says all about its run.
inline std::uint32_t seedOf(std::string_view text)
{
    std::uint32_t hash = 2166136261U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

} // namespace belfry::fuzz
