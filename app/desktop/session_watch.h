// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace belfry::desktop {

/// What the system says of the person's session: it woke from sleep, its screen was locked. One file per platform.
/// (Wake-ups are seen by the clocks too, in client/wakeup.h.) Thread: GUI.
class SessionWatch : public QObject
{
    Q_OBJECT
public:
    explicit SessionWatch(QObject* parent = nullptr);

    bool isLocked() const { return m_isLocked; }

Q_SIGNALS:
    void woke();
    void lockedChanged(bool isLocked);

private Q_SLOTS:
    void prepareForSleep(bool isGoing);
    void askLocked();

private:
    void setLocked(bool isLocked);

    QString m_sessionPath; ///< the system's name for this session
    bool m_isLocked = false;
};

} // namespace belfry::desktop
