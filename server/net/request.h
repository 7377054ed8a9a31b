// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::server {

/// A request's head, framed and well-formed (RFC 9112); nothing in it is trusted beyond that.
struct RequestHead
{
    std::string method; ///< as sent
    std::string target; ///< origin-form, as sent
    std::string path;   ///< decoded, without the query
    std::string query;  ///< as sent, without `?`
    int minorVersion = 1;
    std::vector<std::pair<std::string, std::string>> fields; ///< names in lower case
    std::optional<std::size_t> contentLength;
    bool isChunked = false;
    std::string peerAddress; ///< numeric, without port, IPv4-mapped ones as IPv4
    bool isFromLoopback = false;
    bool isTls = false;
    unsigned long long requestId = 0; ///< for logs

    /// The field's value; empty where it is absent or where it was repeated and `isRepeated` says so.
    std::string_view field(std::string_view lowerCaseName) const;
    int count(std::string_view lowerCaseName) const;
    bool hasBody() const { return isChunked || (contentLength && *contentLength > 0); }
    /// A query parameter, percent-decoded (`+` is a space); the first of its name.
    std::optional<std::string> parameter(std::string_view name) const;
    /// All of them, percent-decoded, in their order.
    void eachParameter(const std::function<void(std::string name, std::string value)>& take) const;
};

/// `128 KiB`, `1000 bytes`
std::string sizeText(std::size_t bytes);
/// 413, naming the limit.
Error bodyTooLarge(std::size_t limitBytes);

struct Request
{
    RequestHead head;
    std::string body;
};

} // namespace belfry::server
