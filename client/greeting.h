// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api.h"
#include "client/call.h"

namespace belfry::client {

/// What the answer of GET /api/server/ says of who is there, before a name and a password are sent: a Belfry, by its
/// card; a classic backend, by having no such page (404; 401 or 403 where that is said as JSON). Everything else is an
/// Error, and nothing secret may go there (protocol.md, "The client's rules"). Pure.
///
/// Codes of the Error: "tls_required" (`field` is the address to use instead), "bad_answer" (something that nobody here
/// can talk to), and those of Call. Sentences name `address` and are translated.
Result<Greeting> readGreeting(const Result<CallAnswer>& came, const QUrl& address);

} // namespace belfry::client
