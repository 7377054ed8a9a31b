// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/waiting_room.h"
#include "unit/net/own_network.h"
#include "unit/net/rig.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

using namespace std::chrono_literals;

bool hasOwnNetwork = false;

const std::string signedIn = "GET /head HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n";
const std::string nobody = "GET /head HTTP/1.1\r\nHost: a\r\n\r\n";

WaitingRoom::Entered enter(WaitingRoom& room, const char* address, ConnectionId id, std::size_t connections = 0)
{
    return room.enter(*PeerAddress::fromText(address), {nullptr, id}, connections);
}

std::size_t openOnes(const std::vector<RawClient>& clients)
{
    return static_cast<std::size_t>(
        std::count_if(clients.begin(), clients.end(), [](const RawClient& client) { return !client.hasEnded(); }));
}

} // namespace

/// Who has not shown a valid token makes room himself: half of all
/// places, so many an address, the one waiting longest goes.
class WaitingRoomTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void displacesTheOldestOfAnAddress();
    void newcomersOfACrowdedAddressHaveTheirTime();
    void handshakesOfAnAddressWaitForEachOther();
    void aCrowdHasAnEnd();
    void aCrowdMakesRoomForOthersFirst();
    void countsAnIpv6NetworkAsOne();
    void exemptsLoopbackAndTrustedProxies();
    void keepsHalfOfAllPlacesFree();
    void makesRoomOnlyAmongThoseWhoWait();
    void doesNotCountTheDisplacedTwice();
    void signedInClientsComeBackIntoAFullServer_data();
    void signedInClientsComeBackIntoAFullServer();
    void refusedTokensDoNotHelp();
    void aRequestThatWaitsFallsIntoTheVoid();
    void oneAddressCannotTakeTheOthersPlaces_data();
    void oneAddressCannotTakeTheOthersPlaces();
    void clientsBehindOneAddressComeBackTogether();
    void aTrustedProxyMayHoldMany();
};

void WaitingRoomTest::displacesTheOldestOfAnAddress()
{
    WaitingRoom room;
    room.setLimits({1000, 3, {}, 0ms});
    std::vector<WaitingRoom::Place*> places;
    for (ConnectionId id = 1; id <= 3; ++id) {
        const auto entered = enter(room, "192.0.2.1", id);
        QVERIFY(entered.place && !entered.displaced);
        places.push_back(entered.place);
    }
    const auto other = enter(room, "192.0.2.2", 10);
    QVERIFY(!other.displaced);
    room.leave(places[0]); // signed in, or gone
    const auto fourth = enter(room, "192.0.2.1", 4);
    QVERIFY(!fourth.displaced);
    const auto fifth = enter(room, "::ffff:192.0.2.1", 5);
    QVERIFY(fifth.displaced && fifth.displaced->id == 2);
    room.leave(places[1]);
    QCOMPARE(room.displaced(), std::uint64_t(1));
    for (auto* place : {places[2], other.place, fourth.place, fifth.place})
        room.leave(place);
    QVERIFY(!enter(room, "192.0.2.1", 6).displaced);
}

void WaitingRoomTest::newcomersOfACrowdedAddressHaveTheirTime()
{
    WaitingRoom room;
    room.setLimits({1000, 2, {}, 5s});
    const WaitingRoom::Instant start{};
    const PeerAddress desk = *PeerAddress::fromText("192.0.2.1");
    std::vector<WaitingRoom::Place*> places;
    for (ConnectionId id = 1; id <= 5; ++id) {
        const auto entered = room.enter(desk, {nullptr, id}, 0, start + id * 1s);
        QVERIFY(entered.place && !entered.displaced);
        places.push_back(entered.place);
    }
    QVERIFY(room.trim(start + 5s).displaced.empty());
    room.leave(places[1]); // signed in
    const auto trimmed = room.trim(start + 7s);
    QCOMPARE(trimmed.displaced.size(), std::size_t(1));
    QCOMPARE(trimmed.displaced[0].id, ConnectionId(1)); // the second would have been next
    QVERIFY(room.trim(start + 8s).displaced.size() == 1 && room.trim(start + 100s).displaced.empty());
    const auto sixth = room.enter(desk, {nullptr, 6}, 0, start + 100s);
    QVERIFY(sixth.displaced && sixth.displaced->id == 4);
}

