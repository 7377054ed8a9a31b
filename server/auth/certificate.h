// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "protocol/time.h"

#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace belfry::server {

/// What a server shows of itself in a TLS handshake: its certificate, the chain above it, and the private key.
/// Immutable. Thread: any. The key is wiped when it goes.
class Certificate
{
public:
    /// The server's own: a P-256 key (`tls.key`) and a self-signed certificate valid to 9999-12-31 (`tls.crt`), made
    /// where there are none. The key outlives the certificate: where that is missing, damaged or another's, a new one
    /// is made for the same key, and every pin stays true. A key that is damaged, or gone from beside its certificate,
    /// is refused in a sentence. Blocks.
    /// @param directory  descriptor of the data directory, open and locked
    /// @param path       its path, for sentences
    static Result<Certificate> own(int directory, const std::string& path);
    /// Somebody's own (`--tls-cert FILE --tls-key FILE`), in PEM form; the first certificate is the server's, the rest
    /// its chain. One sentence where a file cannot be read, or the two do not fit. Blocks.
    static Result<Certificate> fromFiles(const std::string& certificateFile, const std::string& keyFile);

    /// SHA-256 of the public key (SPKI) in base64, as in `curl --pinnedpubkey sha256//PIN`.
    const std::string& pin() const { return m_pin; }

    /// When it expires, or the first of its chain. What can't be read never does.
    Time expiresAt() const;

    x509_st* certificate() const { return m_certificate.get(); }
    const auto& chain() const { return m_chain; }
    evp_pkey_st* key() const { return m_key.get(); }

private:
    struct Release
    {
        void operator()(evp_pkey_st* key) const;
        void operator()(x509_st* certificate) const;
    };
    using KeyPtr = std::unique_ptr<evp_pkey_st, Release>;
    using CertificatePtr = std::unique_ptr<x509_st, Release>;

    Certificate() = default;
    static KeyPtr readKey(const std::string& pem);
    static std::vector<CertificatePtr> readCertificates(const std::string& pem);
    static Result<KeyPtr> ownKey(int directory, const std::string& path);
    static CertificatePtr selfSigned(evp_pkey_st* key);
    static Result<CertificatePtr> ownCertificate(int directory, const std::string& path, evp_pkey_st* key);
    Result<void> computePin();

    KeyPtr m_key;
    CertificatePtr m_certificate;
    std::vector<CertificatePtr> m_chain;
    std::string m_pin;
};

} // namespace belfry::server
