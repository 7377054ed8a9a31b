// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/mailbox.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::server {

/// The next part of a long body, and whether it was the last.
struct BodyPart
{
    std::string bytes;
    bool isLast = true;
};

/// Gives the parts of a body that is too long to be held at once: called on the loop when the last part is written,
/// answers to the loop.
using BodySource = std::function<void(Reply<BodyPart>)>;

/// An answer. Content-Length, Date, Connection and the framing are the connection's business.
struct Response
{
    int status = 200;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string contentType = "application/json"; ///< sent where there is a body
    std::string body;
    BodySource more; ///< where set, the body goes on: chunked (HTTP/1.0: until close)
    bool closesConnection = false;

    static Response json(int status, std::string body);
    static Response empty(int status);
    /// The contract's error body, with Retry-After and WWW-Authenticate where they belong.
    static Response error(const Error& error);
};

} // namespace belfry::server
