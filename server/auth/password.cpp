// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/password.h"

#include "protocol/notification.h"
#include "server/auth/thread_priority.h"

#include <QStringDecoder>

#include <sodium.h>

namespace belfry::server {

namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memoryBytes = 64 * 1024 * 1024;

/// A hash of random bytes that nobody kept, with the same cost: what a name without a password is compared with.
constexpr const char* nobodysHash = "$argon2id$v=19$m=65536,t=2,p=1$N02Fp1qFZ9cFkzNi84y0ug$"
                                    "0irvPJOYIotFLillDj7RnGvm0pcfe5234kC/+54luig";

bool isUtf8(std::string_view text)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return !decoder.hasError() && !decoded.isNull();
}

} // namespace

Result<void> validPassword(std::string_view password)
{
    if (!isUtf8(password))
        return invalidMember("password", "A password must be UTF-8 text.");
    const std::size_t length = codePoints(password);
    if (length < limits::passwordMin)
        return invalidMember("password", "A password must have at least 8 characters.");
    if (length > limits::passwordMax)
        return invalidMember("password", "A password can have at most 1,000 characters.");
    return {};
}

Result<std::string> hashPassword(std::string_view password)
{
    char hash[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0 || crypto_pwhash_str_alg(hash, password.data(), password.size(), passes, memoryBytes,
                                                   crypto_pwhash_ALG_ARGON2ID13) != 0)
        return failure(503, "busy", "There is not enough memory to hash a password now. Try again later.", {}, 1);
    return std::string(hash);
}

bool verifyPassword(const std::string& hash, std::string_view password)
{
    if (sodium_init() < 0)
        return false;
    const char* compared = hash.empty() ? nobodysHash : hash.c_str();
    const bool matches = crypto_pwhash_str_verify(compared, password.data(), password.size()) == 0;
    return matches && !hash.empty();
}

PasswordPool::PasswordPool(int threads, std::size_t waiting) : m_limit(waiting)
{
    for (int number = 0; number < threads; ++number)
        m_threads.emplace_back([this] { run(); });
}

PasswordPool::~PasswordPool()
{
    stop();
}

Result<void> PasswordPool::submit(std::function<void()> job)
{
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t free = m_threads.size() - m_running + m_limit;
        if (m_isStopping || m_waiting.size() >= free)
            return failure(503, "busy", "Too many people are signing in at once. Try again in a moment.", {}, 1);
        m_waiting.push_back(std::move(job));
    }
    m_wake.notify_one();
    return {};
}

void PasswordPool::stop()
{
    std::deque<std::function<void()>> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
        dropped.swap(m_waiting);
    }
    m_wake.notify_all();
    for (auto& thread : m_threads) {
        if (thread.joinable())
            thread.join();
    }
}

void PasswordPool::run()
{
    lowerThreadPriority();
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_isStopping || !m_waiting.empty(); });
        if (m_isStopping)
            return;
        auto job = std::move(m_waiting.front());
        m_waiting.pop_front();
        ++m_running;
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
        --m_running;
    }
}

} // namespace belfry::server
