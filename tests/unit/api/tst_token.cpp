// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/jti.h"
#include "server/auth/token.h"
#include "unit/api/turned_clock.h"

#include <QByteArray>
#include <QMessageAuthenticationCode>
#include <QTest>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

using namespace belfry;
using namespace belfry::server;
using namespace std::chrono_literals;

namespace {

const std::string ownSecret(32, 'k');
const std::string backendSecret(32, 'b');
constexpr qint64 nowSeconds = 1795420800; // 2026-11-23T08:00:00Z

QByteArray base64Url(const QByteArray& bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray hs256(const QByteArray& header, const QByteArray& claims, const std::string& secret)
{
    const QByteArray head = base64Url(header) + '.' + base64Url(claims);
    return head + '.' +
           base64Url(
               QMessageAuthenticationCode::hash(head, QByteArray::fromStdString(secret), QCryptographicHash::Sha256));
}

const QByteArray plainHeader = R"({"alg":"HS256","typ":"JWT"})";

/// Our own claims, with one of them replaced or (empty value) left out.
QByteArray ownClaims(const QByteArray& member = {}, const QByteArray& value = {})
{
    QList<std::pair<QByteArray, QByteArray>> claims{
        {"iss", "\"belfry\""},
        {"aud", "\"belfry\""},
        {"sub", "\"7\""},
        {"user_id", "7"},
        {"role", "\"sender\""},
        {"iat", QByteArray::number(nowSeconds)},
        {"exp", QByteArray::number(nowSeconds + 60)},
        {"jti", '"' + QByteArray::fromStdString(makeJti({TokenKind::SignIn, 11, 22})) + '"'}};
    QByteArray text;
    for (const auto& claim : claims) {
        const QByteArray& written = claim.first == member ? value : claim.second;
        if (!written.isEmpty())
            text += (text.isEmpty() ? "\"" : ",\"") + claim.first + "\":" + written;
    }
    return '{' + text + '}';
}

Tokens makeTokens(const Clock& clock)
{
    return Tokens(JwtKey(JwtAlgorithm::HS256, ownSecret), std::nullopt, clock);
}

Account ann()
{
    Account account;
    account.id = 7;
    account.name = "ann";
    account.role = Role::Sender;
    account.generation = 0xfedcba9876543210;
    return account;
}

struct Pair
{
    EVP_PKEY* key;
    std::string publicPem() const
    {
        BIO* bio = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(bio, key);
        char* bytes = nullptr;
        const long length = BIO_get_mem_data(bio, &bytes);
        std::string text(bytes, static_cast<std::size_t>(length));
        BIO_free(bio);
        return text;
    }
    QByteArray signature(const QByteArray& text) const
    {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        std::size_t length = 512;
        QByteArray bytes(512, '\0');
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key);
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(bytes.data()), &length,
                       reinterpret_cast<const unsigned char*>(text.data()), static_cast<std::size_t>(text.size()));
        EVP_MD_CTX_free(context);
        return bytes.left(static_cast<qsizetype>(length));
    }
};

} // namespace

class TokenTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jtiNamesKindSessionAndGeneration();
    void verifiesWhatItMade();
    void createdTokensNameThemselvesUnderTheirPersonsGeneration();
    void expiresWithoutLeewayAlsoOnceItIsKnown();
    void refusesWhatOurKeySignedButWeDidNotWrite_data();
    void refusesWhatOurKeySignedButWeDidNotWrite();
    void refusesWhatIsNoTokenOrNotOurs_data();
    void refusesWhatIsNoTokenOrNotOurs();
    void readsTokensOfABackend_data();
    void readsTokensOfABackend();
    void theKeyThatVerifiesDecidesTheRules();
    void takesRs256AndEs256AndNoConfusionBetweenThem();
    void takesEs256AsItsTwoNumbersAlone();
};

void TokenTest::jtiNamesKindSessionAndGeneration()
{
    const TokenName name{TokenKind::Created, 1, 0xffffffffffffffff};
    const auto jti = makeJti(name);
    QVERIFY(parseJti(jti) == name);
    QVERIFY(makeJti(name) != jti);
    for (const auto* text : {"", "s", "x-0000000000000001-0000000000000002-0000000000000003",
                             "s-0000000000000001-0000000000000002-000000000000000G",
                             "s-0000000000000001_0000000000000002-0000000000000003",
                             "s-0000000000000001-0000000000000002-00000000000000033"})
        QVERIFY(!parseJti(text));
}

