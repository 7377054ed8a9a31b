// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/login_name.h"

namespace belfry::desktop {

QString loginName()
{
    const QString user = qEnvironmentVariable("USERNAME");
    return user.isEmpty() ? QStringLiteral("owner") : user;
}

} // namespace belfry::desktop
