// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialect.h"
#include "link.h"
#include "reactor.h"
#include "tally.h"

#include <string>
#include <vector>

namespace belfry::bench {

/// People who ask for news every so often instead of holding a stream: a connection kept alive each, their moments
/// spread evenly over the interval.
class Pollers
{
public:
    Pollers(Reactor& reactor, const Settings& settings, const Dialect& dialect, Tally& tally);

    /// Connects all and lets each learn the newest number. @return false where that fails.
    bool open();
    /// Asks for whoever is due. @return when the next one is.
    Nanoseconds askDue();

    std::uint64_t bytes() const { return m_bytes; } ///< both ways, since the beginning
    std::uint64_t polls() const { return m_polls; }
    std::uint64_t refused() const { return m_refused; }
    std::uint64_t late() const { return m_late; } ///< still had no answer when the next poll was due

private:
    struct Poller
    {
        Link link;
        std::string answer;
        long long latest = -1;
        Nanoseconds due = 0;
        bool isAsking = false;
    };

    void ask(std::size_t which);
    void ready(std::uint32_t which);
    void take(Poller& poller, int person);

    Reactor& m_reactor;
    const Settings& m_settings;
    const Dialect& m_dialect;
    Tally& m_tally;
    std::vector<Poller> m_pollers;
    std::vector<char> m_buffer;
    std::size_t m_next = 0; // who is due first: their moments go round
    Nanoseconds m_interval;
    std::uint64_t m_bytes = 0, m_polls = 0, m_refused = 0, m_late = 0;
    bool m_hasFailed = false;
};

} // namespace belfry::bench
