// SPDX-License-Identifier: GPL-3.0-or-later
#include "pollers.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace belfry::bench {

Pollers::Pollers(Reactor& reactor, const Settings& settings, const Dialect& dialect, Tally& tally)
    : m_reactor(reactor), m_settings(settings), m_dialect(dialect), m_tally(tally),
      m_pollers(static_cast<std::size_t>(settings.streams)), m_buffer(256 * 1024),
      m_interval(static_cast<Nanoseconds>(settings.interval * 1e9))
{
    m_reactor.onReady(Reactor::Streams, [this](std::uint32_t which) { ready(which); });
}

bool Pollers::open()
{
    for (std::size_t i = 0; i < m_pollers.size() && !m_hasFailed; ++i) {
        Poller& poller = m_pollers[i];
        if (!poller.link.open(m_reactor.descriptor(), Reactor::name(Reactor::Streams, i), m_settings.port,
                              static_cast<int>(i) % m_settings.addresses, nullptr, false)) {
            return false;
        }
        ask(i);
        const auto answered = [&] { return !poller.isAsking || m_hasFailed; };
        if (!m_reactor.turnUntil(answered, now() + 5 * second)) {
            return false;
        }
    }
    const Nanoseconds begin = now();
    for (std::size_t i = 0; i < m_pollers.size(); ++i) {
        m_pollers[i].due = begin + m_interval * i / m_pollers.size();
    }
    return !m_hasFailed;
}

Nanoseconds Pollers::askDue()
{
    const Nanoseconds at = now();
    while (m_pollers[m_next].due <= at) {
        Poller& poller = m_pollers[m_next];
        poller.due += m_interval;
        if (poller.isAsking) {
            ++m_late;
        } else {
            ask(m_next);
        }
        m_next = (m_next + 1) % m_pollers.size();
    }
    return m_pollers[m_next].due;
}

void Pollers::ask(std::size_t which)
{
    Poller& poller = m_pollers[which];
    const std::string request = m_dialect.pollRequest(static_cast<int>(which) + 1, poller.latest);
    poller.isAsking = true;
    ++m_polls;
    m_bytes += request.size();
    poller.link.send(request);
}

void Pollers::ready(std::uint32_t which)
{
    Poller& poller = m_pollers[which];
    if (poller.link.goOn() == Link::Status::Ended) {
        m_hasFailed = true;
        return;
    }
    const long got = poller.link.read(m_buffer);
    if (got < 0) {
        m_hasFailed = true;
        poller.link.close();
        return;
    }
    m_bytes += static_cast<std::uint64_t>(got);
    poller.answer.append(m_buffer.data(), static_cast<std::size_t>(got));
    const auto end = poller.answer.find("\r\n\r\n");
    const auto length = poller.answer.find("Content-Length: ");
    if (end == std::string::npos || length > end ||
        poller.answer.size() < end + 4 + std::strtoul(poller.answer.c_str() + length + 16, nullptr, 10)) {
        return;
    }
    take(poller, static_cast<int>(which) + 1);
    poller.answer.clear();
    poller.isAsking = false;
}

void Pollers::take(Poller& poller, int person)
{
    const std::string& answer = poller.answer;
    if (!answer.starts_with("HTTP/1.1 200")) {
        ++m_refused;
        return;
    }
    const Nanoseconds when = now();
    for (std::size_t at = 0; poller.latest >= 0 && (at = answer.find("@#", at)) != std::string::npos; at += 2) {
        std::uint32_t number = 0;
        std::from_chars(answer.data() + at + 2, answer.data() + at + 10, number, 16);
        m_tally.arrived(number, person, false, when);
    }
    if (const auto latest = answer.rfind("\"latest_id\":"); latest != std::string::npos) {
        poller.latest = std::atoll(answer.c_str() + latest + 12);
    }
}

} // namespace belfry::bench
