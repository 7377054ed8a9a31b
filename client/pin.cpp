// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pin.h"

#include "client/words.h"

#include <QByteArray>
#include <QSslCertificate>

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <memory>

namespace belfry::client {

namespace {

const QString prefix = QStringLiteral("sha256//");

/// SHA-256 of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 7469 §2.4). By OpenSSL: QSslKey knows not every kind of
/// key. Empty where there is none.
QByteArray keyDigest(const QSslCertificate& certificate)
{
    const QByteArray der = certificate.toDer();
    const auto* at = reinterpret_cast<const unsigned char*>(der.constData());
    const std::unique_ptr<X509, decltype(&X509_free)> read(
        der.isEmpty() ? nullptr : d2i_X509(nullptr, &at, static_cast<long>(der.size())), &X509_free);
    unsigned char* key = nullptr;
    const int length = read ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(read.get()), &key) : 0;
    if (length <= 0)
        return {};
    QByteArray digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(key, static_cast<std::size_t>(length), reinterpret_cast<unsigned char*>(digest.data()));
    OPENSSL_free(key);
    return digest;
}

/// The 32 bytes of a pin; empty where it is none.
QByteArray digestIn(const QString& typed)
{
    QString text = typed.trimmed();
    if (text.startsWith(prefix, Qt::CaseInsensitive))
        text.remove(0, prefix.size());
    while (text.endsWith(u'='))
        text.chop(1);
    text.replace(u'-', u'+').replace(u'_', u'/');
    const QByteArray base64 = text.toLatin1();
    if (QString::fromLatin1(base64) != text)
        return {};
    const auto decoded = QByteArray::fromBase64Encoding(base64, QByteArray::AbortOnBase64DecodingErrors);
    // Written back: two texts that decode to the same bytes would be one pin.
    const bool isWhole = decoded && decoded.decoded.size() == SHA256_DIGEST_LENGTH &&
                         decoded.decoded.toBase64(QByteArray::OmitTrailingEquals) == base64;
    return isWhole ? decoded.decoded : QByteArray();
}

QString textOf(const QByteArray& digest)
{
    return digest.isEmpty() ? QString() : prefix + QString::fromLatin1(digest.toBase64());
}

} // namespace

Result<QString> pinFrom(const QString& typed)
{
    const QByteArray digest = digestIn(typed);
    if (digest.isEmpty()) {
        Error error = errorOf(400, "bad_pin",
                              LinkWords::tr("\"%1\" is no pin: it is sha256// and 44 characters, as belfry pin prints "
                                            "it at the server.")
                                  .arg(typed.trimmed().left(80)));
        error.field = "pin";
        return tl::unexpected(std::move(error));
    }
    return textOf(digest);
}

QString pinOf(const QSslCertificate& certificate)
{
    return textOf(keyDigest(certificate));
}

bool carriesPin(const QSslCertificate& certificate, const QString& pin)
{
    const QByteArray wanted = digestIn(pin);
    const QByteArray shown = keyDigest(certificate);
    return wanted.size() == SHA256_DIGEST_LENGTH && shown.size() == wanted.size() &&
           CRYPTO_memcmp(wanted.constData(), shown.constData(), SHA256_DIGEST_LENGTH) == 0;
}

} // namespace belfry::client
