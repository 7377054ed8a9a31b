// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/send_ring.h"

namespace belfry::server {

std::unique_ptr<SendRing> SendRing::open()
{
    return nullptr;
}

} // namespace belfry::server
