// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/network.h"

#include <vector>

namespace belfry::server {

class Admission;

/// Listens at every address or at none (protocol.md, "The command line": `localhost` is 127.0.0.1 and ::1 both; `*` is
/// 0.0.0.0 and [::] in the same way, every address of this machine).
/// Thread: the listener's. @return the addresses with their ports, or one sentence about the first that cannot be had
Result<std::vector<ListenAddress>> listenAtAll(Admission& admission, const std::vector<ListenAddress>& addresses);

} // namespace belfry::server
