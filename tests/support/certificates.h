// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace belfry::tests {

/// A certificate with its key, made in memory for a test.
struct Identity
{
    enum class Kind { Ec, Rsa, Ed25519 };
    /// Whether the certificate is valid now, or was until yesterday.
    enum class Dates { Now, Past };

    QByteArray certificate; ///< PEM
    QByteArray key;         ///< PEM, PKCS #8
    QByteArray publicKey;   ///< SubjectPublicKeyInfo, DER, as `openssl pkey -pubin -outform der` writes it
    QByteArray chain;       ///< PEM: the issuers below the root, nearest first

    /// Vouched for by itself alone.
    /// @param addresses  subject alternative names, as OpenSSL writes them: "IP:127.0.0.1"
    static Identity selfSigned(const QByteArray& addresses, Kind kind = Kind::Ec, Dates dates = Dates::Now);
    /// A root that may sign others.
    static Identity authority();
    /// An issuer below this one.
    Identity intermediate() const;
    /// Vouched for by this one.
    Identity issue(const QByteArray& addresses) const;
};

} // namespace belfry::tests
