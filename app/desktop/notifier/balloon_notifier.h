// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/notifier/notifier.h"

#include <QPointer>

namespace belfry::desktop {

/// Popups by QSystemTrayIcon::showMessage: no urgency, nothing to replace, no buttons, nothing to take back. Last
/// resort, and what Windows and macOS have. A click counts for the one shown last.
class BalloonNotifier : public Notifier
{
    Q_OBJECT
public:
    explicit BalloonNotifier(TrayIconGetter tray, QObject* parent = nullptr);

    void show(PopupId id, const Popup& popup) override;
    void close(PopupId id) override;
    void flush() override {}

private:
    TrayIconGetter m_tray;
    QPointer<QObject> m_connectedTray;
    PopupId m_last = 0;
};

} // namespace belfry::desktop
