// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/control_server.h"

#include "protocol/json.h"

namespace belfry::server {

namespace {

constexpr std::chrono::seconds patience{5};

std::string answerLine(const Result<std::string>& answer)
{
    if (answer)
        return "{\"output\":" + jsonString(*answer) + "}";
    std::string error = errorBody(answer.error());
    return error.insert(1, "\"status\":" + std::to_string(answer.error().status) + ",");
}

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
        const auto line = connection->readLine(patience);
        if (!line)
            continue;
        const auto answer = parseJsonObject(*line).and_then(
            [this](const boost::json::object& command) { return m_admin.run(command); });
        connection->writeLine(answerLine(answer));
    }
}

} // namespace belfry::server
