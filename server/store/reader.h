// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/sqlite.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace belfry::server {

/// One question to the store, answered in one turn or in several with others between them.
struct ReadJob
{
    std::function<bool(Connection&)> turn; ///< false: wants another turn
    std::function<void(Error)> refuse;
    bool isProbe = false; ///< is next, and never too much: asks whether the thread goes on
    std::function<bool()>
        isWanted{}; ///< asked before each turn, on the reader's thread; false: it is given up. Empty: yes
};

/// A thread that reads, with a connection of its own; every turn is one short transaction.
class Reader
{
public:
    explicit Reader(Connection db) : m_db(std::move(db)) {}
    ~Reader() { stop(); }

    void start();
    /// Ends the thread; what waits is refused.
    void stop();
    /// Thread: any. Refuses on the spot, 503, where too much waits.
    void submit(ReadJob job);

private:
    void run();

    Connection m_db;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<ReadJob> m_jobs;
    bool m_isStopping = false;
    std::thread m_thread;
};

} // namespace belfry::server
