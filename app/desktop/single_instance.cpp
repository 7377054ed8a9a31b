// SPDX-License-Identifier: GPL-3.0-or-later
// What all platforms share; the rest is in a file for each.
#include "app/desktop/single_instance.h"

namespace belfry::desktop {

void SingleInstance::heed(const InstanceWord& word)
{
    if (!word.link.isEmpty())
        Q_EMIT linkHandedOver(word.link);
    else if (word.showsWindow)
        Q_EMIT showRequested();
}

} // namespace belfry::desktop
