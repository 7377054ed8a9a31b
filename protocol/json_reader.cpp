// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/ignored_members.h"
#include "protocol/json.h"
#include "protocol/json_text.h"
#include "protocol/text.h"

#include <QString>
#include <QUrl>

#include <algorithm>
#include <array>

namespace belfry {

namespace json = boost::json;

namespace {

/// Checked, and nothing to hand on.
struct Done
{
};

std::string named(std::string_view member, std::string_view rest)
{
    std::string sentence("“");
    sentence.append(member).append("” ").append(rest);
    return sentence;
}

/// The member, or nothing where it is absent or null.
const json::value* present(const json::object& object, std::string_view member)
{
    const json::value* value = object.if_contains(member);
    return value && !value->is_null() ? value : nullptr;
}

std::string_view textOf(const json::string& text)
{
    return {text.data(), text.size()};
}

/// CR LF → LF; then no C0 or C1 control and no DEL, but newline and tab.
Result<std::string> plainText(std::string_view text, std::string_view member)
{
    if (const auto control = firstControl(text))
        return invalidMember(member, named(member, "holds a control character: " + codePointName(control->character) +
                                                       " at " + std::to_string(control->at) + "."));
    std::string plain(text);
    std::erase(plain, '\r'); // each stands before a newline
    return plain;
}

std::string lengthSentence(std::string_view member, std::size_t min, std::size_t max)
{
    return named(member, "must have " + std::to_string(min) + " to " + std::to_string(max) + " characters.");
}

Result<std::string> checkedText(const json::value& value, std::string_view member, std::size_t min, std::size_t max)
{
    const json::string* text = value.if_string();
    if (!text)
        return invalidMember(member, named(member, "must be text."));
    auto plain = plainText(textOf(*text), member);
    if (!plain)
        return plain;
    const std::size_t length = codePoints(*plain);
    if (length < min || length > max)
        return invalidMember(member, lengthSentence(member, min, max));
    return plain;
}

Result<std::int64_t> checkedInteger(const json::value& value, std::string_view member, std::int64_t min,
                                    std::int64_t max)
{
    const std::int64_t* integer = value.if_int64();
    if (!integer && !value.is_uint64())
        return invalidMember(member, named(member, "must be a whole number."));
    if (!integer || *integer < min || *integer > max)
        return invalidMember(
            member, named(member, "must be between " + std::to_string(min) + " and " + std::to_string(max) + "."));
    return *integer;
}

Result<std::vector<std::int64_t>> checkedIds(const json::array& array, std::string_view member)
{
    if (array.empty())
        return invalidMember(member, named(member, "must not be an empty list."));
    std::vector<std::int64_t> ids;
    ids.reserve(array.size());
    for (const auto& item : array) {
        const auto id = checkedInteger(item, member, 1, maxJsonInteger);
        if (!id)
            return tl::unexpected(id.error());
        ids.push_back(*id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

bool isDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What a text in “user_id” was meant to be, as the end of a sentence.
std::string insteadOfId(std::string_view text)
{
    const bool isShort = !text.empty() && codePoints(text) <= limits::userName && !firstControl(text);
    if (!isShort)
        return {};
    if (isDigits(text))
        return ": write " + std::string(text) + " without quotes";
    return ": by name it is “user”: " + jsonString(text);
}

/// Names in “user” that stand for something else, and no account can have.
Result<Done> refuseNoNames(const std::string& name)
{
    if (QLatin1StringView(name.data(), qsizetype(name.size())).compare(QLatin1StringView("all"), Qt::CaseInsensitive) ==
        0)
        return invalidMember("user", "“user” names accounts, and none is called so: everybody is “user_id”: \"all\".");
    if (isDigits(name))
        return invalidMember("user",
                             "“user” names accounts, and no name is all digits: by id it is “user_id”: " + name + ".");
    return Done{};
}

Result<AudienceRequest> audienceById(const json::value& value)
{
    if (const auto* text = value.if_string()) {
        if (textOf(*text) == "all")
            return Everyone{};
        return invalidMember("user_id", "“user_id” must be a number, a list of numbers, or \"all\"" +
                                            insteadOfId(textOf(*text)) + ".");
    }
    if (const auto* array = value.if_array())
        return checkedIds(*array, "user_id").map([](auto ids) { return AudienceRequest(std::move(ids)); });
    return checkedInteger(value, "user_id", 1, maxJsonInteger).map([](std::int64_t id) {
        return AudienceRequest(std::vector<UserId>{id});
    });
}

Result<AudienceRequest> audienceByName(const json::value& value)
{
    std::vector<std::string> names;
    const auto take = [&names](const json::value& item) -> Result<Done> {
        if (item.is_number())
            return invalidMember("user", "“user” names accounts, by text: by id it is “user_id”.");
        auto name = checkedText(item, "user", 1, limits::userName);
        if (!name)
            return tl::unexpected(name.error());
        if (const auto fits = refuseNoNames(*name); !fits)
            return fits;
        names.push_back(std::move(*name));
        return Done{};
    };
    if (const auto* array = value.if_array()) {
        if (array->empty())
            return invalidMember("user", "“user” must not be an empty list.");
        for (const auto& item : *array) {
            if (const auto taken = take(item); !taken)
                return tl::unexpected(taken.error());
        }
    } else if (const auto taken = take(value); !taken) {
        return tl::unexpected(taken.error());
    }
    return AudienceRequest(std::move(names));
}

Result<AudienceRequest> readAudience(const json::object& object)
{
    const auto* byId = present(object, "user_id");
    const auto* byName = present(object, "user");
    if (present(object, "group"))
        return invalidMember("group", "This server has no groups yet: say “user_id” or “user”.");
    if (byId && byName)
        return invalidMember("user", "Say either “user_id” or “user”, not both.");
    if (byId)
        return audienceById(*byId);
    if (byName)
        return audienceByName(*byName);
    return invalidMember("user_id", "Say whom it is for: “user_id” or “user” is missing.");
}

/// Members of features that this server does not have yet are refused: nothing that matters is silently dropped.
Result<Done> refuseUnavailable(const json::object& object)
{
    static constexpr std::array<std::string_view, 4> unavailable{"deliver_at", "repeat_every", "escalate_after",
                                                                 "escalate_to"};
    for (const auto member : unavailable) {
        if (present(object, member))
            return invalidMember(member, named(member, "is not supported by this server yet."));
    }
    return Done{};
}

template <class E>
Result<E> readChoice(const json::object& object, std::string_view member, E fallback,
                     std::optional<E> (*fromString)(std::string_view), std::string_view choices)
{
    const auto* value = present(object, member);
    if (!value)
        return fallback;
    const auto* text = value->if_string();
    if (const auto choice = text ? fromString(textOf(*text)) : std::nullopt)
        return *choice;
    return invalidMember(member, named(member, "must be one of " + std::string(choices) + "."));
}

Result<std::string> readUrl(const json::object& object)
{
    auto url = readText(object, "url", 0, limits::url, "");
    if (url && !url->empty() && !isWebLink(*url))
        return invalidMember("url", "“url” must be an http or https link.");
    return url;
}

Result<std::vector<std::string>> readAnswers(const json::object& object)
{
    const auto* value = present(object, "answers");
    if (!value)
        return std::vector<std::string>{};
    const auto* array = value->if_array();
    if (!array)
        return invalidMember("answers", "“answers” must be a list of texts.");
    if (array->size() > limits::answers)
        return invalidMember("answers", "“answers” holds at most 4 texts.");
    std::vector<std::string> answers;
    for (const auto& item : *array) {
        auto text = checkedText(item, "answers", 1, limits::answer);
        if (!text)
            return tl::unexpected(text.error());
        answers.push_back(std::move(*text));
    }
    return answers;
}

Result<std::optional<Time>> readExpiry(const json::object& object)
{
    const auto* value = present(object, "expires_at");
    if (!value)
        return std::optional<Time>();
    const auto* text = value->if_string();
    if (const auto time = text ? parseTime(textOf(*text)) : std::nullopt)
        return time;
    return invalidMember("expires_at", "“expires_at” must be a time such as 2026-11-23T08:00:00Z.");
}

Result<std::string> readData(const json::object& object)
{
    const auto* value = present(object, "data");
    if (!value)
        return std::string();
    if (!value->is_object())
        return invalidMember("data", "“data” must be a JSON object.");
    std::string compact;
    appendJson(compact, *value);
    if (compact.size() > limits::dataBytes)
        return invalidMember("data", "“data” is longer than 8 KiB.");
    return compact;
}

/// Puts a member into its place, or keeps the first fault.
class Members
{
public:
    template <class T> Members& take(T& place, Result<T> value)
    {
        if (!m_fault && value)
            place = std::move(*value);
        else if (!m_fault)
            m_fault = value.error();
        return *this;
    }
    std::optional<Error> fault() const { return m_fault; }

private:
    std::optional<Error> m_fault;
};

Result<Notification> readNotification(const json::object& object)
{
    Notification n;
    Done checked;
    const auto fault =
        Members()
            .take(n.title, readText(object, "title", 1, limits::title))
            .take(n.message, readText(object, "message", 0, limits::message, ""))
            .take(n.type, readChoice(object, "type", Type::Info, typeFromString, "info, success, warning, error"))
            .take(n.priority,
                  readChoice(object, "priority", Priority::Normal, priorityFromString, "low, normal, high, critical"))
            .take(n.category, readText(object, "category", 0, limits::category, ""))
            .take(n.url, readUrl(object))
            .take(n.key, readText(object, "key", 0, limits::key, ""))
            .take(n.requireAck, readBool(object, "require_ack", false))
            .take(n.answers, readAnswers(object))
            .take(n.expiresAt, readExpiry(object))
            .take(n.data, readData(object))
            .take(checked, refuseUnavailable(object))
            .fault();
    if (fault)
        return tl::unexpected(*fault);
    return n;
}

} // namespace

bool isWebLink(std::string_view url)
{
    const QUrl parsed(QString::fromUtf8(url.data(), qsizetype(url.size())), QUrl::StrictMode);
    const QString scheme = parsed.scheme();
    return parsed.isValid() && !parsed.host().isEmpty() &&
           (scheme == QLatin1String("http") || scheme == QLatin1String("https"));
}

Result<json::value> parseJson(std::string_view text)
{
    return parseJsonText(text, JsonFrom::Sender);
}

Result<json::object> parseJsonObject(std::string_view text)
{
    auto value = parseJson(text);
    if (!value)
        return tl::unexpected(value.error());
    if (!value->is_object())
        return failure(400, "invalid", "The body must be a JSON object.");
    return std::move(value->get_object());
}

Result<std::string> readText(const json::object& object, std::string_view member, std::size_t minCodePoints,
                             std::size_t maxCodePoints, std::optional<std::string> fallback)
{
    if (const auto* value = present(object, member))
        return checkedText(*value, member, minCodePoints, maxCodePoints);
    if (fallback)
        return *fallback;
    return invalidMember(member, named(member, "is missing."));
}

Result<std::int64_t> readInteger(const json::object& object, std::string_view member, std::int64_t min,
                                 std::int64_t max, std::optional<std::int64_t> fallback)
{
    if (const auto* value = present(object, member))
        return checkedInteger(*value, member, min, max);
    if (fallback)
        return *fallback;
    return invalidMember(member, named(member, "is missing."));
}

Result<bool> readBool(const json::object& object, std::string_view member, bool fallback)
{
    const auto* value = present(object, member);
    if (!value)
        return fallback;
    if (const bool* flag = value->if_bool())
        return *flag;
    return invalidMember(member, named(member, "must be true or false."));
}

Result<std::optional<std::vector<std::int64_t>>> readIds(const json::object& object, std::string_view member)
{
    const auto* value = present(object, member);
    if (!value)
        return std::optional<std::vector<std::int64_t>>();
    const auto* array = value->if_array();
    if (!array)
        return invalidMember(member, named(member, "must be a list of whole numbers."));
    return checkedIds(*array, member).map([](auto ids) { return std::optional(std::move(ids)); });
}

Result<Draft> readDraft(std::string_view body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    const auto* nested = present(*object, "notification");
    if (nested && !nested->is_object())
        return invalidMember("notification", "“notification” must be a JSON object.");
    auto audience = readAudience(*object);
    if (!audience)
        return tl::unexpected(audience.error());
    auto notification = readNotification(nested ? nested->get_object() : *object);
    if (!notification)
        return tl::unexpected(notification.error());
    return Draft{std::move(*audience), std::move(*notification),
                 ignoredMembers(*object, nested ? &nested->get_object() : nullptr)};
}

} // namespace belfry
