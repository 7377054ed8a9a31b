// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QTimer>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::server {

class Loop;
class WaitingRoom;

/// Accepts at one address, and hands the bare descriptors on: no QTcpSocket is ever made.
/// Thread: the listener's. QTcpServer keeps its first error for ever, so it is no source of truth about what went
/// wrong.
class Listener final : public QTcpServer
{
public:
    using Arrived = std::function<void(qintptr descriptor)>;
    explicit Listener(Arrived arrived);

protected:
    void incomingConnection(qintptr descriptor) override { m_arrived(descriptor); }

private:
    Arrived m_arrived;
};

/// Decides what becomes of an accepted descriptor: which loop gets it, or that there are too many (engine.md, section
/// 3).
///
/// Thread: the listener's, where it is made and destroyed.
class Admission final : public QObject
{
public:
    /// Beside the places of `waitingRoom` there may be for a moment some who were told that there is none, and some who
    /// were displaced and are not closed yet.
    struct Limits
    {
        std::size_t openFiles = 0; ///< near it: 503 at once, and no accepting until there is room or a second passed
        std::size_t overLimit = 0; ///< who may wait for their 503 at once
        std::size_t leaving = 0;   ///< that may wait to be closed; beyond, no accepting until they are

        /// For so many places of so many open files.
        static Limits forPlaces(std::size_t places, std::size_t openFiles);
    };

    /// @param log  the log's id, for answers to whom there is no room
    Admission(std::vector<Loop*> loops, WaitingRoom& waitingRoom, Limits limits, std::string log);

    /// @return a listener that is not listening yet, owned by this.
    Listener& addListener();
    void removeListener(Listener& listener);
    std::uint64_t accepted() const { return m_accepted.load(std::memory_order_relaxed); } ///< any thread
    std::uint64_t refused() const { return m_refused.load(std::memory_order_relaxed); }   ///< any thread

private:
    void arrived(qintptr descriptor);
    void refuse(qintptr descriptor);
    void pause();
    void resumeWhereThereIsRoom();
    std::size_t connections() const;

    std::vector<Loop*> m_loops;
    WaitingRoom& m_waitingRoom;
    Limits m_limits;
    std::string m_log;
    std::vector<std::unique_ptr<Listener>> m_listeners;
    QTimer m_pauseTimer{this}; // a child: it goes to the listener's thread with this
    int m_pauseTurns = 0;
    std::size_t m_connectionsAtPause = 0;
    std::atomic<std::uint64_t> m_accepted{0};
    std::atomic<std::uint64_t> m_refused{0};
};

} // namespace belfry::server
