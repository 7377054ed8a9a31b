// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialect.h"
#include "histogram.h"
#include "link.h"
#include "reactor.h"
#include "tally.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace belfry::bench {

/// The senders: a connection kept alive each, one request at a time.
class Post
{
public:
    Post(Reactor& reactor, const Settings& settings, const Dialect& dialect, Tally& tally);

    /// Connects all. @return false where that fails.
    bool open();
    bool isFree(int sender) const { return m_senders[static_cast<std::size_t>(sender)].isFree; }
    int busy() const { return m_busy; }
    /// Sends a message from a free sender. @param streams  how many are to get it
    void send(int sender, int person, int streams);
    /// Asks something else, whose answer only counts: nothing but 2xx is right.
    void ask(int sender, const std::string& request);
    /// Called as soon as a sender has its answer.
    void onFree(std::function<void(int sender)> then) { m_onFree = std::move(then); }

    Histogram answers; ///< from the request's first byte to the answer's last, of the messages that are counted
    std::uint64_t answered = 0, refused = 0;

private:
    struct Sender
    {
        Link link;
        std::string answer;
        std::optional<std::uint32_t> message;
        Nanoseconds at = 0;
        bool isFree = true, isConnected = false;
    };

    void ready(std::uint32_t which);
    bool isWhole(const std::string& answer) const;

    Reactor& m_reactor;
    const Settings& m_settings;
    const Dialect& m_dialect;
    Tally& m_tally;
    SSL_CTX* m_tls;
    std::vector<Sender> m_senders;
    std::function<void(int)> m_onFree;
    std::vector<char> m_buffer;
    int m_connected = 0, m_busy = 0;
    bool m_hasFailed = false;
};

} // namespace belfry::bench
