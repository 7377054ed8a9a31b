// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/net/own_network.h"
#include "unit/net/rig.h"

#include <QElapsedTimer>
#include <QTest>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

using namespace std::chrono_literals;

bool hasOwnNetwork = false;

const std::string get = "GET /head HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string openStream = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr auto tlsTransport = Transport::Tls;

RawClient tlsClient(std::uint16_t port, int receiveBufferBytes = 0, const char* address = "127.0.0.1")
{
    return RawClient(port, address, receiveBufferBytes, nullptr, tlsTransport);
}

RawClient plainClient(std::uint16_t port, const char* address = "127.0.0.1")
{
    return RawClient(port, address, 0, nullptr, Transport::Plain);
}

int statusOver(RawClient client)
{
    return client.isConnected() && client.send(get) ? statusOf(client.readResponse()) : 0;
}

/// A client's end whose bytes the test carries to and fro itself.
class ClientEnd
{
public:
    ClientEnd() : m_ssl(SSL_new(context()))
    {
        SSL_set_bio(m_ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        BIO_set_mem_eof_return(SSL_get_rbio(m_ssl), -1);
        SSL_set_connect_state(m_ssl);
    }
    ClientEnd(const ClientEnd&) = delete;
    ClientEnd& operator=(const ClientEnd&) = delete;
    ~ClientEnd() { SSL_free(m_ssl); }
    bool step()
    {
        ERR_clear_error();
        return SSL_do_handshake(m_ssl) == 1;
    }
    void write(std::string_view bytes) { SSL_write(m_ssl, bytes.data(), static_cast<int>(bytes.size())); }
    std::string toSend()
    {
        char bytes[8192];
        const int length = BIO_read(SSL_get_wbio(m_ssl), bytes, sizeof bytes);
        return length > 0 ? std::string(bytes, static_cast<std::size_t>(length)) : std::string();
    }
    void arrived(std::string_view bytes)
    {
        BIO_write(SSL_get_rbio(m_ssl), bytes.data(), static_cast<int>(bytes.size()));
    }
    std::string read()
    {
        char bytes[16384];
        const int length = SSL_read(m_ssl, bytes, sizeof bytes);
        return length > 0 ? std::string(bytes, static_cast<std::size_t>(length)) : std::string();
    }

private:
    static SSL_CTX* context()
    {
        static const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> shared(SSL_CTX_new(TLS_client_method()),
                                                                              SSL_CTX_free);
        return shared.get();
    }
    SSL* m_ssl;
};

NetworkSettings at(std::vector<ListenAddress> addresses)
{
    NetworkSettings settings;
    settings.listen = std::move(addresses);
    return settings;
}

} // namespace

/// TLS on the engine (engine.md, section 7): what differs from plain; the rest is in the tests that are run over both.
class TlsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstByteTellsTlsFromPlain();
    void beyondLoopbackSpeaksTls_data();
    void beyondLoopbackSpeaksTls();
    void handshakeMayArriveByteByByte();
    void stalledHandshakeEndsAtItsDeadline();
    void silenceWhereTlsIsRequiredEndsAtItsDeadline();
    void stormOfHandshakesIsServedInTurns();
    void desksBehindOneAddressComeBackTogether();
    void halfHandshakesDoNotKeepTheirAddressForThemselves();
    void survivesBrokenHandshakes();
    void speaksOnlyWhatIsSafe();
    void resumesNoSession();
    void refusesRenegotiation();
    void changesKeysInTheMiddleOfAStream();
    void changesKeysInTheMiddleOfARecord();
    void repeatsTheSameBytesAfterADroppedBacklog_data();
    void repeatsTheSameBytesAfterADroppedBacklog();
    void endsAHalfWrittenEventBeforeItStops();
    void cutsOffWhoDoesNotTakeTheRest();
    void newCertificateLeavesStreamsAlone();
};

