// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/tray/tray_host.h"

#include <QSystemTrayIcon>
#include <QTimer>

#include <chrono>

namespace belfry::desktop {

class TrayHost::Parts
{
public:
    QTimer again;
    bool isThere = false;
    bool hasAnswered = false;
};

TrayHost::TrayHost(QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>())
{
    connect(&m_parts->again, &QTimer::timeout, this, &TrayHost::look);
}

TrayHost::~TrayHost() = default;

void TrayHost::watch()
{
    m_parts->again.start(std::chrono::seconds(5));
    QTimer::singleShot(0, this, &TrayHost::look);
}

bool TrayHost::isThere() const
{
    return m_parts->isThere;
}

void TrayHost::look()
{
    const bool isFirst = !std::exchange(m_parts->hasAnswered, true);
    const bool isThere = QSystemTrayIcon::isSystemTrayAvailable();
    if (isThere != std::exchange(m_parts->isThere, isThere))
        Q_EMIT changed(isThere);
    else if (isFirst)
        Q_EMIT absent();
}

} // namespace belfry::desktop