void WaitingRoomTest::handshakesOfAnAddressWaitForEachOther()
{
    WaitingRoom room;
    room.setLimits({1000, 2, {}, 5s});
    const WaitingRoom::Instant start{};
    std::vector<WaitingRoom::Place*> places;
    for (ConnectionId id = 1; id <= 5; ++id)
        places.push_back(room.enter(*PeerAddress::fromText("192.0.2.1"), {nullptr, id}, 0, start).place);
    auto* const other = room.enter(*PeerAddress::fromText("192.0.2.2"), {nullptr, 9}, 0, start).place;
    QVERIFY(room.mayShakeHands(places[4]) && room.mayShakeHands(places[0]) && room.mayShakeHands(other));
    for (int i : {1, 2, 3})
        QVERIFY(!room.mayShakeHands(places[static_cast<std::size_t>(i)]));
    QVERIFY(room.trim(start + 100s).displaced.empty()); // all are on their way
    QVERIFY(!room.leave(places[2]));                    // one that waited has gone
    const auto second = room.handshakeDone(places[4], start + 100s);
    QVERIFY(second && second->id == 2 && room.mayShakeHands(places[1]));
    const auto fourth = room.leave(places[0]);
    QVERIFY(fourth && fourth->id == 4);
    QVERIFY(!room.leave(places[1]) && !room.leave(other));
    // Done, and then nothing: its time begins anew.
    QVERIFY(!room.handshakeDone(places[3], start + 101s));
    QVERIFY(room.trim(start + 104s).displaced.empty());
    room.enter(*PeerAddress::fromText("192.0.2.1"), {nullptr, 6}, 0, start + 104s);
    const auto trimmed = room.trim(start + 105s);
    QVERIFY(trimmed.displaced.size() == 1 && trimmed.displaced[0].id == 5);
}

void WaitingRoomTest::aCrowdHasAnEnd()
{
    WaitingRoom room;
    room.setLimits({1000, 2, {}, 5s});
    std::vector<WaitingRoom::Place*> places;
    for (ConnectionId id = 1; id <= 32; ++id) {
        const auto entered = enter(room, "192.0.2.1", id);
        QVERIFY(entered.place && !entered.displaced);
        places.push_back(entered.place);
    }
    for (auto* place : places)
        room.mayShakeHands(place);
    const auto one = enter(room, "192.0.2.1", 33);
    QVERIFY(one.displaced && one.displaced->id == 1 && one.next && one.next->id == 3);
}

void WaitingRoomTest::aCrowdMakesRoomForOthersFirst()
{
    WaitingRoom room;
    room.setLimits({20, 2, {}, 5s});
    enter(room, "192.0.2.7", 1);
    for (ConnectionId id = 2; id <= 10; ++id)
        QVERIFY(!enter(room, "192.0.2.1", id).displaced);
    const auto other = enter(room, "192.0.2.8", 11); // half of all places
    QVERIFY(other.displaced && other.displaced->id == 2);
}

void WaitingRoomTest::countsAnIpv6NetworkAsOne()
{
    WaitingRoom room;
    room.setLimits({1000, 2, {}, 0ms});
    QVERIFY(!enter(room, "2001:db8:0:1::1", 1).displaced);
    QVERIFY(!enter(room, "2001:db8:0:1:ffff::2", 2).displaced);
    QVERIFY(!enter(room, "2001:db8:0:2::1", 3).displaced);
    const auto third = enter(room, "2001:db8:0:1::3", 4);
    QVERIFY(third.displaced && third.displaced->id == 1);
}

void WaitingRoomTest::exemptsLoopbackAndTrustedProxies()
{
    WaitingRoom room;
    room.setLimits({1000, 2, [](const PeerAddress& peer) { return peer.text() == "192.0.2.9"; }, 0ms});
    ConnectionId id = 0;
    for (const char* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "192.0.2.9"})
        for (int i = 0; i < 20; ++i)
            QVERIFY(!enter(room, address, ++id).displaced);
}

void WaitingRoomTest::keepsHalfOfAllPlacesFree()
{
    WaitingRoom room;
    room.setLimits({10, 256, {}});
    for (ConnectionId id = 1; id <= 5; ++id)
        QVERIFY(!enter(room, "127.0.0.1", id, id - 1).displaced);
    for (ConnectionId id = 6; id <= 20; ++id) {
        const auto entered = enter(room, "127.0.0.1", id, 5);
        QVERIFY(entered.place && entered.displaced && entered.displaced->id == id - 5);
    }
}

