// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace belfry::server {

/// 400 naming `password` unless it is UTF-8 of 8 to 1,000 code points, as it is compared, and of what a new one may
/// hold (RFC 8265, OpaqueString).
Result<void> validPassword(std::string_view password);
/// Whether it is longer than any password, in the form in which it is compared.
bool isTooLong(std::string_view password);

/// Of the form in which passwords are compared (opaqueForm). Argon2id, 64 MiB, 2 passes: about 0.1 s of CPU. Blocks:
/// for the pool or a command line. 503 where there is no memory for it.
Result<std::string> hashPassword(std::string_view password);

/// What comparing a password with a hash came to. "No" and "could not" are never one: the latter is this machine's
/// fault (64 MiB that cannot be had), and nobody is blamed for it.
/// RightAsTyped: the hash is an old one, of what was typed and not of the form in which passwords are compared now; it
/// is to be made anew.
enum class PasswordVerdict : std::uint8_t { Wrong, Right, RightAsTyped, NotLookedAt };

/// Whether the password is the one: as typed first, then in the form in which passwords are compared, where that is
/// another (it costs a second run, whatever the hash is). An empty hash (unknown name, external account) is never
/// matched and costs the same. Blocks like hashPassword.
PasswordVerdict verifyPassword(const std::string& hash, std::string_view password);

/// Two threads for passwords, with 64 places to wait in: hashing takes memory and CPU that deliveries need.
/// Thread: submit() from any.
class PasswordPool
{
public:
    explicit PasswordPool(int threads = 2, std::size_t waiting = 64);
    ~PasswordPool();

    /// Runs the job on a thread of the pool; 503 `busy` where all places are taken or the pool has ended.
    /// What a job leads to goes home through a mailbox.
    Result<void> submit(std::function<void()> job);
    /// Finishes what runs and drops what waits. Idempotent; blocks for the length of a hash.
    void stop();

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_waiting;
    std::vector<std::thread> m_threads;
    std::size_t m_limit;
    std::size_t m_running = 0;
    bool m_isStopping = false;
};

} // namespace belfry::server
