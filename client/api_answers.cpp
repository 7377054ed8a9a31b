// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api_answers.h"

#include "client/words.h"

#include <algorithm>
#include <limits>

namespace belfry::client {

namespace {

namespace json = boost::json;

Result<json::object> objectOf(const CallAnswer& answer)
{
    Result<json::object> object =
        parseServerObject(std::string_view(answer.body.constData(), static_cast<std::size_t>(answer.body.size())));
    if (!object)
        return tl::unexpected(errorOf(answer.status, "bad_answer",
                                      LinkWords::tr("What answers there is no Belfry server: check the address.")));
    return object;
}

const json::object* objectMember(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    return value != nullptr ? value->if_object() : nullptr;
}

QString textMember(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    if (value == nullptr || !value->is_string())
        return {};
    const json::string& text = value->get_string();
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::int64_t integerMember(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::optional<Time> timeMember(const json::object& object, std::string_view member)
{
    return parseTime(textMember(object, member).toStdString());
}

int countMember(const json::object& object, std::string_view member)
{
    return static_cast<int>(
        std::clamp<std::int64_t>(integerMember(object, member), 0, std::numeric_limits<int>::max()));
}

Invite inviteFrom(const json::object& object)
{
    Invite invite;
    invite.id = integerMember(object, "id");
    invite.role = roleFromString(textMember(object, "role").toStdString()).value_or(Role::Receiver);
    invite.createdAt = timeMember(object, "created_at").value_or(Time{});
    invite.expiresAt = timeMember(object, "expires_at").value_or(Time{});
    invite.code = textMember(object, "code");
    return invite;
}

OpenSession sessionFrom(const json::object& object)
{
    OpenSession session;
    session.id = integerMember(object, "id");
    session.device = textMember(object, "device");
    session.createdAt = timeMember(object, "created_at").value_or(Time{});
    session.lastUsedAt = timeMember(object, "last_used_at").value_or(session.createdAt);
    const json::value* const current = object.if_contains("current");
    session.isCurrent = current != nullptr && current->is_bool() && current->get_bool();
    return session;
}

/// The objects in a member that is a list.
template <class Item>
Result<std::vector<Item>> readItems(const CallAnswer& answer, std::string_view member,
                                    Item (*from)(const json::object&))
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    std::vector<Item> read;
    if (const json::value* const items = object->if_contains(member); items != nullptr && items->is_array()) {
        for (const json::value& item : items->get_array()) {
            if (const json::object* const members = item.if_object())
                read.push_back(from(*members));
        }
    }
    return read;
}

} // namespace

Result<ServerCard> readServerCard(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    ServerCard card;
    card.name = textMember(*object, "name");
    card.id = textMember(*object, "id");
    card.log = textMember(*object, "log");
    card.version = textMember(*object, "version");
    card.protocol = countMember(*object, "protocol");
    // Any JSON server may have an endpoint of that name; ours says who it is and what it speaks.
    if (card.id.isEmpty() || card.protocol < 1)
        return tl::unexpected(errorOf(answer.status, "bad_answer",
                                      LinkWords::tr("What answers there is no Belfry server: check the address.")));
    if (const json::value* const features = object->if_contains("features");
        features != nullptr && features->is_array()) {
        for (const json::value& feature : features->get_array()) {
            if (feature.is_string())
                card.features.append(QString::fromStdString(std::string(feature.get_string())));
        }
    }
    return card;
}

Result<SignIn> readSignIn(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    SignIn signIn;
    const QString token = textMember(*object, "token");
    if (token.isEmpty())
        return tl::unexpected(
            errorOf(answer.status, "bad_answer", LinkWords::tr("The server answered the sign-in without a token.")));
    // The token says more than a classic backend's answer may; what the answer says wins.
    if (const Result<TokenCard> card = readToken(token)) {
        signIn.key = card->key;
        signIn.userId = card->userId;
        signIn.userName = card->name;
        signIn.role = card->role;
    }
    signIn.key.token = token;
    signIn.key.isRenewable = true;
    if (const std::optional<Time> expiresAt = timeMember(*object, "expires_at"))
        signIn.key.expiresAt = *expiresAt;
    if (signIn.key.issuedAt == Time{})
        signIn.key.issuedAt = answer.serverTime.value_or(systemClock().now());
    if (const json::object* const user = objectMember(*object, "user")) {
        if (const std::int64_t id = integerMember(*user, "id"); id > 0)
            signIn.userId = id;
        if (const QString name = textMember(*user, "name"); !name.isEmpty())
            signIn.userName = name;
        if (const auto role = roleFromString(textMember(*user, "role").toStdString()))
            signIn.role = *role;
    }
    return signIn;
}

Result<ListAnswer> readList(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    const json::value* const items = object->if_contains("notifications");
    if (items == nullptr || !items->is_array())
        return tl::unexpected(
            errorOf(answer.status, "bad_answer", LinkWords::tr("The server's list could not be read.")));
    ListAnswer list;
    for (const json::value& item : items->get_array()) {
        if (const json::object* const members = item.if_object()) {
            if (std::optional<ListItem> read = lenientListItem(*members))
                list.items.push_back(std::move(*read));
        }
    }
    list.latestId = std::clamp<std::int64_t>(integerMember(*object, "latest_id"), 0, maxJsonInteger);
    list.unread = std::max<std::int64_t>(integerMember(*object, "unread"), 0);
    list.serverTime = answer.serverTime;
    return list;
}

Result<SentAnswer> readSent(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    return SentAnswer{integerMember(*object, "id"), countMember(*object, "recipients"), countMember(*object, "online"),
                      answer.body};
}

Result<SentAnswer> readClassicSent(const CallAnswer& answer)
{
    SentAnswer sent = readSent(answer).value_or(SentAnswer());
    sent.raw = answer.body;
    return sent;
}

Result<std::int64_t> readUnread(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    return std::max<std::int64_t>(integerMember(*object, "unread"), 0);
}

Result<AckAnswer> readAck(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    const Time now = answer.serverTime.value_or(systemClock().now());
    return AckAnswer{integerMember(*object, "id"), timeMember(*object, "acked_at").value_or(now),
                     textMember(*object, "answer")};
}

Result<SessionsAnswer> readSessions(const CallAnswer& answer)
{
    return readItems<OpenSession>(answer, "sessions", sessionFrom).map([&answer](std::vector<OpenSession> sessions) {
        const Result<json::object> object = objectOf(answer);
        return SessionsAnswer{std::move(sessions), object ? integerMember(*object, "next") : 0};
    });
}

Result<Invite> readInvite(const CallAnswer& answer)
{
    const Result<json::object> object = objectOf(answer);
    if (!object)
        return tl::unexpected(object.error());
    Invite invite = inviteFrom(*object);
    if (invite.code.isEmpty())
        return tl::unexpected(
            errorOf(answer.status, "bad_answer", LinkWords::tr("The server answered without an invite's code.")));
    return invite;
}

Result<std::vector<Invite>> readInvites(const CallAnswer& answer)
{
    return readItems<Invite>(answer, "invites", inviteFrom);
}

} // namespace belfry::client
