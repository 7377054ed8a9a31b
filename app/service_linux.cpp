// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace belfry::app {

ServiceManager::ServiceManager() : m_socket(qgetenv("NOTIFY_SOCKET"))
{
    const bool isForUs = !qEnvironmentVariableIsSet("WATCHDOG_PID") ||
                         qEnvironmentVariableIntValue("WATCHDOG_PID") == static_cast<int>(::getpid());
    const qint64 microseconds = qgetenv("WATCHDOG_USEC").toLongLong();
    if (isForUs && microseconds > 0 && !m_socket.isEmpty())
        m_watchdogInterval = std::chrono::milliseconds(std::max<qint64>(microseconds / 2000, 1));
}

void ServiceManager::ready(const QString& status) const
{
    tell("READY=1\nSTATUS=" + status.toUtf8());
}

void ServiceManager::stopping() const
{
    tell("STOPPING=1");
}

void ServiceManager::alive() const
{
    tell("WATCHDOG=1");
}

void ServiceManager::tell(const QByteArray& message) const
{
    sockaddr_un address{};
    const auto length = static_cast<std::size_t>(m_socket.size());
    const bool isAddress = m_socket.startsWith('/') || m_socket.startsWith('@');
    if (!isAddress || length >= sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, m_socket.constData(), length);
    if (m_socket.startsWith('@'))
        address.sun_path[0] = '\0'; // a name that is no file (unix(7), "abstract")
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return;
    [[maybe_unused]] const auto sent = ::sendto(socket, message.constData(), static_cast<std::size_t>(message.size()),
                                                MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                                                static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
    ::close(socket);
}

} // namespace belfry::app
