// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/popup.h"
#include "app/desktop/popups/stage.h"

#include <QObject>

#include <functional>
#include <memory>

class QSystemTrayIcon;

namespace belfry::desktop {

/// Shows popups with the platform's own means. One backend a platform behind it, chosen by CMake.
///
/// Nothing waits: every call returns at once, whatever the platform's daemon does, and signals follow.
/// Thread: GUI.
class Notifier : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Shows it, or replaces the one of this number in place.
    virtual void show(PopupId id, const Popup& popup) = 0;
    /// Takes it from the screen, or from its way there. No closed() follows.
    virtual void close(PopupId id) = 0;
    /// Before the program ends: what is still on its way out is sent.
    virtual void flush() = 0;

Q_SIGNALS:
    /// The platform has taken it.
    void shown(belfry::desktop::PopupId id);
    /// The platform refused or dropped it; it is in the list all the same.
    void refused(belfry::desktop::PopupId id, const QString& reason);
    void closed(belfry::desktop::PopupId id, belfry::desktop::ClosedBy by);
    void pressed(belfry::desktop::PopupId id, const QString& button);
    /// Another daemon has taken over: it knows nothing of these, which were shown by the last one.
    void restarted(const QList<belfry::desktop::PopupId>& lost);
};

/// Where the tray icon is, if there is one: the means of last resort.
using TrayIconGetter = std::function<QSystemTrayIcon*()>;

/// The platform's own. `tray` may answer null; it is asked anew each time.
std::unique_ptr<Notifier> makeNotifier(TrayIconGetter tray);

} // namespace belfry::desktop
