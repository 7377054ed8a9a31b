// SPDX-License-Identifier: GPL-3.0-or-later
#include "post.h"

#include <cstdio>
#include <cstdlib>

namespace belfry::bench {

Post::Post(Reactor& reactor, const Settings& settings, const Dialect& dialect, Tally& tally)
    : m_reactor(reactor), m_settings(settings), m_dialect(dialect), m_tally(tally),
      m_tls(settings.tls ? clientContext() : nullptr), m_senders(static_cast<std::size_t>(settings.senders)),
      m_buffer(64 * 1024)
{
    m_reactor.onReady(Reactor::Senders, [this](std::uint32_t which) { ready(which); });
}

bool Post::open()
{
    for (std::size_t i = 0; i < m_senders.size(); ++i) {
        if (!m_senders[i].link.open(m_reactor.descriptor(), Reactor::name(Reactor::Senders, i), m_settings.port,
                                    static_cast<int>(i) % m_settings.addresses, m_tls, false)) {
            return false;
        }
    }
    const auto all = [this] { return m_hasFailed || m_connected == m_settings.senders; };
    return m_reactor.turnUntil(all, now() + 10 * second) && !m_hasFailed;
}

void Post::send(int sender, int person, int streams)
{
    Sender& from = m_senders[static_cast<std::size_t>(sender)];
    // The token's signature is the sender's work, not the path's: the clock starts when the request is ready.
    const std::string request = m_dialect.sendRequest(sender, person, static_cast<std::uint32_t>(m_tally.messages()));
    from.message = m_tally.sent(streams, person);
    from.at = now();
    from.isFree = false;
    ++m_busy;
    from.link.send(request);
}

void Post::ask(int sender, const std::string& request)
{
    Sender& from = m_senders[static_cast<std::size_t>(sender)];
    from.message.reset();
    from.isFree = false;
    ++m_busy;
    from.link.send(request);
}

bool Post::isWhole(const std::string& answer) const
{
    const auto end = answer.find("\r\n\r\n");
    if (end == std::string::npos) {
        return false;
    }
    for (const char* field : {"Content-Length: ", "content-length: "}) {
        if (const auto at = answer.find(field); at < end) {
            return answer.size() >= end + 4 + std::strtoul(answer.c_str() + at + 16, nullptr, 10);
        }
    }
    return true;
}

void Post::ready(std::uint32_t which)
{
    Sender& sender = m_senders[which];
    const Link::Status status = sender.link.goOn();
    if (status == Link::Status::Done && !sender.isConnected) {
        sender.isConnected = true;
        ++m_connected;
    }
    const long got = status == Link::Status::Ended ? -1 : sender.link.read(m_buffer);
    if (got < 0) {
        std::fprintf(stderr, "A sender's connection ended: %s\n", sender.answer.c_str());
        m_hasFailed = true;
        sender.link.close();
        return;
    }
    sender.answer.append(m_buffer.data(), static_cast<std::size_t>(got));
    if (sender.isFree || !isWhole(sender.answer)) {
        return;
    }
    if (sender.answer.starts_with("HTTP/1.1 2")) {
        ++answered;
        if (sender.message && m_tally.isCounting) {
            answers.add(now() - sender.at);
        }
    } else {
        if (++refused <= 3) {
            std::fprintf(stderr, "Refused: %s\n", sender.answer.c_str());
        }
        if (sender.message) {
            m_tally.refused(*sender.message);
        }
    }
    sender.answer.clear();
    sender.isFree = true;
    --m_busy;
    if (m_onFree) {
        m_onFree(static_cast<int>(which));
    }
}

} // namespace belfry::bench