void TlsTest::firstByteTellsTlsFromPlain()
{
    Rig rig;
    QCOMPARE(statusOver(plainClient(rig.port)), 200);
    RawClient client = tlsClient(rig.port);
    QVERIFY(client.isConnected());
    for (int turn = 0; turn < 3; ++turn) {
        QVERIFY(client.send(get));
        QCOMPARE(statusOf(client.readResponse()), 200);
    }
    client.send("GET /head HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    QCOMPARE(statusOf(client.readResponse()), 200);
    QVERIFY(client.readAll().empty() && client.isClosed());
    QVERIFY2(!client.wasReset(), "no close_notify at the end");
    QCOMPARE(rig.network->figures().handshakes, std::uint64_t(1));
}

void TlsTest::beyondLoopbackSpeaksTls_data()
{
    QTest::addColumn<QByteArray>("listen");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("allowsPlain");
    QTest::addColumn<int>("plainStatus");
    QTest::newRow("office") << QByteArray("10.77.0.1") << QByteArray("10.77.0.1") << false << 400;
    QTest::newRow("office, plain insisted on") << QByteArray("10.77.0.1") << QByteArray("10.77.0.1") << true << 200;
    QTest::newRow("everywhere, from the office") << QByteArray("0.0.0.0") << QByteArray("10.77.0.1") << false << 400;
    QTest::newRow("everywhere, from here") << QByteArray("0.0.0.0") << QByteArray("127.0.0.1") << false << 200;
    QTest::newRow("IPv6 office") << QByteArray("::") << QByteArray("fd77:1::1") << false << 400;
    QTest::newRow("IPv6, from here") << QByteArray("::") << QByteArray("::1") << false << 200;
    QTest::newRow("both, from the office") << QByteArray("*") << QByteArray("10.77.0.1") << false << 400;
    QTest::newRow("both, IPv6 office") << QByteArray("*") << QByteArray("fd77:1::1") << false << 400;
    QTest::newRow("both, from here") << QByteArray("*") << QByteArray("127.0.0.1") << false << 200;
}

void TlsTest::beyondLoopbackSpeaksTls()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    QFETCH(QByteArray, listen);
    QFETCH(QByteArray, address);
    QFETCH(bool, allowsPlain);
    QFETCH(int, plainStatus);
    NetworkSettings settings = at({{listen.toStdString(), 0}});
    settings.allowPlainHttp = allowsPlain;
    Rig rig(settings);
    QCOMPARE(statusOver(tlsClient(rig.port, 0, address.constData())), 200);
    RawClient client = plainClient(rig.port, address.constData());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + std::string(100'000, 'x'));
    const std::string answer = client.readResponse();
    if (plainStatus == 200) {
        QCOMPARE(statusOf(answer), 413);
        return;
    }
    QCOMPARE(statusOf(answer), 400);
    QVERIFY(bodyOf(answer).find("\"code\":\"tls_required\"") != std::string::npos);
    QCOMPARE(fieldOf(answer, "Connection"), std::string("close"));
    client.endSending();
    QVERIFY(client.readAll().empty() && !client.wasReset());
}

void TlsTest::handshakeMayArriveByteByByte()
{
    Rig rig;
    RawClient client = plainClient(rig.port);
    ClientEnd end;
    bool isDone = end.step();
    while (!isDone) {
        for (const char byte : end.toSend())
            QVERIFY(client.send({&byte, 1}));
        const std::string got = client.readSome();
        QVERIFY(!got.empty());
        end.arrived(got);
        isDone = end.step();
    }
    end.write(get);
    for (const char byte : end.toSend())
        QVERIFY(client.send({&byte, 1}));
    end.arrived(client.readSome());
    QVERIFY(end.read().starts_with("HTTP/1.1 200 "));
}

void TlsTest::stalledHandshakeEndsAtItsDeadline()
{
    NetworkSettings settings;
    settings.handshakeTime = 1s;
    Rig rig(settings);
    RawClient client = plainClient(rig.port);
    ClientEnd end;
    end.step();
    const std::string hello = end.toSend();
    QElapsedTimer timer;
    timer.start();
    // A byte now and then does not extend it.
    std::size_t at = 0;
    while (!client.hasEnded() && timer.elapsed() < 20'000) {
        if (at + 1 < hello.size())
            client.send(std::string_view(hello).substr(at++, 1));
        QTest::qWait(50);
    }
    QVERIFY(client.hasEnded());
    QVERIFY(timer.elapsed() < 10'000);
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(0));
}

void TlsTest::silenceWhereTlsIsRequiredEndsAtItsDeadline()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    NetworkSettings settings = at({{"10.77.0.1", 0}, {"127.0.0.1", 0}});
    settings.handshakeTime = 1s;
    Rig rig(settings);
    RawClient silent = plainClient(rig.addresses[0].port, "10.77.0.1");
    RawClient here = plainClient(rig.addresses[1].port);
    QVERIFY(silent.readAll().empty() && silent.isClosed());
    QVERIFY(!here.hasEnded()); // it may still say plain HTTP
}