void TokenTest::verifiesWhatItMade()
{
    TurnedClock clock;
    const auto tokens = makeTokens(clock);
    const auto made = tokens.makeSessionToken(ann(), 99, 5, tokens.expiryAfter(60s));
    QVERIFY(made);
    const auto verified = tokens.verify(made->token);
    QVERIFY(verified);
    QCOMPARE(verified->credential.user, UserId(7));
    QVERIFY(verified->credential.kind == TokenKind::SignIn);
    QCOMPARE(verified->credential.tokenId, std::uint64_t(99));
    QCOMPARE(verified->credential.generation, std::uint64_t(5));
    QVERIFY(verified->credential.expiresAt == clock.now() + 60s);
    QCOMPARE(verified->jti, made->record.jti);
}

void TokenTest::createdTokensNameThemselvesUnderTheirPersonsGeneration()
{
    TurnedClock clock;
    const auto tokens = makeTokens(clock);
    const auto made = tokens.makeCreatedToken(ann());
    QVERIFY(made);
    const auto verified = tokens.verify(made->token);
    QVERIFY(verified);
    QVERIFY(verified->credential.kind == TokenKind::Created);
    QCOMPARE(verified->credential.tokenId, made->record.tokenId);
    QCOMPARE(verified->credential.generation, ann().generation);
    QVERIFY(made->record.expiresAt == clock.now() + std::chrono::days(365));
    QVERIFY(tokens.makeCreatedToken(ann())->record.tokenId != made->record.tokenId);
}

void TokenTest::expiresWithoutLeewayAlsoOnceItIsKnown()
{
    TurnedClock clock;
    const auto tokens = makeTokens(clock);
    const auto made = tokens.makeSessionToken(ann(), 99, 5, tokens.expiryAfter(60s));
    QVERIFY(tokens.verify(made->token));
    clock.turn(60s - 1ms);
    QVERIFY(tokens.verify(made->token));
    clock.turn(1ms);
    QCOMPARE(tokens.verify(made->token).error().code, std::string("expired_token"));
    QCOMPARE(tokens.verify(made->token).error().status, 401);
}

