// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api.h"
#include "client/words.h"

#include <cmath>

namespace belfry::client {

namespace {

namespace json = boost::json;

tl::unexpected<Error> noToken()
{
    return tl::unexpected(
        errorOf(0, "bad_token", LinkWords::tr("That is no access token: copy it whole, without spaces.")));
}

std::string textMember(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// A number or decimal text (protocol.md, "Tokens"); 0 where it is neither.
UserId idMember(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    if (value == nullptr)
        return 0;
    UserId id = 0;
    if (value->is_int64())
        id = value->get_int64();
    else if (value->is_string())
        id = QString::fromStdString(std::string(value->get_string())).toLongLong();
    return id > 0 && id <= maxJsonInteger ? id : 0;
}

/// RFC 7519 NumericDate: seconds, with a fraction or without; the epoch where there is none.
Time timeMember(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    if (value == nullptr || !value->is_number())
        return {};
    const double seconds = value->to_number<double>();
    if (!(seconds > 0 && seconds < 253402300800.0)) // the year 10000
        return {};
    return Time(std::chrono::milliseconds(std::llround(seconds * 1000)));
}

} // namespace

Result<TokenCard> readToken(const QString& token)
{
    const QByteArray text = token.trimmed().toLatin1();
    const QList<QByteArray> parts = text.split('.');
    if (token.trimmed() != QString::fromLatin1(text) || parts.size() != 3 || parts[0].isEmpty() || parts[1].isEmpty())
        return noToken();
    const auto decoded =
        QByteArray::fromBase64Encoding(parts[1], QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals |
                                                     QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return noToken();
    const Result<json::object> claims = parseJsonObject(
        std::string_view(decoded.decoded.constData(), static_cast<std::size_t>(decoded.decoded.size())));
    if (!claims)
        return noToken();

    TokenCard card;
    card.userId = idMember(*claims, "user_id");
    if (card.userId == 0)
        card.userId = idMember(*claims, "sub");
    std::string name = textMember(*claims, "name");
    if (name.empty())
        name = textMember(*claims, "username");
    card.name = QString::fromStdString(name);
    card.role = roleFromString(textMember(*claims, "role")).value_or(Role::Receiver);
    card.key.token = QString::fromLatin1(text);
    card.key.expiresAt = timeMember(*claims, "exp");
    card.key.issuedAt = timeMember(*claims, "iat");
    // Ours say in `jti` whether they come from a sign-in; only those can be renewed.
    card.key.isRenewable = textMember(*claims, "iss") == "belfry" && textMember(*claims, "jti").starts_with("s-");
    return card;
}

} // namespace belfry::client
