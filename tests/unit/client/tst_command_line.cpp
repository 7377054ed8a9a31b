// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/program_run.h"
#include "support/scripted_server.h"

#include <QFile>
#include <QTest>

using Run = belfry::tests::ProgramRun;
using belfry::tests::ScriptedServer;
using Then = belfry::tests::Step::Then;

namespace {

QString text(const QUrl& url)
{
    return url.toString();
}

} // namespace

class CommandLineTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void saysInOneSentenceWhatIsWrongWithACall_data()
    {
        QTest::addColumn<QString>("line");
        for (const char* const line : {"",
                                       "nope",
                                       "--nope",
                                       "send",
                                       "send --to",
                                       "send --to a --title",
                                       "send --to a --title --message x",
                                       "send --to a --title t --type loud",
                                       "send --to a --title t --data [1]",
                                       "send --to a --title t extra",
                                       "send --to a --title t --title u",
                                       "send --to a --title t --require-ack=yes",
                                       "send --to all --to a --title t",
                                       "send --server ftp://x --to a --title t",
                                       "login --server x --user a",
                                       "logout x",
                                       "listen --count 0",
                                       "listen --count=",
                                       "listen --timeout -1",
                                       "listen --timeout nan",
                                       "listen --url http://x --server y",
                                       "listen -x"})
            QTest::newRow(*line == '\0' ? "nothing" : line) << QString::fromUtf8(line);
    }
    void saysInOneSentenceWhatIsWrongWithACall()
    {
        QFETCH(QString, line);
        Run run(line.split(u' ', Qt::SkipEmptyParts));
        run.finish();
        QCOMPARE(run.code(), 2);
        QVERIFY(run.out.isEmpty());
        QVERIFY(run.err.startsWith("belfry: "));
        QCOMPARE(run.err.count('\n'), 1);
    }

    void helpsOnStdout_data()
    {
        QTest::addColumn<QString>("line");
        for (const char* const line :
             {"--help", "login --help", "logout --help", "send --to --help", "listen --nope --help"})
            QTest::newRow(line) << QString::fromUtf8(line);
    }
    void helpsOnStdout()
    {
        QFETCH(QString, line);
        Run run(line.split(u' '), {}, {{QStringLiteral("LC_ALL"), QStringLiteral("C")}});
        run.finish();
        QCOMPARE(run.code(), 0);
        QVERIFY(run.out.startsWith("Usage: belfry "));
        QCOMPARE(run.err, "");
    }

    void printsItsVersion()
    {
        Run run({QStringLiteral("--version")});
        run.finish();
        QCOMPARE(run.out, "belfry " BELFRY_VERSION "\n");
        QCOMPARE(run.code(), 0);
    }

    void listensToAnyServer()
    {
        ScriptedServer server;
        server.addStream("id: 1\ndata: a\ndata: b\n\nevent: ping\ndata: {}\n\n");
        server.addStream("data: \xE2\x82\xAC\n\ndata: not printed\n\n", Then::Stall);
        Run run({QStringLiteral("listen"), QStringLiteral("--url"), text(server.url()), QStringLiteral("--json"),
                 QStringLiteral("--count=3"), QStringLiteral("--reconnect-delay"), QStringLiteral("1")},
                {}, {{QStringLiteral("BELFRY_SERVER"), QStringLiteral("elsewhere.example")}});
        run.finish();
        QCOMPARE(run.out, "{\"event\":\"message\",\"data\":\"a\\nb\",\"id\":\"1\"}"
                          "\n"
                          "{\"event\":\"ping\",\"data\":\"{}\",\"id\":\"1\"}"
                          "\n{\"event\":\"message\",\"data\":\"\xE2\x82\xAC\",\"id\":\"1\"}\n");
        QCOMPARE(run.code(), 0);
        QCOMPARE(server.field(1, "Last-Event-ID"), "1");
    }

    void listensToBelfryWithoutItsPings()
    {
        ScriptedServer server;
        server.addStream("event: ping\ndata: {\"type\":\"ping\"}\n\ndata: {\"type\":\"ping\"}\n\n"
                         "id: 2\ndata: {\"type\":\"notification\",\"data\":{\"id\":2,\"title\":\"T\"}}\n\n",
                         Then::Stall);
        Run run({QStringLiteral("listen"), QStringLiteral("--json"), QStringLiteral("--count"), QStringLiteral("1")},
                {},
                {{QStringLiteral("BELFRY_SERVER"), text(server.url(QString()))},
                 {QStringLiteral("BELFRY_TOKEN"), QStringLiteral("secret")}});
        run.finish();
        QCOMPARE(run.code(), 0);
        QCOMPARE(run.out.count('\n'), 1);
        QVERIFY(run.out.contains("\"id\":\"2\""));
        QVERIFY(server.requests()[0].startsWith("GET /api/notifications/sse/ "));
        QCOMPARE(server.field(0, "Authorization"), "Bearer secret");
        QVERIFY(!run.err.contains("secret"));
    }

    void escapesControlsForPeople()
    {
        ScriptedServer server;
        server.addStream("data: "
                         "{\"type\":\"notification\",\"data\":{\"id\":2,\"title\":\"a\\nb\xE2\x80\xAE\xC2\x9B\","
                         "\"sender\":{\"id\":1,\"name\":\"ann\"}}}\n\n"
                         "data: x\x1b[2J\n\n",
                         Then::Stall);
        Run run({QStringLiteral("listen"), QStringLiteral("--url"), text(server.url()), QStringLiteral("--count"),
                 QStringLiteral("2")});
        run.finish();
        QCOMPARE(run.code(), 0);
        QVERIFY(run.out.contains("ann: a\\nb"));
        QVERIFY(run.out.contains("message: x\\x1b[2J"));
        QVERIFY(!run.out.contains('\x1b') && !run.out.contains("\xE2\x80\xAE") && !run.out.contains("\xC2\x9B"));
        QCOMPARE(run.out.count('\n'), 2);
    }

    void endsAsTheContractSays()
    {
        ScriptedServer refusing;
        refusing.addAnswer("404 x", {});
        Run final({QStringLiteral("listen"), QStringLiteral("--url"), text(refusing.url())});
        Run noUrl({QStringLiteral("listen"), QStringLiteral("--url"), QStringLiteral("no url")});
        ScriptedServer silent;
        silent.addStream(": \n", Then::Stall);
        Run timeout({QStringLiteral("listen"), QStringLiteral("--url"), text(silent.url()), QStringLiteral("--timeout"),
                     QStringLiteral("0.3")});
        Run stopped({QStringLiteral("listen"), QStringLiteral("--url"), text(silent.url())});
        QTRY_VERIFY((stopped.err += stopped.process.readAllStandardError()).contains("connected"));
        stopped.process.terminate();
        for (Run* const run : {&final, &noUrl, &timeout, &stopped})
            run->finish();
        QCOMPARE(final.code(), 1);
        QVERIFY(!final.err.isEmpty());
        for (const auto& [status, code] : {std::pair{"401 x", 6}, std::pair{"403 x", 7}, std::pair{"400 x", 1}}) {
            ScriptedServer other;
            other.addAnswer(status, {});
            Run run({QStringLiteral("listen"), QStringLiteral("--url"), text(other.url())});
            run.finish();
            QCOMPARE(run.code(), code);
        }
        QCOMPARE(noUrl.code(), 1);
        QCOMPARE(timeout.code(), 3);
        QCOMPARE(stopped.code(), 0);
    }

    void sendsWhatWasAskedFor()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", "{\"status\":\"sent\",\"id\":4,\"recipients\":2,\"online\":1}");
        QTemporaryDir directory;
        QFile file(directory.filePath(QStringLiteral("token")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("secret\n");
        file.close();
        const QStringList line{QStringLiteral("send"),
                               QStringLiteral("--server"),
                               text(server.url(QString())),
                               QStringLiteral("--token-file"),
                               file.fileName(),
                               QStringLiteral("--to=group:ops"),
                               QStringLiteral("--title=--t"),
                               QStringLiteral("--message"),
                               QStringLiteral("-"),
                               QStringLiteral("--answer"),
                               QStringLiteral("yes"),
                               QStringLiteral("--answer=no"),
                               QStringLiteral("--require-ack"),
                               QStringLiteral("--data"),
                               QStringLiteral("{\"n\":9007199254740993}")};
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
        Run refused(line, "one\ntwo\n");
        refused.finish();
        QCOMPARE(refused.code(), 1);
        QVERIFY(refused.err.contains("open to others"));
        QVERIFY(server.requests().isEmpty());

        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        Run run(line, "one\ntwo\n");
        run.finish();
        QCOMPARE(run.code(), 0);
        QCOMPARE(run.out, "{\"status\":\"sent\",\"id\":4,\"recipients\":2,\"online\":1}"
                          "\n");
        QCOMPARE(server.field(0, "Authorization"), "Bearer secret");
        QVERIFY(server.requests()[0].endsWith(
            "{\"group\":\"ops\",\"title\":\"--t\",\"message\":\"one\\ntwo\",\"require_ack\":true,\"answers\":[\"yes\","
            "\"no\"],\"data\":{\"n\":9007199254740993}}"));
    }

    void takesATokenInEitherForm_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("bare") << QByteArray("secret\n");
        QTest::newRow("a header") << QByteArray("Authorization: Bearer secret\n");
        QTest::newRow("a header, otherwise written") << QByteArray("authorization:bearer  secret\r\n");
        QTest::newRow("its value") << QByteArray("Bearer secret");
    }
    void takesATokenInEitherForm()
    {
        QFETCH(QByteArray, text);
        ScriptedServer server;
        server.addAnswer("200 OK", "{\"status\":\"sent\",\"id\":4,\"recipients\":2,\"online\":1}");
        QTemporaryDir directory;
        QFile file(directory.filePath(QStringLiteral("token")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        const QStringList line{QStringLiteral("send"),          QStringLiteral("--to"), QStringLiteral("ann"),
                               QStringLiteral("--title"),       QStringLiteral("T"),    QStringLiteral("--server"),
                               server.url(QString()).toString()};
        Run byFile(line + QStringList{QStringLiteral("--token-file"), file.fileName()});
        Run byVariable(line, {}, {{QStringLiteral("BELFRY_TOKEN"), QString::fromUtf8(text)}});
        for (Run* const run : {&byFile, &byVariable}) {
            run->finish();
            QVERIFY2(run->code() == 0, run->err);
        }
        QCOMPARE(server.field(0, "Authorization"), "Bearer secret");
        QCOMPARE(server.field(1, "Authorization"), "Bearer secret");
    }

    void keepsTheTokenInAPrivateFile()
    {
        ScriptedServer server;
        server.addAnswer(
            "200 OK",
            "{\"name\":\"N\",\"id\":\"the-id\",\"log\":\"l\",\"version\":\"1\",\"protocol\":1,\"features\":[]}");
        server.addAnswer("200 OK", "{\"token\":\"secret\",\"expires_at\":\"2027-01-01T00:00:00Z\",\"user\":{\"id\":1,"
                                   "\"name\":\"ann\",\"role\":\"admin\"}}");
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("token"));
        Run run({QStringLiteral("login"), QStringLiteral("--server"), text(server.url(QString())),
                 QStringLiteral("--user"), QStringLiteral("ann"), QStringLiteral("--password-stdin"),
                 QStringLiteral("--token-file"), path},
                "pass word\n");
        run.finish();
        QCOMPARE(run.code(), 0);
        QVERIFY(!run.out.contains("secret"));
        QVERIFY(server.requests()[1].contains("\"password\":\"pass word\""));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), "secret\n");
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void aPasswordGoesToABelfryOrWhereThatIsWanted_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isClassicAllowed");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("wants TLS") << QByteArray("400 x") << QByteArray("{\"error\":\"x\",\"code\":\"tls_required\"}")
                                   << true << QByteArray("Use --server https://127.0.0.1:");
        QTest::newRow("a page") << QByteArray("403 x") << QByteArray("<html>") << true
                                << QByteArray("nothing Belfry can talk to");
        QTest::newRow("no such page") << QByteArray("404 x") << QByteArray() << false << QByteArray("--classic");
        QTest::newRow("who are you") << QByteArray("401 x") << QByteArray("{}") << false << QByteArray("--classic");
    }
    void aPasswordGoesToABelfryOrWhereThatIsWanted()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, isClassicAllowed);
        QFETCH(QByteArray, says);
        ScriptedServer server;
        server.addAnswer(status, body);
        QStringList line{QStringLiteral("login"),  QStringLiteral("--server"), text(server.url(QString())),
                         QStringLiteral("--user"), QStringLiteral("ann"),      QStringLiteral("--password-stdin")};
        if (isClassicAllowed)
            line << QStringLiteral("--classic");
        Run run(line, "pass word\n");
        run.finish();
        QVERIFY(run.code() != 0);
        QVERIFY2(run.err.contains(says), run.err);
        QVERIFY(!server.requests().join().contains("pass word"));
    }

    void saysByItsCodeWhyNobodyWasSignedIn()
    {
        for (const auto& [status, code] : {std::pair{"401 x", 6}, std::pair{"403 x", 7}, std::pair{"429 x", 9}}) {
            ScriptedServer server;
            server.addAnswer("200 OK", R"({"name":"N","id":"i","log":"l","version":"1","protocol":1,"features":[]})");
            server.addAnswer(status, R"({"error":"The name or the password is wrong.","code":"x"})");
            Run run({QStringLiteral("login"), QStringLiteral("--server"), text(server.url(QString())),
                     QStringLiteral("--user"), QStringLiteral("ann"), QStringLiteral("--password-stdin")},
                    "password\n");
            run.finish();
            QCOMPARE(run.code(), code);
            QCOMPARE(run.err, "belfry: The name or the password is wrong.\n");
        }
    }

    void endsASessionWhoseTokenCannotBeKept()
    {
        ScriptedServer server;
        server.addAnswer("404 x", {});
        server.addAnswer("200 OK", "{\"token\":\"secret\",\"user\":{\"id\":1,\"name\":\"ann\",\"role\":\"admin\"}}");
        server.addAnswer("204 No Content", {});
        Run run({QStringLiteral("login"), QStringLiteral("--server"), text(server.url(QString())),
                 QStringLiteral("--user"), QStringLiteral("ann"), QStringLiteral("--password-stdin"),
                 QStringLiteral("--classic")},
                "password\n");
        run.finish();
        QCOMPARE(run.code(), 1);
        QVERIFY(run.err.contains("--token-file"));
        QVERIFY(server.requests()[2].startsWith("POST /api/auth/logout/ "));
        QCOMPARE(server.field(2, "Authorization"), "Bearer secret");
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_command_line.moc"
