// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/answer_line.h"

#include "protocol/json.h"

namespace belfry::server {

std::string answerLine(const Result<std::string>& answer)
{
    if (answer)
        return "{\"output\":" + jsonString(*answer) + "}";
    std::string error = errorBody(answer.error());
    return error.insert(1, "\"status\":" + std::to_string(answer.error().status) + ",");
}

std::string progressLine(double share)
{
    return "{\"progress\":" + std::to_string(share) + "}";
}

std::optional<double> progressIn(const std::string& line)
{
    const auto object = parseJsonObject(line);
    const auto* share = object ? object->if_contains("progress") : nullptr;
    return share && share->is_number() ? std::optional(share->to_number<double>()) : std::nullopt;
}

Result<std::string> answerIn(const std::string& line)
{
    const auto object = parseJsonObject(line);
    if (!object)
        return tl::unexpected(object.error());
    if (const auto* output = object->if_contains("output"); output && output->is_string())
        return std::string(output->get_string());
    const auto* status = object->if_contains("status");
    return tl::unexpected(parseError(status && status->is_int64() ? int(status->get_int64()) : 500, line));
}

} // namespace belfry::server
