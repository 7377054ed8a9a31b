// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clock.h"
#include "histogram.h"

#include <cstdint>
#include <vector>

namespace belfry::bench {

/// Every message that was sent, by its number: when, to whom, how often it arrived. So nothing is lost or doubled
/// unseen.
class Tally
{
public:
    /// @param streams  how many are to get it
    /// @param person   whose they are, 0: everyone's
    std::uint32_t sent(int streams, int person)
    {
        m_messages.push_back({now(), person, streams, 0});
        expected += static_cast<std::uint64_t>(streams);
        m_isCounted.push_back(isCounting);
        return static_cast<std::uint32_t>(m_messages.size() - 1);
    }

    /// @param isAgain  the stream has had it before, or a later one
    void arrived(std::uint32_t number, int person, bool isAgain, Nanoseconds when)
    {
        if (number >= m_messages.size()) {
            ++strayed;
            return;
        }
        Message& message = m_messages[number];
        strayed += message.person != 0 && message.person != person;
        doubled += isAgain || message.arrivals >= message.expected;
        ++message.arrivals;
        ++arrivals;
        if (m_isCounted[number]) {
            latency.add(when - message.at);
        }
    }

    /// Refused by the server: nobody is to get it.
    void refused(std::uint32_t number)
    {
        expected -= static_cast<std::uint64_t>(m_messages[number].expected);
        m_messages[number].expected = 0;
    }
    std::uint64_t lost() const
    {
        std::uint64_t sum = 0;
        for (const Message& message : m_messages) {
            sum += message.arrivals < message.expected ? static_cast<std::uint64_t>(message.expected - message.arrivals)
                                                       : 0;
        }
        return sum;
    }
    std::size_t messages() const { return m_messages.size(); }

    bool isCounting = false; ///< whether the latency of what is sent from now on is measured
    std::uint64_t expected = 0, arrivals = 0, doubled = 0, strayed = 0;
    Histogram latency;

private:
    struct Message
    {
        Nanoseconds at;
        int person, expected, arrivals;
    };
    std::vector<Message> m_messages;
    std::vector<bool> m_isCounted;
};

} // namespace belfry::bench
