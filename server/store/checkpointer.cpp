// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/checkpointer.h"

#include <sqlite3.h>

namespace belfry::server {

void Checkpointer::start()
{
    m_thread = std::thread([this] { run(); });
}

void Checkpointer::stop()
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
}

void Checkpointer::request()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isWanted = true;
    }
    m_wake.notify_one();
}

void Checkpointer::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_isStopping || m_isWanted.load(); });
        if (m_isStopping) {
            return;
        }
        lock.unlock();
        // A failure here is none of the writer's: the log grows, and the next try is a second away.
        sqlite3_wal_checkpoint_v2(m_db.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        m_isWanted = false;
        lock.lock();
    }
}

} // namespace belfry::server
