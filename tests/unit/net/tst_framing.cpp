// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/net/rig.h"

#include <QTest>

#include <random>
#include <thread>

using namespace belfry::server;
using namespace belfry::server::test;

namespace {

const std::string host = "Host: localhost\r\n";

std::string repeated(std::string_view text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

/// What arrives malformed is refused, readably; what is well-formed is understood however it is cut
/// (protocol.md, "Common rules"; RFC 9112).
class FramingTest final : public QObject
{
    Q_OBJECT
private:
    Rig m_rig;

    static QByteArray request(const std::string& head, const std::string& body = {})
    {
        return QByteArray::fromStdString(head + "\r\n" + body);
    }

private Q_SLOTS:
    void refusesMalformedFramingAndCloses_data();
    void refusesMalformedFramingAndCloses();
    void takesWellFormedRequests_data();
    void takesWellFormedRequests();
    void takesThemByteByByte_data() { takesWellFormedRequests_data(); }
    void takesThemByteByByte();
    void tellsTargetsApart_data();
    void tellsTargetsApart();
    void answersPipelinedRequestsInOrder();
    void answersManyPipelinedRequests();
    void decodesChunksHoweverTheyAreCut();
    void answersExpectation();
    void refusesExpectationWithTheFinalStatus();
    void answersHeadWithoutBody();
    void speaksHttp10();
    void drainsWhatItRefuses();
    void keepsTheConnectionWhereTheRefusedBodyIsHere();
    void answersAHalfClosedClient();
    void carriesExtraFieldsOnItsOwnErrors();
    void tellsBrowsersWhatAnswersAreNot();
    void survivesAnyBytes();
};

void FramingTest::refusesMalformedFramingAndCloses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");

    const std::string get = "GET /echo HTTP/1.1\r\n";
    const std::string post = "POST /echo HTTP/1.1\r\n" + host;
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n";
    const auto row = [](const char* name, const QByteArray& bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("no Host in 1.1", request(get), 400);
    row("two Hosts", request(get + host + host), 400);
    row("two Hosts in 1.0", request("GET /echo HTTP/1.0\r\n" + host + host), 400);
    row("Host with a path", request(get + "Host: a/b\r\n"), 400);
    row("Host with a space", request(get + "Host: a b\r\n"), 400);
    row("two Content-Lengths", request(post + "Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), 400);
    row("two equal Content-Lengths", request(post + "Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), 400);
    row("a list of Content-Lengths", request(post + "Content-Length: 2, 2\r\n", "{}"), 400);
    row("Content-Length with a sign", request(post + "Content-Length: +2\r\n", "{}"), 400);
    row("Content-Length below zero", request(post + "Content-Length: -2\r\n", "{}"), 400);
    row("Content-Length in hex", request(post + "Content-Length: 0x2\r\n", "{}"), 400);
    row("Content-Length empty", request(post + "Content-Length: \r\n", "{}"), 400);
    row("Content-Length with words", request(post + "Content-Length: 2 2\r\n", "{}"), 400);
    row("Content-Length over the limit", request(post + "Content-Length: 131073\r\n"), 413);
    row("Content-Length beyond 64 bits", request(post + "Content-Length: 99999999999999999999999\r\n"), 413);
    row("Content-Length with coding", request(chunked + "Content-Length: 2\r\n", "0\r\n\r\n"), 400);
    row("coding with Content-Length",
        request(post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400);
    row("unknown coding", request(post + "Transfer-Encoding: gzip\r\n"), 501);
    row("unknown coding before chunked", request(post + "Transfer-Encoding: gzip, chunked\r\n"), 501);
    row("identity", request(post + "Transfer-Encoding: identity\r\n"), 501);
    row("chunked twice in a list", request(post + "Transfer-Encoding: chunked, chunked\r\n"), 400);
    row("chunked in two fields", request(chunked + "Transfer-Encoding: chunked\r\n"), 400);
    row("empty coding", request(post + "Transfer-Encoding: \r\n"), 400);
    row("coding in 1.0", request("POST /echo HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n"), 400);
    row("unknown coding with length", request(post + "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"), 400);
    row("space before the colon", request(get + "Host : localhost\r\n"), 400);
    row("tab before the colon", request(get + host + "X\t: y\r\n"), 400);
    row("folded field", request(get + host + "X: y\r\n z\r\n"), 400);
    row("folded first field", request(get + " " + host), 400);
    row("field without colon", request(get + host + "nothing\r\n"), 400);
    row("field without name", request(get + host + ": x\r\n"), 400);
    row("field's name is no token", request(get + host + "a(b): x\r\n"), 400);
    row("NUL in a field", request(get + host + std::string("X: a\0b\r\n", 8)), 400);
    row("control byte in a field", request(get + host + "X: a\x01z\r\n"), 400);
    row("DEL in a field", request(get + host + "X: a\x7f\r\n"), 400);
    row("bare CR in a field", request(get + host + "X: a\rb\r\n"), 400);
    row("bare LF", QByteArray("GET /echo HTTP/1.1\nHost: localhost\n\n"), 400);
    row("bare LF at the end", QByteArray("GET /echo HTTP/1.1\r\nHost: localhost\r\n\n"), 400);
    row("no version (0.9)", QByteArray("GET /echo\r\n\r\n"), 400);
    row("two spaces", request("GET  /echo HTTP/1.1\r\n" + host), 400);
    row("space in the target", request("GET /ec ho HTTP/1.1\r\n" + host), 400);
    row("space at the end of the line", request("GET /echo HTTP/1.1 \r\n" + host), 400);
    row("tab in the request line", request("GET\t/echo\tHTTP/1.1\r\n" + host), 400);
    row("high byte in the target", request("GET /\xc3\xa9 HTTP/1.1\r\n" + host), 400);
    row("fragment in the target", request("GET /echo#x HTTP/1.1\r\n" + host), 400);
    row("bad escape in the path", request("GET /%zz HTTP/1.1\r\n" + host), 400);
    row("cut escape in the path", request("GET /%4 HTTP/1.1\r\n" + host), 400);
    row("target without slash", request("GET echo HTTP/1.1\r\n" + host), 400);
    row("asterisk for GET", request("GET * HTTP/1.1\r\n" + host), 400);
    row("method is no token", request("G(T /echo HTTP/1.1\r\n" + host), 400);
    row("HTTP/2.0", request("GET /echo HTTP/2.0\r\n" + host), 505);
    row("HTTP/2 preface", QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
    row("HTTP/1.2", request("GET /echo HTTP/1.2\r\n" + host), 505);
    row("HTTP/0.9 by name", request("GET /echo HTTP/0.9\r\n" + host), 505);
    row("HTTP/11", request("GET /echo HTTP/11\r\n" + host), 400);
    row("http in lower case", request("GET /echo http/1.1\r\n" + host), 400);
    row("long request line", request("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n" + host), 414);
    row("endless request line", QByteArray(9000, 'x'), 414);
    row("long field", request(get + host + "X: " + std::string(9000, 'x') + "\r\n"), 431);
    row("endless field", QByteArray::fromStdString(get + host + "X: " + std::string(9000, 'x')), 431);
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += "X" + std::to_string(i) + ": y\r\n";
    row("101 fields", request(get + host + many), 431);
    std::string large;
    for (int i = 0; i < 9; ++i)
        large += "X" + std::to_string(i) + ": " + std::string(8000, 'y') + "\r\n";
    row("72 KB of fields", request(get + host + large), 431);
    row("chunk size is no number", request(chunked, "xyz\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk size with a sign", request(chunked, "+5\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk size with 0x", request(chunked, "0x5\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk size beyond 64 bits", request(chunked, "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk with bare LF", request(chunked, "5\nhello\r\n0\r\n\r\n"), 400);
    row("chunk size with 0x, and no more", request(chunked, "0x5\r\nhello\r\n"), 400);
    row("last chunk with bare LF, and no more", request(chunked, "0\n\n"), 400);
    row("trailer with bare LF, and no more", request(chunked, "0\r\nX: a\n\n"), 400);
    row("chunk shorter than it says", request(chunked, "6\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk longer than it says", request(chunked, "4\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk size empty", request(chunked, "\r\nhello\r\n0\r\n\r\n"), 400);
    row("control byte in a chunk extension", request(chunked, "5;a=\x01\r\nhello\r\n0\r\n\r\n"), 400);
    row("endless chunk extension", request(chunked, "5;" + std::string(9000, 'a')), 400);
    row("chunk over the limit", request(chunked, "20001\r\n" + std::string(0x20001, 'x') + "\r\n0\r\n\r\n"), 413);
    std::string growing;
    for (int i = 0; i < 40; ++i)
        growing += "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    row("chunks over the limit", request(chunked, growing), 413);
    row("trailer with a length", request(chunked, "0\r\nContent-Length: 5\r\n\r\n"), 400);
    row("folded trailer", request(chunked, "0\r\nX: a\r\n b\r\n\r\n"), 400);
    row("chunk extension without a name", request(chunked, "5;=b\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk extension that is not closed", request(chunked, "5;a=\"b\r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk size with a space behind", request(chunked, "5 \r\nhello\r\n0\r\n\r\n"), 400);
    row("chunk without its line end, and no more", request(chunked, "5\r\nhelloX"), 400);
    row("endless trailer", request(chunked, "0\r\n" + repeated("X: y\r\n", 2000)), 400);
    row("trailer with a coding", request(chunked, "0\r\nTransfer-Encoding: gzip\r\n\r\n"), 400);
    row("trailer with a control byte", request(chunked, "0\r\nX: a\x01\r\n\r\n"), 400);
}

void FramingTest::refusesMalformedFramingAndCloses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    RawClient client(m_rig.port);
    QVERIFY(client.send(bytes.toStdString()));
    const std::string answer = client.readResponse();
    QCOMPARE(statusOf(answer), status);
    QVERIFY(fieldOf(answer, "Content-Type") == "application/json");
    QVERIFY(bodyOf(answer).starts_with("{\"error\":\""));
    QCOMPARE(fieldOf(answer, "Connection"), std::string("close"));
    QVERIFY(client.readAll().empty());
    QVERIFY(client.isClosed());
    QVERIFY(!client.wasReset());
}

void FramingTest::takesWellFormedRequests_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("body");
    const std::string post = "POST /echo HTTP/1.1\r\n" + host;
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n";
    QTest::newRow("length") << request(post + "Content-Length: 5\r\n", "hello") << QByteArray("hello");
    QTest::newRow("length zero") << request(post + "Content-Length: 0\r\n") << QByteArray();
    QTest::newRow("length with zeros in front")
        << request(post + "Content-Length: 005\r\n", "hello") << QByteArray("hello");
    QTest::newRow("no body") << request(post) << QByteArray();
    QTest::newRow("empty lines first") << request("\r\n\r\n" + post) << QByteArray();
    QTest::newRow("chunks") << request(chunked, "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") << QByteArray("hello");
    QTest::newRow("chunk in upper case hex")
        << request(chunked, "A\r\n0123456789\r\n0\r\n\r\n") << QByteArray("0123456789");
    QTest::newRow("chunk extension") << request(chunked, "5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n")
                                     << QByteArray("hello");
    QTest::newRow("trailer") << request(chunked, "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n") << QByteArray("hello");
    QTest::newRow("last chunk alone") << request(chunked, "0\r\n\r\n") << QByteArray();
    QTest::newRow("last chunk of many zeros, and extensions with spaces")
        << request(chunked, "1 ;\ta = \"\\\"\" ; b\r\nx\r\n000;c\r\n\r\n") << QByteArray("x");
    QTest::newRow("coding in capitals") << request(post + "transfer-encoding: CHUNKED\r\n", "1\r\nx\r\n0\r\n\r\n")
                                        << QByteArray("x");
    QTest::newRow("binary") << request(post + "Content-Length: 4\r\n", std::string("\0\r\n\xff", 4))
                            << QByteArray("\0\r\n\xff", 4);
    QTest::newRow("spaces around a value")
        << request("POST /echo HTTP/1.1\r\nHost:  localhost \t\r\nContent-Length:\t1 \r\n", "x") << QByteArray("x");
    QTest::newRow("high bytes in a value")
        << request(post + "X: \xc3\xa9\r\nContent-Length: 1\r\n", "x") << QByteArray("x");
    QTest::newRow("empty value") << request(post + "X:\r\nContent-Length: 1\r\n", "x") << QByteArray("x");
    QTest::newRow("1.0 without Host")
        << request("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n", "x") << QByteArray("x");
}

void FramingTest::takesWellFormedRequests()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, body);
    RawClient client(m_rig.port);
    for (int turn = 0; turn < 2; ++turn) { // the second says that the framing of the first was right
        QVERIFY(client.send(bytes.toStdString()));
        const std::string answer = client.readResponse();
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(QByteArray::fromStdString(bodyOf(answer)), body);
    }
}

void FramingTest::takesThemByteByByte()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, body);
    RawClient client(m_rig.port);
    for (const char byte : bytes)
        QVERIFY(client.send({&byte, 1}));
    const std::string answer = client.readResponse();
    QCOMPARE(statusOf(answer), 200);
    QCOMPARE(QByteArray::fromStdString(bodyOf(answer)), body);
}

void FramingTest::tellsTargetsApart_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("path and query") << QByteArray("GET /head?a=%20b HTTP/1.1")
                                    << QByteArray("/head?a=%20b localhost 127.0.0.1 /head|a=%20b");
    QTest::newRow("escaped path") << QByteArray("GET /he%61d HTTP/1.1")
                                  << QByteArray("/he%61d localhost 127.0.0.1 /head|");
    QTest::newRow("absolute form: its host counts")
        << QByteArray("GET http://other:81/head?x HTTP/1.1") << QByteArray("/head?x other:81 127.0.0.1 /head|x");
}

void FramingTest::tellsTargetsApart()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, body);
    RawClient client(m_rig.port);
    client.send(line.toStdString() + "\r\n" + host + "\r\n");
    QCOMPARE(QByteArray::fromStdString(bodyOf(client.readResponse())), body);
}

void FramingTest::answersPipelinedRequestsInOrder()
{
    RawClient client(m_rig.port);
    client.send("GET /later HTTP/1.1\r\n" + host + "\r\n" + "POST /echo HTTP/1.1\r\n" + host +
                "Content-Length: 3\r\n\r\ntwo" + "GET /nothing HTTP/1.1\r\n" + host + "\r\n");
    QTRY_COMPARE(m_rig.handler.waiting(), std::size_t(1));
    m_rig.handler.answerWaiting();
    QCOMPARE(bodyOf(client.readResponse()), std::string("\"later\""));
    QCOMPARE(bodyOf(client.readResponse()), std::string("two"));
    const std::string last = client.readResponse();
    QCOMPARE(statusOf(last), 204);
    QVERIFY(fieldOf(last, "Content-Length").empty());
}

void FramingTest::answersManyPipelinedRequests()
{
    if (usualTransport() == Transport::Tls)
        QSKIP("OpenSSL does not let two threads read and write one connection");
    RawClient client(m_rig.port);
    std::string all;
    constexpr int count = 3000; // several turns, several buffers
    for (int i = 0; i < count; ++i)
        all += "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 4\r\n\r\n" + std::to_string(1000 + i);
    // The server may stop reading while its answers are not read: so both at once.
    std::thread sender([&] { client.send(all); });
    for (int i = 0; i < count; ++i) {
        const std::string body = bodyOf(client.readResponse());
        if (body != std::to_string(1000 + i)) {
            sender.join();
            QFAIL("an answer is out of order");
        }
    }
    sender.join();
}

void FramingTest::decodesChunksHoweverTheyAreCut()
{
    std::mt19937 random(20261123);
    for (int turn = 0; turn < 50; ++turn) {
        std::string body, wire;
        for (int part = 0; part < 8; ++part) {
            const std::string bytes(1 + random() % 3000, static_cast<char>('a' + part));
            body += bytes;
            char size[16];
            std::snprintf(size, sizeof size, "%zx", bytes.size());
            wire += std::string(size) + "\r\n" + bytes + "\r\n";
        }
        wire = "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n" + wire + "0\r\n\r\n";
        RawClient client(m_rig.port);
        for (std::size_t at = 0; at < wire.size();) {
            const std::size_t length = std::min<std::size_t>(wire.size() - at, 1 + random() % 700);
            QVERIFY(client.send(std::string_view(wire).substr(at, length)));
            at += length;
        }
        QVERIFY(bodyOf(client.readResponse()) == body);
    }
}

void FramingTest::answersExpectation()
{
    RawClient client(m_rig.port);
    client.send("POST /echo HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    QCOMPARE(client.readUntil("\r\n\r\n"), std::string("HTTP/1.1 100 Continue\r\n\r\n"));
    client.send("hello");
    QCOMPARE(bodyOf(client.readResponse()), std::string("hello"));
}

void FramingTest::refusesExpectationWithTheFinalStatus()
{
    RawClient client(m_rig.port);
    client.send("POST /refused HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    QCOMPARE(statusOf(client.readResponse()), 401);
    QVERIFY(client.readAll().empty());
    QVERIFY(!client.wasReset());
}

void FramingTest::answersHeadWithoutBody()
{
    RawClient client(m_rig.port);
    client.send("HEAD /head HTTP/1.1\r\n" + host + "\r\nPOST /echo HTTP/1.1\r\n" + host +
                "Content-Length: 3\r\n\r\nend");
    const std::string head = client.readResponse(true);
    QCOMPARE(statusOf(head), 200);
    QVERIFY(std::stoi(fieldOf(head, "Content-Length")) > 0);
    QCOMPARE(bodyOf(client.readResponse()), std::string("end"));
}

void FramingTest::speaksHttp10()
{
    RawClient kept(m_rig.port);
    kept.send("GET /head HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    QCOMPARE(fieldOf(kept.readResponse(), "Connection"), std::string("keep-alive"));

    RawClient client(m_rig.port);
    client.send("GET /long HTTP/1.0\r\n\r\n");
    const std::string answer = client.readAll();
    QVERIFY(fieldOf(answer, "Transfer-Encoding").empty());
    QCOMPARE(bodyOf(answer).size(), std::size_t(6 + 50 * 20'000));
    QVERIFY(client.isClosed() && !client.wasReset());
}

void FramingTest::drainsWhatItRefuses()
{
    RawClient client(m_rig.port);
    client.send("POST /echo HTTP/1.1\r\n" + host + "Content-Length: 8000000\r\n\r\n");
    const std::string megabyte(1'000'000, 'x');
    for (int i = 0; i < 8; ++i)
        QVERIFY2(client.send(megabyte), "the connection broke before the answer could be read");
    QCOMPARE(statusOf(client.readResponse()), 413);
    client.endSending();
    QVERIFY(client.readAll().empty());
    QVERIFY(!client.wasReset());
}

void FramingTest::keepsTheConnectionWhereTheRefusedBodyIsHere()
{
    RawClient client(m_rig.port);
    client.send("POST /refused HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhelloPOST /echo HTTP/1.1\r\n" + host +
                "Content-Length: 3\r\n\r\nend");
    QCOMPARE(statusOf(client.readResponse()), 401);
    QCOMPARE(bodyOf(client.readResponse()), std::string("end"));
}

void FramingTest::answersAHalfClosedClient()
{
    RawClient client(m_rig.port);
    client.send("GET /later HTTP/1.1\r\n" + host + "\r\n");
    client.endSending();
    QTRY_COMPARE(m_rig.handler.waiting(), std::size_t(1));
    m_rig.handler.answerWaiting();
    QCOMPARE(bodyOf(client.readAll()), std::string("\"later\""));
    QVERIFY(client.isClosed());
}

void FramingTest::carriesExtraFieldsOnItsOwnErrors()
{
    RawClient client(m_rig.port);
    client.send("POST /echo HTTP/1.1\r\n" + host +
                "Origin: http://a.example\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n");
    const std::string answer = client.readResponse();
    QCOMPARE(statusOf(answer), 400);
    QCOMPARE(fieldOf(answer, "Access-Control-Allow-Origin"), std::string("http://a.example"));
}

void FramingTest::tellsBrowsersWhatAnswersAreNot()
{
    RawClient client(m_rig.port);
    for (const char* path : {"/echo", "/refused", "/nothing"}) {
        client.send("GET " + std::string(path) + " HTTP/1.1\r\n" + host + "\r\n");
        const std::string answer = client.readResponse();
        QCOMPARE(fieldOf(answer, "X-Content-Type-Options"), std::string("nosniff"));
        QCOMPARE(fieldOf(answer, "Cache-Control"), std::string("no-store"));
        QVERIFY(fieldOf(answer, "Content-Security-Policy").starts_with("default-src 'none'"));
    }
    client.send("GET /stream HTTP/1.1\r\n" + host + "\r\n");
    const std::string stream = client.readUntil("\r\n\r\n");
    QCOMPARE(fieldOf(stream, "X-Content-Type-Options"), std::string("nosniff"));
    QCOMPARE(fieldOf(stream, "Cache-Control"), std::string("no-cache, no-transform"));
}

void FramingTest::survivesAnyBytes()
{
    const std::vector<std::string> seeds{
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
        "5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "GET http://[::1]:80/head?x=%41 HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.0\r\n\r\n",
    };
    std::mt19937 random(42);
    for (int turn = 0; turn < 600; ++turn) {
        std::string bytes = seeds[random() % seeds.size()];
        for (unsigned change = 0; change < 1 + random() % 6; ++change) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 4) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes.erase(at, 1 + random() % 4);
                break;
            case 2:
                bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20));
                break;
            default:
                bytes.insert(at, 1, "\r\n \t:;\0,0"[random() % 9]);
            }
            if (bytes.empty())
                bytes = "x";
        }
        RawClient client(m_rig.port);
        client.send(bytes);
        client.endSending();
        const std::string answer = client.readAll();
        QVERIFY2(client.isClosed(), bytes.c_str());
        QVERIFY(answer.empty() || answer.starts_with("HTTP/1.1 "));
    }
    RawClient client(m_rig.port);
    client.send("GET /head HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(statusOf(client.readResponse()), 200);
}

QTEST_GUILESS_MAIN(FramingTest)
#include "tst_framing.moc"
