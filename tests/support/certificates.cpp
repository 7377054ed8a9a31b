// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace belfry::tests {

namespace {

template <auto Free> struct Freeing
{
    template <class T> void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Memory = std::unique_ptr<BIO, Freeing<BIO_free_all>>;

QByteArray taken(const Memory& memory)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return QByteArray(data, size);
}

Memory holding(const QByteArray& pem)
{
    return Memory(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
}

Key newKey(Identity::Kind kind)
{
    switch (kind) {
    case Identity::Kind::Ec:
        return Key(EVP_EC_gen("P-256"));
    case Identity::Kind::Rsa:
        return Key(EVP_RSA_gen(2048));
    case Identity::Kind::Ed25519:
        return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    }
    return {};
}

void extend(X509* certificate, X509* issuer, int what, const QByteArray& value)
{
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, what, value.constData()));
    X509_add_ext(certificate, extension.get(), -1);
}

Identity made(Identity::Kind kind, Identity::Dates dates, const char* name, const QByteArray& addresses, bool isIssuer,
              const Identity* issuer)
{
    const Key key = newKey(kind);
    const Certificate certificate(X509_new());
    X509* const c = certificate.get();
    X509_set_version(c, X509_VERSION_3);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), serial >> 1);
    constexpr long day = 24L * 3600;
    X509_gmtime_adj(X509_getm_notBefore(c), dates == Identity::Dates::Past ? -9 * day : -day);
    X509_gmtime_adj(X509_getm_notAfter(c), dates == Identity::Dates::Past ? -day : 9 * day);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_pubkey(c, key.get());

    Certificate parent;
    Key signer;
    if (issuer) {
        parent.reset(PEM_read_bio_X509(holding(issuer->certificate).get(), nullptr, nullptr, nullptr));
        signer.reset(PEM_read_bio_PrivateKey(holding(issuer->key).get(), nullptr, nullptr, nullptr));
    }
    X509* const above = parent ? parent.get() : c;
    X509_set_issuer_name(c, X509_get_subject_name(above));
    extend(c, above, NID_basic_constraints, isIssuer ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!addresses.isEmpty())
        extend(c, above, NID_subject_alt_name, addresses);
    X509_sign(c, signer ? signer.get() : key.get(), kind == Identity::Kind::Ed25519 ? nullptr : EVP_sha256());

    Identity identity;
    Memory out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), c);
    identity.certificate = taken(out);
    out.reset(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    identity.key = taken(out);
    out.reset(BIO_new(BIO_s_mem()));
    i2d_PUBKEY_bio(out.get(), key.get());
    identity.publicKey = taken(out);
    return identity;
}

} // namespace

Identity Identity::selfSigned(const QByteArray& addresses, Kind kind, Dates dates)
{
    return made(kind, dates, "Belfry test", addresses, false, nullptr);
}

Identity Identity::authority()
{
    return made(Kind::Ec, Dates::Now, "Belfry test authority", {}, true, nullptr);
}

Identity Identity::intermediate() const
{
    Identity below = made(Kind::Ec, Dates::Now, "Belfry test intermediate", {}, true, this);
    below.chain = below.certificate + chain;
    return below;
}

Identity Identity::issue(const QByteArray& addresses) const
{
    Identity leaf = made(Kind::Ec, Dates::Now, "Belfry test server", addresses, false, this);
    leaf.chain = chain;
    return leaf;
}

} // namespace belfry::tests
