// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/notifier/balloon_notifier.h"
#include "app/desktop/notifier/dbus_notifier.h"

namespace belfry::desktop {

std::unique_ptr<Notifier> makeNotifier(TrayIconGetter tray)
{
    auto balloons = std::make_unique<BalloonNotifier>(std::move(tray));
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return balloons;
    return std::make_unique<DBusNotifier>(bus, std::move(balloons));
}

} // namespace belfry::desktop
