// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/expiry_watch.h"

#include "server/auth/oldest_out.h"
#include "server/control/wait.h"
#include "server/log.h"
#include "server/net/tls_context.h"

#include <atomic>
#include <mutex>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

constexpr auto lookInterval = 1h;
constexpr auto sayInterval = 24h;
constexpr std::size_t rememberedTokens = 4096;

std::string dayOf(Time time)
{
    return formatTime(time).substr(0, 10);
}

ImmediateMailbox& here()
{
    static ImmediateMailbox mailbox;
    return mailbox;
}

} // namespace

struct ExpiryWatch::Tokens
{
    std::atomic<std::uint64_t> ending{0};
    std::mutex mutex;
    OldestOut<std::chrono::steady_clock::time_point> said{rememberedTokens}; // by the token's id

    void take(const std::vector<EndingToken>& tokens, std::chrono::steady_clock::time_point now)
    {
        ending = tokens.size();
        const std::lock_guard lock(mutex);
        for (const EndingToken& token : tokens) {
            const std::string id = std::to_string(token.tokenId);
            const auto* before = said.find(id);
            if (before && now - *before < sayInterval)
                continue;
            said.touch(id) = now;
            log(LogLevel::Warn, "auth", "a token made for a script ends soon: make it a new one (belfry token create)",
                {{"user_id", std::to_string(token.user)}, {"ends", formatTime(token.expiresAt)}});
        }
    }
};

ExpiryWatch::ExpiryWatch(const TlsContext& tls, Store& store, const Clock& clock)
    : m_tls(tls), m_store(store), m_clock(clock), m_tokens(std::make_shared<Tokens>())
{
}

ExpiryWatch::~ExpiryWatch() = default;

void ExpiryWatch::tick()
{
    const auto now = m_clock.monotonic();
    if (now < m_nextLook)
        return;
    m_nextLook = now + lookInterval;
    if (now >= m_nextCertificate) {
        m_nextCertificate = now + sayInterval;
        sayCertificate();
    }
    m_store.endingTokens(m_clock.now() + notice,
                         Reply<std::vector<EndingToken>>{&here(), [known = m_tokens, now](auto tokens) {
                                                             if (tokens) // else in an hour
                                                                 known->take(*tokens, now);
                                                         }});
}

void ExpiryWatch::sayCertificate() const
{
    const Time end = m_tls.expiresAt();
    const Time now = m_clock.now();
    if (end <= now)
        log(LogLevel::Error, "net",
            "the certificate has expired: clients refuse to connect. Replace its files, then SIGHUP",
            {{"expired", dayOf(end)}});
    else if (end - now <= notice)
        log(LogLevel::Warn, "net", "the certificate expires soon: replace its files, then SIGHUP",
            {{"expires", dayOf(end)}});
}

ExpiryFigures ExpiryWatch::figures() const
{
    return {std::chrono::floor<std::chrono::seconds>(m_tls.expiresAt() - m_clock.now()), m_tokens->ending.load()};
}

} // namespace belfry::server
