// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/signature.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <vector>

namespace belfry::server {

namespace {

constexpr std::size_t numberBytes = 32; // of a P-256 signature

const unsigned char* bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// The pair of numbers in the form that OpenSSL takes (SEC 1, C.5); empty where it is none.
std::vector<unsigned char> derOf(std::string_view signature)
{
    if (signature.size() != 2 * numberBytes)
        return {};
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
    BIGNUM* r = BN_bin2bn(bytesOf(signature), numberBytes, nullptr);
    BIGNUM* s = BN_bin2bn(bytesOf(signature) + numberBytes, numberBytes, nullptr);
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* encoded = nullptr;
    const int length = i2d_ECDSA_SIG(pair.get(), &encoded);
    if (length <= 0)
        return {};
    std::vector<unsigned char> der(encoded, encoded + length);
    OPENSSL_free(encoded);
    return der;
}

bool isSignedByPublic(EVP_PKEY* key, std::string_view signedPart, const unsigned char* signature, std::size_t length)
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool isRight =
        key && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
        EVP_DigestVerify(context.get(), signature, length, bytesOf(signedPart), signedPart.size()) == 1;
    ERR_clear_error();
    return isRight;
}

} // namespace

bool isSignedBy(const JwtKey& key, std::string_view signedPart, std::string_view signature)
{
    switch (key.algorithm()) {
    case JwtAlgorithm::HS256: {
        std::array<unsigned char, EVP_MAX_MD_SIZE> right{};
        unsigned length = 0;
        return HMAC(EVP_sha256(), key.bytes().data(), static_cast<int>(key.bytes().size()), bytesOf(signedPart),
                    signedPart.size(), right.data(), &length) &&
               length == signature.size() && CRYPTO_memcmp(right.data(), signature.data(), length) == 0;
    }
    case JwtAlgorithm::RS256:
        return isSignedByPublic(key.publicKey(), signedPart, bytesOf(signature), signature.size());
    case JwtAlgorithm::ES256: {
        const auto der = derOf(signature);
        return !der.empty() && isSignedByPublic(key.publicKey(), signedPart, der.data(), der.size());
    }
    }
    return false;
}

} // namespace belfry::server
