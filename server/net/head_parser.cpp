// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/head_parser.h"

#include "server/net/characters.h"
#include "server/net/head_scanner.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace belfry::server {

namespace {

namespace http = boost::beast::http;

std::string_view view(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

constexpr std::size_t maxLengthDigits = 18;

/// Digits only; what is beyond any limit counts as the largest number.
std::optional<std::size_t> parseLength(std::string_view text)
{
    if (text.empty() || !std::all_of(text.begin(), text.end(), isDigit))
        return std::nullopt;
    std::size_t length = std::numeric_limits<std::size_t>::max();
    if (text.size() <= maxLengthDigits)
        std::from_chars(text.data(), text.data() + text.size(), length);
    return length;
}

/// The parser calls a Content-Length that no integer holds malformed, but it is only too large: beyond 18 digits it is
/// shown zeros there, and readFraming() looks at the length of the text.
std::string withLengthsThatFit(std::string_view head)
{
    std::string copy(head);
    static constexpr std::string_view name = "content-length:";
    for (std::size_t at = copy.find("\r\n"); at != std::string::npos; at = copy.find("\r\n", at + 2)) {
        if (!equalsIgnoringCase(std::string_view(copy).substr(at + 2, name.size()), name))
            continue;
        const std::size_t from = at + 2 + name.size();
        const std::string_view value = trimmed(std::string_view(copy).substr(from, copy.find("\r\n", from) - from));
        if (value.size() > maxLengthDigits && std::all_of(value.begin(), value.end(), isDigit))
            copy.replace(static_cast<std::size_t>(value.data() - copy.data()), value.size(),
                         std::string(value.size(), '0'));
    }
    return copy;
}

Result<std::string> decodedPath(std::string_view path)
{
    std::string decoded;
    decoded.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            decoded += path[i];
            continue;
        }
        const std::optional<int> high = i + 2 < path.size() ? hexValue(path[i + 1]) : std::nullopt;
        const std::optional<int> low = i + 2 < path.size() ? hexValue(path[i + 2]) : std::nullopt;
        if (!high || !low)
            return tl::unexpected(malformed("The path holds a percent sign that begins no escape."));
        decoded += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return decoded;
}

/// What may stand in Host: a name or an address literal, and a port (RFC 9110 §7.2).
bool isHost(std::string_view host)
{
    return std::all_of(host.begin(), host.end(), [](char c) {
        return c > 0x20 && c < 0x7f && std::string_view("\"/<>?@\\^`{|}#,").find(c) == std::string_view::npos;
    });
}

/// Puts the target into its form: fills target, path and query.
std::optional<Error> readTarget(RequestHead& head)
{
    std::string_view target = head.target;
    std::optional<std::string> authority;
    const std::size_t scheme = target.find("://");
    if (scheme != std::string_view::npos && target.front() != '/' && head.method != "CONNECT" &&
        (equalsIgnoringCase(target.substr(0, scheme), "http") ||
         equalsIgnoringCase(target.substr(0, scheme), "https"))) {
        target.remove_prefix(scheme + 3);
        const std::size_t end = std::min(target.find_first_of("/?"), target.size());
        authority = std::string(target.substr(0, end));
        target.remove_prefix(end);
        if (authority->empty() || !isHost(*authority))
            return malformed("The request target's host is none.");
        head.target = (target.starts_with('/') ? "" : "/") + std::string(target);
        target = head.target;
    }
    const bool isAsterisk = head.method == "OPTIONS" && target == "*";
    if (!target.starts_with('/') && !isAsterisk && head.method != "CONNECT")
        return malformed("The request target is no path.");

    const std::size_t question = std::min(target.find('?'), target.size());
    Result<std::string> path = decodedPath(target.substr(0, question));
    if (!path)
        return path.error();
    head.query = target.substr(std::min(question + 1, target.size()));
    head.path = std::move(*path);
    if (authority) // RFC 9112 §3.2.2: it counts instead of the field
        for (auto& [name, value] : head.fields)
            if (name == "host")
                value = *authority;
    return std::nullopt;
}

std::optional<Error> checkHost(const RequestHead& head)
{
    const int hosts = head.count("host");
    if (hosts > 1)
        return malformed("There is more than one Host field.");
    if (hosts == 0 && head.minorVersion >= 1)
        return malformed("There is no Host field.");
    if (!isHost(head.field("host")))
        return malformed("The Host field is no host.");
    return std::nullopt;
}

/// RFC 9112 §6.1, §6.3: one framing or none, and no guess.
std::optional<Error> readFraming(RequestHead& head)
{
    const int lengths = head.count("content-length");
    const int codings = head.count("transfer-encoding");
    if (lengths > 0 && codings > 0)
        return malformed("There is a Content-Length beside a Transfer-Encoding.");
    if (lengths > 1)
        return malformed("There is more than one Content-Length.");
    if (lengths == 1) {
        head.contentLength = parseLength(head.field("content-length"));
        if (!head.contentLength)
            return malformed("The Content-Length is no number.");
    }
    if (codings == 0)
        return std::nullopt;
    if (head.minorVersion < 1)
        return malformed("HTTP/1.0 knows no Transfer-Encoding.");
    int chunkedCodings = 0;
    bool hasUnknown = false;
    for (const auto& [name, value] : head.fields)
        if (name == "transfer-encoding")
            forEachListed(value, [&](std::string_view coding) {
                if (equalsIgnoringCase(coding, "chunked"))
                    ++chunkedCodings;
                else
                    hasUnknown = true;
            });
    if (hasUnknown)
        return failure(501, "transfer_coding", "The only transfer coding this server knows is chunked.").value();
    if (codings > 1 || chunkedCodings != 1 || !equalsIgnoringCase(head.field("transfer-encoding"), "chunked"))
        return malformed("The Transfer-Encoding is not exactly chunked.");
    head.isChunked = true;
    return std::nullopt;
}

} // namespace

Result<ParsedHead> parseHead(std::string_view head)
{
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(2 * head.size() + 1024)); // the scanner was the judge
    parser.body_limit(boost::none);
    const std::string copy = withLengthsThatFit(head);
    boost::beast::error_code error;
    // Only the head is given, so that the parser never sees a byte of a body; a head on its own is complete.
    const std::size_t parsed = parser.put(boost::asio::buffer(copy), error);

    ParsedHead result;
    RequestHead& request = result.head;
    const auto& message = parser.get();
    request.method = std::string(view(message.method_string()));
    request.target = std::string(view(message.target()));
    request.minorVersion = message.version() >= 11 ? 1 : 0;
    for (const auto& field : message) {
        std::string name(view(field.name_string()));
        std::transform(name.begin(), name.end(), name.begin(), toLower);
        request.fields.emplace_back(std::move(name), std::string(view(field.value())));
    }
    if (error || parsed != copy.size() || !parser.is_header_done())
        return tl::unexpected(malformed("The request's head is malformed."));
    if (const std::optional<Error> wrong = checkHost(request))
        return tl::unexpected(*wrong);
    if (const std::optional<Error> wrong = readFraming(request))
        return tl::unexpected(*wrong);
    if (const std::optional<Error> wrong = readTarget(request))
        return tl::unexpected(*wrong);
    result.keepsAlive = parser.keep_alive();
    result.expectsContinue = request.minorVersion >= 1 && equalsIgnoringCase(request.field("expect"), "100-continue");
    return result;
}

} // namespace belfry::server
