// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/hosting.h"
#include "app/desktop/options.h"
#include "app/desktop/popups/popup_desk.h"
#include "app/desktop/preferences.h"
#include "app/desktop/session_watch.h"
#include "app/desktop/single_instance.h"
#include "app/desktop/translations.h"
#include "app/desktop/tray/tray.h"
#include "app/desktop/tray/tray_menu.h"
#include "app/desktop/windows.h"
#include "app/process.h"
#include "client/client.h"

#include <QObject>
#include <QTimer>

namespace belfry::desktop {

/// Wires the desktop's parts: what each tells becomes what another does. Holds no state but how far the program has
/// come up, and whether it is leaving. Thread: GUI.
class Application : public QObject
{
    Q_OBJECT
public:
    /// @param instance  has claimed the directory; outlives this
    Application(const Options& options, SingleInstance& instance, QObject* parent = nullptr);
    ~Application() override;

    void start();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void connectMenu();
    void connectHosting();
    void connectSession();
    QString shownServerAddress() const;
    void sayHosting();
    void showJoinOnceRead(const QString& link);
    void sendTest();
    void trayHostChanged(bool isThere);
    /// A person's wish: asks once while others are connected to the local server.
    void requestQuit();
    /// Never asks. Popups closed, server stopped, exit 0.
    void leave();

    const Options m_options;
    SingleInstance& m_instance;
    app::StopSignal m_stopSignal;
    Preferences m_preferences;
    Translations m_translations;
    client::Client m_client;
    Hosting m_hosting;
    TrayMenu m_menu;
    Tray m_tray;
    PopupDesk m_popups;
    Windows m_windows;
    SessionWatch m_session;
    QTimer m_trayPatience; ///< --hidden without a tray: how long one is waited for
    QString m_linkToShow;  ///< until the connections are read
    bool m_isRead = false;
    bool m_isLeaving = false;
};

} // namespace belfry::desktop
