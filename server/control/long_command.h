// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/control/local_socket.h"
#include "server/store/progress.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace belfry::server {

/// A command that takes longer than others may be kept waiting. It has a thread of its own, tells its caller how far it
/// is, and nobody works on for a caller who has gone. One at a time.
///
/// Thread: its owner's.
class LongCommand
{
public:
    using Work = std::function<Result<std::string>(const Progress&)>;

    LongCommand() = default;
    LongCommand(const LongCommand&) = delete;
    LongCommand& operator=(const LongCommand&) = delete;
    /// Breaks off what runs, and waits for it.
    ~LongCommand();

    /// 409 `busy` is the caller's answer where another one runs.
    void start(LocalConnection caller, Work work);

private:
    void run(LocalConnection& caller, const Work& work);

    std::atomic<bool> m_isRunning{false};
    std::atomic<bool> m_isEnding{false};
    std::thread m_thread;
};

} // namespace belfry::server
