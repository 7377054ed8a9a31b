// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in: where a name and a password may go, and where not a byte of them does (protocol.md, "The client's
// rules").
#include "client/client.h"
#include "support/scripted_server.h"

#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace belfry;
using namespace belfry::client;
using belfry::tests::ScriptedServer;

namespace {

const QByteArray card = "{\"name\":\"Office\",\"id\":\"srv-1\",\"log\":\"log-1\",\"version\":\"1\",\"protocol\":1,"
                        "\"features\":[\"sessions\",\"invites\"]}";
const QByteArray signedIn = "{\"token\":\"a.b.c\",\"expires_at\":\"2099-01-01T00:00:00.000Z\","
                            "\"user\":{\"id\":7,\"name\":\"ann\",\"role\":\"receiver\"}}";
const QString secret = QStringLiteral("correct horse");

QByteArray part(const QByteArray& json)
{
    return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

class Desk
{
public:
    Desk() : client(m_directory.filePath(QStringLiteral("desk")), QStringLiteral("ann's desk"))
    {
        bool isStarted = false;
        QObject::connect(&client, &Client::started, &client, [&isStarted] { isStarted = true; });
        client.start();
        (void)QTest::qWaitFor([&isStarted] { return isStarted; }, 20'000);
        QObject::disconnect(&client, &Client::started, &client, nullptr);
    }

    /// By name and password, or by a key.
    std::optional<Result<Connection>> signIn(const ScriptedServer& server, bool byKey = false,
                                             bool allowClassic = false)
    {
        const SignInPlace where{server.url(QString()).toString(), {}, false, allowClassic};
        const QFuture<Result<Connection>> future =
            byKey ? client.signInWithKey(where, key, true) : client.signIn(where, QStringLiteral("ann"), secret, true);
        (void)QTest::qWaitFor([&future] { return future.isFinished(); }, 20'000);
        return future.isFinished() ? std::optional(future.result()) : std::nullopt;
    }

    const QString key = QString::fromLatin1(part(R"({"alg":"HS256"})") + '.' + part(R"({"user_id":7})") + ".c2ln");

private:
    QTemporaryDir m_directory;

public:
    Client client;
};

bool hasSecret(const ScriptedServer& server, const Desk& desk)
{
    const QByteArray all = server.requests().join();
    return all.contains(secret.toUtf8()) || all.contains(desk.key.toUtf8());
}

} // namespace

class SignInTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingSecretGoesToWhatIsNoBelfry_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char* name, const char* status, const QByteArray& body, const char* code,
                            const QByteArray& fields = {}) {
            QTest::newRow(name) << QByteArray(status) << body << fields << QByteArray(code);
        };
        const QByteArray html = "<html>Welcome</html>", json = "{\"detail\":\"no\"}";
        row("our own, that wants TLS", "400 Bad Request",
            "{\"error\":\"This server speaks TLS here: use an https:// address.\",\"code\":\"tls_required\"}",
            "tls_required");
        row("another 400", "400 Bad Request", json, "bad_answer");
        row("a page that asks to sign in", "401 Unauthorized", html, "bad_answer");
        row("a page that forbids", "403 Forbidden", html, "bad_answer");
        row("405", "405 Method Not Allowed", json, "bad_answer");
        row("410", "410 Gone", json, "bad_answer");
        row("421", "421 Misdirected Request", json, "bad_answer");
        row("a page for everything", "200 OK", html, "bad_answer");
        row("JSON for everything", "200 OK", "{\"ok\":true}", "bad_answer");
        row("sent on elsewhere", "302 Found", {}, "bad_answer", "Location: http://127.0.0.2:9/welcome\r\n");
        row("sent on to TLS", "301 Moved", {}, "tls_required", "Location: https://127.0.0.1:8443/api/server/\r\n");
        row("no such page", "404 Not Found", html, "not_belfry");
        row("who are you, as JSON", "401 Unauthorized", json, "not_belfry");
        row("not for you, as JSON", "403 Forbidden", json, "not_belfry");
        row("too often", "429 Too Many Requests", json, "http_429");
        row("not ready", "503 Service Unavailable", html, "http_503");
    }
    void nothingSecretGoesToWhatIsNoBelfry()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, fields);
        QFETCH(QByteArray, code);
        ScriptedServer server;
        server.addAnswer(status, body, fields);
        Desk desk;
        for (const bool byKey : {false, true}) {
            const auto answer = desk.signIn(server, byKey);
            QVERIFY(answer && !*answer);
            QCOMPARE(QByteArray::fromStdString(answer->error().code), code);
            QVERIFY(!answer->error().message.empty());
            QVERIFY2(!hasSecret(server, desk), server.requests().join());
        }
        for (const QByteArray& request : server.requests())
            QVERIFY2(request.startsWith("GET /api/server/ "), request);
        QVERIFY(desk.client.connections().isEmpty());
    }

    void whatWantsTlsIsTold()
    {
        ScriptedServer server;
        server.addAnswer("400 Bad Request", "{\"error\":\"x\",\"code\":\"tls_required\"}");
        Desk desk;
        // Whatever was confirmed: never after that.
        const auto answer = desk.signIn(server, false, true);
        QVERIFY(answer && !*answer);
        QUrl encrypted = server.url(QString());
        encrypted.setScheme(QStringLiteral("https"));
        QCOMPARE(QString::fromStdString(answer->error().field), encrypted.toString());
        QCOMPARE(QByteArray::fromStdString(answer->error().message), "This server wants an encrypted connection.");
        QVERIFY(!hasSecret(server, desk));
    }

    void aClassicBackendIsSignedInToOnceThatIsConfirmed()
    {
        ScriptedServer server;
        server.addAnswer("404 Not Found", "<h1>Not Found</h1>");
        server.addAnswer("200 OK", signedIn);
        server.addAnswer("404 Not Found", {});
        Desk desk;
        const auto answer = desk.signIn(server, false, true);
        QVERIFY(answer && *answer);
        QVERIFY((*answer)->kind == ServerKind::Classic);
        QVERIFY(server.requests().at(1).startsWith("POST /api/auth/login/ "));
        QVERIFY(server.requests().at(1).contains(secret.toUtf8()));
    }

    void whoHasBeenABelfryHasNotBecomeAnotherKind()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", card);
        server.addAnswer("200 OK", signedIn);
        server.addAnswer("404 Not Found", {}); // all else: its stream first
        Desk desk;
        const auto first = desk.signIn(server);
        QVERIFY(first && *first);
        QTRY_VERIFY(server.requests().size() >= 3);
        const qsizetype before = server.requests().join().count(secret.toUtf8());
        const auto again = desk.signIn(server, false, true);
        QVERIFY(again && !*again);
        QCOMPARE(QByteArray::fromStdString(again->error().code), "stranger");
        QCOMPARE(server.requests().join().count(secret.toUtf8()), before);
    }
};

QTEST_GUILESS_MAIN(SignInTest)
#include "tst_sign_in.moc"
