// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/sqlite.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace belfry::server {

/// Copies the write-ahead log into the database beside the writer, on a connection and thread of its own
/// (engine.md, section 8: PASSIVE here, then RESTART by the writer between two batches).
///
/// Thread: request() and isIdle() from the writer's.
class Checkpointer
{
public:
    explicit Checkpointer(Connection db) : m_db(std::move(db)) {}
    ~Checkpointer() { stop(); }

    void start();
    void stop();
    void request();
    bool isIdle() const { return !m_isWanted.load(); }

private:
    void run();

    Connection m_db;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::atomic<bool> m_isWanted{false};
    bool m_isStopping = false;
    std::thread m_thread;
};

} // namespace belfry::server
