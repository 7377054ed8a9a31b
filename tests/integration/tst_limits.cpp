// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"
#include "witness.h"

#include <QTest>

#include <atomic>
#include <barrier>
#include <span>
#include <thread>

using namespace belfry::test;

namespace {

QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

const std::string streamPath = "/api/notifications/sse/";
const std::string triggerPath = "/api/notifications/trigger/";

std::string nested(int depth)
{
    std::string data;
    for (int i = 0; i < depth; ++i)
        data += "{\"a\":";
    return data + "1" + std::string(std::size_t(depth), '}');
}

} // namespace

/// Every limit of `belfry serve --max-…` over the wire: what is under it passes, what is over it is told why and when
/// to come again.
class LimitsTest : public QObject
{
    Q_OBJECT
private:
    std::string asked(const std::string& request)
    {
        RawClient client(m_server->port());
        client.send(request);
        return client.readResponse();
    }
    std::string triggered(const QByteArray& token)
    {
        return asked(requestOf("POST", triggerPath, token, R"({"user_id":1,"title":"x"})"));
    }
    bool startsWith(const char* options) { return m_server->start(words(options)); }

    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_admin, m_other;

private Q_SLOTS:
    void init();
    void cleanup() { m_server.reset(); }
    void boundsHeadersAndBodies();
    void boundsTime();
    void boundsNesting();
    void boundsStreamsOfAPersonAndInAll();
    void holdsWhereManyJoinAtOnce_data();
    void holdsWhereManyJoinAtOnce();
    void boundsRequestsOfAnAddress();
    void tellsPeopleBehindNamedProxiesApart();
    void saysThatAProxyWasNotNamed();
    void boundsWhatASenderSends();
    void boundsConnectionsAndBacklogs();
};

void LimitsTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QCOMPARE(m_server->addUser(QStringLiteral("ada"), QStringLiteral("admin")), 1);
    QCOMPARE(m_server->addUser(QStringLiteral("bob"), QStringLiteral("sender")), 2);
    m_admin = m_server->token(QStringLiteral("ada"));
    m_other = m_server->token(QStringLiteral("bob"));
    QVERIFY(!m_admin.isEmpty() && !m_other.isEmpty());
}

void LimitsTest::boundsHeadersAndBodies()
{
    QVERIFY(startsWith("--max-header-bytes 2048 --max-body-bytes 1500"));
    const auto withField = [this](std::size_t bytes) {
        return statusOf(asked(requestOf("GET", "/healthz", {}, {}, "X-Pad: " + std::string(bytes, 'x') + "\r\n")));
    };
    QCOMPARE(withField(1900), 200);
    QCOMPARE(withField(2100), 431);
    const auto withBody = [this](std::size_t bytes) {
        std::string body = R"({"user_id":1,"title":"x","message":")";
        body += std::string(bytes - body.size() - 2, 'm') + "\"}";
        return asked(requestOf("POST", triggerPath, m_admin, body));
    };
    QCOMPARE(statusOf(withBody(1500)), 200);
    const std::string refused = withBody(1501);
    QCOMPARE(statusOf(refused), 413);
    QVERIFY(refused.find("1500 bytes") != std::string::npos);
    RawClient chunked(m_server->port());
    chunked.send(requestOf("POST", triggerPath, m_admin, {},
                           "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n") +
                 "400\r\n" + std::string(0x400, ' ') + "\r\n400\r\n" + std::string(0x400, ' ') + "\r\n0\r\n\r\n");
    QCOMPARE(statusOf(chunked.readResponse()), 413);
}

void LimitsTest::boundsTime()
{
    QVERIFY(startsWith("--max-header-time 1 --max-body-time 1 --max-idle-time 2"));
    RawClient header(m_server->port()), body(m_server->port()), idle(m_server->port());
    header.send("GET /healthz HTTP/1.1\r\nHos");
    body.send(requestOf("POST", triggerPath, m_admin, {}, "Content-Type: application/json\r\nContent-Length: 9\r\n"));
    idle.send(requestOf("GET", "/healthz"));
    QCOMPARE(statusOf(idle.readResponse()), 200);
    QCOMPARE(statusOf(header.readResponse()), 408);
    QCOMPARE(statusOf(body.readResponse()), 408);
    QVERIFY(idle.readAll().empty() && idle.isClosed() && !idle.wasReset());
}