// RFC 8725, practice by practice.
void TokenTest::refusesWhatOurKeySignedButWeDidNotWrite_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("claims");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("as we write it") << plainHeader << ownClaims() << true;
    QTest::newRow("aud in a list") << plainHeader << ownClaims("aud", R"(["x","belfry"])") << true;
    QTest::newRow("alg none") << QByteArray(R"({"alg":"none"})") << ownClaims() << false;
    QTest::newRow("alg None") << QByteArray(R"({"alg":"None"})") << ownClaims() << false;
    QTest::newRow("alg hs256") << QByteArray(R"({"alg":"hs256"})") << ownClaims() << false;
    QTest::newRow("alg HS512") << QByteArray(R"({"alg":"HS512"})") << ownClaims() << false;
    QTest::newRow("alg RS256") << QByteArray(R"({"alg":"RS256"})") << ownClaims() << false;
    QTest::newRow("no alg") << QByteArray(R"({"typ":"JWT"})") << ownClaims() << false;
    QTest::newRow("alg twice") << QByteArray(R"({"alg":"none","alg":"HS256"})") << ownClaims() << false;
    QTest::newRow("crit") << QByteArray(R"({"alg":"HS256","crit":["exp"]})") << ownClaims() << false;
    QTest::newRow("crit null") << QByteArray(R"({"alg":"HS256","crit":null})") << ownClaims() << false;
    QTest::newRow("no typ") << QByteArray(R"({"alg":"HS256"})") << ownClaims() << true;
    QTest::newRow("typ jwt") << QByteArray(R"({"alg":"HS256","typ":"application/jwt"})") << ownClaims() << true;
    QTest::newRow("typ at+jwt") << QByteArray(R"({"alg":"HS256","typ":"at+jwt"})") << ownClaims() << false;
    QTest::newRow("typ of a sign-out") << QByteArray(R"({"alg":"HS256","typ":"logout+jwt"})") << ownClaims() << false;
    QTest::newRow("typ a number") << QByteArray(R"({"alg":"HS256","typ":7})") << ownClaims() << false;
    QTest::newRow("typ null") << QByteArray(R"({"alg":"HS256","typ":null})") << ownClaims() << false;
    QTest::newRow("alg a list") << QByteArray(R"({"alg":["HS256"]})") << ownClaims() << false;
    QTest::newRow("alg with a NUL") << QByteArray(R"({"alg":"HS256\u0000"})") << ownClaims() << false;
    QTest::newRow("keys of its own")
        << QByteArray(
               R"({"alg":"HS256","kid":"../../dev/null","jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/",)"
               R"("jwk":{"kty":"oct","k":""},"x5c":["AA"]})")
        << ownClaims() << true; // not looked at
    QTest::newRow("payload as it is (RFC 7797)")
        << QByteArray(R"({"alg":"HS256","b64":false,"crit":["b64"]})") << ownClaims() << false;
    QTest::newRow("iss with a NUL") << plainHeader << ownClaims("iss", R"("belfry\u0000")") << false;
    QTest::newRow("sub with a NUL") << plainHeader << ownClaims("sub", R"("7\u0000")") << false;
    QTest::newRow("exp far away") << plainHeader << ownClaims("exp", "1e300") << true;
    QTest::newRow("exp a fraction") << plainHeader << ownClaims("exp", QByteArray::number(nowSeconds) + ".5") << true;
    QTest::newRow("exp -1e300") << plainHeader << ownClaims("exp", "-1e300") << false;
    QTest::newRow("exp NaN") << plainHeader << ownClaims("exp", "NaN") << false;
    QTest::newRow("exp true") << plainHeader << ownClaims("exp", "true") << false;
    QTest::newRow("exp a list") << plainHeader << ownClaims("exp", "[4102444800]") << false;
    QTest::newRow("user_id with zeros") << plainHeader << ownClaims("sub", R"("07")") << false;
    QTest::newRow("user_id beyond 2^64") << plainHeader << ownClaims("user_id", "18446744073709551623") << false;
    QTest::newRow("nested deep") << plainHeader
                                 << QByteArray(ownClaims().chopped(1) + R"(,"x":)" + QByteArray(100, '[') +
                                               QByteArray(100, ']') + '}')
                                 << false;
    QTest::newRow("a token within") << plainHeader << QByteArray("eyJhbGciOiJub25lIn0.e30.") << false;
    QTest::newRow("twice, once escaped") << plainHeader << QByteArray(ownClaims().chopped(1) + R"(,"user_\u0069d":1})")
                                         << false;
    QTest::newRow("a mark of byte order") << plainHeader << QByteArray("\xef\xbb\xbf" + ownClaims()) << false;
    QTest::newRow("something after") << plainHeader << QByteArray(ownClaims() + "x") << false;
    QTest::newRow("other iss") << plainHeader << ownClaims("iss", R"("other")") << false;
    QTest::newRow("no iss") << plainHeader << ownClaims("iss") << false;
    QTest::newRow("other aud") << plainHeader << ownClaims("aud", R"("other")") << false;
    QTest::newRow("aud elsewhere") << plainHeader << ownClaims("aud", R"(["x",{"belfry":1}])") << false;
    QTest::newRow("no aud") << plainHeader << ownClaims("aud") << false;
    QTest::newRow("no exp") << plainHeader << ownClaims("exp") << false;
    QTest::newRow("exp as text") << plainHeader << ownClaims("exp", R"("4102444800")") << false;
    QTest::newRow("exp null") << plainHeader << ownClaims("exp", "null") << false;
    QTest::newRow("exp 1e400") << plainHeader << ownClaims("exp", "1e400") << false;
    QTest::newRow("exp past") << plainHeader << ownClaims("exp", QByteArray::number(nowSeconds)) << false;
    QTest::newRow("exp negative") << plainHeader << ownClaims("exp", "-1") << false;
    QTest::newRow("other sub") << plainHeader << ownClaims("sub", R"("8")") << false;
    QTest::newRow("sub a number") << plainHeader << ownClaims("sub", "7") << false;
    QTest::newRow("no user_id") << plainHeader << ownClaims("user_id") << false;
    QTest::newRow("user_id a fraction") << plainHeader << ownClaims("user_id", "7.5") << false;
    QTest::newRow("no jti") << plainHeader << ownClaims("jti") << false;
    QTest::newRow("a jti not ours") << plainHeader << ownClaims("jti", R"("abc")") << false;
    QTest::newRow("a claim twice") << plainHeader << QByteArray(ownClaims().chopped(1) + R"(,"user_id":1})") << false;
    QTest::newRow("no JSON") << plainHeader << QByteArray("hello") << false;
    QTest::newRow("no object") << plainHeader << QByteArray("[]") << false;
    QTest::newRow("bad UTF-8") << plainHeader << QByteArray("{\"iss\":\"\xff\"}") << false;
}

