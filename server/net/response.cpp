// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/response.h"

#include "protocol/json.h"

#include <algorithm>

namespace belfry::server {

Response Response::json(int status, std::string body)
{
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Response Response::empty(int status)
{
    Response response;
    response.status = status;
    return response;
}

Response Response::error(const Error& error)
{
    Response response = json(error.status, errorBody(error));
    if (error.status == 401)
        response.fields.emplace_back("WWW-Authenticate", "Bearer");
    const bool asksToWait = error.status == 429 || error.status == 503;
    if (asksToWait || error.retryAfterSeconds > 0)
        response.fields.emplace_back("Retry-After", std::to_string(std::max(1, error.retryAfterSeconds)));
    return response;
}

} // namespace belfry::server
