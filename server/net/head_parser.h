// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/net/request.h"

#include <string_view>

namespace belfry::server {

/// A request's head, and what of it is the connection's business alone.
struct ParsedHead
{
    RequestHead head;
    bool keepsAlive = true;       ///< by version and Connection (RFC 9112 §9.3)
    bool expectsContinue = false; ///< `Expect: 100-continue`, in 1.1 only
};

/// Makes a RequestHead of a head that HeadScanner found complete and well-formed, and judges what it means for the
/// framing: Host, Content-Length, Transfer-Encoding, the target's form (RFC 9112 §3.2, §6). A target in absolute form
/// becomes origin form, its authority takes Host's place. Peer and request id are left to the caller. Pure.
/// @return 400, or 501 for a transfer coding that is unknown
Result<ParsedHead> parseHead(std::string_view head);

} // namespace belfry::server
