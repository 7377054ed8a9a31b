// SPDX-License-Identifier: GPL-3.0-or-later
// "Registering an Application to a URI Scheme" of Microsoft's documentation, for the person alone.
#include "app/desktop/link_handler.h"

#include <QCoreApplication>
#include <QDir>
#include <QSettings>

namespace belfry::desktop {

void registerLinkHandler()
{
    QSettings scheme(QStringLiteral("HKEY_CURRENT_USER\\Software\\Classes\\belfry"), QSettings::NativeFormat);
    const QString program = QDir::toNativeSeparators(QCoreApplication::applicationFilePath());
    scheme.setValue(QStringLiteral("."), QStringLiteral("URL:Belfry"));
    scheme.setValue(QStringLiteral("URL Protocol"), QString());
    scheme.setValue(QStringLiteral("shell/open/command/."),
                    QStringLiteral("\"%1\" \"%2\"").arg(program, QStringLiteral("%1")));
}

} // namespace belfry::desktop
