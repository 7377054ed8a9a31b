// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/icons.h"

#include <initializer_list>

/// Resources of a static library are there once they have been asked for by name, outside any namespace.
static void useIcons()
{
    Q_INIT_RESOURCE(belfry_icons);
}

namespace belfry::desktop {
namespace {

QIcon load(const char* name, std::initializer_list<int> sizes)
{
    useIcons();
    QIcon icon;
    for (const int size : sizes)
        icon.addFile(QStringLiteral(":/icons/%1-%2.png").arg(QLatin1StringView(name)).arg(size), QSize(size, size));
    return icon;
}

QIcon loadBell(const char* name)
{
    return load(name, {16, 22, 24, 32, 48, 64, 128, 256});
}

QIcon loadType(const char* name)
{
    return load(name, {16, 24, 32, 48, 64});
}

} // namespace

QIcon bellIcon(Bell bell)
{
    switch (bell) {
    case Bell::Dot:
        return loadBell("bell-dot");
    case Bell::Bar:
        return loadBell("bell-bar");
    case Bell::Hollow:
        return loadBell("bell-hollow");
    case Bell::Exclamation:
        return loadBell("bell-exclamation");
    case Bell::Plain:
        break;
    }
    return loadBell("bell-plain");
}

QIcon typeIcon(Type type)
{
    switch (type) {
    case Type::Success:
        return loadType("type-success");
    case Type::Warning:
        return loadType("type-warning");
    case Type::Error:
        return loadType("type-error");
    case Type::Info:
        break;
    }
    return loadType("type-info");
}

QIcon appIcon()
{
    return loadBell("belfry");
}

} // namespace belfry::desktop