void TlsTest::stormOfHandshakesIsServedInTurns()
{
    Rig rig;
    constexpr std::size_t count = 200; // several turns of 32
    std::vector<RawClient> clients;
    std::vector<std::unique_ptr<ClientEnd>> ends;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(plainClient(rig.port));
        ends.push_back(std::make_unique<ClientEnd>());
        ends.back()->step();
    }
    for (std::size_t i = 0; i < count; ++i)
        QVERIFY(clients[i].send(ends[i]->toSend()));
    for (std::size_t i = 0; i < count; ++i) {
        do
            ends[i]->arrived(clients[i].readSome());
        while (!ends[i]->step() && !clients[i].isClosed());
        ends[i]->write(get);
        QVERIFY(clients[i].send(ends[i]->toSend()));
    }
    for (std::size_t i = 0; i < count; ++i) {
        ends[i]->arrived(clients[i].readSome());
        QVERIFY(ends[i]->read().starts_with("HTTP/1.1 200 "));
    }
    QCOMPARE(rig.network->figures().handshakes, std::uint64_t(count));
}

namespace {

/// A desk behind the address 10.77.0.2: handshake, request, then its stream, a step whenever there is something to
/// read.
struct Desk
{
    explicit Desk(std::uint16_t port)
        : client(port, "10.77.0.1", 0, "10.77.0.2", Transport::Plain), end(std::make_unique<ClientEnd>())
    {
    }
    void sayHello()
    {
        end->step();
        client.send(end->toSend());
    }
    void step()
    {
        if (!client.hasAnswer())
            return;
        end->arrived(client.readSome());
        if (!hasAsked) {
            hasAsked = end->step();
            if (hasAsked)
                end->write("GET /stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n");
            client.send(end->toSend());
        }
        for (std::string more = end->read(); !more.empty(); more = end->read())
            got += more;
        isLive = got.find("event: ping") != std::string::npos;
    }

    RawClient client;
    std::unique_ptr<ClientEnd> end;
    std::string got;
    bool hasAsked = false, isLive = false;
};

std::size_t live(const std::vector<Desk>& desks)
{
    return static_cast<std::size_t>(std::count_if(desks.begin(), desks.end(), [](const Desk& desk) { //
        return desk.isLive;
    }));
}

/// The streams' places and the clients' sockets are in one process.
bool mayOpen(std::size_t files)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < files)
        return false;
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

} // namespace

