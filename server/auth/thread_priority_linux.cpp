// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/thread_priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace belfry::server {

void lowerThreadPriority()
{
    // Linux keeps the nice value a thread (setpriority(2), "C library/kernel differences").
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 10);
}

} // namespace belfry::server
