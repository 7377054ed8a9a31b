// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks: a token's signature, dates and claims, and whether its person and session still are there. A verified token
// is remembered, so that a person's requests pay for the first alone.
#include "server/auth/token.h"

#include "server/auth/signature.h"
#include "server/store/accounts_builder.h"

#include <QByteArray>

#include <benchmark/benchmark.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

namespace {

using namespace belfry;
using namespace belfry::server;

constexpr int tokenCount = 512; // half of one shelf of what is remembered, times sixteen: none is forgotten
constexpr int people = 10'000;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

JwtKey ownKey()
{
    return {JwtAlgorithm::HS256, std::string(32, 'k')};
}

QByteArray base64Url(const QByteArray& bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

std::string publicPem(EVP_PKEY* key)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PUBKEY(bio.get(), key);
    char* text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

/// The DER pair of numbers as JWT has it: 32 bytes each (RFC 7518 §3.4).
QByteArray rawPair(const QByteArray& der)
{
    const auto* at = reinterpret_cast<const unsigned char*>(der.constData());
    ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    QByteArray raw(64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes + 32, 32);
    ECDSA_SIG_free(pair);
    return raw;
}

QByteArray signatureOf(EVP_PKEY* key, const QByteArray& text)
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    QByteArray signature(512, '\0');
    std::size_t length = 512;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                   reinterpret_cast<const unsigned char*>(text.constData()), static_cast<std::size_t>(text.size()));
    signature.truncate(static_cast<qsizetype>(length));
    return signature;
}

/// Tokens of an existing backend, one for each person.
std::vector<std::string> externalTokens(EVP_PKEY* key, const QByteArray& algorithm)
{
    const QByteArray header = base64Url("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}");
    std::vector<std::string> tokens;
    for (int id = 1; id <= tokenCount; ++id) {
        const QByteArray claims = "{\"iss\":\"office\",\"aud\":\"belfry-office\",\"sub\":\"" + QByteArray::number(id) +
                                  "\",\"user_id\":" + QByteArray::number(id) +
                                  ",\"name\":\"ann\",\"iat\":1795420800,\"exp\":4102444800,\"jti\":\"4f9a8b\"}";
        const QByteArray text = header + '.' + base64Url(claims);
        const QByteArray signature = signatureOf(key, text);
        tokens.push_back((text + '.' + base64Url(algorithm == "ES256" ? rawPair(signature) : signature)).toStdString());
    }
    return tokens;
}

std::vector<Account> accountsOf(int count)
{
    std::vector<Account> accounts;
    for (UserId id = 1; id <= count; ++id) {
        Account account;
        account.id = id;
        account.name = "person " + std::to_string(id);
        account.foldedName = account.name;
        account.role = Role::Sender;
        account.generation = static_cast<std::uint64_t>(id) * 7919;
        accounts.push_back(std::move(account));
    }
    return accounts;
}

std::vector<std::string> ownTokens(const Tokens& maker)
{
    std::vector<std::string> tokens;
    for (const Account& account : accountsOf(tokenCount)) {
        tokens.push_back(maker.makeCreatedToken(account).value().token);
    }
    return tokens;
}

std::optional<ExternalIssuer> issuer(JwtAlgorithm algorithm, std::string key)
{
    return ExternalIssuer{JwtKey(algorithm, std::move(key)), "office", "belfry-office", false};
}

/// Each token for the first time.
template <class MakeTokens>
void verifyAnew(benchmark::State& state, const std::vector<std::string>& tokens, MakeTokens&& make)
{
    for (auto _ : state) {
        state.PauseTiming();
        std::optional<Tokens> verifier;
        make(verifier);
        state.ResumeTiming();
        for (const std::string& token : tokens) {
            if (!verifier->verify(token)) {
                state.SkipWithError("a token is refused");
                return;
            }
        }
        state.PauseTiming();
        verifier.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(tokens.size()));
}

