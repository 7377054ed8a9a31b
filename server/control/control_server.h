// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/control/admin.h"
#include "server/control/local_socket.h"
#include "server/control/long_command.h"

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace belfry::server {

/// The name of the control socket in the data directory.
inline constexpr const char* controlSocketName = "control.sock";

/// Answers `belfry user` and `belfry token` beside a running server.
///
/// A command is a line of JSON; so is the answer (answer_line.h). Commands are carried out one after the other (what
/// takes long beside the others: LongCommand), but each caller is listened and spoken to in a thread of his own: one
/// that says nothing, or does not read, holds up neither the others nor the end. Thread: its creator's; owns the
/// others, which end with it.
class ControlServer
{
public:
    static Result<std::unique_ptr<ControlServer>> start(const DataDirectory& directory, Admin admin);
    ~ControlServer();

private:
    ControlServer(std::unique_ptr<LocalListener> listener, Admin admin);
    struct Caller
    {
        std::atomic<bool> isDone{false};
        std::thread thread;
    };
    void serve();
    void makeRoom();
    void attend(LocalConnection& connection);
    Result<std::string> run(const boost::json::object& command);
    /// Hands a command that takes long over, with its caller. False where it is none.
    bool startLong(LocalConnection& connection, const boost::json::object& command);

    std::unique_ptr<LocalListener> m_listener;
    std::mutex m_adminMutex; // one command after the other
    Admin m_admin;
    LongCommand m_long;          // outlived by what it works on
    std::list<Caller> m_callers; // oldest first; of m_thread
    std::thread m_thread;
};

} // namespace belfry::server
