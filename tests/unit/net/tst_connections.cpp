// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/net/rig.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <optional>
#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

using namespace std::chrono_literals;

const std::string get = "GET /head HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string openStream = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

NetworkSettings impatient()
{
    NetworkSettings settings;
    settings.limits.headerTime = 1s;
    settings.limits.bodyTime = 1s;
    settings.limits.idleTime = 1s;
    settings.stallTime = 1s;
    return settings;
}

} // namespace

/// What becomes of connections: their deadlines, their ends, and the end of the server.
class ConnectionsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void timesOutASlowHeader();
    void timesOutASlowBody();
    void closesAnIdleConnection();
    void closesOneWhoDoesNotReadItsAnswer();
    void givesAPendingAnswerAllTheTime();
    void sendsALongBodyInParts();
    void forgetsAClientThatIsGone();
    void noticesThatAWaitingClientHasGone_data();
    void noticesThatAWaitingClientHasGone();
    void asksAHalfClosedClientWhetherItIsThere();
    void saysWhoseAnswerItIs();
    void survivesAbruptEnds();
    void holdsAThousandIdleConnections();
    void answersWhileThousandsDribble();
    void showsEventsOnAStream();
    void showsEventsOnAnHttp10Stream();
    void endsAStreamWithItsClient();
    void answersPendingRequestsBeforeItStops();
    void stopsWithinItsPatience();
    void refusesNewRequestsWhileStopping();
    void endsStreamsWithTheirLastChunk();
    void logsEachRequestOnce();
    void tellsHowManyStreamsThereAre();
};

void ConnectionsTest::timesOutASlowHeader()
{
    Rig rig(impatient());
    RawClient client(rig.port);
    client.send("GET /head HTTP/1.1\r\nHos");
    const std::string answer = client.readResponse();
    QCOMPARE(statusOf(answer), 408);
    QCOMPARE(fieldOf(answer, "Connection"), std::string("close"));
    QVERIFY(client.readAll().empty() && !client.wasReset());
}

void ConnectionsTest::timesOutASlowBody()
{
    Rig rig(impatient());
    RawClient client(rig.port);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    QCOMPARE(statusOf(client.readResponse()), 408);
    QVERIFY(client.readAll().empty() && !client.wasReset());
}

void ConnectionsTest::closesAnIdleConnection()
{
    Rig rig(impatient());
    RawClient silent(rig.port);
    RawClient kept(rig.port);
    kept.send(get);
    QCOMPARE(statusOf(kept.readResponse()), 200);
    QVERIFY(silent.readAll().empty() && silent.isClosed());
    QVERIFY(kept.readAll().empty() && kept.isClosed());
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(0));
}

void ConnectionsTest::closesOneWhoDoesNotReadItsAnswer()
{
    Rig rig(impatient());
    RawClient client(rig.port, "127.0.0.1", 4096);
    client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(1));
    QTRY_COMPARE_WITH_TIMEOUT(rig.network->figures().connections, std::uint64_t(0), 20'000);
}

void ConnectionsTest::givesAPendingAnswerAllTheTime()
{
    Rig rig(impatient());
    RawClient pending(rig.port);
    pending.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient idle(rig.port);
    QVERIFY(idle.readAll().empty() && idle.isClosed()); // a deadline's time has passed
    rig.handler.answerWaiting();
    QCOMPARE(bodyOf(pending.readResponse()), std::string("\"later\""));
}