void WaitingRoomTest::makesRoomOnlyAmongThoseWhoWait()
{
    WaitingRoom room;
    room.setLimits({10, 256, {}});
    QVERIFY(!enter(room, "127.0.0.1", 1, 10).place); // ten are signed in
    const auto first = enter(room, "127.0.0.1", 2, 9);
    QVERIFY(first.place && !first.displaced);
    const auto second = enter(room, "127.0.0.1", 3, 10);
    QVERIFY(second.place && second.displaced && second.displaced->id == 2);
}

void WaitingRoomTest::doesNotCountTheDisplacedTwice()
{
    WaitingRoom room;
    room.setLimits({4, 256, {}});
    const auto first = enter(room, "127.0.0.1", 1, 2);
    QVERIFY(!enter(room, "127.0.0.1", 2, 3).displaced);
    QVERIFY(enter(room, "127.0.0.1", 3, 4).displaced); // 1 goes: five are open, one of them is on its way out
    room.leave(first.place);
    const auto fourth = enter(room, "127.0.0.1", 4, 4);
    QVERIFY(fourth.displaced && fourth.displaced->id == 2);
    const auto fifth = enter(room, "127.0.0.1", 5, 5); // 2 is not closed yet: one has to go, not two
    QVERIFY(fifth.displaced && fifth.displaced->id == 3);
}

void WaitingRoomTest::signedInClientsComeBackIntoAFullServer_data()
{
    QTest::addColumn<int>("loops");
    QTest::newRow("one loop") << 1;
    QTest::newRow("three loops") << 3;
}

void WaitingRoomTest::signedInClientsComeBackIntoAFullServer()
{
    QFETCH(int, loops);
    NetworkSettings settings;
    settings.limits.connections = 40;
    settings.loops = loops;
    Rig rig(settings);
    std::vector<RawClient> here;
    for (int i = 0; i < 10; ++i) {
        here.emplace_back(rig.port);
        here.back().send(signedIn);
        QCOMPARE(statusOf(here.back().readResponse()), 200);
    }
    qint64 slowest = 0;
    std::vector<RawClient> flood;
    for (int turn = 0; turn < 20; ++turn) {
        for (int i = 0; i < 25; ++i) {
            flood.emplace_back(rig.port);
            flood.back().send(i % 2 ? "GET /he" : "");
        }
        QElapsedTimer timer;
        timer.start();
        RawClient back(rig.port);
        back.send(signedIn);
        QCOMPARE(statusOf(back.readResponse()), 200);
        slowest = std::max(slowest, timer.elapsed());
    }
    qInfo("500 connections for 40 places; who came back was answered within %lld ms", slowest);
    QTRY_VERIFY(rig.network->figures().connections <= 31);
    QTRY_COMPARE(openOnes(flood), std::size_t(19)); // the newest half, less the one who came back last
    QVERIFY(!flood.back().hasEnded() && flood.front().hasEnded());
    for (RawClient& client : here) {
        client.send(signedIn);
        QCOMPARE(statusOf(client.readResponse()), 200);
    }
    QVERIFY(rig.network->figures().displaced >= 480);
}

void WaitingRoomTest::refusedTokensDoNotHelp()
{
    NetworkSettings settings;
    settings.limits.connections = 8;
    Rig rig(settings);
    RawClient asked(rig.port);
    asked.send(nobody);
    QCOMPARE(statusOf(asked.readResponse()), 200);
    std::vector<RawClient> flood;
    for (int i = 0; i < 8; ++i) {
        flood.emplace_back(rig.port);
        flood.back().send(nobody);
        QCOMPARE(statusOf(flood.back().readResponse()), 200); // nobody is refused
    }
    QTRY_VERIFY(asked.hasEnded());
    QTRY_COMPARE(openOnes(flood), std::size_t(4));
}

void WaitingRoomTest::aRequestThatWaitsFallsIntoTheVoid()
{
    NetworkSettings settings;
    settings.limits.connections = 4;
    Rig rig(settings);
    RawClient waiting(rig.port);
    waiting.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(rig.handler.waiting(), std::size_t(1));
    RawClient known(rig.port);
    known.send("GET /later HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n");
    QTRY_COMPARE(rig.handler.waiting(), std::size_t(2));
    std::vector<RawClient> flood;
    for (int i = 0; i < 6; ++i)
        flood.emplace_back(rig.port);
    QTRY_VERIFY(waiting.hasEnded());
    rig.handler.answerWaiting();
    QCOMPARE(statusOf(known.readResponse()), 200);
}

