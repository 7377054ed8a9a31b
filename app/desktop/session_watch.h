// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <chrono>
#include <memory>

namespace belfry::desktop {

/// Tells a wake-up from the clocks alone: monotonic ones may stand still in suspend, so a wall clock that went further
/// than they did was asleep, or was set. Pure; one look a tick.
class WakeDetector
{
public:
    using Wall = std::chrono::system_clock::time_point;
    using Steady = std::chrono::steady_clock::time_point;

    /// True where both clocks differ by more than 5 s in how far they went since the last look.
    bool look(Wall wall, Steady steady);

private:
    Wall m_wall{};
    Steady m_steady{};
    bool m_hasLooked = false;
};

/// What the person's session does: sleeps and wakes, locks its screen. One file per platform for what the system says;
/// wake-ups are seen by the clocks everywhere. Thread: GUI.
class SessionWatch : public QObject
{
    Q_OBJECT
public:
    explicit SessionWatch(QObject* parent = nullptr);
    ~SessionWatch() override;

    bool isLocked() const;

Q_SIGNALS:
    void woke();
    void lockedChanged(bool isLocked);

private Q_SLOTS:
    void prepareForSleep(bool isGoing);
    void askLocked();

private:
    void wake();
    void setLocked(bool isLocked);
    /// The platform's part.
    void connectSystem();

    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
