// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/network.h"

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace belfry::server {

/// `ADDR:PORT`, `[IPv6]:PORT` or `localhost:PORT` to what the network listens at. 400 with a sentence otherwise; also
/// for an address that is not loopback without `allowPlainHttp`: HTTP there can be read by everybody on the way.
Result<std::vector<ListenAddress>> listenAddresses(const QStringList& texts, bool allowPlainHttp);

/// Whether what is said over this address stays on this machine.
bool isLoopback(const ListenAddress& address);

/// `http://127.0.0.1:8000`, `http://[::1]:8000`
std::string urlOf(const ListenAddress& address);

/// Whether every address with a port of its own could be listened at just now: so that a server that can't start leaves
/// nothing behind. 409 `port_in_use` or 400 with a sentence.
Result<void> areFree(const std::vector<ListenAddress>& addresses);

} // namespace belfry::server