void WaitingRoomTest::oneAddressCannotTakeTheOthersPlaces_data()
{
    QTest::addColumn<QByteArray>("server");
    QTest::addColumn<QByteArray>("attacker");
    QTest::addColumn<QByteArray>("other");
    QTest::newRow("IPv4") << QByteArray("10.77.0.1") << QByteArray("10.77.0.2") << QByteArray("10.77.0.3");
    QTest::newRow("IPv6") << QByteArray("fd77:1::1") << QByteArray("fd77:1::2") << QByteArray("fd77:2::1");
}

void WaitingRoomTest::oneAddressCannotTakeTheOthersPlaces()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    QFETCH(QByteArray, server);
    QFETCH(QByteArray, attacker);
    QFETCH(QByteArray, other);
    NetworkSettings settings;
    settings.listen = {{server.toStdString(), 0}};
    settings.allowPlainHttp = true;
    Rig rig(settings);
    std::vector<RawClient> others, flood;
    for (int i = 0; i < 20; ++i)
        others.emplace_back(rig.port, server.constData(), 0, other.constData());
    for (int i = 0; i < 600; ++i) {
        flood.emplace_back(rig.port, server.constData(), 0, attacker.constData());
        QVERIFY(flood.back().isConnected());
    }
    QTRY_COMPARE_WITH_TIMEOUT(openOnes(flood), std::size_t(256), 30'000); // each has its time first
    QVERIFY(flood[343].hasEnded() && !flood[344].hasEnded());             // the oldest went
    QCOMPARE(openOnes(others), std::size_t(20));
    QCOMPARE(rig.network->figures().displaced, std::uint64_t(344));
    // Signed-in people behind that address are not counted, and not touched.
    std::vector<RawClient> colleagues;
    for (int i = 0; i < 300; ++i) {
        colleagues.emplace_back(rig.port, server.constData(), 0, attacker.constData());
        colleagues.back().send(signedIn);
        QCOMPARE(statusOf(colleagues.back().readResponse()), 200);
    }
    QCOMPARE(openOnes(colleagues), std::size_t(300));
    QCOMPARE(openOnes(others), std::size_t(20));
}

/// Without TLS; with it, see tst_tls.
void WaitingRoomTest::clientsBehindOneAddressComeBackTogether()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    NetworkSettings settings;
    settings.listen = {{"10.77.0.1", 0}};
    settings.allowPlainHttp = true;
    Rig rig(settings);
    std::vector<RawClient> clients;
    for (int i = 0; i < 350; ++i) { // all connect before the first of them speaks
        clients.emplace_back(rig.port, "10.77.0.1", 0, "10.77.0.2");
        QVERIFY(clients.back().isConnected());
    }
    for (RawClient& client : clients)
        client.send(signedIn);
    for (RawClient& client : clients)
        QCOMPARE(statusOf(client.readResponse()), 200);
    QCOMPARE(rig.network->figures().displaced, std::uint64_t(0));
}

void WaitingRoomTest::aTrustedProxyMayHoldMany()
{
    if (!hasOwnNetwork)
        QSKIP("this system does not let a program make a network of its own");
    NetworkSettings settings;
    settings.listen = {{"10.77.0.1", 0}};
    settings.allowPlainHttp = true;
    settings.isTrustedProxy = [](const PeerAddress& peer) { return peer.text() == "10.77.0.4"; };
    Rig rig(settings);
    std::vector<RawClient> proxied;
    for (int i = 0; i < 400; ++i)
        proxied.emplace_back(rig.port, "10.77.0.1", 0, "10.77.0.4");
    proxied.front().send(nobody);
    QCOMPARE(statusOf(proxied.front().readResponse()), 200);
    QTRY_COMPARE(rig.network->figures().connections, std::uint64_t(400));
    QCOMPARE(openOnes(proxied), std::size_t(400));
}

int main(int argc, char** argv)
{
    hasOwnNetwork = enterOwnNetwork(); // before Qt makes a thread
    QCoreApplication application(argc, argv);
    WaitingRoomTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_waiting_room.moc"
