// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/http_connection.h"
#include "server/net/request.h"
#include "server/net/response_writer.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace belfry::server {

struct HttpConnection::Answering
{
    RequestHead line; ///< for the log: method, path, peer, number; no fields, no query
    AnswerFraming framing;
    int status = 0;
    std::size_t bodyBytes = 0;
    std::shared_ptr<std::atomic<bool>>
        hasLeft; ///< told to whoever works on the answer; null before the request is whole
    bool wasProbed = false;
};

struct HttpConnection::Output
{
    std::string bytes;
    std::size_t written = 0;
    BodySource more;
    bool isChunked = false;
    std::unique_ptr<StreamOpening> opening; ///< a stream begins when the bytes are written

    std::string_view rest() const { return std::string_view(bytes).substr(written); }
};

} // namespace belfry::server
