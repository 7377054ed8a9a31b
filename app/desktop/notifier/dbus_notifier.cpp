// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/notifier/dbus_notifier.h"

#include "app/desktop/icons.h"
#include "app/desktop/notifier/dbus_image.h"

#include <QCoreApplication>
#include <QDBusConnectionInterface>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QLoggingCategory>

namespace belfry::desktop {
namespace {

Q_LOGGING_CATEGORY(log, "belfry.notifier")

constexpr QLatin1StringView service("org.freedesktop.Notifications");
constexpr QLatin1StringView path("/org/freedesktop/Notifications");
constexpr QLatin1StringView interface("org.freedesktop.Notifications");

constexpr int withoutTimeout = std::numeric_limits<int>::max();
constexpr qsizetype mostWaiting = 200;
constexpr std::size_t mostEarly = 64;
constexpr int imageSize = 64;

QDBusMessage call(const QString& method)
{
    return QDBusMessage::createMethodCall(service, path, interface, method);
}

/// The specification's byte: low, normal, critical.
uchar urgencyByte(Priority priority)
{
    return priority == Priority::Low ? 0 : priority == Priority::Critical ? 2 : 1;
}

int timeoutOf(Stay stay)
{
    switch (stay) {
    case Stay::PlatformDefault:
        return -1;
    case Stay::FifteenSeconds:
        return 15'000;
    case Stay::UntilClosed:
        break;
    }
    return 0;
}

/// The bus has no such daemon and cannot start one.
bool meansAbsent(const QDBusMessage& reply)
{
    const QString name = reply.errorName();
    return name == QLatin1StringView("org.freedesktop.DBus.Error.ServiceUnknown") ||
           name == QLatin1StringView("org.freedesktop.DBus.Error.NameHasNoOwner") ||
           name.startsWith(QLatin1StringView("org.freedesktop.DBus.Error.Spawn")) ||
           name == QLatin1StringView("org.freedesktop.DBus.Error.Disconnected");
}

} // namespace

DBusNotifier::DBusNotifier(QDBusConnection bus, std::unique_ptr<Notifier> fallback, QObject* parent)
    : Notifier(parent), m_bus(std::move(bus)), m_fallback(std::move(fallback))
{
    registerImageType();
    if (m_fallback) {
        connect(m_fallback.get(), &Notifier::shown, this, &Notifier::shown);
        connect(m_fallback.get(), &Notifier::refused, this, &Notifier::refused);
        connect(m_fallback.get(), &Notifier::closed, this, &Notifier::closed);
        connect(m_fallback.get(), &Notifier::pressed, this, &Notifier::pressed);
    }
    // From whomever: who sent it is looked at here, so that nothing depends on when Qt learns of a new owner.
    m_bus.connect(QString(), path, interface, QStringLiteral("NotificationClosed"), this,
                  SLOT(notificationClosed(QDBusMessage)));
    m_bus.connect(QString(), path, interface, QStringLiteral("ActionInvoked"), this, SLOT(actionInvoked(QDBusMessage)));
    m_bus.connect(QString(), path, interface, QStringLiteral("ActivationToken"), this,
                  SLOT(activationToken(QDBusMessage)));

    auto* const watcher = new QDBusServiceWatcher(service, m_bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString&, const QString&, const QString& newOwner) { ownerChanged(newOwner); });
}

void DBusNotifier::show(PopupId id, const Popup& popup)
{
    if (m_daemon == Daemon::Known) {
        send(id, popup);
        return;
    }
    if (!m_waiting.contains(id))
        m_waitingOrder.append(id);
    m_waiting.insert(id, popup);
    if (m_waitingOrder.size() > mostWaiting) { // a daemon that hangs: the oldest stay in the list only
        const PopupId oldest = m_waitingOrder.takeFirst();
        m_waiting.remove(oldest);
        Q_EMIT refused(oldest, tr("The desktop's notification service does not answer."));
    }
    if (m_daemon != Daemon::Asking)
        askCapabilities(); // also where there was none: one may have come, or be startable now
}

