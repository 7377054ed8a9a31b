// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/certificate.h"

#include "server/auth/key_file.h"
#include "server/auth/sodium.h"

#include <QFile>
#include <QString>
#include <QSysInfo>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace belfry::server {

namespace {

constexpr auto keyName = "tls.key";
constexpr auto certificateName = "tls.crt";
constexpr std::size_t fileLimitBytes = 64 * 1024;
constexpr int serialBits = 127;
constexpr std::time_t daySeconds = 24 * 60 * 60;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bioOver(const std::string& pem)
{
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

/// What was written to it; what stays in the BIO is wiped where it may be a key.
std::string taken(BIO* bio)
{
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio, &bytes);
    return length > 0 ? std::string(bytes, static_cast<std::size_t>(length)) : std::string();
}

bool extend(X509* certificate, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free);
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Time endOf(const X509* certificate)
{
    std::tm utc{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &utc) != 1)
        return Time::max();
    using namespace std::chrono;
    const sys_days day = year(utc.tm_year + 1900) / (utc.tm_mon + 1) / utc.tm_mday;
    return Time(day + hours(utc.tm_hour) + minutes(utc.tm_min) + seconds(utc.tm_sec));
}

/// For people who look at it: the pin decides, not a name.
std::string names()
{
    std::string all = "DNS:localhost,IP:127.0.0.1,IP:::1";
    const std::string host = QSysInfo::machineHostName().toStdString();
    const bool isPlain =
        !host.empty() && host.size() < 64 &&
        host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == std::string::npos;
    return isPlain && host != "localhost" ? all + ",DNS:" + host : all;
}

bool setRandomSerial(X509* certificate)
{
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_new(), BN_free);
    return number && BN_rand(number.get(), serialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

Result<std::string> contentsOf(const std::string& file, const std::string& what)
{
    QFile source(QString::fromStdString(file));
    if (!source.open(QIODevice::ReadOnly))
        return failure(500, "tls_files",
                       "The " + what + " file " + file + " cannot be read: " + source.errorString().toStdString() +
                           ".");
    const QByteArray bytes = source.read(fileLimitBytes + 1);
    if (bytes.size() > static_cast<qsizetype>(fileLimitBytes))
        return failure(500, "tls_files", "The " + what + " file " + file + " is too long.");
    return bytes.toStdString();
}

} // namespace

void Certificate::Release::operator()(evp_pkey_st* key) const
{
    EVP_PKEY_free(key);
}

void Certificate::Release::operator()(x509_st* certificate) const
{
    X509_free(certificate);
}

Certificate::KeyPtr Certificate::readKey(const std::string& pem)
{
    char none[] = ""; // an empty passphrase instead of a question on the terminal
    KeyPtr key(PEM_read_bio_PrivateKey(bioOver(pem).get(), nullptr, nullptr, none));
    ERR_clear_error();
    return key;
}

std::vector<Certificate::CertificatePtr> Certificate::readCertificates(const std::string& pem)
{
    std::vector<CertificatePtr> all;
    const Bio bio = bioOver(pem);
    while (X509* const one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
        all.emplace_back(one);
    ERR_clear_error();
    return all;
}

Result<Certificate::KeyPtr> Certificate::ownKey(int directory, const std::string& path)
{
    auto stored = readKeyFile(directory, path, keyName, fileLimitBytes);
    if (!stored)
        return tl::unexpected(stored.error());
    if (*stored) {
        KeyPtr key = readKey(**stored);
        wipe(**stored);
        if (!key)
            return failure(500, "key_file", path + "/" + keyName + " is damaged: it must hold a private key.");
        return key;
    }
    if (const auto orphan = readKeyFile(directory, path, certificateName, fileLimitBytes); !orphan || *orphan)
        return failure(500, "key_file",
                       path + "/" + keyName + " is missing: put it back, or remove " + certificateName +
                           ", too, to begin with a new key. Every pin of this server changes with it.");
    KeyPtr key(EVP_EC_gen("P-256"));
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_secmem()), BIO_free);
    if (!key || !out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failure(500, "key_file", "The server's TLS key cannot be made.");
    std::string pem = taken(out.get());
    const auto written = writeKeyFile(directory, path, keyName, pem);
    wipe(pem);
    if (!written)
        return tl::unexpected(written.error());
    return key;
}

