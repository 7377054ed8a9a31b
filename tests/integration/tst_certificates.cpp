// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/certificates.h"
#include "support/server_process.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <csignal>

using namespace belfry::test;

namespace {

QStringList words(const QString& text)
{
    return text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// A certificate as an office's own CA would make it; OpenSSL's program is nobody's work here.
bool makeCertificate(const QString& directory, const QString& name, int days = 2)
{
    return runProgram(QStringLiteral("openssl"),
                      words(QStringLiteral("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days %3 "
                                           "-subj /CN=%2 -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
                                           "-keyout %1/%2.key -out %1/%2.crt")
                                .arg(directory, name)
                                .arg(days)))
               .exitCode == 0;
}

/// The pin of a certificate's file, as OpenSSL's program and Qt compute it.
QByteArray pinOf(const QString& certificate)
{
    const auto pem =
        runProgram(QStringLiteral("openssl"), words(QStringLiteral("x509 -noout -pubkey -in ") + certificate));
    const auto der =
        runProgram(QStringLiteral("openssl"), words(QStringLiteral("pkey -pubin -outform der")), pem.output);
    return QCryptographicHash::hash(der.output, QCryptographicHash::Sha256).toBase64();
}

} // namespace

/// TLS as people use it: the server's own certificate and its pin, certificates of theirs, curl and openssl as clients.
class CertificatesTest : public QObject
{
    Q_OBJECT
private:
    static QString secure(const ServerProcess& server, const char* path)
    {
        return QStringLiteral("https://127.0.0.1:%1%2").arg(server.port()).arg(QLatin1String(path));
    }
    static Finished curl(const QStringList& arguments)
    {
        return runProgram(QStringLiteral("curl"), words(QStringLiteral("-sS -m 20")) + arguments);
    }
    static QByteArray pin(const QString& data)
    {
        return runBelfry({QStringLiteral("pin"), QStringLiteral("--data"), data}).output.trimmed();
    }

private Q_SLOTS:
    void pinTellsItsServerFromOthers();
    void opensslSeesWhatIsPromised();
    void keyOutlivesItsCertificate();
    void keyThatIsGoneIsNotReplacedInSilence();
    void pinNeedsAServersDirectory();
    void ownCertificateIsReadAgainWhileStreamsLive();
    void certificatesThatCannotBeUsedAreOneSentence_data();
    void certificatesThatCannotBeUsedAreOneSentence();
    void anEndThatIsNearIsSaid_data();
    void anEndThatIsNearIsSaid();
    void theEndOfTheChainCounts();
    void withoutFilesNothingIsReadAgain();
    void aTokenThatEndsSoonIsSaidWithoutIt();
    void otherMachinesAreToldHttps();
};

void CertificatesTest::pinTellsItsServerFromOthers()
{
    ServerProcess server, other;
    QVERIFY(server.start() && other.start());
    const QByteArray own = pin(server.directory());
    QCOMPARE(own.size(), 44);
    QCOMPARE(own, pinOf(server.directory() + QStringLiteral("/tls.crt")));
    const auto asked = [&own](const ServerProcess& whom) {
        return curl({QStringLiteral("--insecure"), QStringLiteral("--pinnedpubkey"),
                     QStringLiteral("sha256//") + QString::fromLatin1(own), secure(whom, "/healthz")});
    };
    QCOMPARE(asked(server).output, QByteArray("{\"status\":\"ok\"}"));
    QCOMPARE(asked(other).exitCode, 90);                       // curl: the pinned key does not match
    QCOMPARE(curl({secure(server, "/healthz")}).exitCode, 60); // nobody vouches for it but the pin
    QCOMPARE(server.stop(), 0);
    QCOMPARE(pin(server.directory()), own);
    QVERIFY(server.start());
    QCOMPARE(asked(server).exitCode, 0);
}

void CertificatesTest::opensslSeesWhatIsPromised()
{
    ServerProcess server;
    QVERIFY(server.start());
    const QString where = QStringLiteral("127.0.0.1:%1").arg(server.port());
    const auto connect = [&where](const char* more) {
        return runProgram(QStringLiteral("openssl"),
                          words(QStringLiteral("s_client -connect ") + where + QLatin1Char(' ') + QLatin1String(more)),
                          "GET /healthz HTTP/1.0\r\n\r\n");
    };
    const auto modern = connect("-alpn h2,http/1.1 -ign_eof");
    QVERIFY(modern.output.contains("TLSv1.3") && modern.output.contains("ALPN protocol: http/1.1"));
    QVERIFY(modern.output.contains("{\"status\":\"ok\"}"));
    QVERIFY(!modern.output.contains("New Session Ticket arrived"));
    QVERIFY(connect("-tls1_2 -ign_eof").output.contains("Secure Renegotiation IS supported"));
    QVERIFY(connect("-tls1_1 -cipher DEFAULT:@SECLEVEL=0").exitCode != 0);
    const auto text = runProgram(QStringLiteral("openssl"), words(QStringLiteral("x509 -noout -text -in ") +
                                                                  server.directory() + QStringLiteral("/tls.crt")));
    QVERIFY(text.output.contains("Not After : Dec 31 23:59:59 9999 GMT"));
    QVERIFY(text.output.contains("prime256v1"));
}

void CertificatesTest::keyOutlivesItsCertificate()
{
    ServerProcess server;
    QVERIFY(server.start());
    const QByteArray own = pin(server.directory());
    QCOMPARE(server.stop(), 0);
    QVERIFY(QFile::remove(server.directory() + QStringLiteral("/tls.crt")));
    QVERIFY(server.start());
    QCOMPARE(pin(server.directory()), own);
    QCOMPARE(pinOf(server.directory() + QStringLiteral("/tls.crt")), own);
}

void CertificatesTest::keyThatIsGoneIsNotReplacedInSilence()
{
    ServerProcess server;
    QVERIFY(server.start());
    QCOMPARE(server.stop(), 0);
    QVERIFY(QFile::remove(server.directory() + QStringLiteral("/tls.key")));
    for (const char* command : {"pin", "serve --listen 127.0.0.1:0"}) {
        const auto run =
            runBelfry(words(QLatin1String(command)) + QStringList{QStringLiteral("--data"), server.directory()});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(run.errors.count('\n') == 1 && run.errors.contains("tls.key"), run.errors);
    }
    QVERIFY(!QFileInfo::exists(server.directory() + QStringLiteral("/tls.key")));
}

void CertificatesTest::pinNeedsAServersDirectory()
{
    QTemporaryDir directory;
    const QString missing = directory.filePath(QStringLiteral("data"));
    const auto run = runBelfry({QStringLiteral("pin"), QStringLiteral("--data"), missing});
    QCOMPARE(run.exitCode, 1);
    QVERIFY(!QFileInfo::exists(missing));
}

void CertificatesTest::ownCertificateIsReadAgainWhileStreamsLive()
{
    QTemporaryDir files;
    for (const char* name : {"first", "second"})
        QVERIFY(makeCertificate(files.path(), QLatin1String(name)));
    const QString certificate = files.filePath(QStringLiteral("used.crt"));
    const QString key = files.filePath(QStringLiteral("used.key"));
    const auto use = [&](const char* name) {
        QFile::remove(certificate);
        QFile::remove(key);
        return QFile::copy(files.filePath(QLatin1String(name) + QStringLiteral(".crt")), certificate) &&
               QFile::copy(files.filePath(QLatin1String(name) + QStringLiteral(".key")), key);
    };
    QVERIFY(use("first"));
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--tls-cert"), certificate, QStringLiteral("--tls-key"), key}));
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));
    const auto trusts = [&](const char* name) {
        return curl({QStringLiteral("--cacert"), files.filePath(QLatin1String(name) + QStringLiteral(".crt")),
                     secure(server, "/healthz")})
                   .exitCode == 0;
    };
    QVERIFY(trusts("first"));
    QCOMPARE(pin(server.directory()), pinOf(certificate));

    QProcess stream;
    stream.start(QStringLiteral("curl"), {QStringLiteral("-skN"), secure(server, "/api/notifications/sse/?token=") +
                                                                      QString::fromLatin1(token)});
    QByteArray shown;
    const auto shows = [&](const char* text) { return (shown += stream.readAllStandardOutput()).contains(text); };
    QTRY_VERIFY_WITH_TIMEOUT(shows("ping"), 10'000);

    QVERIFY(use("second"));
    ::kill(static_cast<pid_t>(server.processId()), SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(trusts("second"), 10'000);
    QCOMPARE(pin(server.directory()), pinOf(certificate));

    // One that cannot be used leaves the one before.
    QVERIFY(QFile::remove(key) && QFile::copy(files.filePath(QStringLiteral("first.key")), key));
    ::kill(static_cast<pid_t>(server.processId()), SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(server.log().contains("is not that of the certificate"), 10'000);
    QVERIFY(trusts("second"));

    QVERIFY(server.trigger(token, R"({"user_id":1,"title":"still here"})") > 0);
    QTRY_VERIFY_WITH_TIMEOUT(shows("still here"), 10'000);
    QCOMPARE(server.stop(), 0);
    QVERIFY(stream.waitForFinished(10'000));
    QCOMPARE(stream.exitCode(), 0); // the last chunk was there
}

void CertificatesTest::certificatesThatCannotBeUsedAreOneSentence_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::newRow("not there") << QStringLiteral("nowhere.crt") << QStringLiteral("a.key");
    QTest::newRow("key not there") << QStringLiteral("a.crt") << QStringLiteral("nowhere.key");
    QTest::newRow("of different keys") << QStringLiteral("a.crt") << QStringLiteral("b.key");
    QTest::newRow("the wrong way round") << QStringLiteral("a.key") << QStringLiteral("a.crt");
}

void CertificatesTest::certificatesThatCannotBeUsedAreOneSentence()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QTemporaryDir files;
    QVERIFY(makeCertificate(files.path(), QStringLiteral("a")) && makeCertificate(files.path(), QStringLiteral("b")));
    const QString data = files.filePath(QStringLiteral("data"));
    const auto run = runBelfry({QStringLiteral("serve"), QStringLiteral("--data"), data, QStringLiteral("--listen"),
                                QStringLiteral("127.0.0.1:0"), QStringLiteral("--tls-cert"),
                                files.filePath(certificate), QStringLiteral("--tls-key"), files.filePath(key)});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.count('\n') == 1, run.errors);
    QVERIFY(!QFileInfo::exists(data));
}

void CertificatesTest::anEndThatIsNearIsSaid_data()
{
    QTest::addColumn<int>("days"); // 0: it was until yesterday
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("expired") << 0 << QByteArray("error net the certificate has expired");
    QTest::newRow("two days") << 2 << QByteArray("warn net the certificate expires soon");
    QTest::newRow("thirteen days") << 13 << QByteArray("warn net the certificate expires soon");
    QTest::newRow("a month") << 30 << QByteArray();
}

void CertificatesTest::anEndThatIsNearIsSaid()
{
    QFETCH(int, days);
    QFETCH(QByteArray, said);
    QTemporaryDir files;
    const QString certificate = files.filePath(QStringLiteral("a.crt")), key = files.filePath(QStringLiteral("a.key"));
    if (days > 0) {
        QVERIFY(makeCertificate(files.path(), QStringLiteral("a"), days));
    } else {
        using belfry::tests::Identity;
        const auto old = Identity::selfSigned("IP:127.0.0.1", Identity::Kind::Ec, Identity::Dates::Past);
        for (const auto& [path, bytes] : {std::pair(certificate, old.certificate), std::pair(key, old.key)}) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        }
    }
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--tls-cert"), certificate, QStringLiteral("--tls-key"), key}));
    const qint64 seconds = server.metric("belfry_certificate_expires_seconds");
    const qint64 day = 24 * 3600;
    const auto isSaid = [&](int times) {
        return said.isEmpty() ? !server.log().contains("the certificate ") : server.log().count(said) == times;
    };
    QVERIFY2(days > 0 ? seconds > (days - 1) * day && seconds <= days * day : seconds < -3600,
             QByteArray::number(seconds));
    QTRY_VERIFY(isSaid(1));
    ::kill(static_cast<pid_t>(server.processId()), SIGHUP);
    QTRY_VERIFY(server.log().contains("certificate read"));
    QVERIFY(isSaid(2));

    // A new one in time, and nothing is said any more.
    QVERIFY(makeCertificate(files.path(), QStringLiteral("a"), 90));
    ::kill(static_cast<pid_t>(server.processId()), SIGHUP);
    QTRY_COMPARE(server.log().count("certificate read"), 2);
    QVERIFY(server.metric("belfry_certificate_expires_seconds") > 80 * day);
    QVERIFY(isSaid(2));
}

void CertificatesTest::theEndOfTheChainCounts()
{
    QTemporaryDir files;
    QVERIFY(makeCertificate(files.path(), QStringLiteral("own"), 90));
    QVERIFY(makeCertificate(files.path(), QStringLiteral("above"), 5));
    QFile chain(files.filePath(QStringLiteral("own.crt"))), above(files.filePath(QStringLiteral("above.crt")));
    QVERIFY(chain.open(QIODevice::Append) && above.open(QIODevice::ReadOnly));
    chain.write(above.readAll());
    chain.close();
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--tls-cert"), chain.fileName(), QStringLiteral("--tls-key"),
                          files.filePath(QStringLiteral("own.key"))}));
    QTRY_VERIFY(server.log().contains("the certificate expires soon"));
    QVERIFY(server.metric("belfry_certificate_expires_seconds") <= 5 * 24 * 3600);
}

