// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/result.h"

#include <QDateTime>
#include <QObject>
#include <QSettings>
#include <QStringList>
#include <QVariant>

#include <optional>

namespace belfry::desktop {

/// Do not disturb: off, until a wall-clock moment, or until it is turned off.
struct Quiet
{
    bool isOn = false;
    QDateTime until; ///< invalid while on: until it is turned off

    bool operator==(const Quiet&) const = default;
};

/// What a person has chosen, and what the windows remember. No secret is ever kept here.
///
/// Stored at once in an INI file of the desktop's data directory. Thread: GUI.
class Preferences : public QObject
{
    Q_OBJECT
public:
    /// @param file  the INI file; made when the first choice is stored
    explicit Preferences(const QString& file, QObject* parent = nullptr);

    // --- General --------------------------------------------------------------------------------------------------
    /// As the session itself has it (its autostart entry), not as it was chosen once.
    bool startsWithSession() const;
    /// A sentence where the session's entry cannot be written.
    Result<void> setStartsWithSession(bool starts);
    /// How the session is to start us: the program's arguments besides `--hidden`.
    void setSessionArguments(const QStringList& arguments);

    /// A locale's name ("vi"); empty: as the system has it. languageChanged() is followed by QEvent::LanguageChange.
    QString language() const;
    void setLanguage(const QString& locale);

    // --- Notifications --------------------------------------------------------------------------------------------
    /// Whether such messages pop up, or go to the list only. Low: no by default; critical: always.
    bool popsUp(Priority priority) const;
    void setPopsUp(Priority priority, bool popsUp);

    Quiet quiet() const;
    void setQuiet(const Quiet& quiet);

    // --- Local server ---------------------------------------------------------------------------------------------
    /// On unless the person has turned it off.
    bool hostsLocalServer() const;
    void setHostsLocalServer(bool hosts);
    /// Settled at the first start; 0: not yet.
    int localServerPort() const;
    void setLocalServerPort(int port);
    /// Whether other computers may reach it. No by default.
    bool isLocalServerOnNetwork() const;
    void setLocalServerOnNetwork(bool isOnNetwork);

    // --- what windows remember: geometry, columns, filters ----------------------------------------------------------
    /// @param key  "history/geometry", "history/filters", "settings/geometry" …
    QVariant remembered(const QString& key) const;
    void remember(const QString& key, const QVariant& value);

Q_SIGNALS:
    void startsWithSessionChanged(bool starts);
    void languageChanged(const QString& locale);
    void popsUpChanged(belfry::Priority priority, bool popsUp);
    void quietChanged(const belfry::desktop::Quiet& quiet);

private:
    QSettings m_settings;
    QStringList m_sessionArguments;
};

} // namespace belfry::desktop
