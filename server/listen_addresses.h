// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/network.h"

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace belfry::server {

/// `ADDR:PORT`, `[IPv6]:PORT`, `localhost:PORT` or `*:PORT` to what the network listens at. 400 with a sentence
/// otherwise.
Result<std::vector<ListenAddress>> listenAddresses(const QStringList& texts);

/// Whether what is said over this address stays on this machine.
bool isLoopback(const ListenAddress& address);

/// `http://127.0.0.1:8000`, `http://[::1]:8000`; beyond loopback `https://`, unless plain HTTP was asked for there.
std::string urlOf(const ListenAddress& address, bool allowPlainHttp);

/// How a program on this machine reaches the server: over loopback and plain where it listens there, as it
/// does at `0.0.0.0` and `[::]`, too; else the first address.
std::string localUrlOf(const std::vector<ListenAddress>& addresses, bool allowPlainHttp);

/// Whether every address with a port of its own could be listened at just now: so that a server that can't start leaves
/// nothing behind. Of `localhost` and `*` one of both is enough where the machine has only one. 409 `port_in_use`, or
/// 500 with a sentence.
Result<void> areFree(const std::vector<ListenAddress>& addresses);

} // namespace belfry::server
