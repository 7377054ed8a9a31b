// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/net/rig.h"

#include <QTest>

#include <set>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

/// Where the server listens, and what it says where it cannot (protocol.md, "The command line").
class ListeningTest final : public QObject
{
    Q_OBJECT
private:
    static NetworkSettings at(std::vector<ListenAddress> addresses)
    {
        NetworkSettings settings;
        settings.listen = std::move(addresses);
        return settings;
    }
    static bool answers(std::uint16_t port, const char* address)
    {
        RawClient client(port, address);
        return client.isConnected() && client.send("GET /head HTTP/1.1\r\nHost: a\r\n\r\n") &&
               statusOf(client.readResponse()) == 200;
    }
    static bool hasIpv6()
    {
        try {
            Rig rig(at({{"::1", 0}}));
            return true;
        } catch (const std::exception&) {
            return false;
        }
    }

private Q_SLOTS:
    void localhostIsBothAddressesOnOnePort();
    void aStarIsEveryAddressOnOnePort();
    void refusesWhatItCannotListenAt_data();
    void refusesWhatItCannotListenAt();
    void refusesAPortInUse_data();
    void refusesAPortInUse();
    void listensAtNoneWhereOneFails();
    void canBeStoppedAndStartedOnTheSamePort();
    void refusesConnectionsBeyondTheLimit();
};

void ListeningTest::localhostIsBothAddressesOnOnePort()
{
    Rig rig(at({{"localhost", 0}}));
    QVERIFY(rig.port != 0);
    QVERIFY(answers(rig.port, "127.0.0.1"));
    if (!hasIpv6())
        QSKIP("this machine has no ::1");
    QCOMPARE(rig.addresses.size(), std::size_t(2));
    QCOMPARE(rig.addresses[1].port, rig.port);
    QVERIFY(answers(rig.port, "::1"));
}

void ListeningTest::aStarIsEveryAddressOnOnePort()
{
    Rig rig(at({{"*", 0}}));
    QVERIFY(rig.port != 0);
    QCOMPARE(rig.addresses[0].address, std::string("0.0.0.0"));
    QVERIFY(answers(rig.port, "127.0.0.1"));
    if (!hasIpv6())
        QSKIP("this machine has no ::1");
    QCOMPARE(rig.addresses.size(), std::size_t(2));
    QCOMPARE(rig.addresses[1].address, std::string("::"));
    QCOMPARE(rig.addresses[1].port, rig.port);
    QVERIFY(answers(rig.port, "::1"));
}

void ListeningTest::refusesWhatItCannotListenAt_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("names");
    QTest::newRow("a name") << QByteArray("example.org") << QByteArray("example.org");
    QTest::newRow("empty") << QByteArray("") << QByteArray("no address");
    QTest::newRow("not ours") << QByteArray("192.0.2.1") << QByteArray("192.0.2.1");
}

void ListeningTest::refusesWhatItCannotListenAt()
{
    QFETCH(QByteArray, address);
    QFETCH(QByteArray, names);
    EchoHandler handler;
    EmptyPast past;
    Hub hub{0, "log-1"};
    Network network(at({{address.toStdString(), 0}}), handler, hub, past, "log-1", systemClock());
    const auto started = network.start();
    QVERIFY(!started);
    QVERIFY2(QByteArray::fromStdString(started.error().message).contains(names), started.error().message.c_str());
}

void ListeningTest::refusesAPortInUse_data()
{
    QTest::addColumn<QByteArray>("held");
    QTest::addColumn<QByteArray>("wanted");
    QTest::newRow("the same") << QByteArray("127.0.0.1") << QByteArray("127.0.0.1");
    QTest::newRow("localhost, its first held") << QByteArray("127.0.0.1") << QByteArray("localhost");
    QTest::newRow("localhost, its second held") << QByteArray("::1") << QByteArray("localhost");
    QTest::newRow("all, one held") << QByteArray("127.0.0.1") << QByteArray("0.0.0.0");
    QTest::newRow("a star, its first held") << QByteArray("127.0.0.1") << QByteArray("*");
    QTest::newRow("a star, its second held") << QByteArray("::1") << QByteArray("*");
    QTest::newRow("one, all held") << QByteArray("0.0.0.0") << QByteArray("127.0.0.1");
}

void ListeningTest::refusesAPortInUse()
{
    QFETCH(QByteArray, held);
    QFETCH(QByteArray, wanted);
    if (held == "::1" && !hasIpv6())
        QSKIP("this machine has no ::1");
    Rig first(at({{held.toStdString(), 0}}));
    EchoHandler handler;
    EmptyPast past;
    Hub hub{0, "log-1"};
    Network second(at({{wanted.toStdString(), first.port}}), handler, hub, past, "log-1", systemClock());
    const auto started = second.start();
    QVERIFY(!started);
    QCOMPARE(started.error().code, std::string("address_in_use"));
    QVERIFY(started.error().message.find("port is in use") != std::string::npos);
    QVERIFY(started.error().message.find(std::to_string(first.port)) != std::string::npos);
}

void ListeningTest::listensAtNoneWhereOneFails()
{
    std::uint16_t port = 0;
    {
        Rig rig;
        port = rig.port; // free again after this
    }
    EchoHandler handler;
    EmptyPast past;
    Hub hub{0, "log-1"};
    Network network(at({{"127.0.0.1", port}, {"192.0.2.1", port}}), handler, hub, past, "log-1", systemClock());
    QVERIFY(!network.start());
    QVERIFY(!RawClient(port).isConnected());
}

void ListeningTest::canBeStoppedAndStartedOnTheSamePort()
{
    auto first = std::make_unique<Rig>();
    const std::uint16_t port = first->port;
    RawClient left(port);
    left.send("GET /head HTTP/1.1\r\nHost: a\r\n\r\n");
    QCOMPARE(statusOf(left.readResponse()), 200);
    first.reset(); // the server closes first: its end is in TIME_WAIT
    Rig second(at({{"127.0.0.1", port}}));
    QVERIFY(answers(port, "127.0.0.1"));
}

void ListeningTest::refusesConnectionsBeyondTheLimit()
{
    NetworkSettings settings;
    settings.limits.connections = 3;
    Rig rig(settings);
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(rig.port);
        clients.back().send("GET /head HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n");
        QCOMPARE(statusOf(clients.back().readResponse()), 200);
    }
    {
        RawClient extra(rig.port);
        extra.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        const std::string answer = extra.readResponse();
        QCOMPARE(statusOf(answer), 503);
        QVERIFY(!fieldOf(answer, "Retry-After").empty());
        QVERIFY(extra.readAll().empty());
        QVERIFY(!extra.wasReset());
    }
    // A storm of them is answered, too, and leaves those that are there alone.
    {
        std::vector<RawClient> storm;
        for (int i = 0; i < 400; ++i)
            storm.emplace_back(rig.port);
        clients.front().send("GET /head HTTP/1.1\r\nHost: a\r\n\r\n");
        QCOMPARE(statusOf(clients.front().readResponse()), 200);
        QVERIFY(rig.network->figures().connections <= 3 + 128);
    }
    QCOMPARE(rig.network->figures().accepted, std::uint64_t(3));
    clients.clear();
    QTRY_VERIFY(rig.network->figures().connections == 0);
    QVERIFY(answers(rig.port, "127.0.0.1"));
}

QTEST_GUILESS_MAIN(ListeningTest)
#include "tst_listening.moc"
