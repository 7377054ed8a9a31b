// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/thread_priority.h"

#include <windows.h>

namespace belfry::server {

void lowerThreadPriority()
{
    ::SetThreadPriority(::GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
}

} // namespace belfry::server
