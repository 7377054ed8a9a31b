// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/keys.h"

#include "server/auth/key_file.h"
#include "server/auth/sodium.h"

#include <QFile>
#include <QString>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace belfry::server {

namespace {

constexpr std::size_t secretBytes = 32;
constexpr int rsaBits = 2048;
constexpr qint64 keyFileLimitBytes = 64 * 1024;

tl::unexpected<Error> refusal(const std::string& sentence)
{
    return failure(400, "jwt_key", sentence);
}

/// A public key in PEM form; null where it is none.
PublicKey readPublicKey(std::string_view pem)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        BIO_free);
    // An empty passphrase instead of a question on the terminal.
    char none[] = "";
    PublicKey key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, none) : nullptr);
    ERR_clear_error();
    return key;
}

bool isP256(const EVP_PKEY* key)
{
    char group[64] = {};
    std::size_t length = 0;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(const_cast<EVP_PKEY*>(key), group, sizeof group, &length) == 1 &&
           std::string_view(group, length) == SN_X9_62_prime256v1;
}

Result<JwtKey> secretKey(std::string bytes, const std::string& file)
{
    if (bytes.ends_with('\n'))
        bytes.pop_back();
    if (bytes.ends_with('\r'))
        bytes.pop_back();
    JwtKey key(JwtAlgorithm::HS256, std::move(bytes));
    if (key.bytes().starts_with("-----BEGIN"))
        return refusal(file +
                       " holds a PEM key, which cannot be the secret of HS256: name its algorithm with --jwt-alg.");
    if (key.bytes().size() < secretBytes)
        return refusal("The secret in " + file + " is shorter than 32 bytes.");
    return key;
}

Result<JwtKey> publicKey(JwtAlgorithm algorithm, std::string pem, const std::string& file)
{
    JwtKey key(algorithm, std::move(pem));
    const EVP_PKEY* read = key.publicKey();
    if (!read)
        return refusal(file + " holds no public key in PEM form.");
    const bool isRsa = EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA;
    if (algorithm == JwtAlgorithm::RS256 ? !isRsa : !isP256(read))
        return refusal("The key in " + file + " does not fit " + std::string(toString(algorithm)) + ".");
    if (isRsa && EVP_PKEY_get_bits(read) < rsaBits)
        return refusal("The RSA key in " + file + " is shorter than 2,048 bits.");
    return key;
}

} // namespace

std::string_view toString(JwtAlgorithm algorithm)
{
    switch (algorithm) {
    case JwtAlgorithm::HS256:
        return "HS256";
    case JwtAlgorithm::RS256:
        return "RS256";
    case JwtAlgorithm::ES256:
        return "ES256";
    }
    return {};
}

void FreePublicKey::operator()(EVP_PKEY* key) const
{
    EVP_PKEY_free(key);
}

JwtKey::JwtKey(JwtAlgorithm algorithm, std::string bytes)
    : m_algorithm(algorithm), m_bytes(std::move(bytes)),
      m_publicKey(algorithm == JwtAlgorithm::HS256 ? nullptr : readPublicKey(m_bytes))
{
}

JwtKey::JwtKey(JwtKey&& other) noexcept
    : m_algorithm(other.m_algorithm), m_bytes(std::move(other.m_bytes)), m_publicKey(std::move(other.m_publicKey))
{
    wipe(other.m_bytes);
}

JwtKey& JwtKey::operator=(JwtKey&& other) noexcept
{
    if (this != &other) {
        wipe(m_bytes);
        m_algorithm = other.m_algorithm;
        m_bytes = std::move(other.m_bytes);
        wipe(other.m_bytes);
        m_publicKey = std::move(other.m_publicKey);
    }
    return *this;
}

JwtKey::~JwtKey()
{
    wipe(m_bytes);
}

Result<JwtKey> signingKey(int directory, const std::string& path, KeyFault fault)
{
    const std::string name = "signing.key";
    const std::string waysOut = " Bring it back from a backup (belfry restore), or start once with belfry serve "
                                "--new-signing-key: then everybody has to sign in again.";
    auto stored = readKeyFile(directory, path, name, secretBytes);
    if (!stored && fault != KeyFault::MakeAnew)
        return tl::unexpected(stored.error());
    if (stored && *stored) {
        JwtKey key(JwtAlgorithm::HS256, std::move(**stored));
        if (key.bytes().size() == secretBytes)
            return key;
        if (fault != KeyFault::MakeAnew)
            return failure(500, "key_file", path + "/" + name + " is damaged: it must hold 32 bytes." + waysOut);
    } else if (fault == KeyFault::Refuse) {
        return failure(500, "key_missing",
                       "The signing key is missing: there is a store in " + path + ", but no " + name + "." + waysOut);
    }
    JwtKey key(JwtAlgorithm::HS256, randomBytes(secretBytes));
    if (auto written = writeKeyFile(directory, path, name, key.bytes()); !written)
        return tl::unexpected(written.error());
    return key;
}

Result<JwtKey> externalKey(const std::string& file, std::string_view algorithm)
{
    std::optional<JwtAlgorithm> known;
    for (const auto candidate : {JwtAlgorithm::HS256, JwtAlgorithm::RS256, JwtAlgorithm::ES256}) {
        if (toString(candidate) == algorithm)
            known = candidate;
    }
    if (!known)
        return refusal("--jwt-alg must be HS256, RS256 or ES256.");
    QFile source(QString::fromStdString(file));
    if (!source.open(QIODevice::ReadOnly))
        return refusal("The key file " + file + " cannot be read: " + source.errorString().toStdString() + ".");
    std::string bytes = source.read(keyFileLimitBytes + 1).toStdString();
    if (bytes.size() > keyFileLimitBytes)
        return refusal("The key file " + file + " is too long to be a key.");
    return *known == JwtAlgorithm::HS256 ? secretKey(std::move(bytes), file)
                                         : publicKey(*known, std::move(bytes), file);
}

} // namespace belfry::server
