// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/notifier/balloon_notifier.h"

namespace belfry::desktop {

std::unique_ptr<Notifier> makeNotifier(TrayIconGetter tray)
{
    return std::make_unique<BalloonNotifier>(std::move(tray));
}

} // namespace belfry::desktop