void CertificatesTest::withoutFilesNothingIsReadAgain()
{
    ServerProcess server;
    QVERIFY(server.start());
    ::kill(static_cast<pid_t>(server.processId()), SIGHUP);
    QTRY_VERIFY(server.log().contains("no certificate to read again"));
    QVERIFY(!server.log().contains("certificate read"));
    QVERIFY(server.metric("belfry_certificate_expires_seconds") > 100LL * 365 * 24 * 3600); // its own outlives all
    QVERIFY(!server.log().contains("expire"));
}

void CertificatesTest::aTokenThatEndsSoonIsSaidWithoutIt()
{
    ServerProcess server;
    QCOMPARE(server.addUser(QStringLiteral("ada"), QStringLiteral("admin")), 1);
    const QByteArray soon = server.token(QStringLiteral("ada"), 3600);
    QVERIFY(!soon.isEmpty() && !server.token(QStringLiteral("ada"), 15 * 24 * 3600).isEmpty());
    const auto list = runBelfry(words(QStringLiteral("token list ada --data ") + server.directory()));
    QVERIFY(server.start());
    QTRY_COMPARE(server.log().count("a token made for a script ends soon"), 1);
    QTRY_COMPARE(server.metric("belfry_tokens_ending"), 1);
    QVERIFY(server.log().contains("user_id=1 "));
    QVERIFY(!server.log().contains(soon));
    for (const QByteArray& part : list.output.split('"')) {
        if (part.size() > 8 && !part.contains("_at") && !part.contains("T"))
            QVERIFY2(!server.log().contains(part), part);
    }
}

