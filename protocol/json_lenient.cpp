// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "protocol/json_text.h"

#include <algorithm>

namespace belfry {

namespace json = boost::json;

namespace {

const json::value* member(const json::object& object, std::string_view name)
{
    return object.if_contains(name);
}

/// Text without what a sender could not have sent: other controls removed, line ends made one, cut to its limit.
std::string textMember(const json::object& object, std::string_view name, std::size_t maxCodePoints)
{
    const auto* value = member(object, name);
    const auto* text = value ? value->if_string() : nullptr;
    if (!text)
        return {};
    std::string plain;
    for (std::size_t at = 0; at < text->size(); ++at) {
        const auto byte = static_cast<unsigned char>((*text)[at]);
        const auto next = at + 1 < text->size() ? static_cast<unsigned char>((*text)[at + 1]) : 0;
        if (byte == 0xC2 && next >= 0x80 && next <= 0x9F)
            ++at;
        else if (byte == '\r')
            plain.append(next == '\n' ? "" : "\n");
        else if ((byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t')
            plain.push_back(static_cast<char>(byte));
    }
    return std::string(firstCodePoints(plain, maxCodePoints));
}

std::optional<std::int64_t> idMember(const json::object& object, std::string_view name)
{
    const auto* value = member(object, name);
    const auto* id = value ? value->if_int64() : nullptr;
    return id && *id > 0 && *id <= maxJsonInteger ? std::optional(*id) : std::nullopt;
}

std::optional<Time> timeMember(const json::object& object, std::string_view name)
{
    return parseTime(textMember(object, name, 64));
}

const json::object* objectMember(const json::object& object, std::string_view name)
{
    const auto* value = member(object, name);
    return value ? value->if_object() : nullptr;
}

std::vector<Seq> idsMember(const json::object& object, std::string_view name)
{
    std::vector<Seq> ids;
    const auto* value = member(object, name);
    const auto* array = value ? value->if_array() : nullptr;
    if (!array)
        return ids;
    for (const auto& item : *array) {
        if (const auto* id = item.if_int64(); id && *id > 0)
            ids.push_back(*id);
    }
    return ids;
}

Person personMember(const json::object& object, std::string_view name)
{
    const auto* person = objectMember(object, name);
    return person ? Person{idMember(*person, "id").value_or(0), textMember(*person, "name", 2 * limits::userName)}
                  : Person{};
}

std::vector<std::string> answersMember(const json::object& object)
{
    std::vector<std::string> answers;
    const auto* value = member(object, "answers");
    const auto* array = value ? value->if_array() : nullptr;
    if (!array)
        return answers;
    for (const auto& item : *array) {
        if (answers.size() == limits::answers)
            break;
        // Through the same cleaning; an answer that had to be changed would not be accepted back.
        std::string text = textMember(json::object{{"answer", item}}, "answer", limits::answer);
        if (const auto* raw = item.if_string();
            raw && !text.empty() && std::string_view(raw->data(), raw->size()) == text)
            answers.push_back(std::move(text));
    }
    return answers;
}

std::string dataMember(const json::object& object)
{
    std::string compact;
    const auto* value = member(object, "data");
    if (value && value->is_object())
        appendJson(compact, *value);
    return compact.size() <= limits::dataBytes ? compact : std::string();
}

/// The link; one that a browser should not be given goes to the end of the message instead, where it is only text.
void takeUrl(const json::object& object, Notification& n)
{
    std::string url = textMember(object, "url", limits::url);
    if (url.empty())
        return;
    if (isWebLink(url)) {
        n.url = std::move(url);
        return;
    }
    const std::string with = n.message.empty() ? url : n.message + "\n" + url;
    n.message = firstCodePoints(with, limits::message);
}

StreamEvent ackedFrom(const json::object& data, std::int64_t id)
{
    return Acked{id, personMember(data, "user"), textMember(data, "answer", limits::answer),
                 timeMember(data, "acked_at").value_or(Time{})};
}

} // namespace

std::optional<Notification> lenientNotification(const json::object& object)
{
    Notification n;
    n.title = textMember(object, "title", limits::title);
    n.message = textMember(object, "message", limits::message);
    if (n.title.empty() && n.message.empty())
        return std::nullopt;
    n.id = idMember(object, "id").value_or(0);
    n.type = typeFromString(textMember(object, "type", 20)).value_or(Type::Info);
    n.priority = priorityFromString(textMember(object, "priority", 20)).value_or(Priority::Normal);
    n.category = textMember(object, "category", limits::category);
    takeUrl(object, n);
    n.key = textMember(object, "key", limits::key);
    const auto* requireAck = member(object, "require_ack");
    n.requireAck = requireAck && requireAck->is_bool() && requireAck->get_bool();
    n.answers = answersMember(object);
    n.expiresAt = timeMember(object, "expires_at");
    n.data = dataMember(object);
    n.sender = personMember(object, "sender");
    n.createdAt = timeMember(object, "created_at").value_or(Time{});
    n.replaces = idMember(object, "replaces");
    return n;
}

std::optional<ListItem> lenientListItem(const json::object& object)
{
    auto notification = lenientNotification(object);
    if (!notification)
        return std::nullopt;
    return ListItem{std::move(*notification), timeMember(object, "read_at"), timeMember(object, "acked_at"),
                    textMember(object, "answer", limits::answer)};
}

Result<json::object> parseServerObject(std::string_view text)
{
    auto value = parseJsonText(text, JsonFrom::Server);
    if (!value)
        return tl::unexpected(value.error());
    if (!value->is_object())
        return failure(400, "invalid", "The answer is not a JSON object.");
    return std::move(value->get_object());
}

StreamEvent parseStreamEvent(std::string_view text)
{
    const auto value = parseJsonText(text, JsonFrom::Server);
    const auto* event = value ? value->if_object() : nullptr;
    if (!event)
        return Unknown{};
    const std::string type = textMember(*event, "type", 64);
    if (type == "ping")
        return Ping{};
    const auto* found = objectMember(*event, "data");
    const json::object data = found ? *found : json::object();
    const auto id = idMember(data, "id");

    if (type == "notification") {
        if (auto notification = lenientNotification(data))
            return std::move(*notification);
    } else if (type == "read") {
        ReadState read{idsMember(data, "ids"), idMember(data, "up_to")};
        if (!read.ids.empty() || read.upTo)
            return read;
    } else if (type == "unread") {
        return UnreadState{idsMember(data, "ids")};
    } else if (type == "acked" && id) {
        return ackedFrom(data, *id);
    } else if (type == "retracted" && id) {
        return Retracted{*id, textMember(data, "key", limits::key), idMember(data, "sender_id")};
    } else if (type == "reset") {
        return Reset{textMember(data, "log", 128)};
    }
    return Unknown{type};
}

Error parseError(int status, std::string_view body)
{
    Error error{status, "http_" + std::to_string(status), {}, {}, 0};
    const auto value = parseJsonText(body, JsonFrom::Server);
    if (const auto* object = value ? value->if_object() : nullptr) {
        error.message = textMember(*object, "error", 500);
        error.field = textMember(*object, "field", 64);
        if (std::string code = textMember(*object, "code", 64); !code.empty())
            error.code = std::move(code);
    }
    if (error.message.empty())
        error.message = "The server answered with status " + std::to_string(status) + ".";
    return error;
}

} // namespace belfry