void TlsTest::desksBehindOneAddressComeBackTogether()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    constexpr std::size_t count = 2000;
    if (!mayOpen(3 * count + 500))
        QSKIP("this system does not let a program open so many files");
    Rig rig(at({{"10.77.0.1", 0}}));
    std::vector<Desk> desks;
    for (std::size_t i = 0; i < count; ++i) {
        desks.emplace_back(rig.port);
        QVERIFY(desks.back().client.isConnected());
    }
    for (Desk& desk : desks)
        desk.sayHello();
    QElapsedTimer timer; // a guard against waiting for ever, no measure
    timer.start();
    while (live(desks) < count && timer.elapsed() < 120'000) {
        for (Desk& desk : desks) {
            if (!desk.isLive && !desk.client.isClosed())
                desk.step();
        }
    }
    QCOMPARE(live(desks), count);
    QCOMPARE(rig.network->figures().displaced, std::uint64_t(0));
    QCOMPARE(rig.network->figures().handshakes, std::uint64_t(count));
    qInfo("%zu desks behind one address: all live within %lld ms", count, static_cast<long long>(timer.elapsed()));
}

/// Who begins handshakes and does not go on with them holds up his own address for no longer than theirs may take.
void TlsTest::halfHandshakesDoNotKeepTheirAddressForThemselves()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    NetworkSettings settings = at({{"10.77.0.1", 0}});
    settings.handshakeTime = 2s;
    settings.limits.waitingConnectionsPerAddress = 8;
    Rig rig(settings);
    std::vector<Desk> halves;
    for (int i = 0; i < 20; ++i) {
        halves.emplace_back(rig.port);
        halves.back().sayHello();
    }
    Desk desk(rig.port);
    desk.sayHello();
    QTRY_VERIFY_WITH_TIMEOUT((desk.step(), desk.isLive), 60'000);
    // The first ones were told that they may, and their time passed; nobody was thrown out for somebody else.
    QTRY_COMPARE_WITH_TIMEOUT(rig.network->figures().connections, std::uint64_t(1), 60'000);
    QCOMPARE(rig.network->figures().displaced, std::uint64_t(0));
}

void TlsTest::survivesBrokenHandshakes()
{
    Rig rig;
    std::mt19937 random(20261124);
    ClientEnd end;
    end.step();
    const std::string hello = end.toSend();
    for (int turn = 0; turn < 100; ++turn) {
        RawClient client = plainClient(rig.port);
        std::string broken = hello.substr(0, 1 + random() % hello.size());
        if (turn % 2 == 0 && broken.size() > 6)
            broken[1 + random() % (broken.size() - 1)] ^= static_cast<char>(1 + random() % 255);
        client.send(broken);
        if (turn % 3 == 0)
            client.reset();
    }
    QTRY_VERIFY(rig.network->figures().failedHandshakes > 0); // they have begun to arrive
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(0));
    QCOMPARE(statusOver(tlsClient(rig.port)), 200);
}

