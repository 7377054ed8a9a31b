// SPDX-License-Identifier: GPL-3.0-or-later
// StatusNotifierItem hosts by D-Bus, the older XEmbed trays by their X11 selection.
#include "app/desktop/tray/tray_host.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QTimer>

#include <xcb/xcb.h>

#include <chrono>
#include <cstdlib>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;

constexpr QLatin1StringView watcherName("org.kde.StatusNotifierWatcher");
constexpr QLatin1StringView watcherPath("/StatusNotifierWatcher");

/// Whether somebody owns the tray selection of the X screen that we are on.
bool hasXEmbedTray()
{
    const auto* const x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    xcb_connection_t* const connection = x11 ? x11->connection() : nullptr;
    if (!connection)
        return false;
    const std::string_view name = "_NET_SYSTEM_TRAY_S0";
    xcb_intern_atom_reply_t* const atom = xcb_intern_atom_reply(
        connection, xcb_intern_atom(connection, 1, std::uint16_t(name.size()), name.data()), nullptr);
    bool isThere = false;
    if (atom && atom->atom != XCB_ATOM_NONE) {
        xcb_get_selection_owner_reply_t* const owner =
            xcb_get_selection_owner_reply(connection, xcb_get_selection_owner(connection, atom->atom), nullptr);
        isThere = owner && owner->owner != XCB_WINDOW_NONE;
        std::free(owner);
    }
    std::free(atom);
    return isThere;
}

} // namespace

class TrayHost::Parts : public QObject
{
public:
    explicit Parts(TrayHost* host) : m_host(host), m_bus(QDBusConnection::sessionBus()) {}

    void watch();
    void look();
    void found(bool isThere);

    TrayHost* m_host;
    QDBusConnection m_bus;
    QTimer m_again;
    bool m_isThere = false;
    bool m_hasAnswered = false;
};

TrayHost::TrayHost(QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>(this)) {}

TrayHost::~TrayHost() = default;

void TrayHost::watch()
{
    m_parts->watch();
}

bool TrayHost::isThere() const
{
    return m_parts->m_isThere;
}

void TrayHost::Parts::watch()
{
    // Signals of the bus come at once; a watcher without them and an XEmbed tray are looked for now and then.
    m_again.setInterval(5s);
    connect(&m_again, &QTimer::timeout, this, [this] { look(); });
    m_again.start();
    auto* const watcher = new QDBusServiceWatcher(watcherName, m_bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this, [this] { look(); });
    for (const char* const name : {"StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"})
        m_bus.connect(watcherName, watcherPath, watcherName, QLatin1StringView(name), m_host, SLOT(look()));
    look();
}

void TrayHost::Parts::look()
{
    if (!m_bus.isConnected()) {
        found(hasXEmbedTray());
        return;
    }
    QDBusMessage question = QDBusMessage::createMethodCall(
        watcherName, watcherPath, QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    question.setAutoStartService(false);
    question << watcherName << QStringLiteral("IsStatusNotifierHostRegistered");
    auto* const asked = new QDBusPendingCallWatcher(m_bus.asyncCall(question, 5000), this);
    connect(asked, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* answer) {
        answer->deleteLater();
        const QDBusMessage reply = answer->reply();
        const bool isRegistered = reply.type() == QDBusMessage::ReplyMessage &&
                                  reply.arguments().value(0).value<QDBusVariant>().variant().toBool();
        found(isRegistered || hasXEmbedTray());
    });
}

void TrayHost::Parts::found(bool isThere)
{
    const bool isFirst = !std::exchange(m_hasAnswered, true);
    if (isThere != std::exchange(m_isThere, isThere))
        Q_EMIT m_host->changed(isThere);
    else if (isFirst)
        Q_EMIT m_host->absent();
}

void TrayHost::look()
{
    m_parts->look();
}

} // namespace belfry::desktop
