// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/long_command.h"

#include "server/control/answer_line.h"
#include "server/memory.h"

#include <new>

namespace belfry::server {

namespace {

constexpr std::chrono::milliseconds reportInterval{500}, atOnce{0}, answerPatience{5000};

} // namespace

LongCommand::~LongCommand()
{
    m_isEnding = true;
    if (m_thread.joinable())
        m_thread.join();
}

void LongCommand::start(LocalConnection caller, Work work)
{
    if (m_isRunning.exchange(true)) {
        caller.writeLine(answerLine(failure(409, "busy", "A backup or compact command is at work already.")), atOnce);
        return;
    }
    if (m_thread.joinable())
        m_thread.join();
    m_thread = std::thread([this, caller = std::move(caller), work = std::move(work)]() mutable {
        try {
            run(caller, work);
        } catch (const std::bad_alloc&) {
            const WaitForMemory forALine;
            caller.writeLine(answerLine(notEnoughMemory()), answerPatience);
        }
        m_isRunning = false;
    });
}

void LongCommand::run(LocalConnection& caller, const Work& work)
{
    auto nextReport = std::chrono::steady_clock::now() + reportInterval;
    const auto answer = work([&](double share) {
        if (const auto now = std::chrono::steady_clock::now(); now >= nextReport) {
            nextReport = now + reportInterval;
            caller.writeLine(progressLine(share), atOnce); // who does not read is not waited for
        }
        return !m_isEnding && !caller.isGone();
    });
    caller.writeLine(answerLine(answer), answerPatience);
}

} // namespace belfry::server
