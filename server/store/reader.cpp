// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/reader.h"

#include "server/memory.h"

#include <new>
#include <utility>

namespace belfry::server {
namespace {

/// Enough for every stream of a full machine to ask at once after a restart.
constexpr std::size_t maxWaiting = 65536;

Error stopping()
{
    return {503, "stopping", "The server is stopping.", {}, 1};
}

/// Whoever asked has gone, or takes no answer any more.
Error unwanted()
{
    return {503, "given_up", "The question was given up.", {}, 1};
}

} // namespace

void Reader::start()
{
    m_thread = std::thread([this] { run(); });
}

void Reader::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) {
        m_db.interrupt();
        m_thread.join();
    }
    for (ReadJob& job : std::exchange(m_jobs, {})) {
        job.refuse(stopping());
    }
}

void Reader::submit(ReadJob job)
{
    Error refusal = stopping();
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isStopping && (job.isProbe || m_jobs.size() < maxWaiting)) {
            m_jobs.insert(job.isProbe ? m_jobs.begin() : m_jobs.end(), std::move(job));
            m_wake.notify_one();
            return;
        }
        if (!m_isStopping) {
            refusal = {503, "busy", "The server has too much to do at the moment.", {}, 1};
        }
    }
    job.refuse(std::move(refusal));
}

void Reader::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        const WaitForMemory whole;
        m_wake.wait(lock, [this] { return m_isStopping || !m_jobs.empty(); });
        if (m_isStopping) {
            return;
        }
        ReadJob job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        bool isDone = job.isWanted && !job.isWanted();
        if (isDone) {
            job.refuse(unwanted());
        } else {
            try {
                const DoWithoutMemory mayFail;
                isDone = job.turn(m_db);
            } catch (const std::bad_alloc&) {
                isDone = true;
                job.refuse(notEnoughMemory().value());
            }
        }
        lock.lock();
        if (!isDone) {
            m_jobs.push_back(std::move(job));
        }
    }
}

} // namespace belfry::server
