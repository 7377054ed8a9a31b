// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/queries.h"

#include "protocol/notification.h"
#include "server/net/characters.h"

#include <QStringDecoder>

#include <algorithm>
#include <charconv>

namespace belfry::server {

namespace {

constexpr std::int64_t listLimit = 500;
constexpr std::size_t searchLimit = 250;

bool isUtf8(std::string_view text)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return !decoder.hasError() && decoded.size() >= 0;
}

bool isDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> number(std::string_view text)
{
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!isDigits(text) || text.size() > 19 || read.ec != std::errc())
        return std::nullopt;
    return value;
}

Result<std::optional<std::int64_t>> integerParameter(const RequestHead& head, std::string_view name, std::int64_t min,
                                                     std::int64_t max)
{
    const auto text = head.parameter(name);
    if (!text)
        return std::nullopt;
    const auto value = number(*text);
    if (!value || *value < min || *value > max)
        return invalidMember(name, std::string(name) + " must be a whole number from " + std::to_string(min) + " to " +
                                       std::to_string(max) + ".");
    return value;
}

} // namespace

Result<ListQuery> readListQuery(const RequestHead& head)
{
    ListQuery query;
    const auto since = integerParameter(head, "since_id", 0, maxJsonInteger);
    if (!since)
        return tl::unexpected(since.error());
    const auto before = integerParameter(head, "before_id", 0, maxJsonInteger);
    if (!before)
        return tl::unexpected(before.error());
    const auto limit = integerParameter(head, "limit", 1, listLimit);
    if (!limit)
        return tl::unexpected(limit.error());
    query.sinceId = *since;
    query.beforeId = *before;
    query.limit = static_cast<int>(limit->value_or(query.limit));

    if (const auto unread = head.parameter("unread")) {
        if (*unread != "true" && *unread != "false")
            return invalidMember("unread", "unread must be true or false.");
        query.unreadOnly = *unread == "true";
    }
    if (const auto type = head.parameter("type")) {
        query.type = typeFromString(*type);
        if (!query.type)
            return invalidMember("type", "type must be info, success, warning or error.");
    }
    if (auto text = head.parameter("q")) {
        if (!isUtf8(*text))
            return invalidMember("q", "q must be UTF-8 text.");
        if (codePoints(*text) > searchLimit)
            return invalidMember("q", "q can have at most 250 characters.");
        query.text = std::move(*text);
    }
    return query;
}

Result<AuditQuery> readAuditQuery(const RequestHead& head)
{
    AuditQuery query;
    const auto beforeId = integerParameter(head, "before_id", 0, maxJsonInteger);
    if (!beforeId)
        return tl::unexpected(beforeId.error());
    const auto beforeSent = integerParameter(head, "before_sent", 0, maxJsonInteger);
    if (!beforeSent)
        return tl::unexpected(beforeSent.error());
    const auto limit = integerParameter(head, "limit", 1, listLimit);
    if (!limit)
        return tl::unexpected(limit.error());
    query.actionCursor = *beforeId;
    query.sentCursor = *beforeSent;
    query.limit = static_cast<int>(limit->value_or(query.limit));
    return query;
}

Result<PageQuery> readPageQuery(const RequestHead& head)
{
    PageQuery query;
    const auto after = integerParameter(head, "after", 0, maxJsonInteger);
    if (!after)
        return tl::unexpected(after.error());
    const auto limit = integerParameter(head, "limit", 1, listLimit);
    if (!limit)
        return tl::unexpected(limit.error());
    query.after = after->value_or(query.after);
    query.limit = static_cast<int>(limit->value_or(query.limit));
    return query;
}

std::optional<Seq> lastEventId(const RequestHead& head)
{
    if (const auto id = number(head.field("last-event-id")))
        return id;
    std::optional<Seq> found;
    head.eachParameter([&](std::string name, std::string_view text) {
        name.erase(std::remove(name.begin(), name.end(), '_'), name.end());
        if (!found && equalsIgnoringCase(name, "lasteventid"))
            found = number(text);
    });
    return found;
}

Result<std::optional<std::string>> bearerToken(const RequestHead& head, bool allowsQuery)
{
    const int count = head.count("authorization");
    if (count == 0) {
        if (!allowsQuery)
            return std::nullopt;
        return head.parameter("token");
    }
    constexpr std::string_view scheme = "Bearer";
    const auto value = trimmed(head.field("authorization"));
    const auto token = trimmed(value.substr(std::min(value.size(), scheme.size())));
    if (count > 1 || !equalsIgnoringCase(value.substr(0, scheme.size()), scheme) || value.size() <= scheme.size() ||
        value[scheme.size()] != ' ' || token.empty() || token.find_first_of(" \t,") != std::string_view::npos)
        return failure(401, "invalid_token", "The Authorization field must hold one bearer token.");
    return std::string(token);
}

bool isJsonOrEmpty(const RequestHead& head)
{
    if (!head.hasBody())
        return true;
    const auto value = head.field("content-type");
    const auto semicolon = value.find(';');
    if (head.count("content-type") != 1 || !equalsIgnoringCase(trimmed(value.substr(0, semicolon)), "application/json"))
        return false;
    if (semicolon == std::string_view::npos)
        return true;
    // The one parameter that would change the meaning of the bytes.
    const auto parameter = trimmed(value.substr(semicolon + 1));
    constexpr std::string_view charset = "charset=";
    if (!equalsIgnoringCase(parameter.substr(0, charset.size()), charset))
        return true;
    auto name = trimmed(parameter.substr(charset.size(), parameter.find(';') - charset.size()));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
    return equalsIgnoringCase(name, "utf-8") || equalsIgnoringCase(name, "utf8") ||
           equalsIgnoringCase(name, "us-ascii");
}

Result<std::string> readIdempotencyKey(const RequestHead& head)
{
    const int count = head.count("idempotency-key");
    if (count == 0)
        return std::string();
    const auto key = trimmed(head.field("idempotency-key"));
    if (count > 1 || key.empty() || codePoints(key) > limits::idempotencyKey)
        return invalidMember("Idempotency-Key", "Idempotency-Key must be one text of 1 to 128 characters.");
    return std::string(key);
}

} // namespace belfry::server
