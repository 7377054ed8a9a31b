// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace belfry::server {

/// With what a token is signed: fixed by the server's key, never by the token (RFC 8725 §3.1).
enum class JwtAlgorithm : std::uint8_t { HS256, RS256, ES256 };

std::string_view toString(JwtAlgorithm algorithm);

struct FreePublicKey
{
    void operator()(EVP_PKEY* key) const;
};
using PublicKey = std::unique_ptr<EVP_PKEY, FreePublicKey>;

/// A key that tokens are verified with. Wiped when it goes; never logged.
class JwtKey
{
public:
    /// @param bytes  HS256: the secret; otherwise the public key as PEM
    JwtKey(JwtAlgorithm algorithm, std::string bytes);
    JwtKey(JwtKey&& other) noexcept;
    JwtKey& operator=(JwtKey&& other) noexcept;
    ~JwtKey();

    JwtAlgorithm algorithm() const { return m_algorithm; }
    const std::string& bytes() const { return m_bytes; }
    /// As OpenSSL has it: read once, for reading it takes as long as verifying a signature. Null for HS256, and where
    /// the bytes are no key.
    EVP_PKEY* publicKey() const { return m_publicKey.get(); }

private:
    JwtAlgorithm m_algorithm;
    std::string m_bytes;
    PublicKey m_publicKey;
};

/// What to do where `signing.key` is not as it should be.
enum class KeyFault : std::uint8_t {
    MakeMissing, ///< no store stands beside it yet: one that is missing is made; a damaged one is refused
    Refuse,      ///< a store is there, whose tokens would all die: the sentence names the ways out
    MakeAnew,    ///< `--new-signing-key`: whatever is wrong with it, a new one takes its place
};

/// The server's own signing key: 256 random bits in `signing.key`, kept 0600. A file of another length, one that is a
/// link, no regular file or somebody else's is at fault; what others may do with it is taken away.
/// @param directory  descriptor of the data directory, open and locked
/// @param path       its path, for sentences
Result<JwtKey> signingKey(int directory, const std::string& path, KeyFault fault);

/// The key of the backend that issues tokens (`--jwt-key FILE --jwt-alg ALGORITHM`): HS256 takes the secret as it
/// stands in the file less a final newline, the others a PEM public key. Refused, in a sentence: an unknown algorithm,
/// a file that cannot be read, a secret under 32 bytes or beginning `-----BEGIN`, an RSA key under 2,048 bits, a
/// private key, a key that does not fit the algorithm.
Result<JwtKey> externalKey(const std::string& file, std::string_view algorithm);

} // namespace belfry::server
