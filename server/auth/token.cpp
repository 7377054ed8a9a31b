// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/token.h"

#include "protocol/json.h"
#include "server/auth/claims.h"
#include "server/auth/jti.h"
#include "server/auth/signature.h"
#include "server/auth/sodium.h"

#include <jwt.h>

#include <cstdlib>

namespace belfry::server {

namespace {

constexpr std::size_t knownTokensLimit = 16 * 1024;

using Jwt = std::unique_ptr<jwt_t, decltype(&jwt_free)>;

tl::unexpected<Error> invalid()
{
    return failure(401, "invalid_token", "This token is not valid. Please sign in again.");
}

tl::unexpected<Error> expired()
{
    return failure(401, "expired_token", "This token has expired. Please sign in again.");
}

} // namespace

Tokens::Tokens(JwtKey signingKey, std::optional<ExternalIssuer> issuer, const Clock& clock)
    : m_signingKey(std::move(signingKey)), m_issuer(std::move(issuer)), m_clock(clock)
{
}

Tokens::~Tokens() = default;

Time Tokens::expiryAfter(std::chrono::seconds timeToLive) const
{
    return std::chrono::floor<std::chrono::seconds>(m_clock.now()) + timeToLive;
}

Result<MadeToken> Tokens::makeSessionToken(const Account& account, std::uint64_t session, std::uint64_t generation,
                                           Time expiresAt) const
{
    return make(account, {TokenKind::SignIn, session, generation}, expiresAt);
}

Result<MadeToken> Tokens::makeCreatedToken(const Account& account, std::chrono::seconds timeToLive) const
{
    return make(account, {TokenKind::Created, randomBits(), account.generation}, expiryAfter(timeToLive));
}

Result<MadeToken> Tokens::make(const Account& account, const TokenName& name, Time expiresAt) const
{
    MadeToken made;
    made.record = {name.id, makeJti(name), std::chrono::floor<std::chrono::seconds>(m_clock.now()), expiresAt};
    const auto seconds = [](Time time) {
        return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    };
    const std::string claims = "{\"iss\":\"belfry\",\"aud\":\"belfry\",\"sub\":\"" + std::to_string(account.id) +
                               "\",\"user_id\":" + std::to_string(account.id) + ",\"role\":\"" +
                               std::string(toString(account.role)) + "\",\"iat\":" + seconds(made.record.issuedAt) +
                               ",\"exp\":" + seconds(expiresAt) + ",\"jti\":\"" + made.record.jti + "\"}";
    jwt_t* fresh = nullptr;
    if (jwt_new(&fresh) != 0)
        return failure(500, "internal", "The token could not be made.");
    const Jwt jwt(fresh, jwt_free);
    const std::string& key = m_signingKey.bytes();
    if (jwt_set_alg(jwt.get(), JWT_ALG_HS256, reinterpret_cast<const unsigned char*>(key.data()),
                    static_cast<int>(key.size())) != 0 ||
        jwt_add_grants_json(jwt.get(), claims.c_str()) != 0)
        return failure(500, "internal", "The token could not be made.");
    const std::unique_ptr<char, decltype(&std::free)> text(jwt_encode_str(jwt.get()), std::free);
    if (!text)
        return failure(500, "internal", "The token could not be made.");
    made.token = text.get();
    return made;
}

Result<VerifiedToken> Tokens::verify(std::string_view token) const
{
    std::string hash = blake2b(token);
    Shelf& shelf = m_shelves[static_cast<unsigned char>(hash.front()) % m_shelves.size()];
    {
        const std::lock_guard lock(shelf.mutex);
        if (const auto found = shelf.known.find(hash); found != shelf.known.end()) {
            if (m_clock.now() >= found->second.credential.expiresAt)
                return expired();
            return found->second;
        }
    }
    auto verified = verifyAnew(token);
    if (!verified)
        return verified;
    const std::lock_guard lock(shelf.mutex);
    if (shelf.known.size() >= knownTokensLimit / m_shelves.size())
        shelf.known.clear();
    shelf.known.emplace(std::move(hash), *verified);
    return verified;
}

Result<VerifiedToken> Tokens::verifyAnew(std::string_view token) const
{
    const auto parts = splitToken(token);
    if (!parts)
        return invalid();
    const Time now = m_clock.now();
    std::optional<VerifiedToken> read;
    const auto isBy = [&parts](const JwtKey& key) {
        return parts->algorithm == toString(key.algorithm()) && isSignedBy(key, parts->signedPart, parts->signature);
    };
    if (!parts->isAccessToken && isBy(m_signingKey))
        read = readOwnClaims(parts->claims);
    else if (m_issuer && isBy(m_issuer->key))
        read = readExternalClaims(parts->claims, {m_issuer->issuer, m_issuer->audience, m_issuer->allowsAdmin}, now);
    if (!read)
        return invalid();
    if (now >= read->credential.expiresAt)
        return expired();
    if (read->credential.kind == TokenKind::External && read->credential.tokenId == 0)
        read->credential.tokenId = externalTokenId(read->credential.user, parts->signedPart);
    return *read;
}

} // namespace belfry::server
