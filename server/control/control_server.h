// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/control/admin.h"
#include "server/control/local_socket.h"

#include <memory>
#include <thread>

namespace belfry::server {

/// The name of the control socket in the data directory.
inline constexpr const char* controlSocketName = "control.sock";

/// Answers `belfry user` and `belfry token` beside a running server, one command after the other.
/// A command is a line of JSON; so is the answer: `{"output":"…"}`, or `{"status","error","code","field"}`.
/// Owns its thread, which ends with it. Thread: its creator's.
class ControlServer
{
public:
    static Result<std::unique_ptr<ControlServer>> start(const DataDirectory& directory, Admin admin);
    ~ControlServer();

private:
    ControlServer(std::unique_ptr<LocalListener> listener, Admin admin);
    void serve();

    std::unique_ptr<LocalListener> m_listener;
    Admin m_admin;
    std::thread m_thread;
};

} // namespace belfry::server
