// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "protocol/json_text.h"

namespace belfry {

namespace {

void appendText(std::string& out, std::string_view member, std::string_view value)
{
    out.append(",\"").append(member).append("\":");
    appendQuoted(out, value);
}

void appendTextIfAny(std::string& out, std::string_view member, std::string_view value)
{
    if (!value.empty())
        appendText(out, member, value);
}

template <class List, class Append> void appendList(std::string& out, const List& list, Append append)
{
    char separator = '[';
    for (const auto& item : list) {
        out.push_back(std::exchange(separator, ','));
        append(item);
    }
    out.append(separator == '[' ? "[]" : "]");
}

void appendPerson(std::string& out, const Person& person)
{
    out.append("{\"id\":").append(std::to_string(person.id));
    appendText(out, "name", person.name);
    out.push_back('}');
}

std::string eventOf(std::string_view type, std::string_view data)
{
    std::string out("{\"type\":\"");
    out.append(type).append("\",\"data\":{").append(data).append("}}");
    return out;
}

std::string idList(const std::vector<Seq>& ids)
{
    std::string out("\"ids\":");
    appendList(out, ids, [&out](Seq id) { out.append(std::to_string(id)); });
    return out;
}

} // namespace

std::string notificationMembers(const Notification& n)
{
    std::string out("\"title\":");
    appendQuoted(out, n.title);
    appendText(out, "message", n.message);
    appendText(out, "type", toString(n.type));
    appendText(out, "priority", toString(n.priority));
    appendTextIfAny(out, "category", n.category);
    appendTextIfAny(out, "url", n.url);
    appendTextIfAny(out, "key", n.key);
    if (n.requireAck)
        out.append(",\"require_ack\":true");
    if (!n.answers.empty()) {
        out.append(",\"answers\":");
        appendList(out, n.answers, [&out](const std::string& answer) { appendQuoted(out, answer); });
    }
    if (n.expiresAt)
        appendText(out, "expires_at", formatTime(*n.expiresAt));
    if (!n.data.empty())
        out.append(",\"data\":").append(n.data);
    out.append(",\"sender\":");
    appendPerson(out, n.sender);
    return out;
}

std::string notificationItem(Seq id, std::string_view members, Time createdAt, std::optional<Seq> replaces)
{
    std::string out("\"id\":");
    out.append(std::to_string(id)).append(",").append(members);
    appendText(out, "created_at", formatTime(createdAt));
    if (replaces)
        out.append(",\"replaces\":").append(std::to_string(*replaces));
    return out;
}

std::string notificationEvent(std::string_view item)
{
    return eventOf("notification", item);
}

std::string readEvent(const ReadState& read)
{
    return eventOf("read", read.upTo ? "\"up_to\":" + std::to_string(*read.upTo) : idList(read.ids));
}

std::string unreadEvent(const UnreadState& unread)
{
    return eventOf("unread", idList(unread.ids));
}

std::string ackedEvent(const Acked& acked)
{
    std::string data("\"id\":");
    data.append(std::to_string(acked.id)).append(",\"user\":");
    appendPerson(data, acked.user);
    if (acked.answer.empty())
        data.append(",\"answer\":null");
    else
        appendText(data, "answer", acked.answer);
    appendText(data, "acked_at", formatTime(acked.ackedAt));
    return eventOf("acked", data);
}

std::string retractedEvent(const Retracted& retracted)
{
    std::string data("\"id\":");
    data.append(std::to_string(retracted.id));
    if (!retracted.key.empty()) {
        appendText(data, "key", retracted.key);
        data.append(",\"sender_id\":").append(std::to_string(retracted.senderId.value_or(0)));
    }
    return eventOf("retracted", data);
}

std::string resetEvent(std::string_view log)
{
    return eventOf("reset", "\"log\":" + jsonString(log));
}

std::string pingEvent()
{
    return "{\"type\":\"ping\"}";
}

std::string errorBody(const Error& error)
{
    std::string out("{\"error\":");
    appendQuoted(out, error.message);
    appendText(out, "code", error.code);
    appendTextIfAny(out, "field", error.field);
    out.push_back('}');
    return out;
}

std::string jsonString(std::string_view utf8)
{
    std::string out;
    appendQuoted(out, utf8);
    return out;
}

} // namespace belfry
