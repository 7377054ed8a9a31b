// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <string>
#include <string_view>

namespace belfry {

/// Appends one event as text/event-stream (WHATWG HTML 9.2.5): `id: N`, `data: …`, empty line.
/// @param data  one line: JSON with its newlines escaped
void appendSseEvent(std::string& out, Seq id, std::string_view data);

/// `event: ping\ndata: {"type":"ping"}\n\n`: 35 bytes, 41 with its chunk frame.
std::string_view ssePing();

/// `retry: MS\n\n`: the first bytes of a stream.
std::string sseRetry(int milliseconds);

/// Wraps bytes as one chunk of Transfer-Encoding: chunked (RFC 9112 §7.1).
std::string chunk(std::string_view bytes);

/// The chunk that ends a chunked body.
inline constexpr std::string_view lastChunk = "0\r\n\r\n";

} // namespace belfry