Certificate::CertificatePtr Certificate::selfSigned(evp_pkey_st* key)
{
    CertificatePtr made(X509_new());
    if (!made)
        return nullptr;
    X509* const certificate = made.get();
    X509_NAME* const name = X509_get_subject_name(certificate);
    const auto* const words = reinterpret_cast<const unsigned char*>("Belfry");
    // A client's clock may be behind; after its end no time ever comes (RFC 5280 §4.1.2.5).
    const bool isMade = X509_set_version(certificate, X509_VERSION_3) == 1 && setRandomSerial(certificate) &&
                        ASN1_TIME_set(X509_getm_notBefore(certificate), std::time(nullptr) - daySeconds) != nullptr &&
                        ASN1_TIME_set_string(X509_getm_notAfter(certificate), "99991231235959Z") == 1 &&
                        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, words, -1, -1, 0) == 1 &&
                        X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
                        extend(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
                        extend(certificate, NID_key_usage, "critical,digitalSignature") &&
                        extend(certificate, NID_ext_key_usage, "serverAuth") &&
                        extend(certificate, NID_subject_alt_name, names()) &&
                        X509_sign(certificate, key, EVP_sha256()) != 0;
    ERR_clear_error();
    return isMade ? std::move(made) : nullptr;
}

Result<Certificate::CertificatePtr> Certificate::ownCertificate(int directory, const std::string& path,
                                                                evp_pkey_st* key)
{
    auto stored = readKeyFile(directory, path, certificateName, fileLimitBytes);
    if (!stored)
        return tl::unexpected(stored.error());
    if (*stored) {
        std::vector<CertificatePtr> all = readCertificates(**stored);
        const bool fits = !all.empty() && X509_check_private_key(all.front().get(), key) == 1;
        ERR_clear_error();
        if (fits)
            return std::move(all.front());
    }
    CertificatePtr made = selfSigned(key);
    const Bio out(BIO_new(BIO_s_mem()), BIO_free);
    if (!made || !out || PEM_write_bio_X509(out.get(), made.get()) != 1)
        return failure(500, "key_file", "The server's certificate cannot be made.");
    if (const auto written = writeKeyFile(directory, path, certificateName, taken(out.get())); !written)
        return tl::unexpected(written.error());
    return made;
}

Result<Certificate> Certificate::own(int directory, const std::string& path)
{
    Certificate own;
    auto key = ownKey(directory, path);
    if (!key)
        return tl::unexpected(key.error());
    own.m_key = std::move(*key);
    auto certificate = ownCertificate(directory, path, own.m_key.get());
    if (!certificate)
        return tl::unexpected(certificate.error());
    own.m_certificate = std::move(*certificate);
    if (const auto pinned = own.computePin(); !pinned)
        return tl::unexpected(pinned.error());
    return own;
}

Result<Certificate> Certificate::fromFiles(const std::string& certificateFile, const std::string& keyFile)
{
    const auto certificates = contentsOf(certificateFile, "certificate");
    if (!certificates)
        return tl::unexpected(certificates.error());
    auto keyBytes = contentsOf(keyFile, "key");
    if (!keyBytes)
        return tl::unexpected(keyBytes.error());
    Certificate given;
    given.m_key = readKey(*keyBytes);
    wipe(*keyBytes);
    given.m_chain = readCertificates(*certificates);
    if (given.m_chain.empty())
        return failure(500, "tls_files", certificateFile + " holds no certificate in PEM form.");
    if (!given.m_key)
        return failure(500, "tls_files",
                       keyFile + " holds no private key in PEM form that can be read without a passphrase.");
    given.m_certificate = std::move(given.m_chain.front());
    given.m_chain.erase(given.m_chain.begin());
    const bool fits = X509_check_private_key(given.m_certificate.get(), given.m_key.get()) == 1;
    ERR_clear_error();
    if (!fits)
        return failure(500, "tls_files",
                       "The key in " + keyFile + " is not that of the certificate in " + certificateFile + ".");
    if (const auto pinned = given.computePin(); !pinned)
        return tl::unexpected(pinned.error());
    return given;
}

Time Certificate::expiresAt() const
{
    Time first = endOf(m_certificate.get());
    for (const CertificatePtr& above : m_chain)
        first = std::min(first, endOf(above.get()));
    return first;
}

Result<void> Certificate::computePin()
{
    unsigned char* bytes = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(m_certificate.get()), &bytes);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digestLength = 0;
    const bool isDone = length > 0 && EVP_Digest(bytes, static_cast<std::size_t>(length), digest.data(), &digestLength,
                                                 EVP_sha256(), nullptr) == 1;
    OPENSSL_free(bytes);
    ERR_clear_error();
    if (!isDone)
        return failure(500, "tls_files", "The certificate's public key cannot be read.");
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> text{};
    const int textLength = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digestLength));
    m_pin.assign(reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(textLength));
    return {};
}

} // namespace belfry::server
