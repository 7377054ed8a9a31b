// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens: raw ones, and claims under right signatures. What is believed must be so by a second, plainer reading.
#include "fuzz/fuzz.h"
#include "protocol/json.h"
#include "server/auth/token.h"

#include <QByteArray>
#include <QMessageAuthenticationCode>

#include <chrono>
#include <string>

namespace {

using namespace belfry;
using namespace belfry::server;
using fuzz::require;

/// The first byte of an input says how the rest is to be taken.
enum class Kind : char { Raw = 'r', Own = 'o', External = 'x', OwnHeader = 'h' };

const std::string ownSecret(32, 'k');
const std::string backendSecret(32, 'b');
constexpr std::string_view backendPublicKey = "-----BEGIN PUBLIC KEY-----\n"
                                              "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjs4KHP5Yo9QE58ZvMIzYWypOF1AT\n"
                                              "BW3okUDJUWxSvqhY/msTi9yTw5bp2VXp7T+aq7XzEhCtmP0J+Gu7qWr/GQ==\n"
                                              "-----END PUBLIC KEY-----\n";

class StandingClock final : public Clock
{
public:
    Time now() const override { return *parseTime("2026-11-23T08:00:00Z"); }
    std::chrono::steady_clock::time_point monotonic() const override { return {}; }
};

const StandingClock clockAtRest;

const Tokens& own()
{
    static const Tokens tokens(JwtKey(JwtAlgorithm::HS256, ownSecret), std::nullopt, clockAtRest);
    return tokens;
}

const Tokens& withBackend()
{
    static const Tokens tokens(
        JwtKey(JwtAlgorithm::HS256, ownSecret),
        ExternalIssuer{JwtKey(JwtAlgorithm::HS256, backendSecret), "office", "belfry-office", false}, clockAtRest);
    return tokens;
}

const Tokens& withEllipticBackend()
{
    static const Tokens tokens(
        JwtKey(JwtAlgorithm::HS256, ownSecret),
        ExternalIssuer{JwtKey(JwtAlgorithm::ES256, std::string(backendPublicKey)), {}, {}, false}, clockAtRest);
    return tokens;
}

QByteArray base64Url(const QByteArray& bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

std::string sign(const QByteArray& header, const QByteArray& claims, const std::string& secret)
{
    const QByteArray head = base64Url(header) + '.' + base64Url(claims);
    const QByteArray signature =
        QMessageAuthenticationCode::hash(head, QByteArray::fromStdString(secret), QCryptographicHash::Sha256);
    return (head + '.' + base64Url(signature)).toStdString();
}

/// What is believed says so in its claims: read again, without the code that is tested.
void mayBeBelieved(const VerifiedToken& token, std::string_view claimsText, bool isExternal)
{
    const auto claims = parseJsonObject(claimsText);
    require(claims.has_value(), "believed claims are a JSON object");
    require(claims->contains("exp") && claims->at("exp").is_number(), "who is believed has an expiry");
    require(token.credential.expiresAt > clockAtRest.now(), "who is believed has not expired");
    require(token.credential.user >= 1 && token.credential.user <= maxJsonInteger, "who is believed has an id");
    require((token.credential.kind == TokenKind::External) == isExternal, "the key decides the rules");
    const auto text = [&](const char* name) {
        const auto* value = claims->if_contains(name);
        return value && value->is_string() ? std::string(value->get_string().c_str(), value->get_string().size())
                                           : std::string();
    };
    require(text("iss") == (isExternal ? "office" : "belfry"), "the issuer is the right one");
    if (!isExternal)
        require(text("sub") == std::to_string(token.credential.user), "sub and user_id are one");
    require(!isExternal || token.credential.user < firstReservedLocalId, "a backend names none of our accounts");
    require(!isExternal || token.credential.claimedRole != Role::Admin, "a backend makes no admins");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input = fuzz::textOf(data, size);
    if (input.empty())
        return 0;
    const std::string_view rest = input.substr(1);
    const QByteArray bytes(rest.data(), qsizetype(rest.size()));
    const QByteArray header = R"({"alg":"HS256","typ":"JWT"})";
    switch (static_cast<Kind>(input.front())) {
    case Kind::Own: {
        const std::string token = sign(header, bytes, ownSecret);
        if (const auto verified = own().verify(token)) {
            mayBeBelieved(*verified, rest, false);
            require(own().verify(token).has_value(), "a token is believed twice");
            require(withBackend().verify(token).has_value(), "own tokens go on working beside a backend's");
        }
        break;
    }
    case Kind::External: {
        const std::string token = sign(header, bytes, backendSecret);
        require(!own().verify(token), "a foreign key opens nothing");
        require(!withEllipticBackend().verify(token), "a foreign key opens nothing");
        if (const auto verified = withBackend().verify(token))
            mayBeBelieved(*verified, rest, true);
        break;
    }
    case Kind::OwnHeader: {
        const QByteArray claims = R"({"iss":"belfry","aud":"belfry","sub":"7","user_id":7,"role":"sender",)"
                                  R"("iat":1795420800,"exp":1795420860,)"
                                  R"("jti":"s-000000000000000b-0000000000000016-0000000000000001"})";
        if (own().verify(sign(bytes, claims, ownSecret))) {
            const auto parsed = parseJsonObject(rest);
            require(parsed && !parsed->contains("crit"), "crit is refused");
            require(parsed->contains("alg") && parsed->at("alg") == "HS256", "the algorithm is the key's");
        }
        break;
    }
    case Kind::Raw:
    default:
        require(!own().verify(rest), "nobody guesses a signature");
        require(!withBackend().verify(rest), "nobody guesses a signature");
        require(!withEllipticBackend().verify(rest), "nobody guesses a signature");
        break;
    }
    return 0;
}