void TlsTest::speaksOnlyWhatIsSafe()
{
    Rig rig;
    const auto connects = [&rig](int least, int most, const char* ciphers) {
        RawClient client = plainClient(rig.port);
        SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_min_proto_version(context, least);
        SSL_CTX_set_max_proto_version(context, most);
        SSL_CTX_set_cipher_list(context, ciphers);
        SSL* const ssl = SSL_new(context);
        SSL_set_fd(ssl, client.socket());
        const bool isConnected = SSL_connect(ssl) == 1;
        ERR_clear_error();
        SSL_free(ssl);
        SSL_CTX_free(context);
        return isConnected;
    };
    QVERIFY(connects(TLS1_3_VERSION, TLS1_3_VERSION, "DEFAULT"));
    QVERIFY(connects(TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE+AESGCM"));
    QVERIFY(!connects(TLS1_VERSION, TLS1_1_VERSION, "ALL:@SECLEVEL=0"));
    QVERIFY(!connects(TLS1_2_VERSION, TLS1_2_VERSION, "AES128-SHA:ECDHE-ECDSA-AES128-SHA"));
}

void TlsTest::resumesNoSession()
{
    Rig rig;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_max_proto_version(context, version);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
        SSL_SESSION* session = nullptr;
        for (int turn = 0; turn < 2; ++turn) {
            RawClient client = plainClient(rig.port);
            SSL* const ssl = SSL_new(context);
            SSL_set_fd(ssl, client.socket());
            if (session)
                SSL_set_session(ssl, session);
            QCOMPARE(SSL_connect(ssl), 1);
            SSL_write(ssl, get.data(), static_cast<int>(get.size()));
            char bytes[4096];
            QVERIFY(SSL_read(ssl, bytes, sizeof bytes) > 0);
            QVERIFY(!SSL_session_reused(ssl));
            SSL_SESSION_free(session);
            session = SSL_get1_session(ssl);
            QVERIFY(!SSL_SESSION_has_ticket(session));
            SSL_free(ssl);
        }
        SSL_SESSION_free(session);
        SSL_CTX_free(context);
    }
}

void TlsTest::refusesRenegotiation()
{
    Rig rig;
    RawClient client = plainClient(rig.port);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL* const ssl = SSL_new(context);
    SSL_set_fd(ssl, client.socket());
    QCOMPARE(SSL_connect(ssl), 1);
    SSL_renegotiate(ssl);
    QVERIFY(SSL_do_handshake(ssl) != 1);
    ERR_clear_error();
    SSL_free(ssl);
    SSL_CTX_free(context);
    QCOMPARE(rig.network->figures().handshakes, std::uint64_t(1));
}

void TlsTest::changesKeysInTheMiddleOfAStream()
{
    Rig rig;
    RawClient client = tlsClient(rig.port);
    client.send(openStream);
    client.readUntil("ping\"}\nid: 0\n\n\r\n");
    std::string stream;
    for (Seq seq = 1; seq <= 20; ++seq) {
        QCOMPARE(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
        QCOMPARE(SSL_do_handshake(client.ssl()), 1);
        rig.hub.committed(batchOf(seq, 20'000));
        stream += client.readUntil("\n\n\r\n");
    }
    QVERIFY(isGapless(numbersIn(stream), 1, 20));
    // A flood of them is no way to keep a loop busy: such a stream ends.
    bool isSent = true;
    for (int i = 0; i < 20'000 && isSent; ++i)
        isSent = SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(client.ssl()) == 1;
    ERR_clear_error();
    QTRY_COMPARE(rig.hub.streams(7), 0);
}

/// The answer to a KeyUpdate may not go between the halves of a record (RFC 8446 §4.6.3): OpenSSL keeps it until the
/// record is out, and the stream goes on.
void TlsTest::changesKeysInTheMiddleOfARecord()
{
    NetworkSettings settings;
    settings.loops = 1;
    Rig rig(settings);
    RawClient client = tlsClient(rig.port, 16'384);
    client.send(openStream);
    std::string stream = client.readUntil("ping\"}\n\n\r\n");
    Seq seq = 0;
    for (int turn = 0; turn < 2; ++turn) {
        for (int i = 0; i < 40; ++i) // more than the socket takes
            rig.hub.committed(batchOf(++seq, 20'000));
        QCOMPARE(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
        QCOMPARE(SSL_do_handshake(client.ssl()), 1);
        // The one loop has looked at what came before once it has answered what came later.
        for (int i = 0; i < 3; ++i)
            QCOMPARE(statusOver(plainClient(rig.port)), 200);
        QCOMPARE(rig.hub.streams(7), 1);
        stream += client.readUntil("\nid: " + std::to_string(seq) + "\n");
        QVERIFY(!client.isClosed());
    }
    QVERIFY(isGapless(numbersIn(stream), 1, seq));
}

void TlsTest::repeatsTheSameBytesAfterADroppedBacklog_data()
{
    QTest::addColumn<int>("mostBytes");
    QTest::newRow("many small events") << 1000;
    QTest::newRow("some of several records") << 40'000;
}

void TlsTest::repeatsTheSameBytesAfterADroppedBacklog()
{
    QFETCH(int, mostBytes);
    Rig rig;
    std::mt19937 random(7);
    RawClient client = tlsClient(rig.port, 4096);
    client.send(openStream);
    std::string stream = client.readUntil("ping\"}\nid: 0\n\n\r\n");
    Seq seq = 0;
    for (int turn = 1; turn <= 4; ++turn) {
        // More than socket and backlog hold, so that it is dropped in the middle of a record; less than the ring.
        const Seq before = seq;
        for (std::size_t bytes = 0; bytes < 900'000;) {
            const std::size_t size = 1 + random() % static_cast<unsigned>(mostBytes);
            rig.hub.committed(batchOf(++seq, size));
            bytes += size + 40;
        }
        if (turn % 2 == 0) // some of it, so that it begins anew in the middle
            stream += client.readUntil("\nid: " + std::to_string(before + 5) + "\n");
        else
            stream += client.readUntil("\nid: " + std::to_string(seq) + "\n");
    }
    stream += client.readUntil("\nid: " + std::to_string(seq) + "\n");
    QVERIFY(!client.isClosed());
    QVERIFY(isGapless(numbersIn(stream), 1, seq));
    QTRY_VERIFY(rig.network->figures().backlogsDropped > 0); // figures are taken once a second
}

void TlsTest::endsAHalfWrittenEventBeforeItStops()
{
    Rig rig;
    RawClient client = tlsClient(rig.port, 4096);
    client.send(openStream);
    std::string stream = client.readUntil("ping\"}\nid: 0\n\n\r\n");
    rig.hub.committed(batchOf(1, 2'000'000));
    QTRY_VERIFY(rig.network->figures().backlogsBegun > 0);
    std::thread stopping([&] { rig.network->stop(); });
    stream += client.readAll();
    stopping.join();
    QVERIFY(stream.ends_with("\"}\nid: 1\n\n\r\n0\r\n\r\n"));
    QVERIFY(isGapless(numbersIn(stream), 1, 1));
    QVERIFY2(!client.wasReset(), "no close_notify at the end");
}

void TlsTest::cutsOffWhoDoesNotTakeTheRest()
{
    Rig rig;
    RawClient client = tlsClient(rig.port, 4096);
    client.send(openStream);
    client.readUntil("ping\"}\nid: 0\n\n\r\n");
    rig.hub.committed(batchOf(1, 2'000'000));
    QTRY_VERIFY(rig.network->figures().backlogsBegun > 0);
    QElapsedTimer timer;
    timer.start();
    rig.network->stop();
    QVERIFY(timer.elapsed() < 4500);
    QVERIFY(!client.readAll().ends_with("0\r\n\r\n"));
    QVERIFY2(client.wasReset(), "half an event must not look like a whole one");
}

void TlsTest::newCertificateLeavesStreamsAlone()
{
    Rig rig;
    RawClient stream = tlsClient(rig.port);
    stream.send(openStream);
    stream.readUntil("ping\"}\nid: 0\n\n\r\n");
    const std::string before = rig.tls->pin();
    const auto shown = [&rig] {
        RawClient client = tlsClient(rig.port);
        X509* const certificate = SSL_get1_peer_certificate(client.ssl());
        unsigned char* bytes = nullptr;
        const int length = i2d_X509(certificate, &bytes);
        const std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
        OPENSSL_free(bytes);
        X509_free(certificate);
        return der;
    };
    const std::string first = shown();
    QVERIFY(rig.tls->replace(freshCertificate()));
    QVERIFY(rig.tls->pin() != before);
    QVERIFY(shown() != first);
    rig.hub.committed(batchOf(1, 10));
    QVERIFY(stream.readUntil("\n\n\r\n").find("id: 1\n") != std::string::npos);
}

int main(int argc, char** argv)
{
    hasOwnNetwork = enterOwnNetwork(); // before Qt makes a thread
    QCoreApplication application(argc, argv);
    TlsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_tls.moc"
