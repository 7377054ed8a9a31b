// SPDX-License-Identifier: GPL-3.0-or-later
#include "crowd.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace belfry::bench {

namespace {

constexpr int openingAtOnce = 128;
constexpr std::size_t longestHead = 64 * 1024;

} // namespace

Crowd::Crowd(Reactor& reactor, const Settings& settings, const Dialect& dialect, Tally& tally)
    : m_reactor(reactor), m_settings(settings), m_dialect(dialect), m_tally(tally),
      m_tls(settings.tls ? clientContext() : nullptr), m_isForAll(settings.scenario == "fanout"),
      m_streams(static_cast<std::size_t>(settings.streams)), m_buffer(256 * 1024)
{
    m_reactor.onReady(Reactor::Streams, [this](std::uint32_t which) { ready(which); });
    m_reactor.onReady(Reactor::Deaf, [this](std::uint32_t which) { m_deaf[which].goOn(); });
}

bool Crowd::open()
{
    const auto enough = [this] {
        while (m_opened < m_settings.streams && m_opened - m_live < openingAtOnce && !m_hasFailed) {
            openNext();
        }
        return m_live == m_settings.streams || m_hasFailed;
    };
    if (!m_reactor.turnUntil(enough, now() + 120 * second) || m_hasFailed) {
        std::fprintf(stderr, "Only %d of %d streams came up.\n", m_live, m_settings.streams);
        return false;
    }
    return true;
}

void Crowd::openNext()
{
    const auto which = static_cast<std::size_t>(m_opened++);
    Link& link = m_streams[which].link;
    if (!link.open(m_reactor.descriptor(), Reactor::name(Reactor::Streams, which), m_settings.port,
                   static_cast<int>(which) % m_settings.addresses, m_tls, false)) {
        std::perror("A socket could not be opened");
        m_hasFailed = true;
        return;
    }
    link.send(m_dialect.streamRequest(m_opened));
}

bool Crowd::openDeaf(int count)
{
    m_deaf = std::vector<Link>(static_cast<std::size_t>(count));
    for (std::size_t which = 0; which < m_deaf.size(); ++which) {
        if (!m_deaf[which].open(m_reactor.descriptor(), Reactor::name(Reactor::Deaf, which), m_settings.port, 0, m_tls,
                                true)) {
            return false;
        }
        const int person = m_settings.streams + m_settings.senders + 1 + static_cast<int>(which);
        m_deaf[which].send(m_dialect.streamRequest(person));
    }
    return true;
}

std::uint64_t Crowd::heldForDeaf() const
{
    std::uint64_t most = 0;
    for (const Link& link : m_deaf) {
        std::array<char, 8> port{};
        std::snprintf(port.data(), port.size(), ":%04X", static_cast<unsigned>(link.localPort()));
        std::ifstream file("/proc/net/tcp");
        for (std::string line; std::getline(file, line);) {
            // "sl local remote st tx_queue:rx_queue …": the server's end has our port as the remote one
            std::array<char, 32> remote{};
            unsigned long queued = 0;
            if (std::sscanf(line.c_str(), "%*s %*s %31s %*x %lx:", remote.data(), &queued) == 2 &&
                std::string_view(remote.data()).ends_with(port.data())) {
                most = std::max<std::uint64_t>(most, queued);
            }
        }
    }
    return most;
}

void Crowd::closeAll()
{
    for (Stream& stream : m_streams) {
        stream.link.close();
    }
    for (Link& link : m_deaf) {
        link.close();
    }
}

void Crowd::ready(std::uint32_t which)
{
    Stream& stream = m_streams[which];
    if (!stream.link.isOpen()) {
        return;
    }
    if (!stream.isLive && stream.link.goOn() == Link::Status::Ended) {
        m_hasFailed = true;
        stream.link.close();
        return;
    }
    for (;;) {
        const long got = stream.link.read(m_buffer);
        if (got < 0) {
            ++m_ended;
            m_hasFailed = m_hasFailed || !stream.isLive;
            stream.link.close();
            return;
        }
        if (got > 0) {
            m_bytes += static_cast<std::uint64_t>(got);
            take(stream, static_cast<int>(which) + 1, {m_buffer.data(), static_cast<std::size_t>(got)});
        }
        // Edge-triggered: a plain socket that gave less than there was room for is empty.
        if (got == 0 || (!m_tls && static_cast<std::size_t>(got) < m_buffer.size())) {
            return;
        }
    }
}

void Crowd::take(Stream& stream, int person, std::string_view bytes)
{
    if (stream.isLive) {
        scan(stream, person, bytes);
        return;
    }
    stream.head += bytes;
    const auto end = stream.head.find("\r\n\r\n");
    if (end == std::string::npos || stream.head.find(m_dialect.liveMark(), end) == std::string::npos) {
        if (stream.head.size() > longestHead) {
            m_hasFailed = true;
        }
        return;
    }
    if (!stream.head.starts_with("HTTP/1.1 200")) {
        std::fprintf(stderr, "A stream was refused: %s\n", stream.head.c_str());
        m_hasFailed = true;
        return;
    }
    stream.isLive = true;
    ++m_live;
    scan(stream, person, std::string_view(stream.head).substr(end));
    std::string().swap(stream.head);
}

/// Two senders' messages may change places, so a lower number alone is none that comes again.
bool Crowd::hasHad(Stream& stream, std::uint32_t number)
{
    if (number > stream.latest) {
        const std::uint32_t by = number - stream.latest;
        stream.had = by < 64 ? stream.had << by : 0;
        stream.latest = number;
    }
    const std::uint32_t back = stream.latest - number;
    const bool isAgain = back >= 64 || (stream.had >> back & 1) != 0;
    stream.had |= back < 64 ? std::uint64_t{1} << back : 0;
    return isAgain;
}

void Crowd::scan(Stream& stream, int person, std::string_view bytes)
{
    constexpr std::size_t markBytes = Dialect::markBytes;
    std::string joined;
    if (stream.restBytes > 0) {
        joined.assign(stream.rest.data(), stream.restBytes);
        joined += bytes;
        bytes = joined;
        stream.restBytes = 0;
    }
    const Nanoseconds when = now();
    for (std::size_t at = 0; (at = bytes.find('@', at)) != std::string_view::npos;) {
        if (bytes.size() - at < markBytes) {
            stream.restBytes = static_cast<std::uint8_t>(bytes.size() - at);
            std::memcpy(stream.rest.data(), bytes.data() + at, stream.restBytes);
            return;
        }
        std::uint32_t number = 0;
        const char* const digits = bytes.data() + at + 2;
        if (bytes[at + 1] == '#' && std::from_chars(digits, digits + 8, number, 16).ptr == digits + 8) {
            m_tally.arrived(number, person, m_isForAll && hasHad(stream, number), when);
        }
        at += markBytes;
    }
}

} // namespace belfry::bench
