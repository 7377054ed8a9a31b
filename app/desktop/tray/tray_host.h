// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace belfry::desktop {

/// Whether the desktop has a place for tray icons, also one that comes later or goes away.
///
/// Asks without touching QSystemTrayIcon: Qt decides once, at its first use, what kind of tray there is, so an icon
/// made before the panel has come would never be a real one. One file per platform. Thread: GUI.
class TrayHost : public QObject
{
    Q_OBJECT
public:
    explicit TrayHost(QObject* parent = nullptr);
    ~TrayHost() override;

    /// Starts to look. changed() or absent() follows.
    void watch();
    bool isThere() const;

Q_SIGNALS:
    /// The first answer is: none (yet).
    void absent();
    void changed(bool isThere);

private Q_SLOTS:
    void look();

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