void LimitsTest::boundsNesting()
{
    QVERIFY(startsWith("--max-json-depth 5"));
    const auto withData = [this](int depth) {
        return asked(requestOf("POST", triggerPath, m_admin,
                               R"({"user_id":1,"title":"{[{[{[{[\"{[","data":)" + nested(depth) + "}"));
    };
    QCOMPARE(statusOf(withData(4)), 200);
    const std::string refused = withData(5);
    QCOMPARE(statusOf(refused), 400);
    QVERIFY(refused.find("more than 5 deep") != std::string::npos);
}

void LimitsTest::boundsStreamsOfAPersonAndInAll()
{
    QVERIFY(startsWith("--max-streams-per-user 2 --max-streams 3"));
    const auto open = [this](RawClient& client, const QByteArray& token) {
        client.send(requestOf("GET", streamPath, token));
        return client.readUntil("\r\n\r\n");
    };
    RawClient second(m_server->port()), third(m_server->port());
    {
        RawClient first(m_server->port());
        QCOMPARE(statusOf(open(first, m_admin)), 200);
        QCOMPARE(statusOf(open(second, m_admin)), 200);
        const std::string refused = open(third, m_admin);
        QCOMPARE(statusOf(refused), 429);
        QVERIFY(!fieldOf(refused, "Retry-After").empty());
    }
    QTRY_COMPARE(m_server->metric("belfry_streams"), 1);
    RawClient again(m_server->port()), other(m_server->port()), last(m_server->port());
    QCOMPARE(statusOf(open(again, m_admin)), 200);
    QCOMPARE(statusOf(open(other, m_other)), 200);
    const std::string refused = open(last, m_other);
    QCOMPARE(statusOf(refused), 503);
    QVERIFY(!fieldOf(refused, "Retry-After").empty());
    QCOMPARE(statusOf(triggered(m_admin)), 200); // a limit of streams alone
}

void LimitsTest::holdsWhereManyJoinAtOnce_data()
{
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<int>("refusedWith");
    QTest::newRow("in all") << QByteArray("--loops 8 --max-streams 10") << 503;
    QTest::newRow("of a person") << QByteArray("--loops 8 --max-streams-per-user 10") << 429;
}

void LimitsTest::holdsWhereManyJoinAtOnce()
{
    QFETCH(QByteArray, options);
    QFETCH(int, refusedWith);
    constexpr int threads = 4, each = 8;
    QVERIFY(startsWith(options.constData()));
    std::string request = requestOf("GET", streamPath, m_admin);
    request.pop_back(); // its last byte comes when all are there
    for (int round = 0; round < 10; ++round) {
        std::vector<RawClient> clients;
        for (int i = 0; i < threads * each; ++i) {
            clients.emplace_back(m_server->port());
            QVERIFY(clients.back().send(request));
        }
        std::barrier start(threads);
        std::atomic<int> opened = 0, refused = 0;
        {
            std::vector<std::jthread> crowd;
            for (int thread = 0; thread < threads; ++thread)
                crowd.emplace_back([&, thread] {
                    const std::span mine(clients.data() + thread * each, each);
                    start.arrive_and_wait();
                    for (RawClient& client : mine)
                        client.send("\n");
                    for (RawClient& client : mine) {
                        const int status = statusOf(client.readUntil("\r\n\r\n"));
                        opened += status == 200;
                        refused += status == refusedWith;
                    }
                });
        }
        QCOMPARE(opened.load(), 10);
        QCOMPARE(refused.load(), threads * each - 10);
        clients.clear();
        QTRY_COMPARE(m_server->metric("belfry_streams"), 0);
    }
}

void LimitsTest::boundsRequestsOfAnAddress()
{
    QVERIFY(startsWith("--max-requests-per-address 20 --trusted-proxy 127.0.0.1"));
    const auto from = [this](const char* address) {
        return asked(requestOf("GET", "/healthz", {}, {}, "X-Forwarded-For: " + std::string(address) + "\r\n"));
    };
    for (int i = 0; i < 20; ++i)
        QCOMPARE(statusOf(from("192.0.2.1")), 200);
    const std::string refused = from("192.0.2.1");
    QCOMPARE(statusOf(refused), 429);
    const int wait = std::atoi(fieldOf(refused, "Retry-After").c_str());
    QVERIFY(wait >= 1 && wait <= 3);
    QCOMPARE(statusOf(from("192.0.2.2")), 200);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(statusOf(from(i % 2 ? "2001:db8::1" : "2001:db8::2")), 200);
    QCOMPARE(statusOf(from("2001:db8::3")), 429);
    bool isBack = false; // one comes back every three seconds
    QTRY_VERIFY_WITH_TIMEOUT(isBack = isBack || statusOf(from("192.0.2.1")) == 200, 10'000);
}

void LimitsTest::tellsPeopleBehindNamedProxiesApart()
{
    QVERIFY(startsWith("--trusted-proxy 127.0.0.0/8 --trusted-proxy localhost"));
    const auto tried = [this](int number) {
        return statusOf(
            asked(requestOf("POST", "/api/auth/login/", {}, R"({"username":"ada","password":"wrong horse"})",
                            "X-Forwarded-For: 192.0.2." + std::to_string(number) + "\r\n")));
    };
    for (int number = 1; number <= 7; ++number) // from one address the 6th is 429
        QCOMPARE(tried(number), 401);
    QVERIFY(!m_server->log().contains("--trusted-proxy"));
}

void LimitsTest::saysThatAProxyWasNotNamed()
{
    QVERIFY(startsWith(""));
    const auto trySome = [this](const std::string& field) {
        for (int i = 0; i < 25; ++i) // the most are refused without a look at the password
            asked(requestOf("POST", "/api/auth/login/", {}, R"({"username":"ada","password":"wrong horse"})", field));
    };
    const QByteArray hint = "start the server with --trusted-proxy and its address address=127.0.0.1";
    trySome("");
    QVERIFY(!m_server->log().contains("--trusted-proxy"));
    trySome("X-Forwarded-For: 192.0.2.1\r\n");
    QTRY_COMPARE(m_server->log().count(hint), 1);
    trySome("X-Forwarded-For: 192.0.2.2\r\n");
    QCOMPARE(m_server->log().count("--trusted-proxy"), 1); // once an hour
}

void LimitsTest::boundsWhatASenderSends()
{
    QVERIFY(startsWith("--max-publish-rate 5"));
    for (int i = 0; i < 5; ++i)
        QCOMPARE(statusOf(triggered(m_admin)), 200);
    const std::string refused = triggered(m_admin);
    QCOMPARE(statusOf(refused), 429);
    const int wait = std::atoi(fieldOf(refused, "Retry-After").c_str());
    QVERIFY(wait >= 1 && wait <= 12);
    QCOMPARE(statusOf(triggered(m_other)), 200);
    QCOMPARE(statusOf(asked(requestOf("GET", "/api/notifications/", m_admin))), 200);
}

void LimitsTest::boundsConnectionsAndBacklogs()
{
    QVERIFY(startsWith("--max-connections 12 --max-backlog-bytes 16384"));
    RawClient slow(m_server->port(), "127.0.0.1", 4096);
    slow.send(requestOf("GET", streamPath, m_admin));
    QVERIFY(slow.readUntil("event: ping").ends_with("event: ping"));
    RawClient sender(m_server->port());
    const std::string message(8000, 'm');
    constexpr int count = 100;
    for (int i = 0; i < count; ++i) {
        sender.send(requestOf("POST", triggerPath, m_other,
                              R"({"user_id":1,"title":"n)" + std::to_string(i) + R"(","message":")" + message + "\"}"));
        QCOMPARE(statusOf(sender.readResponse()), 200);
    }
    std::vector<RawClient> crowd;
    for (int i = 0; i < 30; ++i)
        crowd.emplace_back(m_server->port());
    QTRY_COMPARE(std::count_if(crowd.begin(), crowd.end(), [](const RawClient& one) { return !one.hasEnded(); }), 6);
    QCOMPARE(m_server->metric("belfry_connections_displaced_total") >= 24, true);
    QTRY_VERIFY(m_server->metric("belfry_backlogs_dropped_total") >= 1);
    for (int i = 0; i < count; ++i) { // read from the log then, whole and in order
        const std::string title = "\"title\":\"n" + std::to_string(i) + "\"";
        const std::string seen = slow.readUntil(title);
        QVERIFY2(seen.ends_with(title) && seen.find("\"title\"") == seen.rfind("\"title\""), title.c_str());
    }
}

QTEST_GUILESS_MAIN(LimitsTest)
#include "tst_limits.moc"
