// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/claims.h"

#include "protocol/json.h"
#include "server/auth/jti.h"
#include "server/auth/sodium.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace belfry::server {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::string_view ownName = "belfry";
constexpr auto externalLeeway = 30s;
constexpr double latestSeconds = 253402300799.0; // the end of the year 9999

/// Base64url without padding, in the one spelling that its bytes have: the bits left over are zero (RFC 4648 §3.5).
std::optional<std::string> decoded(std::string_view text)
{
    const auto digit = [](char c) {
        return static_cast<unsigned>(c >= 'A' && c <= 'Z'   ? c - 'A'
                                     : c >= 'a' && c <= 'z' ? c - 'a' + 26
                                     : c >= '0' && c <= '9' ? c - '0' + 52
                                     : c == '-'             ? 62
                                     : c == '_'             ? 63
                                                            : 64);
    };
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        if (digit(c) > 63)
            return std::nullopt;
        bits = (bits << 6 | digit(c)) & 0xfff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>(bits >> count & 0xff));
        }
    }
    if (text.empty() || count == 6 || (bits & ((1U << count) - 1)) != 0)
        return std::nullopt;
    return bytes;
}

std::optional<json::object> decodedObject(std::string_view part)
{
    const auto text = decoded(part);
    auto object = text ? parseJsonObject(*text) : failure(400, "invalid", {});
    if (!object)
        return std::nullopt;
    return std::move(*object);
}

/// The member, unless it is absent or null.
const json::value* member(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains({name.data(), name.size()});
    return value && !value->is_null() ? value : nullptr;
}

std::optional<std::string_view> text(const json::object& object, std::string_view name)
{
    const json::value* value = member(object, name);
    if (!value || !value->is_string())
        return std::nullopt;
    const auto& string = value->get_string();
    return std::string_view(string.data(), string.size());
}

/// A NumericDate (RFC 7519 §2): seconds, which may have a fraction.
std::optional<Time> date(const json::value* value)
{
    if (!value || !value->is_number())
        return std::nullopt;
    const double seconds = std::clamp(value->to_number<double>(), -latestSeconds, latestSeconds);
    return Time(std::chrono::milliseconds(static_cast<std::int64_t>(std::floor(seconds * 1000))));
}

std::optional<UserId> userId(const json::value* value)
{
    if (!value)
        return std::nullopt;
    UserId id = 0;
    if (value->is_int64()) {
        id = value->get_int64();
    } else if (value->is_string()) {
        const auto& digits = value->get_string();
        const char* end = digits.data() + digits.size();
        const bool isDecimal = std::all_of(digits.data(), end, [](char c) { return c >= '0' && c <= '9'; });
        const auto read = std::from_chars(digits.data(), end, id);
        if (!isDecimal || read.ec != std::errc() || read.ptr != end)
            return std::nullopt;
    }
    return id >= 1 && id <= maxJsonInteger ? std::optional(id) : std::nullopt;
}

/// `aud` is a text or a list of them (RFC 7519 §4.1.3).
bool isMeantFor(const json::object& claims, std::string_view audience)
{
    const json::value* value = member(claims, "aud");
    const auto matches = [&](const json::value& candidate) {
        return candidate.is_string() &&
               std::string_view(candidate.get_string().data(), candidate.get_string().size()) == audience;
    };
    if (!value)
        return false;
    if (value->is_array())
        return std::any_of(value->get_array().begin(), value->get_array().end(), matches);
    return matches(*value);
}

/// `jwt` where it is absent, or `at+jwt`: any other kind of token is meant for something else (RFC 8725 §3.11).
std::optional<std::string> typeOf(const json::object& header)
{
    if (!header.contains("typ"))
        return "jwt";
    const auto named = text(header, "typ");
    if (!named)
        return std::nullopt;
    std::string type(*named);
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (type.starts_with("application/"))
        type.erase(0, 12);
    return type == "jwt" || type == "at+jwt" ? std::optional(type) : std::nullopt;
}

Role externalRole(const json::object& claims, bool allowsAdmin)
{
    const auto named = text(claims, "role");
    const Role role = (named ? roleFromString(*named) : std::nullopt).value_or(Role::Receiver);
    return role == Role::Admin && !allowsAdmin ? Role::Sender : role;
}

} // namespace

std::optional<TokenParts> splitToken(std::string_view token)
{
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    auto signature = decoded(token.substr(second + 1));
    auto header = decodedObject(token.substr(0, first));
    auto claims = decodedObject(token.substr(first + 1, second - first - 1));
    if (!signature || !header || !claims || header->contains("crit"))
        return std::nullopt;
    const auto algorithm = text(*header, "alg");
    const auto type = typeOf(*header);
    if (!algorithm || !type)
        return std::nullopt;
    return TokenParts{std::string(*algorithm), *type == "at+jwt", std::move(*claims), token.substr(0, second),
                      std::move(*signature)};
}

std::optional<VerifiedToken> readOwnClaims(const json::object& claims)
{
    const auto id = userId(member(claims, "user_id"));
    const auto expiry = date(member(claims, "exp"));
    const auto jti = text(claims, "jti");
    const auto name = jti ? parseJti(*jti) : std::nullopt;
    if (!id || text(claims, "sub") != std::to_string(*id) || !expiry || !name || text(claims, "iss") != ownName ||
        !isMeantFor(claims, ownName))
        return std::nullopt;
    VerifiedToken read;
    read.credential.user = *id;
    read.credential.kind = name->kind;
    read.credential.generation = name->generation;
    read.credential.tokenId = name->id;
    read.credential.expiresAt = *expiry;
    read.jti = *jti;
    return read;
}

std::optional<VerifiedToken> readExternalClaims(const json::object& claims, const ExternalRules& rules, Time now)
{
    const json::value* named = member(claims, "user_id");
    const auto id = userId(named ? named : member(claims, "sub"));
    const auto expiry = date(member(claims, "exp"));
    const json::value* notBefore = member(claims, "nbf");
    const auto start = date(notBefore);
    if (!id || *id >= firstReservedLocalId || !expiry || (notBefore && (!start || now + externalLeeway < *start)))
        return std::nullopt;
    if (!rules.issuer.empty() && text(claims, "iss") != rules.issuer)
        return std::nullopt;
    if (!rules.audience.empty() && !isMeantFor(claims, rules.audience))
        return std::nullopt;
    VerifiedToken read;
    read.credential.user = *id;
    read.credential.kind = TokenKind::External;
    read.credential.expiresAt = *expiry + externalLeeway;
    read.credential.claimedRole = externalRole(claims, rules.allowsAdmin);
    read.jti = text(claims, "jti").value_or(std::string_view());
    if (!read.jti.empty())
        read.credential.tokenId = externalTokenId(*id, read.jti);
    for (const std::string_view claim : {"username", "name"}) {
        if (const auto value = text(claims, claim); value && !value->empty())
            read.nameClaim = *value;
    }
    return read;
}

std::uint64_t externalTokenId(UserId user, std::string_view text)
{
    const std::string hash = blake2b(std::to_string(user) + '\n' + std::string(text));
    std::uint64_t id = 0;
    std::memcpy(&id, hash.data(), sizeof id);
    return id == 0 ? 1 : id;
}

} // namespace belfry::server
