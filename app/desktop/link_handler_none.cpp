// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/link_handler.h"

namespace belfry::desktop {

void registerLinkHandler() {}

} // namespace belfry::desktop
