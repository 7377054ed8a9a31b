// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace belfry::app {

/// What a program tells the service manager that started it (systemd's sd_notify(3): `NOTIFY_SOCKET`, `WATCHDOG_USEC`).
/// Where none did, and on other systems, nothing happens. Thread: main.
class ServiceManager
{
public:
    /// Looks into the environment once.
    ServiceManager();

    /// It serves now. @param status  a sentence for `systemctl status`
    void ready(const QString& status) const;
    void stopping() const;
    /// How often alive() is to be called at least, half of what the manager waits for; nothing where nobody waits.
    std::optional<std::chrono::milliseconds> watchdogInterval() const { return m_watchdogInterval; }
    void alive() const;

private:
    void tell(const QByteArray& message) const;

    QByteArray m_socket;
    std::optional<std::chrono::milliseconds> m_watchdogInterval;
};

} // namespace belfry::app
