// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/event_source.h"
#include "support/scripted_server.h"

#include <QNetworkAccessManager>
#include <QSignalSpy>
#include <QTest>

using namespace std::chrono_literals;
using namespace belfry;
using belfry::client::EventSource;
using belfry::client::EventSourceOptions;
using belfry::tests::ScriptedServer;
using Then = belfry::tests::Step::Then;

namespace {

/// An EventSource and what it said.
struct Listener
{
    explicit Listener(const QUrl& url)
    {
        options.url = url;
        options.reconnectDelay = 1ms;
        QObject::connect(&source, &EventSource::eventReceived, &source,
                         [this](const SseEvent& event) { events.append(event); });
        QObject::connect(&source, &EventSource::waiting, &source,
                         [this](const Error& error, std::chrono::milliseconds delay) {
                             losses.append(error);
                             delays.append(delay);
                         });
        QObject::connect(&source, &EventSource::failed, &source,
                         [this](const Error& error) { failures.append(error); });
        QObject::connect(&source, &EventSource::opened, &source, [this](const QString& log) { logs.append(log); });
    }
    void start() { source.start(options); }

    QNetworkAccessManager network;
    EventSource source{&network};
    EventSourceOptions options;
    QList<SseEvent> events;
    QList<Error> losses;
    QList<std::chrono::milliseconds> delays;
    QList<Error> failures;
    QStringList logs;
};

} // namespace

class EventSourceTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsEventsHoweverTheyAreCut_data()
    {
        QTest::addColumn<int>("pieceBytes");
        QTest::newRow("whole") << 0;
        QTest::newRow("byte by byte") << 1;
        QTest::newRow("by seven") << 7;
    }
    void readsEventsHoweverTheyAreCut()
    {
        QFETCH(int, pieceBytes);
        ScriptedServer server;
        server.add(
            "HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\nBelfry-Log: the-log\r\n\r\n"
            "\xEF\xBB\xBF: c\r\n\r\ndata: YHOO\rdata: +2\r\rid: 7\nevent: add\ndata: \xE2\x82\xAC\n\nid\ndata:x\n\n",
            Then::Stall, pieceBytes);
        Listener listener(server.url());
        listener.start();
        QTRY_COMPARE(listener.events.size(), 3);
        QCOMPARE(listener.logs, QStringList{QStringLiteral("the-log")});
        QCOMPARE(listener.events[0], (SseEvent{"message", "YHOO\n+2", ""}));
        QCOMPARE(listener.events[1], (SseEvent{"add", "\xE2\x82\xAC", "7"}));
        QCOMPARE(listener.events[2], (SseEvent{"message", "x", ""}));
        QCOMPARE(listener.source.state(), EventSource::State::Open);
    }

    void resumesByTheLastIdOfAWholeBlock()
    {
        ScriptedServer server;
        server.addStream("id: 5\ndata: a\n\nid: 6\ndata: cut");
        server.addStream("id: 9\n\n"); // without data it counts too
        server.addStream("data: b\n\n", Then::Stall);
        Listener listener(server.url());
        listener.options.lastEventId = QStringLiteral("3");
        listener.start();
        QTRY_COMPARE(listener.events.size(), 2);
        QCOMPARE(server.field(0, "Last-Event-ID"), "3");
        QCOMPARE(server.field(1, "Last-Event-ID"), "5");
        QCOMPARE(server.field(server.requests().size() - 1, "Last-Event-ID"), "9");
        QCOMPARE(listener.events[1].id, std::string("9"));
        QCOMPARE(listener.source.failuresInARow(), 0);
    }

    void theFirstPingSaysWhereToResume()
    {
        ScriptedServer server;
        server.addStream("retry: 1\nevent: ping\ndata: {\"type\":\"ping\"}\nid: 41\n\ndata: cut\nid: 42\n");
        server.addStream("event: ping\ndata: {\"type\":\"ping\"}\nid: 43\n\nevent: ping\ndata: {}\n\n");
        server.addStream("data: a\n\n", Then::Stall);
        Listener listener(server.url());
        listener.start();
        QTRY_COMPARE(listener.events.size(), 4);
        QCOMPARE(server.field(0, "Last-Event-ID"), QByteArray());
        QCOMPARE(server.field(1, "Last-Event-ID"), "41");
        QCOMPARE(server.field(2, "Last-Event-ID"), "43");
    }

    void anIdRightBeforeTheEndAlwaysCounts_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("tail");
        QTest::addColumn<int>("pieceBytes");
        QTest::addColumn<Then>("end");
        const QByteArray head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
        const QByteArray chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("until close") << head + "\r\n" << QByteArray() << 0 << Then::Close;
        QTest::newRow("until close, in pieces") << head + "\r\n" << QByteArray() << 16 << Then::Close;
        QTest::newRow("until it is reset") << head + "\r\n" << QByteArray() << 0 << Then::Reset;
        QTest::newRow("chunked") << chunked << QByteArray("0\r\n\r\n") << 0 << Then::Close;
        QTest::newRow("chunked, cut off") << chunked << QByteArray() << 0 << Then::Close;
        QTest::newRow("chunked, in pieces") << chunked << QByteArray() << 11 << Then::Close;
        QTest::newRow("chunked, reset") << chunked << QByteArray() << 0 << Then::Reset;
    }
    void anIdRightBeforeTheEndAlwaysCounts()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, tail);
        QFETCH(int, pieceBytes);
        QFETCH(Then, end);
        constexpr int rounds = 150;
        ScriptedServer server;
        for (int round = 1; round <= rounds; ++round) {
            const QByteArray block = "id: " + QByteArray::number(1000 + round) + "\n\n";
            const bool isChunked = head.contains("chunked");
            server.add(head + (isChunked ? QByteArray::number(block.size(), 16) + "\r\n" + block + "\r\n" : block) +
                           tail,
                       end, pieceBytes);
        }
        server.addStream("data: done\n\n", Then::Stall);
        Listener listener(server.url());
        QObject::connect(&listener.source, &EventSource::waiting, &listener.source,
                         [&listener] { listener.source.reconnectNow(); }); // the delay doubles
        listener.start();
        QTRY_COMPARE_WITH_TIMEOUT(listener.events.size(), 1, 60'000);
        QCOMPARE(server.requests().size(), rounds + 1);
        for (int round = 1; round <= rounds; ++round)
            QCOMPARE(server.field(round, "Last-Event-ID"), QByteArray::number(1000 + round));
    }

    void anInterimAnswerIsNoAnswer_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<bool>("isPassedOver");
        QTest::newRow("100") << QByteArray("100 Continue") << true;
        // Qt 6.4 takes them for the answer and reads no further: tried again, not given up.
        QTest::newRow("102") << QByteArray("102 Processing") << false;
        QTest::newRow("103") << QByteArray("103 Early Hints") << false;
    }
    void anInterimAnswerIsNoAnswer()
    {
        QFETCH(QByteArray, status);
        QFETCH(bool, isPassedOver);
        const QByteArray stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: a\n\n";
        ScriptedServer server;
        server.add("HTTP/1.1 " + status + "\r\nLink: </x>; rel=preload\r\n\r\n" + stream, Then::Stall);
        server.add(stream, Then::Stall);
        Listener listener(server.url());
        listener.start();
        QTRY_COMPARE(listener.events.size(), 1);
        QCOMPARE(listener.failures.size(), 0);
        QCOMPARE(server.requests().size(), isPassedOver ? 1 : 2);
    }

    void tellsFinalFromRetried_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("isFinal");
        for (const char* const status : {"408 x", "429 x", "500 x", "502 x", "503 x", "504 x"})
            QTest::newRow(status) << QByteArray("HTTP/1.1 " + QByteArray(status) + "\r\nContent-Length: 0\r\n\r\n")
                                  << false;
        for (const char* const status : {"201 x", "204 x", "205 x", "300 x", "304 x", "400 x", "401 x", "403 x",
                                         "404 x", "410 x", "421 x", "501 x", "505 x"})
            QTest::newRow(status) << QByteArray("HTTP/1.1 " + QByteArray(status) + "\r\nContent-Length: 0\r\n\r\n")
                                  << true;
        QTest::newRow("another content type")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\ndata: x\n\n") << true;
        QTest::newRow("no content type") << QByteArray("HTTP/1.1 200 OK\r\n\r\ndata: x\n\n") << true;
        QTest::newRow("a prefix of the content type")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-streams\r\n\r\n") << true;
        QTest::newRow("no answer") << QByteArray() << false;
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-x\r\n") << false;
        QTest::newRow("an empty stream") << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                                         << false;
        QTest::newRow("a redirect to nowhere") << QByteArray("HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n") << true;
        QTest::newRow("a redirect to a file")
            << QByteArray("HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n") << true;
        QTest::newRow("a redirect to plain http elsewhere")
            << QByteArray("HTTP/1.1 302 x\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n") << true;
    }
    void tellsFinalFromRetried()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, isFinal);
        ScriptedServer server;
        server.add(answer);
        Listener listener(server.url());
        listener.options.reconnectDelay = 1h;
        listener.start();
        QTRY_COMPARE(listener.failures.size() + listener.losses.size(), 1);
        QCOMPARE(listener.failures.size(), isFinal ? 1 : 0);
        QCOMPARE(listener.source.state(), isFinal ? EventSource::State::Failed : EventSource::State::Waiting);
        QVERIFY(listener.events.isEmpty());
    }

    void refusesUrlsThatAreNone_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("empty") << QString();
        QTest::newRow("no host") << QStringLiteral("http:///x");
        QTest::newRow("another scheme") << QStringLiteral("ftp://127.0.0.1/");
        QTest::newRow("plain http elsewhere") << QStringLiteral("http://192.0.2.1/");
    }
    void refusesUrlsThatAreNone()
    {
        QFETCH(QString, url);
        Listener listener{QUrl(url)};
        listener.start();
        QTRY_COMPARE(listener.failures.size(), 1);
    }

    void honoursRetryAfter_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<qint64>("seconds");
        QTest::newRow("seconds") << QByteArray("120") << qint64(120);
        QTest::newRow("a date") << QByteArray("Sun, 06 Nov 1994 08:50:37 GMT") << qint64(60);
        QTest::newRow("the past") << QByteArray("Sun, 06 Nov 1994 08:00:00 GMT") << qint64(0);
        QTest::newRow("longer than allowed") << QByteArray("99999999999999999999") << qint64(3600);
        QTest::newRow("nonsense") << QByteArray("soon") << qint64(0);
    }
    void honoursRetryAfter()
    {
        QFETCH(QByteArray, header);
        QFETCH(qint64, seconds);
        ScriptedServer server;
        server.addAnswer("503 Busy", R"({"error":"Come back later.","code":"busy"})",
                         "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: " + header + "\r\n");
        Listener listener(server.url());
        listener.start();
        QTRY_VERIFY(listener.losses.size() >= 1); // with no time to wait the next one may come at once
        QCOMPARE(QString::fromStdString(listener.losses[0].message), QStringLiteral("Come back later."));
        QCOMPARE(std::chrono::duration_cast<std::chrono::seconds>(listener.delays[0]).count(), seconds);
    }

    void retryCountsAtOnce()
    {
        ScriptedServer server;
        server.addStream("retry: 1234000\n");
        Listener listener(server.url());
        listener.options.reconnectDelay.reset();
        listener.start();
        QTRY_COMPARE(listener.delays.size(), 1);
        QVERIFY(listener.delays[0] >= 1'234'000ms && listener.delays[0] <= 1'235'000ms);
    }

    void dropsALinkWithoutAByte()
    {
        ScriptedServer server;
        server.addStream("data: a\n\n", Then::Stall);
        server.addStream("data: b\n\n", Then::Stall);
        Listener listener(server.url());
        listener.options.idleTimeout = 200ms;
        listener.start();
        QTRY_VERIFY(listener.events.size() >= 2);
        QCOMPARE(listener.losses[0].code, std::string("timeout"));
        QTRY_VERIFY(server.openConnections() <= 1);
    }

    void sendsTheTokenToItsOriginOnly()
    {
        ScriptedServer other;
        other.addStream("data: there\n\n", Then::Stall);
        ScriptedServer server;
        server.addRedirect("/second", "307 x");
        server.addRedirect(other.url(QStringLiteral("/third")).toEncoded(), "301 x");
        Listener listener(server.url());
        listener.options.token = QStringLiteral("secret");
        listener.options.lastEventId = QStringLiteral("4");
        listener.start();
        QTRY_COMPARE(listener.events.size(), 1);
        QVERIFY(server.requests()[1].startsWith("GET /second "));
        QCOMPARE(server.field(0, "Authorization"), "Bearer secret");
        QCOMPARE(server.field(1, "Authorization"), "Bearer secret");
        QVERIFY(other.field(0, "Authorization").isEmpty());
        QCOMPARE(other.field(0, "Last-Event-ID"), "4");
    }

    void followsTenRedirectsAndNoMore_data()
    {
        QTest::addColumn<int>("redirects");
        QTest::newRow("ten") << 10;
        QTest::newRow("eleven") << 11;
    }
    void followsTenRedirectsAndNoMore()
    {
        QFETCH(int, redirects);
        ScriptedServer server;
        for (int i = 0; i < redirects; ++i)
            server.addRedirect("/next");
        server.addStream("data: there\n\n", Then::Stall);
        Listener listener(server.url());
        listener.start();
        QTRY_COMPARE(listener.events.size() + listener.failures.size(), 1);
        QCOMPARE(listener.failures.size(), redirects > 10 ? 1 : 0);
    }

    void saysNoTokenInAReason()
    {
        ScriptedServer server;
        server.add("HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n");
        Listener listener(server.url());
        listener.options.token = QStringLiteral("secret");
        listener.options.tokenInQuery = true;
        listener.start();
        QTRY_COMPARE(listener.failures.size(), 1);
        QVERIFY(server.requests()[0].startsWith("GET /stream?token=secret "));
        QVERIFY(server.field(0, "Authorization").isEmpty());
        QVERIFY(!QString::fromStdString(listener.failures[0].message).contains(QStringLiteral("secret")));
    }

    void dropsAnEventBeyondTheLimit()
    {
        ScriptedServer server;
        server.addStream("id: 1\ndata: a\n\nid: 2\ndata: " + QByteArray(1100 * 1024, 'x'), Then::Stall);
        server.addStream("data: b\n\n", Then::Stall);
        Listener listener(server.url());
        listener.start();
        QTRY_COMPARE(listener.events.size(), 2);
        QCOMPARE(listener.losses[0].code, std::string("too_long"));
        QCOMPARE(server.field(1, "Last-Event-ID"), "1");
    }

    void triesAtOnceWhenAsked()
    {
        ScriptedServer server;
        server.addStream("data: a\n\n");
        server.addStream("data: b\n\n", Then::Stall);
        Listener listener(server.url());
        listener.options.reconnectDelay = 1h;
        listener.start();
        QTRY_COMPARE(listener.source.state(), EventSource::State::Waiting);
        listener.source.reconnectNow();
        QTRY_COMPARE(listener.events.size(), 2);
        listener.source.reconnectNow();
        QCOMPARE(listener.source.state(), EventSource::State::Open);
        listener.source.reconnectNow(true);
        QTRY_COMPARE(listener.events.size(), 3);
        QTRY_COMPARE(server.openConnections(), 1);
    }

    void mayBeStoppedOrDeletedByWhoeverHearsAnEvent()
    {
        ScriptedServer server;
        server.addStream("data: a\n\ndata: b\n\n", Then::Stall);
        QNetworkAccessManager network;
        auto* const deleted = new EventSource(&network);
        int heard = 0;
        connect(deleted, &EventSource::eventReceived, this, [&heard, deleted] {
            ++heard;
            delete deleted;
        });
        EventSourceOptions options;
        options.url = server.url();
        deleted->start(options);
        Listener listener(server.url());
        connect(&listener.source, &EventSource::eventReceived, &listener.source,
                [&listener] { listener.source.stop(); });
        listener.start();
        QTRY_COMPARE(heard, 1);
        QTRY_COMPARE(listener.events.size(), 1);
        QCOMPARE(listener.source.state(), EventSource::State::Stopped);
        QTRY_COMPARE(server.openConnections(), 0);
    }
};

QTEST_GUILESS_MAIN(EventSourceTest)
#include "tst_event_source.moc"
