// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/notifier/balloon_notifier.h"

#include <QMetaObject>
#include <QSystemTrayIcon>

namespace belfry::desktop {
namespace {

QSystemTrayIcon::MessageIcon iconOf(Type type)
{
    switch (type) {
    case Type::Warning:
        return QSystemTrayIcon::Warning;
    case Type::Error:
        return QSystemTrayIcon::Critical;
    default:
        return QSystemTrayIcon::Information;
    }
}

int millisecondsOf(Stay stay)
{
    return stay == Stay::PlatformDefault ? 10'000 : stay == Stay::FifteenSeconds ? 15'000 : 60'000;
}

} // namespace

BalloonNotifier::BalloonNotifier(TrayIconGetter tray, QObject* parent) : Notifier(parent), m_tray(std::move(tray)) {}

void BalloonNotifier::show(PopupId id, const Popup& popup)
{
    QSystemTrayIcon* const tray = m_tray ? m_tray() : nullptr;
    if (!tray) {
        QMetaObject::invokeMethod(
            this, [this, id] { Q_EMIT refused(id, tr("There is no place for popups on this desktop.")); },
            Qt::QueuedConnection);
        return;
    }
    if (m_connectedTray != tray) {
        m_connectedTray = tray;
        connect(tray, &QSystemTrayIcon::messageClicked, this, [this] {
            if (m_last != 0)
                Q_EMIT pressed(m_last, button::open);
        });
    }
    m_last = id;
    tray->showMessage(popup.title, popup.text, iconOf(popup.type), millisecondsOf(popup.stay));
    QMetaObject::invokeMethod(
        this, [this, id] { Q_EMIT shown(id); }, Qt::QueuedConnection);
}

void BalloonNotifier::close(PopupId id)
{
    if (m_last == id)
        m_last = 0;
}

} // namespace belfry::desktop
