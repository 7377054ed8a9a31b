// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/control_server.h"

#include "protocol/json.h"
#include "server/control/answer_line.h"
#include "server/memory.h"

#include <new>
#include <system_error>

namespace belfry::server {

namespace {

/// For a caller's line, and for what he takes of the answer.
constexpr std::chrono::seconds readPatience{5}, writePatience{10};
/// Callers at once; the next one waits for the oldest.
constexpr std::size_t mostCallers = 16;

} // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(const DataDirectory& directory, Admin admin)
{
    auto listener = LocalListener::listen(directory, controlSocketName);
    if (!listener)
        return tl::unexpected(listener.error());
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(*listener), std::move(admin)));
}

ControlServer::ControlServer(std::unique_ptr<LocalListener> listener, Admin admin)
    : m_listener(std::move(listener)), m_admin(std::move(admin)), m_thread([this] { serve(); })
{
}

ControlServer::~ControlServer()
{
    m_listener->wake();
    m_thread.join();
}

void ControlServer::serve()
{
    while (auto connection = m_listener->accept()) {
        makeRoom();
        Caller& caller = m_callers.emplace_back();
        try {
            caller.thread = std::thread([this, &caller, connection = std::move(*connection)]() mutable {
                attend(connection);
                caller.isDone = true;
            });
        } catch (const std::system_error&) {
            m_callers.pop_back(); // no thread to be had: the caller sees it closed, and tries again
        }
    }
    for (Caller& caller : m_callers)
        caller.thread.join();
}

void ControlServer::makeRoom()
{
    for (auto caller = m_callers.begin(); caller != m_callers.end();) {
        const auto each = caller++;
        if (each->isDone || m_callers.size() >= mostCallers) {
            each->thread.join();
            m_callers.erase(each);
        }
    }
}

void ControlServer::attend(LocalConnection& connection)
{
    try {
        if (const auto line = connection.readLine(readPatience)) {
            const auto command = parseJsonObject(*line);
            if (!command || !startLong(connection, *command))
                connection.writeLine(answerLine(command.and_then([this](const auto& object) { return run(object); })),
                                     writePatience);
        }
    } catch (const std::bad_alloc&) {
        const WaitForMemory forALine;
        connection.writeLine(answerLine(notEnoughMemory()), writePatience);
    }
}

bool ControlServer::startLong(LocalConnection& connection, const boost::json::object& command)
{
    const std::lock_guard lock(m_adminMutex);
    auto work = m_admin.longWork(command, connection.takeFile());
    if (work)
        m_long.start(std::move(connection), std::move(*work));
    return work.has_value();
}

Result<std::string> ControlServer::run(const boost::json::object& command)
{
    const std::lock_guard lock(m_adminMutex);
    return m_admin.run(command);
}

} // namespace belfry::server
