// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/keychain_watch.h"

#include <QDBusConnection>
#include <QDBusServiceWatcher>

namespace belfry::client {

void watchForKeychain(QObject* context, std::function<void()> appeared)
{
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    auto* const watcher = new QDBusServiceWatcher(QStringLiteral("org.freedesktop.secrets"), bus,
                                                  QDBusServiceWatcher::WatchForRegistration, context);
    QObject::connect(watcher, &QDBusServiceWatcher::serviceRegistered, context,
                     [appeared = std::move(appeared)] { appeared(); });
}

} // namespace belfry::client