void ConnectionsTest::sendsALongBodyInParts()
{
    Rig rig;
    RawClient client(rig.port, "127.0.0.1", 4096);
    client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n" + get);
    const std::string answer = client.readResponse();
    QCOMPARE(fieldOf(answer, "Transfer-Encoding"), std::string("chunked"));
    QVERIFY(fieldOf(answer, "Content-Length").empty());
    QCOMPARE(std::count(answer.begin(), answer.end(), 'c') > 20'000, true);
    QVERIFY(answer.size() > 50 * 20'000);
    QCOMPARE(statusOf(client.readResponse()), 200);
}

void ConnectionsTest::forgetsAClientThatIsGone()
{
    Rig rig;
    RawClient client(rig.port);
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(rig.handler.waiting(), std::size_t(1));
    client.reset();
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(0));
    rig.handler.answerWaiting(); // into the void
    RawClient next(rig.port);
    next.send(get);
    QCOMPARE(statusOf(next.readResponse()), 200);
}

void ConnectionsTest::noticesThatAWaitingClientHasGone_data()
{
    QTest::addColumn<QByteArray>("more"); // said after the request, and read only after its answer
    QTest::addColumn<bool>("isReset");
    QTest::newRow("reset") << QByteArray() << true;
    QTest::newRow("closed") << QByteArray() << false;
    QTest::newRow("closed behind another request") << QByteArray::fromStdString(get) << false;
}

/// So that work on answers that nobody waits for can be given up.
void ConnectionsTest::noticesThatAWaitingClientHasGone()
{
    QFETCH(QByteArray, more);
    QFETCH(bool, isReset);
    Rig rig;
    std::optional<RawClient> staying(std::in_place, rig.port);
    staying->send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    std::optional<RawClient> client(std::in_place, rig.port);
    client->send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(rig.handler.waiting(), std::size_t(2));
    client->send(more.toStdString());
    if (isReset)
        client->reset();
    client.reset();
    QTRY_COMPARE_WITH_TIMEOUT(rig.network->figures().connections, std::uint64_t(1), 20'000);
    QCOMPARE(rig.handler.left(), std::size_t(1));
    rig.handler.answerWaiting();
    QCOMPARE(statusOf(staying->readResponse()), 200);
}

void ConnectionsTest::asksAHalfClosedClientWhetherItIsThere()
{
    Rig rig;
    RawClient client(rig.port), old(rig.port);
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    old.send("GET /later HTTP/1.0\r\n\r\n"); // knows no interim answers
    client.endSending();
    old.endSending();
    QCOMPARE(client.readUntil("\r\n\r\n"), std::string("HTTP/1.1 102 Processing\r\n\r\n"));
    QCOMPARE(rig.handler.waiting(), std::size_t(2));
    QCOMPARE(rig.handler.left(), std::size_t(0));
    rig.handler.answerWaiting();
    for (RawClient* const each : {&client, &old}) {
        const std::string answer = each->readAll();
        QVERIFY2(answer.starts_with("HTTP/1.1 200 ") && bodyOf(answer) == "\"later\"", answer.c_str());
    }
}

/// The log's id is on every answer, also on what the network itself says.
void ConnectionsTest::saysWhoseAnswerItIs()
{
    NetworkSettings settings;
    settings.limits.connections = 4;
    Rig rig(settings);
    const auto isOurs = [](const std::string& answer) { return fieldOf(answer, "Belfry-Log") == "log-1"; };
    std::vector<RawClient> clients;
    for (const char* request :
         {"GET /head HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n",
          "POST /refused HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\nContent-Length: 0\r\n\r\n",
          "GET /nothing HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n",
          "GET /long HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n"}) {
        clients.emplace_back(rig.port);
        clients.back().send(request);
        const std::string answer = clients.back().readResponse();
        QVERIFY2(isOurs(answer), answer.c_str());
    }
    RawClient tooMany(rig.port);
    tooMany.send(get);
    const std::string full = tooMany.readResponse();
    QVERIFY2(statusOf(full) == 503 && isOurs(full), full.c_str());
    clients.pop_back();
    tooMany = RawClient(rig.port);
    tooMany.send("nonsense\r\n\r\n");
    const std::string malformed = tooMany.readResponse();
    QVERIFY2(isOurs(malformed), malformed.c_str());
}

void ConnectionsTest::survivesAbruptEnds()
{
    Rig rig;
    const std::vector<std::string> beginnings{"",
                                              "G",
                                              get,
                                              "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe",
                                              "GET /long HTTP/1.1\r\nHost: a\r\n\r\n",
                                              openStream,
                                              "GET /later HTTP/1.1\r\nHost: a\r\n\r\n",
                                              "bad\r\n\r\n"};
    for (int turn = 0; turn < 20; ++turn)
        for (const std::string& beginning : beginnings) {
            RawClient client(rig.port, "127.0.0.1", turn % 2 ? 2048 : 0);
            client.send(beginning);
            if (turn % 3 == 0)
                client.reset();
        }
    // Some requests arrive only now: those that wait are answered as they come.
    QTRY_VERIFY_WITH_TIMEOUT((rig.handler.answerWaiting(), rig.network->figures().connections == 0), 20'000);
    QCOMPARE(rig.network->figures().streams, std::uint64_t(0));
}

void ConnectionsTest::holdsAThousandIdleConnections()
{
    NetworkSettings settings;
    settings.loops = 2;
    Rig rig(settings);
    std::vector<RawClient> clients;
    for (int i = 0; i < 1000; ++i) {
        clients.emplace_back(rig.port);
        QVERIFY(clients.back().isConnected());
    }
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(1000));
    for (RawClient& client : clients)
        client.send(get);
    for (RawClient& client : clients)
        QCOMPARE(statusOf(client.readResponse()), 200);
    clients.clear();
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(0));
}

void ConnectionsTest::answersWhileThousandsDribble()
{
    Rig rig;
    std::vector<RawClient> slow;
    for (int i = 0; i < 1000; ++i)
        slow.emplace_back(rig.port);
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nX: ";
    for (const char byte : head.substr(0, 20))
        for (RawClient& client : slow)
            client.send({&byte, 1});
    RawClient client(rig.port);
    QElapsedTimer timer;
    timer.start();
    client.send(get);
    QCOMPARE(statusOf(client.readResponse()), 200);
    QVERIFY(timer.elapsed() < 2000);
}

void ConnectionsTest::showsEventsOnAStream()
{
    Rig rig;
    RawClient client(rig.port);
    client.send(openStream);
    const std::string head = client.readUntil("\r\n\r\n");
    QCOMPARE(statusOf(head), 200);
    QCOMPARE(fieldOf(head, "Content-Type"), std::string("text/event-stream"));
    QCOMPARE(fieldOf(head, "Cache-Control"), std::string("no-cache, no-transform"));
    QCOMPARE(fieldOf(head, "Content-Encoding"), std::string("identity"));
    QCOMPARE(fieldOf(head, "X-Accel-Buffering"), std::string("no"));
    QCOMPARE(fieldOf(head, "Belfry-Log"), std::string("log-1"));
    QCOMPARE(fieldOf(head, "Transfer-Encoding"), std::string("chunked"));
    QCOMPARE(client.readUntil("\n\n\r\n"),
             std::string("c\r\nretry: 5000\n\r\n29\r\nevent: ping\ndata: {\"type\":\"ping\"}\nid: 0\n\n\r\n"));
    rig.hub.committed(batchOf(1));
    const std::string event = client.readUntil("\n\n\r\n");
    QVERIFY(event.find("\r\ndata: {\"n\":1,") != std::string::npos && event.ends_with("\nid: 1\n\n\r\n"));
    QCOMPARE(rig.network->figures().streams, std::uint64_t(1));
}

void ConnectionsTest::showsEventsOnAnHttp10Stream()
{
    Rig rig;
    RawClient client(rig.port);
    client.send("GET /stream HTTP/1.0\r\n\r\n");
    const std::string head = client.readUntil("\r\n\r\n");
    QVERIFY(fieldOf(head, "Transfer-Encoding").empty());
    QCOMPARE(client.readUntil("\n\n"), std::string("retry: 5000\nevent: ping\ndata: {\"type\":\"ping\"}\nid: 0\n\n"));
    rig.hub.committed(batchOf(1));
    const std::string event = client.readUntil("\n\n");
    QVERIFY(event.starts_with("data: ") && event.ends_with("\nid: 1\n\n"));
}

void ConnectionsTest::endsAStreamWithItsClient()
{
    Rig rig;
    {
        RawClient client(rig.port);
        client.send(openStream);
        client.readUntil("ping");
        QCOMPARE(rig.hub.streams(7), 1);
    }
    QTRY_COMPARE(rig.hub.streams(7), 0);
    RawClient talker(rig.port); // a stream is no place for requests
    talker.send(openStream);
    talker.readUntil("ping");
    talker.send(std::string(200'000, 'x'));
    QTRY_COMPARE(rig.hub.streams(7), 0);
}

void ConnectionsTest::answersPendingRequestsBeforeItStops()
{
    Rig rig;
    RawClient client(rig.port);
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(rig.handler.waiting(), std::size_t(1));
    rig.network->stopAccepting();
    QVERIFY(!RawClient(rig.port).isConnected());
    rig.handler.answerWaiting();
    rig.network->stop();
    const std::string answer = client.readResponse();
    QCOMPARE(bodyOf(answer), std::string("\"later\""));
    QCOMPARE(fieldOf(answer, "Connection"), std::string("close"));
    QVERIFY(client.readAll().empty() && !client.wasReset());
}

void ConnectionsTest::stopsWithinItsPatience()
{
    Rig rig;
    RawClient pending(rig.port);
    pending.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient unread(rig.port, "127.0.0.1", 2048);
    unread.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient half(rig.port);
    half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    QTRY_COMPARE(rig.handler.waiting(), std::size_t(1));
    QElapsedTimer timer;
    timer.start();
    rig.network->stop();
    QVERIFY(timer.elapsed() < 4500);
    rig.handler.answerWaiting(); // an answer after the end falls into the void
    QCOMPARE(rig.network->figures().connections, std::uint64_t(0));
    rig.network->stop();
}

void ConnectionsTest::refusesNewRequestsWhileStopping()
{
    Rig rig;
    RawClient kept(rig.port);
    kept.send(get);
    QCOMPARE(statusOf(kept.readResponse()), 200);
    rig.network->stopAccepting();
    kept.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    const std::string answer = kept.readResponse();
    QCOMPARE(statusOf(answer), 503);
    QVERIFY(!fieldOf(answer, "Retry-After").empty());
    QCOMPARE(fieldOf(answer, "Connection"), std::string("close"));
    QVERIFY(kept.readAll().empty() && !kept.wasReset());
}

void ConnectionsTest::endsStreamsWithTheirLastChunk()
{
    Rig rig;
    std::vector<RawClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.emplace_back(rig.port);
        clients.back().send(openStream);
        clients.back().readUntil("ping\"}\nid: 0\n\n\r\n");
    }
    rig.hub.committed(batchOf(1, 3000));
    rig.network->stop();
    for (RawClient& client : clients) {
        const std::string rest = client.readAll();
        QVERIFY(rest.find("id: 1\n") != std::string::npos);
        QVERIFY(rest.ends_with("\r\n0\r\n\r\n"));
        QVERIFY(!client.wasReset());
    }
}

void ConnectionsTest::logsEachRequestOnce()
{
    Rig rig;
    RawClient client(rig.port);
    client.send("GET /head?token=secret HTTP/1.1\r\nHost: a\r\n\r\n");
    client.readResponse();
    client.send("bad\r\n\r\n");
    client.readAll();
    const std::vector<std::string> expected{"GET /head 200", "  400"};
    QTRY_COMPARE(rig.handler.log(), expected);
}

void ConnectionsTest::tellsHowManyStreamsThereAre()
{
    EchoHandler handler;
    EmptyPast past;
    Hub hub{0, "log-1"};
    NetworkSettings settings;
    settings.listen = {{"127.0.0.1", 0}};
    const auto tls = TlsContext::make(freshCertificate());
    settings.tls = tls->get();
    Network network(settings, handler, hub, past, "log-1", systemClock());
    std::atomic<int> told{-1};
    network.onStreamsChanged([&](std::size_t streams) { told = static_cast<int>(streams); });
    const auto started = network.start();
    QVERIFY(started);
    {
        RawClient client(started->front().port);
        client.send(openStream);
        QTRY_COMPARE(told.load(), 1);
    }
    QTRY_COMPARE(told.load(), 0);
    network.stop();
}

QTEST_GUILESS_MAIN(ConnectionsTest)
#include "tst_connections.moc"
