// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api.h"
#include "support/scripted_server.h"

#include <QNetworkAccessManager>
#include <QTest>

#include <optional>

using namespace belfry;
using namespace belfry::client;
using belfry::tests::ScriptedServer;
using Then = belfry::tests::Step::Then;

namespace {

QString unsignedToken(const QByteArray& claims)
{
    const auto encode = [](const QByteArray& text) {
        return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return QString::fromLatin1(encode("{\"alg\":\"HS256\"}") + '.' + encode(claims) + ".c2ln");
}

} // namespace

class ApiTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void completesAddresses_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("allowPlain");
        QTest::addColumn<QString>("url"); // empty: refused
        const auto row = [](const char* typed, bool allowPlain, const char* url) {
            QTest::newRow(typed) << QString::fromUtf8(typed) << allowPlain << QString::fromUtf8(url);
        };
        row("office.example", false, "https://office.example");
        row(" office.example:8443 ", false, "https://office.example:8443");
        row("https://office.example/", false, "https://office.example");
        row("localhost", false, "http://localhost:8000");
        row("localhost:9000", false, "http://localhost:9000");
        row("127.0.0.1", false, "http://127.0.0.1:8000");
        row("::1", false, "http://[::1]:8000");
        row("[::1]:9000", false, "http://[::1]:9000");
        row("https://localhost", false, "https://localhost");
        row("http://office.example", true, "http://office.example:8000");
        row("http://office.example:80", true, "http://office.example:80");
        row("http://office.example:81", false, "");
        row("127.0.0.1.example", false, "https://127.0.0.1.example");
        row("ftp://office.example", true, "");
        row("https://ann:secret@office.example", false, "");
        row("https://office.example/?token=x", false, "");
        row("https://", false, "");
        row("an office", false, "");
        row("", false, "");
    }
    void completesAddresses()
    {
        QFETCH(QString, typed);
        QFETCH(bool, allowPlain);
        QFETCH(QString, url);
        const Result<QUrl> completed = completedAddress(typed, allowPlain);
        QCOMPARE(completed ? completed->toString() : QString(), url);
        if (!completed)
            QVERIFY(!completed.error().message.empty());
    }

    void readsWhatATokenSays()
    {
        const Result<TokenCard> card = readToken(unsignedToken(
            "{\"iss\":\"belfry\",\"sub\":\"7\",\"role\":\"sender\",\"iat\":1000,\"exp\":2000.5,\"jti\":\"s-1\"}"));
        QVERIFY(card);
        QCOMPARE(card->userId, 7);
        QVERIFY(card->role == Role::Sender);
        QCOMPARE(card->key.expiresAt, Time(std::chrono::milliseconds(2'000'500)));
        QVERIFY(card->key.isRenewable);
        const Result<TokenCard> created = readToken(
            unsignedToken("{\"iss\":\"belfry\",\"user_id\":8,\"sub\":\"7\",\"username\":\"ann\",\"jti\":\"t-1\"}"));
        QVERIFY(created);
        QCOMPARE(created->userId, 8);
        QCOMPARE(created->name, QStringLiteral("ann"));
        QVERIFY(!created->key.isRenewable);
        for (const char* const wrong : {"", "x", "a.b.c", "a.e30", "..", "a.W10.c"})
            QVERIFY2(!readToken(QString::fromUtf8(wrong)), wrong);
    }

    void signsInAndListsLeniently()
    {
        ScriptedServer server;
        const QString token = unsignedToken("{\"user_id\":3,\"iat\":1763884800}");
        server.addAnswer(
            "200 OK",
            "{\"token\":\"" + token.toUtf8() +
                "\",\"expires_at\":\"2026-12-23T08:00:00Z\",\"user\":{\"id\":3,\"name\":\"ann\",\"role\":\"admin\"}}");
        server.addAnswer("200 OK",
                         "{\"notifications\":[{\"id\":9,\"title\":\"T\",\"type\":5,\"read_at\":\"2026-11-23T08:00:"
                         "00Z\"},7,{}],\"latest_id\":12,\"unread\":4}",
                         "Date: Mon, 23 Nov 2026 08:00:00 GMT\r\n");
        QNetworkAccessManager network;
        Api api(&network, server.url(QString()));
        std::optional<Result<SignIn>> signIn;
        api.signIn(QStringLiteral("ann"), QStringLiteral("pass\"word"), {},
                   [&](Result<SignIn> answer) { signIn = std::move(answer); });
        QTRY_VERIFY(signIn);
        QVERIFY(*signIn);
        QVERIFY(server.requests()[0].endsWith("{\"username\":\"ann\",\"password\":\"pass\\\"word\"}"));
        QVERIFY(server.field(0, "Authorization").isEmpty());
        QCOMPARE((*signIn)->userId, 3);
        QVERIFY((*signIn)->role == Role::Admin);
        QVERIFY((*signIn)->key.isRenewable);
        QCOMPARE(formatTime((*signIn)->key.expiresAt), std::string("2026-12-23T08:00:00.000Z"));

        api.setToken(token);
        std::optional<Result<ListAnswer>> list;
        ListRequest request;
        request.sinceId = 5;
        api.list(request, [&](Result<ListAnswer> answer) { list = std::move(answer); });
        QTRY_VERIFY(list);
        QVERIFY(*list);
        QVERIFY(server.requests()[1].startsWith("GET /api/notifications/?since_id=5&limit=500 "));
        QCOMPARE(server.field(1, "Authorization"), "Bearer " + token.toUtf8());
        QCOMPARE((*list)->items.size(), std::size_t(1));
        QVERIFY((*list)->items[0].readAt);
        QCOMPARE((*list)->latestId, 12);
        QCOMPARE((*list)->unread, 4);
        QCOMPARE(formatTime(*(*list)->serverTime), std::string("2026-11-23T08:00:00.000Z"));
    }

    void tellsErrorsApart_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("no answer") << QByteArray() << 0 << QByteArray("unreachable");
        QTest::newRow("the server's own words")
            << QByteArray("HTTP/1.1 409 x\r\nContent-Length: 29\r\n\r\n{\"error\":\"Taken.\",\"code\":\"c\"}") << 409
            << QByteArray("c");
        QTest::newRow("another server") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>") << 200
                                        << QByteArray("bad_answer");
        QTest::newRow("a body that broke off")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n{\"id\":") << 0 << QByteArray("unreachable");
        QTest::newRow("a redirect of a body")
            << QByteArray("HTTP/1.1 307 x\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n") << 307
            << QByteArray("bad_redirect");
    }
    void tellsErrorsApart()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        QFETCH(QByteArray, code);
        ScriptedServer server;
        server.add(answer);
        QNetworkAccessManager network;
        Api api(&network, server.url(QString()));
        std::optional<Result<SentAnswer>> sent;
        api.send("{}", QStringLiteral("k"), [&](Result<SentAnswer> came) { sent = std::move(came); });
        QTRY_VERIFY(sent);
        QVERIFY(!*sent);
        QCOMPARE(sent->error().status, status);
        QCOMPARE(QByteArray::fromStdString(sent->error().code), code);
        QVERIFY(!sent->error().message.empty());
        for (int i = 0; i < server.requests().size(); ++i)
            QCOMPARE(server.field(i, "Idempotency-Key"), "k"); // QNetworkAccessManager may send it twice by itself
    }

    void triggersAlwaysCarryAKey()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", "{\"status\":\"sent\",\"id\":4,\"recipients\":2,\"online\":1}");
        QNetworkAccessManager network;
        Api api(&network, server.url(QString()));
        int answers = 0;
        const auto count = [&](Result<SentAnswer> sent) {
            answers += sent && sent->id == 4 && sent->recipients == 2 && sent->online == 1;
        };
        api.send("{}", {}, count);
        QTRY_COMPARE(answers, 1);
        api.sendTest({}, 7, count);
        QTRY_COMPARE(answers, 2);
        api.setKind(ServerKind::Classic);
        api.sendTest({}, 7, count);
        QTRY_COMPARE(answers, 3);
        for (int i = 0; i < 3; ++i)
            QVERIFY(!server.field(i, "Idempotency-Key").isEmpty());
        QVERIFY(server.requests()[1].startsWith("POST /api/notifications/test/ "));
        QVERIFY(server.requests()[2].startsWith("POST /api/notifications/trigger/ "));
        QVERIFY(server.requests()[2].contains("\"user_id\":7"));
    }

    void aClassicBackendMaySayInAnyWordsThatItIsSent_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("text") << QByteArray("201 Created") << QByteArray("OK");
        QTest::newRow("nothing") << QByteArray("200 OK") << QByteArray();
        QTest::newRow("a list") << QByteArray("200 OK") << QByteArray("[]");
        QTest::newRow("other members") << QByteArray("202 Accepted") << QByteArray("{\"success\":true}");
    }
    void aClassicBackendMaySayInAnyWordsThatItIsSent()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, body);
        ScriptedServer server;
        server.addAnswer(status, body);
        server.addAnswer("500 Internal Server Error", "<h1>Server Error</h1>");
        QNetworkAccessManager network;
        Api api(&network, server.url(QString()));
        api.setKind(ServerKind::Classic);
        std::optional<Result<SentAnswer>> sent;
        api.sendTest({}, 7, [&](Result<SentAnswer> answer) { sent = std::move(answer); });
        QTRY_VERIFY(sent);
        QVERIFY2(*sent, sent->has_value() ? "" : sent->error().message.c_str());
        QCOMPARE((*sent)->raw, body);
        sent.reset();
        api.sendTest({}, 7, [&](Result<SentAnswer> answer) { sent = std::move(answer); });
        QTRY_VERIFY(sent);
        QVERIFY(!*sent);
        QCOMPARE(sent->error().status, 500);
    }

    void neverAnswersOnceDestroyed()
    {
        ScriptedServer server;
        server.add("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Then::Stall);
        QNetworkAccessManager network;
        auto api = std::make_unique<Api>(&network, server.url(QString()));
        bool isAnswered = false;
        api->server([&](const Result<ServerCard>&) { isAnswered = true; });
        QTRY_COMPARE(server.requests().size(), 1);
        api.reset();
        QTRY_COMPARE(server.openConnections(), 0);
        QVERIFY(!isAnswered);
    }
};

QTEST_GUILESS_MAIN(ApiTest)
#include "tst_api.moc"
