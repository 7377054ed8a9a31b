// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/thread_priority.h"

#include <pthread.h>

namespace belfry::server {

void lowerThreadPriority()
{
    ::pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
}

} // namespace belfry::server
