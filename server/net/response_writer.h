// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"
#include "server/net/response.h"

#include <string>
#include <string_view>

namespace belfry::server {

/// How an answer travels (RFC 9112 §6, §9.3).
struct AnswerFraming
{
    int minorVersion = 1;     ///< the request's
    bool answersHead = false; ///< fields as for GET, no body
    bool keepsAlive = true;
};

/// Whether an answer of this status has a body at all (RFC 9110 §15).
bool hasBody(int status);

/// The bytes of an answer: head, and the body as far as it is there. Where `more` follows, the body is chunked in 1.1
/// and goes on until close in 1.0. Fields that hold control bytes are left out: nothing breaks the framing.
/// @param log   the log's id: the mark of a Belfry server, on every answer, errors included (protocol.md, "A stranger's
///              answer")
/// @param date  as formatHttpDate() gives it
std::string writeResponse(const Response& response, const AnswerFraming& framing, std::string_view log,
                          std::string_view date);

/// The head of a stream (protocol.md, "The stream").
std::string writeStreamHead(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view log,
                            bool isChunked, std::string_view date);

/// `Mon, 23 Nov 2026 08:00:00 GMT` (RFC 9110 §5.6.7).
std::string formatHttpDate(Time time);

} // namespace belfry::server
