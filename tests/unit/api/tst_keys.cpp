// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/keys.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <unistd.h>

using namespace belfry::server;

namespace {

QByteArray pem(EVP_PKEY* key, bool isPrivate)
{
    BIO* bio = BIO_new(BIO_s_mem());
    if (isPrivate)
        PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PUBKEY(bio, key);
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio, &bytes);
    QByteArray text(bytes, length);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return text;
}

} // namespace

class KeysTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    int m_descriptor = -1;

    std::string path() const { return m_directory.path().toStdString(); }
    QString keyPath() const { return m_directory.filePath(QStringLiteral("signing.key")); }
    std::string write(const QByteArray& bytes)
    {
        QFile file(m_directory.filePath(QStringLiteral("external")));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            return {};
        return file.fileName().toStdString();
    }

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_directory.isValid());
        m_descriptor = ::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        QVERIFY(m_descriptor >= 0);
    }
    void cleanup()
    {
        ::close(m_descriptor);
        QFile::remove(keyPath());
        QFile::remove(keyPath() + QStringLiteral(".new"));
    }

    void makesAKeyOnceAndKeepsItPrivate()
    {
        const auto first = signingKey(m_descriptor, path(), KeyFault::MakeMissing);
        QVERIFY(first);
        QCOMPARE(first->bytes().size(), std::size_t(32));
        const auto second = signingKey(m_descriptor, path(), KeyFault::MakeMissing);
        QVERIFY(second);
        QCOMPARE(first->bytes(), second->bytes());
        QCOMPARE(QFile::permissions(keyPath()) & QFile::Permissions(0x0077), QFile::Permissions());
        QVERIFY(!QFile::exists(keyPath() + QStringLiteral(".new")));
    }

    void takesAwayWhatOthersMayDo()
    {
        QVERIFY(signingKey(m_descriptor, path(), KeyFault::MakeMissing));
        QVERIFY(QFile::setPermissions(keyPath(), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
        QVERIFY(signingKey(m_descriptor, path(), KeyFault::MakeMissing));
        QVERIFY(!(QFile::permissions(keyPath()) & QFile::ReadOther));
    }

    void refusesAKeyThatIsDamagedOrALink()
    {
        QFile file(keyPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("short");
        file.close();
        QVERIFY(!signingKey(m_descriptor, path(), KeyFault::MakeMissing));
        QVERIFY(file.remove());
        QVERIFY(QFile::link(QStringLiteral("/dev/zero"), keyPath()));
        QVERIFY(!signingKey(m_descriptor, path(), KeyFault::MakeMissing));
    }

    void survivesAStartThatWasCutOff()
    {
        QFile file(keyPath() + QStringLiteral(".new"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("half");
        file.close();
        const auto key = signingKey(m_descriptor, path(), KeyFault::MakeMissing);
        QVERIFY(key);
        QCOMPARE(key->bytes().size(), std::size_t(32));
    }

    void takesOrRefusesExternalKeys_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("algorithm");
        QTest::addColumn<bool>("isTaken");
        const QByteArray secret(32, 's');
        const QByteArray rsa = pem(EVP_RSA_gen(2048), false);
        const QByteArray p256 = pem(EVP_EC_gen("P-256"), false);
        QTest::newRow("secret of 32 bytes") << secret << QByteArray("HS256") << true;
        QTest::newRow("secret with newline") << secret + "\n" << QByteArray("HS256") << true;
        QTest::newRow("secret of 31 bytes and newline") << secret.left(31) + "\n" << QByteArray("HS256") << false;
        QTest::newRow("PEM as secret") << rsa << QByteArray("HS256") << false;
        QTest::newRow("RSA 2048") << rsa << QByteArray("RS256") << true;
        QTest::newRow("RSA 1024") << pem(EVP_RSA_gen(1024), false) << QByteArray("RS256") << false;
        QTest::newRow("private RSA") << pem(EVP_RSA_gen(2048), true) << QByteArray("RS256") << false;
        QTest::newRow("EC as RSA") << p256 << QByteArray("RS256") << false;
        QTest::newRow("P-256") << p256 << QByteArray("ES256") << true;
        QTest::newRow("P-384") << pem(EVP_EC_gen("P-384"), false) << QByteArray("ES256") << false;
        QTest::newRow("RSA as EC") << rsa << QByteArray("ES256") << false;
        QTest::newRow("no key") << QByteArray("hello") << QByteArray("RS256") << false;
        QTest::newRow("none") << secret << QByteArray("none") << false;
        QTest::newRow("HS512") << secret << QByteArray("HS512") << false;
        QTest::newRow("empty") << QByteArray() << QByteArray("HS256") << false;
    }
    void takesOrRefusesExternalKeys()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, algorithm);
        QFETCH(bool, isTaken);
        const auto key = externalKey(write(file), algorithm.toStdString());
        QCOMPARE(key.has_value(), isTaken);
        if (!isTaken)
            QVERIFY(!key.error().message.empty());
        else if (algorithm == "HS256")
            QCOMPARE(key->bytes(), std::string(32, 's'));
    }

    void saysThatAFileCannotBeRead()
    {
        const auto key = externalKey(path() + "/absent", "HS256");
        QVERIFY(!key);
        QVERIFY(key.error().message.find("absent") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(KeysTest)
#include "tst_keys.moc"
