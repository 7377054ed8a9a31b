// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/password.h"

#include "protocol/notification.h"
#include "server/auth/opaque_string.h"
#include "server/auth/thread_priority.h"
#include "server/log.h"
#include "server/memory.h"

#include <QStringDecoder>

#include <sodium.h>

#include <new>
#include <optional>
#include <regex>

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

/// A hash as it is kept: `$argon2id$v=19$m=65536,t=2,p=1$SALT$HASH`, the two in base64 without padding.
struct KeptHash
{
    unsigned long long passes = 0;
    std::size_t memoryBytes = 0;
    std::string salt, hash;
};

std::string fromBase64(std::string_view text)
{
    std::string bytes(text.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                          nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
        return {};
    bytes.resize(length);
    return bytes;
}

/// Nothing where it is no hash of ours.
std::optional<KeptHash> parseHash(const std::string& text)
{
    static const std::regex form(
        R"(\$argon2id\$v=19\$m=([0-9]{1,8}),t=([0-9]{1,4}),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+))");
    std::smatch parts;
    if (!std::regex_match(text, parts, form))
        return std::nullopt;
    KeptHash kept{std::stoull(parts[2]), std::stoul(parts[1]) * 1024, fromBase64(parts[3].str()),
                  fromBase64(parts[4].str())};
    const bool isUsable = kept.salt.size() == crypto_pwhash_SALTBYTES && kept.hash.size() >= crypto_pwhash_BYTES_MIN;
    return isUsable ? std::optional(std::move(kept)) : std::nullopt;
}

/// One run of Argon2id. Not crypto_pwhash_str_verify: that has one result for another password and for no memory.
PasswordVerdict compareHash(const std::string& hash, std::string_view password)
{
    const auto kept = parseHash(hash.empty() ? nobodysHash : hash);
    if (sodium_init() < 0 || !kept)
        return PasswordVerdict::NotLookedAt;
    std::string made(kept->hash.size(), '\0');
    if (crypto_pwhash(reinterpret_cast<unsigned char*>(made.data()), made.size(), password.data(), password.size(),
                      reinterpret_cast<const unsigned char*>(kept->salt.data()), kept->passes, kept->memoryBytes,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return PasswordVerdict::NotLookedAt;
    const bool matches = sodium_memcmp(made.data(), kept->hash.data(), made.size()) == 0;
    return matches && !hash.empty() ? PasswordVerdict::Right : PasswordVerdict::Wrong;
}

} // namespace

Result<void> validPassword(std::string_view password)
{
    if (!isUtf8(password))
        return invalidMember("password", "A password must be UTF-8 text.");
    const std::string compared = opaqueForm(password);
    const std::size_t length = codePoints(compared);
    if (length < limits::passwordMin)
        return invalidMember("password", "A password must have at least 8 characters.");
    if (length > limits::passwordMax)
        return invalidMember("password", "A password can have at most 1,000 characters.");
    if (!isFreeform(compared))
        return invalidMember("password", "A password can't hold control, invisible or unassigned characters.");
    return {};
}

bool isTooLong(std::string_view password)
{
    return codePoints(opaqueForm(password)) > limits::passwordMax;
}

Result<std::string> hashPassword(std::string_view typed)
{
    const std::string password = opaqueForm(typed);
    char hash[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0 || crypto_pwhash_str_alg(hash, password.data(), password.size(), passes, memoryBytes,
                                                   crypto_pwhash_ALG_ARGON2ID13) != 0)
        return notEnoughMemory();
    return std::string(hash);
}

PasswordVerdict verifyPassword(const std::string& hash, std::string_view password)
{
    const PasswordVerdict asTyped = compareHash(hash, password);
    const std::string form = opaqueForm(password);
    if (form == password || asTyped == PasswordVerdict::NotLookedAt)
        return asTyped;
    return asTyped == PasswordVerdict::Right ? PasswordVerdict::RightAsTyped : compareHash(hash, form);
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
        try {
            job();
        } catch (const std::bad_alloc&) {
            // Whoever waits for it is answered when the job lets go of them.
            log(LogLevel::Error, "auth", "a password was not looked at: there is not enough memory");
        }
        job = nullptr;
        lock.lock();
        --m_running;
    }
}

} // namespace belfry::server
