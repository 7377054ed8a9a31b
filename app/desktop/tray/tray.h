// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/hosting.h"
#include "app/desktop/icons.h"
#include "app/desktop/tray/tray_host.h"
#include "app/desktop/tray/tray_menu.h"
#include "client/client.h"

#include <QObject>
#include <QSystemTrayIcon>
#include <QTimer>

#include <memory>
#include <optional>

namespace belfry::desktop {

/// The tray icon: there while the desktop has a place for it, also one that comes later. Thread: GUI.
class Tray : public QObject
{
    Q_OBJECT
public:
    Tray(client::Client& client, Hosting& hosting, Preferences& preferences, TrayMenu& menu, QObject* parent = nullptr);
    ~Tray() override;

    /// Starts to look for a place. hostChanged() follows, the first time also where there is none.
    void start();
    bool isThere() const { return m_host.isThere(); }
    /// Null while there is no place for one.
    QSystemTrayIcon* icon() const { return m_icon.get(); }
    /// The program ends.
    void hide();

Q_SIGNALS:
    void hostChanged(bool isThere);
    void clicked();

private:
    void hostCameOrWent(bool isThere);
    void update();

    client::Client& m_client;
    Hosting& m_hosting;
    Preferences& m_preferences;
    TrayMenu& m_menu;
    TrayHost m_host;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    std::optional<Bell> m_bell;
    QTimer m_again; ///< while the tooltip counts
};

} // namespace belfry::desktop
