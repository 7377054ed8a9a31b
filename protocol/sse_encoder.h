// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <string>
#include <string_view>

namespace belfry {

/// Appends one event as text/event-stream (WHATWG HTML 9.2.5): `data: …`, `id: N`, empty line. The number comes last:
/// there are clients that count an id as received as soon as its line is there, and a cut inside an event must leave
/// them with the id of the one before (protocol.md, "The stream").
/// @param data  one line: JSON with its newlines escaped
void appendSseEvent(std::string& out, Seq id, std::string_view data);

/// `event: ping\ndata: {"type":"ping"}\n\n`: 35 bytes, 41 with its chunk frame.
std::string_view ssePing();

/// The ping that says "caught up", with the number up to which the stream is: a client that has received nothing else
/// yet can resume there, too.
std::string sseCaughtUp(Seq upTo);

/// `retry: MS\n`: the first bytes of a stream, and the first line of its first event's block. It is no block of its
/// own: there are clients that hand on an empty message for one without data.
std::string sseRetry(int milliseconds);

/// Wraps bytes as one chunk of Transfer-Encoding: chunked (RFC 9112 §7.1).
std::string chunk(std::string_view bytes);

/// The chunk that ends a chunked body.
inline constexpr std::string_view lastChunk = "0\r\n\r\n";

} // namespace belfry