void CertificatesTest::otherMachinesAreToldHttps()
{
    const QStringList own = words(QStringLiteral("-rn sh -c"));
    if (runProgram(QStringLiteral("unshare"), own + QStringList{QStringLiteral("true")}).exitCode != 0)
        QSKIP("this system does not let a program make a network of its own");
    // A network of its own, in which the server listens at every address and is asked over two of them.
    const QString script = QStringLiteral(R"sh(
        ip link set lo up && ip address add 10.88.0.1/24 dev lo || exit 9
        "$0" serve --data "$1" --listen 0.0.0.0:8443 $2 >"$1.out" 2>"$1.log" &
        server=$!
        while ! grep -q listening "$1.out"; do kill -0 $server || exit 8; sleep 0.05; done
        cat "$1.out"
        pin="sha256//$("$0" pin --data "$1")"
        curl -sS -m 10 -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8443/healthz
        curl -sS -m 10 -w ' %{http_code}\n' http://10.88.0.1:8443/healthz
        curl -sS -m 10 -k --pinnedpubkey "$pin" -w ' %{http_code}\n' https://10.88.0.1:8443/healthz
        kill $server; wait $server; cat "$1.log" >&2
    )sh");
    const auto run = [&](const char* more) {
        QTemporaryDir directory;
        return runProgram(QStringLiteral("unshare"),
                          own + QStringList{script, QStringLiteral(BELFRY_PROGRAM),
                                            directory.filePath(QStringLiteral("data")), QLatin1String(more)});
    };
    const auto strict = run("");
    if (strict.exitCode == 9)
        QSKIP("this system does not let a program give its own network an address");
    const QList<QByteArray> lines = strict.output.trimmed().split('\n');
    QCOMPARE(lines.value(0), QByteArray("listening on https://0.0.0.0:8443"));
    QCOMPARE(lines.value(1), QByteArray("200"));
    QVERIFY2(lines.value(2).contains("\"tls_required\"") && lines.value(2).endsWith(" 400"), strict.output);
    QCOMPARE(lines.value(3), QByteArray("{\"status\":\"ok\"} 200"));
    QVERIFY(!strict.errors.contains("without encryption"));

    const auto open = run("--allow-plain-http");
    QVERIFY2(open.output.startsWith("listening on http://0.0.0.0:8443\n200\n{\"status\":\"ok\"} 200\n"), open.output);
    QVERIFY(open.errors.contains("without encryption"));
}

QTEST_GUILESS_MAIN(CertificatesTest)
#include "tst_certificates.moc"
