// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialect.h"
#include "link.h"
#include "reactor.h"
#include "tally.h"

#include <array>
#include <string>
#include <vector>

namespace belfry::bench {

/// The subscribers: one stream a person, opened some at a time, read whenever something comes.
class Crowd
{
public:
    Crowd(Reactor& reactor, const Settings& settings, const Dialect& dialect, Tally& tally);

    /// Opens all streams and waits until each is live. @return false where that does not come to pass within a minute.
    bool open();
    /// Opens further streams that ask, and then never read. Their people follow after the senders.
    bool openDeaf(int count);
    /// What the server's kernel holds for those that never read: the fullest send queue, in bytes.
    std::uint64_t heldForDeaf() const;
    void closeAll();

    int live() const { return m_live; }
    int ended() const { return m_ended; }
    std::uint64_t bytes() const { return m_bytes; } ///< received since the beginning

private:
    struct Stream
    {
        Link link;
        std::string head;      // until it is live
        std::uint64_t had = 0; // a bit for each of the 64 messages up to the latest
        std::uint32_t latest = 0;
        std::array<char, Dialect::markBytes> rest{}; // the end of a read that may be half a mark
        std::uint8_t restBytes = 0;
        bool isLive = false;
    };

    void openNext();
    void ready(std::uint32_t which);
    void take(Stream& stream, int person, std::string_view bytes);
    static bool hasHad(Stream& stream, std::uint32_t number);
    void scan(Stream& stream, int person, std::string_view bytes);

    Reactor& m_reactor;
    const Settings& m_settings;
    const Dialect& m_dialect;
    Tally& m_tally;
    SSL_CTX* m_tls;
    bool m_isForAll; // every stream gets every message: what comes again is seen on the stream itself
    std::vector<Stream> m_streams;
    std::vector<Link> m_deaf;
    std::vector<char> m_buffer;
    int m_opened = 0, m_live = 0, m_ended = 0;
    std::uint64_t m_bytes = 0;
    bool m_hasFailed = false;
};

} // namespace belfry::bench