void verifyOwn(benchmark::State& state)
{
    const Tokens maker(ownKey());
    verifyAnew(state, ownTokens(maker), [](auto& verifier) { verifier.emplace(ownKey()); });
}
BENCHMARK(verifyOwn)->Name("token/own (HS256), seen first");

void verifyExternal(benchmark::State& state, JwtAlgorithm algorithm, EVP_PKEY* made)
{
    const Key key(made, EVP_PKEY_free);
    const std::string pem = publicPem(key.get());
    const QByteArray name(toString(algorithm).data(), static_cast<qsizetype>(toString(algorithm).size()));
    verifyAnew(state, externalTokens(key.get(), name),
               [&](auto& verifier) { verifier.emplace(ownKey(), issuer(algorithm, pem)); });
}
void verifyRsa(benchmark::State& state)
{
    verifyExternal(state, JwtAlgorithm::RS256, EVP_RSA_gen(2048));
}
void verifyElliptic(benchmark::State& state)
{
    verifyExternal(state, JwtAlgorithm::ES256, EVP_EC_gen("P-256"));
}
void verifySecret(benchmark::State& state)
{
    const std::string secret(32, 's');
    const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nullptr,
                                               reinterpret_cast<const unsigned char*>(secret.data()), secret.size()),
                  EVP_PKEY_free);
    verifyAnew(state, externalTokens(key.get(), "HS256"),
               [&](auto& verifier) { verifier.emplace(ownKey(), issuer(JwtAlgorithm::HS256, secret)); });
}
BENCHMARK(verifySecret)->Name("token/a backend's (HS256), seen first");
BENCHMARK(verifyRsa)->Name("token/a backend's (RS256, 2,048 bits), seen first");
BENCHMARK(verifyElliptic)->Name("token/a backend's (ES256), seen first");

/// OpenSSL's own part of it: what no code of ours can save.
void bareSignature(benchmark::State& state, EVP_PKEY* made)
{
    const Key key(made, EVP_PKEY_free);
    const QByteArray text(200, 't');
    const QByteArray signature = signatureOf(key.get(), text);
    for (auto _ : state) {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
        if (EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.constData()),
                             static_cast<std::size_t>(signature.size()),
                             reinterpret_cast<const unsigned char*>(text.constData()), 200) != 1) {
            state.SkipWithError("the signature is refused");
        }
    }
    state.SetItemsProcessed(state.iterations());
}
void bareRsa(benchmark::State& state)
{
    bareSignature(state, EVP_RSA_gen(2048));
}
void bareElliptic(benchmark::State& state)
{
    bareSignature(state, EVP_EC_gen("P-256"));
}
BENCHMARK(bareRsa)->Name("token/  OpenSSL alone: the RS256 signature");
BENCHMARK(bareElliptic)->Name("token/  OpenSSL alone: the ES256 signature");

void verifyKnown(benchmark::State& state)
{
    const Tokens tokens(ownKey());
    const std::vector<std::string> all = ownTokens(tokens);
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(tokens.verify(all[next]));
        next = (next + 1) % all.size();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verifyKnown)->Name("token/any, seen before");

/// As a request has it: the token, then the newest snapshot of the accounts and what holds there.
void verifyAndAdmit(benchmark::State& state)
{
    const Tokens tokens(ownKey());
    const std::vector<std::string> all = ownTokens(tokens);
    AccountsBuilder builder;
    for (Account& account : accountsOf(people)) {
        builder.put(std::move(account));
    }
    CurrentAccounts current;
    current.set(builder.take());
    std::size_t next = 0;
    for (auto _ : state) {
        const auto verified = tokens.verify(all[next]);
        if (!current.get()->admit(verified->credential)) {
            state.SkipWithError("a person is refused");
        }
        next = (next + 1) % all.size();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verifyAndAdmit)->Name("token/any, seen before, and its person among 10,000");

void makeToken(benchmark::State& state)
{
    const Tokens tokens(ownKey());
    const Account account = accountsOf(1).front();
    for (auto _ : state) {
        benchmark::DoNotOptimize(tokens.makeCreatedToken(account));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(makeToken)->Name("token/made");

} // namespace
