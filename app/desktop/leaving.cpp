// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/leaving.h"

#include <cstdlib>
#include <thread>

namespace belfry::desktop {

void exitAtLatestIn(std::chrono::milliseconds time)
{
    std::thread([time] {
        std::this_thread::sleep_for(time);
        std::_Exit(0);
    }).detach();
}

} // namespace belfry::desktop
