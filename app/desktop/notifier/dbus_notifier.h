// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/notifier/notifier.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QHash>
#include <QSet>
#include <QStringList>

#include <deque>
#include <functional>
#include <optional>

namespace belfry::desktop {

/// Popups over org.freedesktop.Notifications 1.2 (Desktop Notifications Specification).
///
/// A daemon's numbers belong to the one owner of the name that gave them: when the owner changes all are forgotten, and
/// signals from anybody else are ignored. Everything is asynchronous and without a reply timeout: a daemon that hangs
/// costs nothing but its popups. Where there is no daemon and none can be started, `fallback` shows them.
class DBusNotifier : public Notifier
{
    Q_OBJECT
public:
    DBusNotifier(QDBusConnection bus, std::unique_ptr<Notifier> fallback, QObject* parent = nullptr);

    void show(PopupId id, const Popup& popup) override;
    void close(PopupId id) override;
    void flush() override;

private Q_SLOTS:
    void notificationClosed(const QDBusMessage& message);
    void actionInvoked(const QDBusMessage& message);
    void activationToken(const QDBusMessage& message);

private:
    struct Sent
    {
        quint32 number = 0;        ///< the daemon's; 0 while it has not answered
        bool isAsking = false;     ///< a Notify is on its way
        std::optional<Popup> next; ///< to be sent when it has answered
        bool isToClose = false;    ///< to be closed when it has answered
    };
    enum class Daemon { Unknown, Asking, Known, Absent };

    void askCapabilities();
    void sendWaiting();
    void send(PopupId id, const Popup& popup);
    void answered(PopupId id, quint64 generation, const QDBusMessage& reply);
    void ownerChanged(const QString& owner);
    void closeNumber(quint32 number);
    void useFallback();
    void handleLater(quint32 number, std::function<void(PopupId)> what);
    PopupId idOf(quint32 number) const;

    QDBusConnection m_bus;
    std::unique_ptr<Notifier> m_fallback;
    Daemon m_daemon = Daemon::Unknown;
    QString m_owner;          ///< the unique name of the daemon that the numbers are from
    quint64 m_generation = 0; ///< counts owners: answers of an earlier one are nobody's
    QStringList m_capabilities;
    QHash<PopupId, Sent> m_sent;
    QHash<quint32, PopupId> m_numbers;
    QList<PopupId> m_waitingOrder; ///< asked to be shown before the daemon's abilities were known
    QHash<PopupId, Popup> m_waiting;
    QList<PopupId> m_lost; ///< stood with a daemon that is gone
    /// Signals that overtook the answer that tells whose they are.
    std::deque<std::pair<quint32, std::function<void(PopupId)>>> m_early;
};

} // namespace belfry::desktop