void DBusNotifier::askCapabilities()
{
    m_daemon = Daemon::Asking;
    const quint64 generation = m_generation;
    auto* const watcher =
        new QDBusPendingCallWatcher(m_bus.asyncCall(call(QStringLiteral("GetCapabilities")), withoutTimeout), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, generation](QDBusPendingCallWatcher* finished) {
        finished->deleteLater();
        if (m_daemon != Daemon::Asking)
            return;
        const QDBusMessage reply = finished->reply();
        if (reply.type() == QDBusMessage::ReplyMessage) {
            if (!m_owner.isEmpty() && reply.service() != m_owner) {
                askCapabilities(); // an answer from one that is gone
                return;
            }
            m_owner = reply.service();
            m_capabilities = reply.arguments().value(0).toStringList();
            m_daemon = Daemon::Known;
            sendWaiting();
        } else if (generation != m_generation && !m_owner.isEmpty()) {
            askCapabilities(); // it ended under the question, and another is there
        } else {
            qCInfo(log) << "no notification service:" << reply.errorMessage();
            useFallback();
        }
    });
}

void DBusNotifier::sendWaiting()
{
    const QList<PopupId> order = std::exchange(m_waitingOrder, {});
    const QHash<PopupId, Popup> waiting = std::exchange(m_waiting, {});
    for (const PopupId id : order)
        send(id, waiting.value(id));
}

void DBusNotifier::useFallback()
{
    m_daemon = Daemon::Absent;
    const QList<PopupId> order = std::exchange(m_waitingOrder, {});
    const QHash<PopupId, Popup> waiting = std::exchange(m_waiting, {});
    for (const PopupId id : order) {
        if (m_fallback)
            m_fallback->show(id, waiting.value(id));
        else
            Q_EMIT refused(id, tr("There is no notification service on this desktop."));
    }
}

void DBusNotifier::send(PopupId id, const Popup& popup)
{
    Sent& sent = m_sent[id];
    sent.isToClose = false;
    if (sent.isAsking) {
        sent.next = popup;
        return;
    }
    sent.isAsking = true;

    QStringList actions;
    if (m_capabilities.contains(QLatin1StringView("actions"))) {
        for (const PopupButton& one : popup.buttons)
            actions << one.name << one.label;
    }
    QString body;
    if (m_capabilities.contains(QLatin1StringView("body"))) {
        body = popup.text;
        if (m_capabilities.contains(QLatin1StringView("body-markup")))
            body = body.toHtmlEscaped();
    }
    QVariantMap hints{
        {QStringLiteral("urgency"), QVariant::fromValue(urgencyByte(popup.urgency))},
        {QStringLiteral("desktop-entry"), QStringLiteral("belfry")},
        {QStringLiteral("image-data"), imageHint(typeIcon(popup.type).pixmap(imageSize, imageSize).toImage())},
    };
    QDBusMessage message = call(QStringLiteral("Notify"));
    message << QStringLiteral("Belfry") << sent.number << QStringLiteral("belfry") << popup.title << body << actions
            << hints << timeoutOf(popup.stay);

    auto* const watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(message, withoutTimeout), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, id, generation = m_generation](QDBusPendingCallWatcher* finished) {
                finished->deleteLater();
                answered(id, generation, finished->reply());
            });
}

void DBusNotifier::answered(PopupId id, quint64 generation, const QDBusMessage& reply)
{
    if (generation != m_generation)
        return; // from a daemon that is gone, and its popup with it
    const auto at = m_sent.find(id);
    if (at == m_sent.end())
        return;
    at->isAsking = false;
    const std::optional<Popup> next = std::exchange(at->next, std::nullopt);
    const bool isToClose = std::exchange(at->isToClose, false);

    if (reply.type() != QDBusMessage::ReplyMessage) {
        m_numbers.remove(at->number);
        m_sent.remove(id);
        if (meansAbsent(reply))
            m_daemon = Daemon::Unknown;
        if (next)
            show(id, *next);
        else if (!isToClose)
            Q_EMIT refused(id, reply.errorMessage());
        return;
    }
    const quint32 number = reply.arguments().value(0).toUInt();
    if (at->number != number)
        m_numbers.remove(at->number);
    at->number = number;
    m_numbers.insert(number, id);

    if (isToClose) {
        m_numbers.remove(number);
        m_sent.remove(id);
        closeNumber(number);
        return;
    }
    Q_EMIT shown(id);
    if (next)
        send(id, *next);
    // What the daemon said of this number before its answer was read.
    for (auto early = m_early.begin(); early != m_early.end();) {
        if (early->first != number) {
            ++early;
            continue;
        }
        const auto what = early->second;
        early = m_early.erase(early);
        QMetaObject::invokeMethod(
            this, [what, id] { what(id); }, Qt::QueuedConnection);
    }
}

