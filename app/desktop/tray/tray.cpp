// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/tray/tray.h"

#include "app/desktop/hosting/own_link.h"
#include "app/desktop/popups/quiet.h"
#include "app/desktop/tray/tray_face.h"

#include <chrono>

namespace belfry::desktop {

using namespace std::chrono_literals;

Tray::Tray(client::Client& client, Hosting& hosting, Preferences& preferences, TrayMenu& menu, QObject* parent)
    : QObject(parent), m_client(client), m_hosting(hosting), m_preferences(preferences), m_menu(menu)
{
    connect(&m_host, &TrayHost::changed, this, &Tray::hostCameOrWent);
    connect(&m_host, &TrayHost::absent, this, [this] { Q_EMIT hostChanged(false); });
    connect(&m_client, &client::Client::statusChanged, this, &Tray::update);
    connect(&m_client, &client::Client::unreadChanged, this, &Tray::update);
    connect(&m_hosting, &Hosting::stateChanged, this, &Tray::update);
    connect(&m_hosting, &Hosting::ownerRefused, this, &Tray::update);
    connect(&m_hosting, &Hosting::ownerSignedIn, this, &Tray::update);
    connect(&m_preferences, &Preferences::quietChanged, this, &Tray::update);
    connect(&m_preferences, &Preferences::languageChanged, this, &Tray::update, Qt::QueuedConnection);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &Tray::update);
}

Tray::~Tray() = default;

void Tray::start()
{
    m_host.watch();
}

void Tray::hide()
{
    if (m_icon)
        m_icon->hide();
}

void Tray::hostCameOrWent(bool isThere)
{
    if (isThere) {
        m_icon = std::make_unique<QSystemTrayIcon>();
        m_icon->setObjectName(QStringLiteral("trayIcon"));
        m_icon->setContextMenu(&m_menu);
        connect(m_icon.get(), &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
            if (reason == QSystemTrayIcon::Trigger)
                Q_EMIT clicked();
        });
        m_bell.reset();
        update();
        m_icon->show();
    } else {
        m_icon.reset();
    }
    Q_EMIT hostChanged(isThere);
}

void Tray::update()
{
    if (!m_icon)
        return;
    const client::LinkStatus status = ownLink(m_client.status(), m_hosting.state(), m_hosting.ownerSentence());
    const Quiet quiet = m_preferences.quiet();
    const TrayFace face = trayFace(status, m_client.unread(), quiet, QDateTime::currentDateTime());
    if (m_bell != face.bell) {
        m_bell = face.bell;
        m_icon->setIcon(bellIcon(face.bell));
    }
    if (m_icon->toolTip() != face.tooltip)
        m_icon->setToolTip(face.tooltip);
    if (status.state == client::LinkState::Waiting)
        m_again.start(1s);
    else if (quiet.isOn)
        m_again.start(1min);
    else
        m_again.stop();
}

} // namespace belfry::desktop
