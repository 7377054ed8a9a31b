// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace belfry::bench {

/// Latencies in nanoseconds, kept to within 1.6 %: 64 buckets for each power of two, as HdrHistogram does.
class Histogram
{
public:
    void add(std::uint64_t nanoseconds)
    {
        ++m_buckets[placeOf(nanoseconds)];
        ++m_count;
        m_sum += nanoseconds;
        m_most = nanoseconds > m_most ? nanoseconds : m_most;
    }
    void clear() { *this = Histogram(); }

    std::uint64_t count() const { return m_count; }
    double mean() const { return m_count ? static_cast<double>(m_sum) / static_cast<double>(m_count) : 0; }
    std::uint64_t most() const { return m_most; }
    /// The value that `share` (0 to 1) of all are at or below.
    std::uint64_t at(double share) const
    {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(m_count));
        std::uint64_t seen = 0;
        for (std::size_t place = 0; place < m_buckets.size(); ++place) {
            seen += m_buckets[place];
            if (seen > wanted || seen == m_count) {
                return valueOf(place);
            }
        }
        return m_most;
    }

private:
    static constexpr unsigned bits = 6;

    static std::size_t placeOf(std::uint64_t value)
    {
        const unsigned width = static_cast<unsigned>(std::bit_width(value));
        if (width <= bits) {
            return value;
        }
        const unsigned shift = width - bits - 1;
        return (std::size_t{shift + 1} << bits) + (value >> shift) - (1U << bits);
    }
    static std::uint64_t valueOf(std::size_t place)
    {
        if (place < 1U << bits) {
            return place;
        }
        const std::size_t shift = (place >> bits) - 1;
        return ((place & ((1U << bits) - 1)) + (1U << bits)) << shift;
    }

    std::array<std::uint64_t, 59 << bits> m_buckets{};
    std::uint64_t m_count = 0, m_sum = 0, m_most = 0;
};

} // namespace belfry::bench