void DBusNotifier::close(PopupId id)
{
    if (m_fallback)
        m_fallback->close(id);
    m_waitingOrder.removeAll(id);
    m_waiting.remove(id);
    m_lost.removeAll(id);
    const auto at = m_sent.find(id);
    if (at == m_sent.end())
        return;
    if (at->isAsking) {
        at->next.reset();
        at->isToClose = true;
        if (at->number != 0)
            closeNumber(at->number); // the older one need not stay until then
        return;
    }
    const quint32 number = at->number;
    m_numbers.remove(number);
    m_sent.remove(id);
    closeNumber(number);
}

void DBusNotifier::closeNumber(quint32 number)
{
    QDBusMessage message = call(QStringLiteral("CloseNotification"));
    message.setAutoStartService(false);
    message << number;
    m_bus.send(message);
}

void DBusNotifier::flush()
{
    // send() hands over to the bus's own socket at once or when that takes more; a round trip to the bus itself (never
    // to the daemon) makes sure that all before it has left.
    QDBusMessage ping =
        QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.DBus"), QStringLiteral("/org/freedesktop/DBus"),
                                       QStringLiteral("org.freedesktop.DBus.Peer"), QStringLiteral("Ping"));
    m_bus.call(ping, QDBus::Block, 500);
}

void DBusNotifier::ownerChanged(const QString& owner)
{
    if (owner == m_owner)
        return;
    ++m_generation;
    m_owner = owner;
    m_lost += m_sent.keys();
    m_sent.clear();
    m_numbers.clear();
    m_early.clear();
    m_capabilities.clear();
    if (m_daemon != Daemon::Asking)
        m_daemon = Daemon::Unknown;
    if (owner.isEmpty())
        return;
    if (m_daemon == Daemon::Unknown && !m_waiting.isEmpty())
        askCapabilities();
    QList<PopupId> lost = std::exchange(m_lost, {});
    lost.removeIf([this](PopupId id) { return m_waiting.contains(id); });
    if (!lost.isEmpty())
        Q_EMIT restarted(lost);
}

PopupId DBusNotifier::idOf(quint32 number) const
{
    return m_numbers.value(number, 0);
}

void DBusNotifier::handleLater(quint32 number, std::function<void(PopupId)> what)
{
    bool isAsking = false;
    for (const Sent& sent : std::as_const(m_sent))
        isAsking = isAsking || sent.isAsking;
    if (!isAsking)
        return; // not one of ours
    m_early.emplace_back(number, std::move(what));
    if (m_early.size() > mostEarly)
        m_early.pop_front();
}

void DBusNotifier::notificationClosed(const QDBusMessage& message)
{
    if (message.service() != m_owner || message.arguments().size() < 2)
        return;
    const quint32 number = message.arguments().at(0).toUInt();
    const uint reason = message.arguments().at(1).toUInt();
    const auto handle = [this, reason](PopupId id) {
        const auto at = m_sent.find(id);
        if (at == m_sent.end())
            return;
        m_numbers.remove(at->number);
        if (at->isAsking)
            at->number = 0; // a replacement is on its way and will stand by itself
        else
            m_sent.remove(id);
        const ClosedBy by = reason == 1   ? ClosedBy::Timeout
                            : reason == 2 ? ClosedBy::Person
                            : reason == 3 ? ClosedBy::Us
                                          : ClosedBy::Unknown;
        Q_EMIT closed(id, by);
    };
    if (const PopupId id = idOf(number); id != 0)
        handle(id);
    else
        handleLater(number, handle);
}

void DBusNotifier::actionInvoked(const QDBusMessage& message)
{
    if (message.service() != m_owner || message.arguments().size() < 2)
        return;
    const quint32 number = message.arguments().at(0).toUInt();
    const QString button = message.arguments().at(1).toString();
    const auto handle = [this, button](PopupId id) { Q_EMIT pressed(id, button); };
    if (const PopupId id = idOf(number); id != 0)
        handle(id);
    else
        handleLater(number, handle);
}

void DBusNotifier::activationToken(const QDBusMessage& message)
{
    if (message.service() != m_owner || message.arguments().size() < 2)
        return;
    // Wayland lets a window come to the front only with the token of the click that asked for it.
    if (idOf(message.arguments().at(0).toUInt()) != 0)
        qputenv("XDG_ACTIVATION_TOKEN", message.arguments().at(1).toString().toUtf8());
}

} // namespace belfry::desktop
