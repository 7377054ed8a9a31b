// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/session_watch.h"

#include <QElapsedTimer>
#include <QString>
#include <QTimer>

namespace belfry::desktop {

class SessionWatch::Parts
{
public:
    WakeDetector detector;
    QTimer ticks;
    QElapsedTimer lastWake;
    QString sessionPath; ///< logind's object of this session
    bool isLocked = false;
};

} // namespace belfry::desktop