void TokenTest::refusesWhatOurKeySignedButWeDidNotWrite()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, claims);
    QFETCH(bool, isTaken);
    const TurnedClock clock;
    const auto tokens = makeTokens(clock);
    const auto verified = tokens.verify(hs256(header, claims, ownSecret).toStdString());
    QCOMPARE(verified.has_value(), isTaken);
    if (!isTaken)
        QCOMPARE(verified.error().status, 401);
}

void TokenTest::refusesWhatIsNoTokenOrNotOurs_data()
{
    QTest::addColumn<QByteArray>("token");
    const QByteArray good = hs256(plainHeader, ownClaims(), ownSecret);
    const auto parts = good.split('.');
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("two dots") << QByteArray("..");
    QTest::newRow("no signature") << QByteArray(parts[0] + '.' + parts[1] + '.');
    QTest::newRow("two parts") << QByteArray(parts[0] + '.' + parts[1]);
    QTest::newRow("four parts") << QByteArray(good + ".x");
    QTest::newRow("another key") << hs256(plainHeader, ownClaims(), backendSecret);
    QTest::newRow("other claims under the signature")
        << QByteArray(parts[0] + '.' + base64Url(ownClaims("user_id", "1")) + '.' + parts[2]);
    QTest::newRow("padding") << QByteArray(good + "=");
    QTest::newRow("a space") << QByteArray(good + " ");
    QTest::newRow("unsigned with none") << QByteArray(base64Url(R"({"alg":"none"})") + '.' + base64Url(ownClaims()) +
                                                      '.' + parts[2]);
    QTest::newRow("long") << QByteArray(8000, 'a');
    QTest::newRow("huge") << QByteArray(10'000'000, 'a');
    QTest::newRow("many dots") << QByteArray(100'000, '.');
    QTest::newRow("a NUL") << QByteArray(good + QByteArray(1, '\0'));
    QTest::newRow("a NUL and more") << QByteArray(good + QByteArray("\0x", 2));
    QTest::newRow("a new line") << QByteArray(good + '\n');
    QTest::newRow("plain base64") << QByteArray(parts[0] + '.' + parts[1] + '.' +
                                                QByteArray(parts[2]).replace('-', '+').replace('_', '/') + '+');
    // The last digit of 32 bytes has two bits that say nothing: each other spelling is another token (RFC 4648
    // §3.5).
    for (const char last : QByteArray("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
        if (last != '\0' && last != good.back())
            QTest::addRow("last digit %c", last) << QByteArray(good.chopped(1) + last);
    }
    const auto respelled = [](const QByteArray& part) {
        return QByteArray(part.chopped(1) + static_cast<char>(part.back() + 1)); // after one of A, Q, g, w
    };
    QByteArray padded = ownClaims();
    while (base64Url(padded).size() % 4 == 0)
        padded.insert(1, ' ');
    const QByteArray head = parts[0] + '.' + respelled(base64Url(padded));
    QTest::newRow("claims in another spelling")
        << QByteArray(head + '.' +
                      base64Url(QMessageAuthenticationCode::hash(head, QByteArray::fromStdString(ownSecret),
                                                                 QCryptographicHash::Sha256)));
}

void TokenTest::refusesWhatIsNoTokenOrNotOurs()
{
    QFETCH(QByteArray, token);
    const TurnedClock clock;
    const auto tokens = makeTokens(clock);
    QVERIFY(!tokens.verify(token.toStdString()));
}

void TokenTest::readsTokensOfABackend_data()
{
    QTest::addColumn<QByteArray>("claims");
    QTest::addColumn<qint64>("user"); // 0: refused
    QTest::addColumn<int>("role");
    const QByteArray exp = R"(,"exp":1795420860,"iss":"app","aud":["belfry-users"]})";
    const auto receiver = static_cast<int>(Role::Receiver), sender = static_cast<int>(Role::Sender);
    QTest::newRow("user_id") << R"({"user_id":5)" + exp << qint64(5) << receiver;
    QTest::newRow("user_id as text") << R"({"user_id":"5")" + exp << qint64(5) << receiver;
    QTest::newRow("sub as text") << R"({"sub":"6")" + exp << qint64(6) << receiver;
    QTest::newRow("sub as number") << R"({"sub":6)" + exp << qint64(6) << receiver;
    QTest::newRow("user_id before sub") << R"({"user_id":5,"sub":"x")" + exp << qint64(5) << receiver;
    QTest::newRow("a user_id that is none") << R"({"user_id":"ann","sub":"6")" + exp << qint64(0) << 0;
    QTest::newRow("neither") << "{\"x\":1" + exp << qint64(0) << 0;
    QTest::newRow("0") << R"({"user_id":0)" + exp << qint64(0) << 0;
    QTest::newRow("negative") << R"({"user_id":"-5")" + exp << qint64(0) << 0;
    QTest::newRow("2^52 - 1") << R"({"user_id":4503599627370495)" + exp << qint64(4503599627370495) << receiver;
    QTest::newRow("2^52") << R"({"user_id":4503599627370496)" + exp << qint64(0) << 0;
    QTest::newRow("sender") << R"({"user_id":5,"role":"sender")" + exp << qint64(5) << sender;
    QTest::newRow("admin counts as sender") << R"({"user_id":5,"role":"admin")" + exp << qint64(5) << sender;
    QTest::newRow("unknown role") << R"({"user_id":5,"role":"chief")" + exp << qint64(5) << receiver;
    QTest::newRow("no exp") << QByteArray(R"({"user_id":5,"iss":"app","aud":"belfry-users"})") << qint64(0) << 0;
    QTest::newRow("exp 30 s ago less 1 ms")
        << QByteArray(R"({"user_id":5,"exp":1795420770.001,"iss":"app","aud":"belfry-users"})") << qint64(5)
        << receiver;
    QTest::newRow("exp 30 s ago") << QByteArray(R"({"user_id":5,"exp":1795420770,"iss":"app","aud":"belfry-users"})")
                                  << qint64(0) << 0;
    QTest::newRow("nbf in 30 s") << R"({"user_id":5,"nbf":1795420830)" + exp << qint64(5) << receiver;
    QTest::newRow("nbf in 31 s") << R"({"user_id":5,"nbf":1795420831)" + exp << qint64(0) << 0;
    QTest::newRow("other iss") << QByteArray(R"({"user_id":5,"exp":1795420860,"iss":"x","aud":"belfry-users"})")
                               << qint64(0) << 0;
    QTest::newRow("no aud") << QByteArray(R"({"user_id":5,"exp":1795420860,"iss":"app"})") << qint64(0) << 0;
}

void TokenTest::readsTokensOfABackend()
{
    QFETCH(QByteArray, claims);
    QFETCH(qint64, user);
    QFETCH(int, role);
    const TurnedClock clock;
    const Tokens tokens(JwtKey(JwtAlgorithm::HS256, ownSecret),
                        ExternalIssuer{JwtKey(JwtAlgorithm::HS256, backendSecret), "app", "belfry-users", false},
                        clock);
    const auto verified = tokens.verify(hs256(plainHeader, claims, backendSecret).toStdString());
    QCOMPARE(verified.has_value(), user != 0);
    if (!verified)
        return;
    QVERIFY(verified->credential.kind == TokenKind::External);
    QCOMPARE(verified->credential.user, user);
    QCOMPARE(static_cast<int>(verified->credential.claimedRole), role);
    QVERIFY(verified->credential.tokenId != 0);
}

void TokenTest::theKeyThatVerifiesDecidesTheRules()
{
    const TurnedClock clock;
    const Tokens tokens(JwtKey(JwtAlgorithm::HS256, ownSecret),
                        ExternalIssuer{JwtKey(JwtAlgorithm::HS256, backendSecret), {}, {}, true}, clock);
    // Our own claims, signed by the backend: an external token of person 7, whatever they say.
    const auto external =
        tokens.verify(hs256(plainHeader, ownClaims("role", R"("admin")"), backendSecret).toStdString());
    QVERIFY(external);
    QVERIFY(external->credential.kind == TokenKind::External);
    QVERIFY(external->credential.claimedRole == Role::Admin);
    const auto own = tokens.verify(hs256(plainHeader, ownClaims(), ownSecret).toStdString());
    QVERIFY(own);
    QVERIFY(own->credential.kind == TokenKind::SignIn);
    // A backend's claims under our key are no token of ours.
    const QByteArray foreign = R"({"user_id":5,"exp":4102444800})";
    QVERIFY(!tokens.verify(hs256(plainHeader, foreign, ownSecret).toStdString()));
}

void TokenTest::takesRs256AndEs256AndNoConfusionBetweenThem()
{
    const TurnedClock clock;
    const Pair rsa{EVP_RSA_gen(2048)};
    const Tokens tokens(JwtKey(JwtAlgorithm::HS256, ownSecret),
                        ExternalIssuer{JwtKey(JwtAlgorithm::RS256, rsa.publicPem()), {}, {}, false}, clock);
    const QByteArray claims = R"({"user_id":5,"exp":1795420860,"name":"Ann","jti":"a"})";
    const QByteArray head = base64Url(R"({"alg":"RS256"})") + '.' + base64Url(claims);
    const auto verified = tokens.verify((head + '.' + base64Url(rsa.signature(head))).toStdString());
    QVERIFY(verified);
    QCOMPARE(verified->nameClaim, std::string("Ann"));
    // The public key as the secret of an HMAC (RFC 8725 §2.1).
    QVERIFY(!tokens.verify(hs256(plainHeader, claims, rsa.publicPem()).toStdString()));
    QByteArray broken = rsa.signature(head);
    broken[0] = static_cast<char>(broken[0] ^ 1);
    QVERIFY(!tokens.verify((head + '.' + base64Url(broken)).toStdString()));
    // As the access token that it is by RFC 9068; as nothing else.
    const auto typed = [&](const QByteArray& type) {
        const QByteArray signedPart =
            base64Url("{\"alg\":\"RS256\",\"typ\":\"" + type + "\"}") + '.' + base64Url(claims);
        return tokens.verify((signedPart + '.' + base64Url(rsa.signature(signedPart))).toStdString()).has_value();
    };
    QVERIFY(typed("at+jwt") && typed("application/AT+JWT") && typed("JWT"));
    QVERIFY(!typed("logout+jwt") && !typed("dpop+jwt") && !typed("secevent+jwt") && !typed(""));
    // Its own key in the header, under its own signature.
    const Pair own{EVP_RSA_gen(2048)};
    const QByteArray forged =
        base64Url(R"({"alg":"RS256","jwk":{"kty":"RSA","e":"AQAB","n":"AA"},"jku":"http://127.0.0.1:1/"})") + '.' +
        base64Url(claims);
    QVERIFY(!tokens.verify((forged + '.' + base64Url(own.signature(forged))).toStdString()));
    EVP_PKEY_free(own.key);
    EVP_PKEY_free(rsa.key);
}

void TokenTest::takesEs256AsItsTwoNumbersAlone()
{
    const TurnedClock clock;
    const Pair pair{EVP_EC_gen("P-256")};
    const Tokens tokens(JwtKey(JwtAlgorithm::HS256, ownSecret),
                        ExternalIssuer{JwtKey(JwtAlgorithm::ES256, pair.publicPem()), {}, {}, false}, clock);
    const QByteArray claims = R"({"user_id":5,"exp":1795420860})";
    const QByteArray head = base64Url(R"({"alg":"ES256","typ":"at+jwt"})") + '.' + base64Url(claims);
    const QByteArray der = pair.signature(head);
    const auto* at = reinterpret_cast<const unsigned char*>(der.constData());
    ECDSA_SIG* both = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    QByteArray numbers(64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(numbers.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(both), bytes, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(both), bytes + 32, 32);
    ECDSA_SIG_free(both);
    const auto isTaken = [&](const QByteArray& signature) {
        return tokens.verify((head + '.' + base64Url(signature)).toStdString()).has_value();
    };
    QVERIFY(isTaken(numbers));
    QVERIFY(!isTaken(der));
    QVERIFY(!isTaken(QByteArray(64, '\0'))); // CVE-2022-21449
    QVERIFY(!isTaken(numbers + QByteArray(1, '\0')));
    QVERIFY(!isTaken(numbers.left(63)));
    numbers[40] = static_cast<char>(numbers[40] ^ 1);
    QVERIFY(!isTaken(numbers));
    QVERIFY(!tokens.verify(hs256(plainHeader, claims, pair.publicPem()).toStdString()));
    EVP_PKEY_free(pair.key);
}

QTEST_GUILESS_MAIN(TokenTest)
#include "tst_token.moc"
