// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/login_name.h"

#include <pwd.h>
#include <unistd.h>

namespace belfry::desktop {

QString loginName()
{
    // The account's, not $USER: that one says what it likes.
    if (const passwd* const entry = ::getpwuid(::geteuid()); entry && entry->pw_name && *entry->pw_name)
        return QString::fromLocal8Bit(entry->pw_name);
    const QString user = qEnvironmentVariable("USER");
    return user.isEmpty() ? QStringLiteral("owner") : user;
}

} // namespace belfry::desktop
