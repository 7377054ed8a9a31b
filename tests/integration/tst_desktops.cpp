// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk.h"
#include "holding_proxy.h"
#include "server/server.h"
#include "support/scripted_server.h"
#include "support/server_process.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpSocket>

using namespace belfry;
using namespace belfry::client;
using namespace belfry::test;
using namespace belfry::tests;

namespace {

constexpr int patience = 15'000;

/// The contract's intervals, shortened: what takes minutes in an office is over in a second here.
SyncTimes hasty()
{
    using namespace std::chrono_literals;
    SyncTimes times;
    times.firstByte = 400ms;
    times.poll = 150ms;
    times.pollOpen = 100ms;
    times.streamAgain = 1'500ms;
    times.reconnectDelay = 200ms;
    return times;
}

} // namespace

#define TRY_HERE(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience)

/// Desktops of real people on a real server: what is shown, kept and sent over everything that happens in between.
class DesktopsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); } // nobody's real keyring
    void init();
    void cleanup() { m_server.reset(); }
    void aMessageArrivesOnceOnEachDesktopOfItsPerson();
    void whatIsDoneOnOneDesktopShowsOnTheOther();
    void aReplacementTakesTheEarlierOnesPlace();
    void desktopsComeBackAfterARestart_data();
    void desktopsComeBackAfterARestart();
    void aDesktopGoesOnWhereItWasLeft();
    void changesMadeMeanwhileAreSentAfterwards();
    void changesOutliveTheDesktopThatMadeThem();
    void anEndedTokenLeavesTheHistoryReadable_data();
    void anEndedTokenLeavesTheHistoryReadable();
    void pollingStandsInForAStreamThatIsHeldBack();
    void aFirstLookThroughAProxyIsSilent();
    void theOwnServerComesAndGoes();
    void aClassicBackendDoesWhatItCan();
    void aLongHistoryIsTakenInQuietly();

private:
    qint64 send(const char* title, const QByteArray& more = {}) const
    {
        return m_server->trigger(m_sender, QByteArray("{\"user\":\"ann\",\"title\":\"") + title + '"' +
                                               (more.isEmpty() ? QByteArray() : ',' + more) + '}');
    }
    void signIn(Desk& desk, const QString& url, const char* name = "ann") const
    {
        QCOMPARE(desk.signIn(url, QString::fromLatin1(name)), QByteArray());
        TRY_HERE(desk.isLive());
    }
    void retract(qint64 id) const
    {
        int status = 0;
        m_server->request(
            m_sender,
            {QStringLiteral("-X"), QStringLiteral("DELETE"), QStringLiteral("/api/notifications/%1/").arg(id)},
            &status);
        QCOMPARE(status, 204);
    }

    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_sender;
};

/// A step that checks by itself; the test ends with it where it failed.
#define STEP(call)                                                                                                     \
    do {                                                                                                               \
        call;                                                                                                          \
        if (QTest::currentTestFailed())                                                                                \
            return;                                                                                                    \
    } while (false)

void DesktopsTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY2(m_server->start({QStringLiteral("--retry"), QStringLiteral("1500")}), m_server->log());
    QCOMPARE(m_server->addUser(QStringLiteral("ops"), QStringLiteral("admin")), 1);
    QCOMPARE(m_server->addUser(QStringLiteral("ann"), QStringLiteral("receiver")), 2);
    m_sender = m_server->token(QStringLiteral("ops"));
}

void DesktopsTest::aMessageArrivesOnceOnEachDesktopOfItsPerson()
{
    QCOMPARE(m_server->addUser(QStringLiteral("bob"), QStringLiteral("receiver")), 3);
    Desk office, home, bob;
    STEP(signIn(office, m_server->url()));
    STEP(signIn(home, m_server->url()));
    STEP(signIn(bob, m_server->url(), "bob"));
    QVERIFY(send("for ann") > 0);
    QVERIFY(m_server->trigger(m_sender, R"({"user_id":"all","title":"for all"})") > 0); // the last that comes
    for (Desk* desk : {&office, &home}) {
        TRY_HERE(desk->shown(QStringLiteral("for all")) == 1);
        QCOMPARE(desk->live, QStringList({QStringLiteral("for ann"), QStringLiteral("for all")}));
        QVERIFY(desk->has(QStringLiteral("for ann")));
        QCOMPARE(desk->rows().size(), 2);
        TRY_HERE((*desk)->unread() == 2);
        QCOMPARE(desk->singles, QStringList());
        QCOMPARE(desk->summary, 0);
    }
    TRY_HERE(bob.shown(QStringLiteral("for all")) == 1);
    QCOMPARE(bob.live, QStringList({QStringLiteral("for all")}));
    QCOMPARE(bob.rows().size(), 1);
}

void DesktopsTest::whatIsDoneOnOneDesktopShowsOnTheOther()
{
    Desk office, home;
    STEP(signIn(office, m_server->url()));
    STEP(signIn(home, m_server->url()));
    const QString plain = QStringLiteral("plain"), question = QStringLiteral("question"),
                  wrong = QStringLiteral("wrong");
    QVERIFY(send("plain") > 0);
    QVERIFY(send("question", R"("require_ack":true,"answers":["yes","no"])") > 0);
    const qint64 wrongId = send("wrong");
    for (Desk* desk : {&office, &home})
        TRY_HERE((*desk)->unread() == 3);

    office->markRead({office.row(plain).rowId});
    TRY_HERE(home.row(plain).readAt.isValid());
    QVERIFY(home.withdrawn.contains(home.row(plain).rowId));
    for (Desk* desk : {&office, &home})
        TRY_HERE((*desk)->unread() == 2);

    home->markUnread({home.row(plain).rowId});
    TRY_HERE(office.row(plain).isUnread());
    for (Desk* desk : {&office, &home})
        TRY_HERE((*desk)->unread() == 3);

    home->acknowledge(home.row(question).rowId, QStringLiteral("yes"));
    TRY_HERE(office.row(question).ackedAt.isValid());
    QCOMPARE(office.row(question).answer, QStringLiteral("yes"));
    QVERIFY(!office.row(question).canAnswer() && !office.row(question).isUnread());
    QVERIFY(office.withdrawn.contains(office.row(question).rowId));
    TRY_HERE(home.row(question).ackedAt.isValid());
    QCOMPARE(home.row(question).change, ChangeState::None);

    const RowId inOffice = office.row(wrong).rowId;
    STEP(retract(wrongId));
    for (Desk* desk : {&office, &home}) {
        TRY_HERE(!desk->has(wrong));
        TRY_HERE((*desk)->unread() == 1);
    }
    QVERIFY(office.withdrawn.contains(inOffice));

    home->markAllRead();
    TRY_HERE(office->unread() == 0);
    QCOMPARE(office.live.size(), 3);
    QCOMPARE(home.live.size(), 3);
}

void DesktopsTest::aReplacementTakesTheEarlierOnesPlace()
{
    Desk office, home;
    STEP(signIn(office, m_server->url()));
    STEP(signIn(home, m_server->url()));
    QVERIFY(send("printing 1 of 2", R"("key":"print")") > 0);
    for (Desk* desk : {&office, &home})
        TRY_HERE(desk->has(QStringLiteral("printing 1 of 2")));
    const RowId earlier = office.row(QStringLiteral("printing 1 of 2")).rowId;
    QVERIFY(send("printing 2 of 2", R"("key":"print")") > 0);
    for (Desk* desk : {&office, &home}) {
        TRY_HERE(desk->replaced.size() == 1);
        QCOMPARE(desk->replaced.first().second, QStringLiteral("printing 2 of 2"));
        QCOMPARE(desk->live.size(), 1);
        QCOMPARE(desk->rows().size(), 1);
        QCOMPARE((*desk)->unread(), 1);
    }
    QCOMPARE(office.replaced.first().first, earlier);
}

void DesktopsTest::desktopsComeBackAfterARestart_data()
{
    QTest::addColumn<bool>("isKilled");
    QTest::addRow("stopped") << false;
    QTest::addRow("killed") << true;
}

void DesktopsTest::desktopsComeBackAfterARestart()
{
    QFETCH(bool, isKilled);
    Desk office, home;
    STEP(signIn(office, m_server->url()));
    STEP(signIn(home, m_server->url()));
    QVERIFY(send("before") > 0);
    for (Desk* desk : {&office, &home})
        TRY_HERE(desk->shown(QStringLiteral("before")) == 1);

    const auto restart = [&](const QByteArrayList& meanwhile) {
        if (isKilled)
            m_server->kill();
        else
            QCOMPARE(m_server->stop(), 0);
        for (Desk* desk : {&office, &home}) {
            TRY_HERE(desk->state() == LinkState::Waiting);
            QVERIFY((*desk)->status().nextAttempt.isValid());
            QVERIFY(!(*desk)->status().reason.isEmpty());
        }
        QVERIFY(m_server->start({QStringLiteral("--retry"), QStringLiteral("1500")}));
        for (const QByteArray& title : meanwhile)
            QVERIFY(send(title) > 0);
        for (const Desk* desk : {&office, &home}) {
            if (desk->isLive())
                QSKIP("This machine is too busy to be faster than a desktop that comes back.");
        }
        for (Desk* desk : {&office, &home})
            TRY_HERE(desk->isLive());
    };

    STEP(restart({"missed"})); // one alone, and fresh: itself
    for (Desk* desk : {&office, &home}) {
        TRY_HERE(desk->singles == QStringList({QStringLiteral("missed")}));
        QCOMPARE(desk->summary, 0);
    }
    STEP(restart({"second", "third", "fourth"})); // several: one summary
    for (Desk* desk : {&office, &home})
        TRY_HERE(desk->summary == 3);

    QVERIFY(send("after") > 0);
    for (Desk* desk : {&office, &home}) {
        TRY_HERE(desk->shown(QStringLiteral("after")) == 1);
        QCOMPARE(desk->live, QStringList({QStringLiteral("before"), QStringLiteral("after")}));
        QCOMPARE(desk->singles.size(), 1);
        QCOMPARE(desk->rows().size(), 6);
        QCOMPARE((*desk)->unread(), 6);
    }
    office->markAllRead();
    TRY_HERE(home->unread() == 0);
    TRY_HERE(home.summary == 0); // read elsewhere: it is withdrawn
}

void DesktopsTest::aDesktopGoesOnWhereItWasLeft()
{
    Desk office, home;
    STEP(signIn(office, m_server->url()));
    STEP(signIn(home, m_server->url()));
    for (const char* title : {"kept", "read", "deleted"})
        QVERIFY(send(title) > 0);
    TRY_HERE(office.live.size() == 3);
    TRY_HERE(home.live.size() == 3);
    office->markRead({office.row(QStringLiteral("read")).rowId});
    TRY_HERE(home->unread() == 2);
    office->deleteRows({office.row(QStringLiteral("deleted")).rowId});
    TRY_HERE(!office.has(QStringLiteral("deleted")));
    office.close(); // quitting ends the undo

    QVERIFY(send("missed one") > 0);
    QVERIFY(send("missed two", R"("priority":"critical")") > 0);
    QVERIFY(send("missed three") > 0);

    office.open(); // nothing of it waits for the server
    TRY_HERE(office->unread() == 1);
    QVERIFY(office.has(QStringLiteral("kept")) && office.row(QStringLiteral("read")).readAt.isValid());
    QCOMPARE(office.rows().size(), 2);
    QVERIFY(!office->active().id.isEmpty());
    const QString connection = office->active().id;
    STEP(signIn(office, m_server->url()));
    QCOMPARE(office->active().id, connection);
    TRY_HERE(office.summary == 2);
    QCOMPARE(office.singles, QStringList({QStringLiteral("missed two")})); // critical: never in a summary
    QCOMPARE(office.live, QStringList());
    QCOMPARE(office.rows().size(), 5);
    QVERIFY(!office.has(QStringLiteral("deleted")));
    QCOMPARE(office->unread(), 4);
    // Deleted here is read everywhere.
    TRY_HERE(home.row(QStringLiteral("deleted")).readAt.isValid());
    TRY_HERE(home->unread() == 4);

    office.reopen(); // and nothing comes twice
    STEP(signIn(office, m_server->url()));
    QVERIFY(send("last") > 0);
    TRY_HERE(office.live == QStringList({QStringLiteral("last")}));
    QCOMPARE(office.singles, QStringList());
    QCOMPARE(office.summary, 0);
    QCOMPARE(office.rows().size(), 6);
    QCOMPARE(office->unread(), 5);
}

void DesktopsTest::changesMadeMeanwhileAreSentAfterwards()
{
    HoldingProxy proxy(m_server->port());
    Desk office, home;
    STEP(signIn(office, proxy.url()));
    STEP(signIn(home, m_server->url()));
    const QString plain = QStringLiteral("plain"), question = QStringLiteral("question"), both = QStringLiteral("both");
    QVERIFY(send("plain") > 0);
    QVERIFY(send("question", R"("answers":["yes","no"])") > 0);
    QVERIFY(send("both", R"("answers":["yes","no"])") > 0);
    for (Desk* desk : {&office, &home})
        TRY_HERE((*desk)->unread() == 3);
    proxy.setClosed(true);
    TRY_HERE(office.state() == LinkState::Waiting);

    office->markRead({office.row(plain).rowId});
    office->acknowledge(office.row(question).rowId, QStringLiteral("no"));
    office->acknowledge(office.row(both).rowId, QStringLiteral("no"));
    TRY_HERE(office->unread() == 0);
    QCOMPARE(office.row(plain).change, ChangeState::Waiting);
    QCOMPARE(office.row(question).answer, QStringLiteral("no"));
    home->acknowledge(home.row(both).rowId, QStringLiteral("yes")); // somebody was faster
    TRY_HERE(home->unread() == 2);

    proxy.setClosed(false);
    office->retryNow();
    TRY_HERE(home->unread() == 0);
    QVERIFY(home.row(plain).readAt.isValid());
    TRY_HERE(home.row(question).answer == QStringLiteral("no"));
    TRY_HERE(office.row(both).change == ChangeState::Refused);
    QCOMPARE(office.row(both).answer, QStringLiteral("yes"));
    QVERIFY(!office.row(both).changeNote.isEmpty());
    TRY_HERE(office.row(question).change == ChangeState::None);
    QCOMPARE(office->unread(), 0);
}

void DesktopsTest::changesOutliveTheDesktopThatMadeThem()
{
    Desk office, home;
    STEP(signIn(office, m_server->url()));
    STEP(signIn(home, m_server->url()));
    const QString plain = QStringLiteral("plain"), question = QStringLiteral("question"), gone = QStringLiteral("gone");
    QVERIFY(send("plain") > 0);
    QVERIFY(send("question", R"("answers":["yes","no"])") > 0);
    QVERIFY(send("gone") > 0);
    QVERIFY(send("left alone") > 0);
    for (Desk* desk : {&office, &home})
        TRY_HERE((*desk)->unread() == 4);
    m_server->kill();
    TRY_HERE(office.state() == LinkState::Waiting);
    office->markRead({office.row(plain).rowId});
    office->acknowledge(office.row(question).rowId, QStringLiteral("no"));
    office->deleteRows({office.row(gone).rowId});
    TRY_HERE(office->unread() == 1);
    office.reopen();
    TRY_HERE(office->unread() == 1);
    QVERIFY(!office.has(gone));
    QCOMPARE(office.row(plain).change, ChangeState::Waiting);

    QVERIFY(m_server->start());
    STEP(signIn(office, m_server->url()));
    TRY_HERE(home->unread() == 1);
    QVERIFY(home.row(plain).readAt.isValid() && home.row(gone).readAt.isValid());
    QCOMPARE(home.row(question).answer, QStringLiteral("no"));
    QCOMPARE(office->unread(), 1);
    QVERIFY(!office.has(gone));
    TRY_HERE(office.row(plain).change == ChangeState::None);
}

void DesktopsTest::anEndedTokenLeavesTheHistoryReadable_data()
{
    QTest::addColumn<bool>("isRevoked");
    QTest::addRow("expired") << false;
    QTest::addRow("revoked") << true;
}

void DesktopsTest::anEndedTokenLeavesTheHistoryReadable()
{
    QFETCH(bool, isRevoked);
    Desk office;
    QCOMPARE(office.signInWithKey(m_server->url(), m_server->token(QStringLiteral("ann"), isRevoked ? 0 : 2)),
             QByteArray());
    TRY_HERE(office.isLive());
    QVERIFY(send("before") > 0);
    TRY_HERE(office.live.size() == 1);
    const QString connection = office->active().id;
    if (isRevoked) {
        const Finished revoked = runBelfry({QStringLiteral("token"), QStringLiteral("revoke"), QStringLiteral("ann"),
                                            QStringLiteral("--data"), m_server->directory()});
        QCOMPARE(revoked.exitCode, 0);
    }
    TRY_HERE(office.state() == LinkState::SignedOut);
    QVERIFY(!office->status().reason.isEmpty());
    QVERIFY(office.has(QStringLiteral("before")));
    office->markRead({office.row(QStringLiteral("before")).rowId}); // sent when signed in again
    TRY_HERE(office->unread() == 0);
    QVERIFY(send("missed") > 0);

    STEP(signIn(office, m_server->url()));
    QCOMPARE(office->active().id, connection);
    QCOMPARE(office->connections().size(), 1);
    TRY_HERE(office.singles == QStringList({QStringLiteral("missed")}));
    QCOMPARE(office.live.size(), 1);
    QCOMPARE(office.rows().size(), 2);
    Desk home;
    STEP(signIn(home, m_server->url()));
    TRY_HERE(home.row(QStringLiteral("before")).readAt.isValid());
    QCOMPARE(home->unread(), 1);
}

void DesktopsTest::pollingStandsInForAStreamThatIsHeldBack()
{
    HoldingProxy proxy(m_server->port());
    Desk office(hasty()), home;
    STEP(signIn(office, proxy.url()));
    STEP(signIn(home, m_server->url()));
    QVERIFY(send("streamed") > 0);
    TRY_HERE(office.live.size() == 1);
    TRY_HERE(home.live.size() == 1);

    proxy.setHolding(true);
    proxy.drop();
    TRY_HERE(office.state() == LinkState::Polling);
    QVERIFY(office->status().isConnected());
    const qint64 wrong = send("wrong");
    QVERIFY(send("polled", R"("key":"k")") > 0);
    TRY_HERE(office.shown(QStringLiteral("polled")) == 1);
    TRY_HERE(office->unread() == 3);
    home->markRead({home.row(QStringLiteral("streamed")).rowId});
    TRY_HERE(office->unread() == 2);
    STEP(retract(wrong));
    TRY_HERE(!office.has(QStringLiteral("wrong")));
    QVERIFY(send("polled again", R"("key":"k")") > 0);
    TRY_HERE(office.has(QStringLiteral("polled again")) && !office.has(QStringLiteral("polled")));
    office->deleteRows({office.row(QStringLiteral("polled again")).rowId});
    TRY_HERE(office->unread() == 0);
    const int attempts = proxy.streams();
    TRY_HERE(proxy.streams() > attempts); // it looks again for the stream, in vain
    QCOMPARE(office.state(), LinkState::Polling);
    QVERIFY(send("polled last") > 0);
    TRY_HERE(office.shown(QStringLiteral("polled last")) == 1);

    proxy.setHolding(false);
    TRY_HERE(office.isLive()); // by itself
    QVERIFY(send("streamed again") > 0);
    TRY_HERE(office.shown(QStringLiteral("streamed again")) == 1);
    QCOMPARE(office.shown(QStringLiteral("polled")), 1);
    QCOMPARE(office.shown(QStringLiteral("polled last")), 1);
    QCOMPARE(office.shown(QStringLiteral("polled again")), 0); // it took the other's place
    QCOMPARE(office.replaced.size(), 1);
    QCOMPARE(office.shown(QStringLiteral("streamed")), 1);
    QCOMPARE(office.summary, 0);
    QCOMPARE(office.rows().size(), 3); // and the deleted one stays away
    QCOMPARE(office->unread(), 2);
}

void DesktopsTest::aFirstLookThroughAProxyIsSilent()
{
    for (const char* title : {"old", "older", "oldest"})
        QVERIFY(send(title) > 0);
    HoldingProxy proxy(m_server->port());
    proxy.setHolding(true);
    Desk office(hasty());
    QCOMPARE(office.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(office.state() == LinkState::Polling);
    TRY_HERE(office.rows().size() == 3);
    QCOMPARE(office->unread(), 3);
    QVERIFY(send("new") > 0);
    TRY_HERE(office.shown(QStringLiteral("new")) == 1);
    proxy.setHolding(false);
    TRY_HERE(office.isLive());
    QVERIFY(send("newer") > 0);
    TRY_HERE(office.shown(QStringLiteral("newer")) == 1);
    QCOMPARE(office.live.size() + office.singles.size(), 2);
    QCOMPARE(office.summary, 0);
    QCOMPARE(office.rows().size(), 5);
}

void DesktopsTest::theOwnServerComesAndGoes()
{
    QTemporaryDir directory;
    server::ServerSettings settings;
    settings.dataDirectory = directory.filePath(QStringLiteral("server"));
    settings.listen = QStringList{QStringLiteral("127.0.0.1:0")};
    settings.name = QStringLiteral("here");
    settings.retryMilliseconds = 300;
    server::Server own(settings);
    Desk desk;
    QCOMPARE(desk.state(), LinkState::NoConnection);
    // As the app does it: the server, the owner, the client.
    UserId owner = 0;
    connect(&own, &server::Server::started, &own, [&own] { own.signInOwner(QStringLiteral("ann")); });
    connect(&own, &server::Server::ownerSignedIn, &own, [&](const server::OwnerSignIn& signIn) {
        owner = signIn.id;
        desk->useOwnServer(own.url(), own.serverId(), QStringLiteral("here"), signIn.id, signIn.name, signIn.token);
    });
    connect(desk.operator->(), &Client::ownTokenWanted, &own, [&own] { own.signInOwner(QStringLiteral("ann")); });
    const auto test = [&desk] {
        const QFuture<Result<int>> sent = desk->sendTest();
        TRY_HERE(sent.isFinished());
        QVERIFY2(sent.result(), sent.result() ? "" : sent.result().error().message.c_str());
    };
    own.start();
    TRY_HERE(desk.isLive());
    QVERIFY(desk->active().isOwnServer);
    STEP(test());
    TRY_HERE(desk.live.size() == 1);
    const QString connection = desk->active().id;

    own.stop();
    desk->ownServerStopped();
    TRY_HERE(desk.state() == LinkState::LocalServerOff);
    TRY_HERE(!own.isRunning());
    QCOMPARE(desk.rows().size(), 1); // the history stays readable
    desk->markRead({desk.rows().first().rowId});
    TRY_HERE(desk->unread() == 0);

    own.start(); // on another port: connected where it says, not where it was
    TRY_HERE(desk.isLive());
    QCOMPARE(desk->active().id, connection);
    QCOMPARE(desk->connections().size(), 1);
    STEP(test());
    TRY_HERE(desk.live.size() == 2);
    QCOMPARE(desk.tokensWanted, 0);

    // A new password ends every sign-in, the app's own too: it asks for another token and goes on.
    own.setPassword(owner, QStringLiteral("correct horse"));
    TRY_HERE(desk.tokensWanted >= 1);
    TRY_HERE(desk.isLive());
    STEP(test());
    TRY_HERE(desk.live.size() == 3);
    QCOMPARE(desk->unread(), 2);
    QCOMPARE(desk.summary, 0);
    QCOMPARE(desk.singles, QStringList());
    QCOMPARE(desk.tokensWanted, 1);

    // The app anew: its inbox waits for the server, and is readable meanwhile.
    QObject::disconnect(&own, &server::Server::ownerSignedIn, &own, nullptr);
    desk.reopen();
    TRY_HERE(desk.state() == LinkState::LocalServerOff);
    QCOMPARE(desk.rows().size(), 3);
}

void DesktopsTest::aClassicBackendDoesWhatItCan()
{
    const auto part = [](const QByteArray& json) {
        return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    const QByteArray token = part(R"({"alg":"HS256"})") + '.' + part(R"({"user_id":7})") + ".c2ln";
    const QByteArray ping = "data: {\"type\":\"ping\"}\n\n";
    tests::ScriptedServer backend;
    backend.addAnswer("404 Not Found", "{}");    // it is no Belfry
    backend.addAnswer("401 Unauthorized", "{}"); // it wants its token in the address
    backend.addStream(ping + "data: {\"type\":\"notification\",\"data\":{\"title\":\"Order\",\"message\":\"42\"}}\n\n" +
                      "data: {\"type\":\"notification\",\"data\":{\"message\":\"no title\"}}\n\n");
    backend.addStream(ping, Step::Then::Stall);
    Desk desk(hasty());
    QCOMPARE(desk.signInWithKey(backend.url(QString()).toString(), token), QByteArray());
    TRY_HERE(desk.live.size() == 2);
    TRY_HERE(desk.rows().size() == 2);
    QVERIFY(desk.has(QStringLiteral("Order")));
    TRY_HERE(desk->unread() == 2);
    TRY_HERE(desk.limitations.size() == 1); // it was away, and what came meanwhile is not to be had
    TRY_HERE(desk.isLive());
    QVERIFY(desk->status().isClassic);
    QVERIFY(backend.requests().last().startsWith("GET /api/notifications/sse/?token=" + token));
    desk->markRead({desk.row(QStringLiteral("Order")).rowId});
    TRY_HERE(desk->unread() == 1);
    QCOMPARE(desk.row(QStringLiteral("Order")).change, ChangeState::None); // nobody to be told
    QCOMPARE(backend.requests().size(), 4);
}

void DesktopsTest::aLongHistoryIsTakenInQuietly()
{
    // As many as a person has after years; sent as fast as it goes.
    constexpr int total = 20'000, senders = 80;
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    int answered = 0;
    QElapsedTimer sending;
    sending.start();
    const QByteArray body = R"({"user":"ann","title":"of many","message":"One of very many."})";
    const QByteArray request =
        "POST /api/notifications/trigger/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + m_sender +
        "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    for (int i = 0; i < senders; ++i) {
        auto socket = std::make_unique<QTcpSocket>();
        connect(socket.get(), &QTcpSocket::readyRead, socket.get(), [socket = socket.get(), &answered] {
            answered += int(socket->readAll().count("\"status\":\"sent\""));
        });
        socket->connectToHost(QHostAddress::LocalHost, m_server->port());
        for (int n = 0; n < total / senders; ++n)
            socket->write(request); // one behind the other
        sockets.push_back(std::move(socket));
    }
    QTRY_VERIFY_WITH_TIMEOUT(answered == total, 60'000);
    QVERIFY(send("the newest") > 0);
    qInfo("sent in %lld ms", sending.elapsed());

    Desk desk;
    // How long the event loop of the window is kept from its work.
    QElapsedTimer turn;
    qint64 longest = 0;
    QTimer beat;
    connect(&beat, &QTimer::timeout, &beat, [&] { longest = std::max(longest, turn.restart()); });
    QCOMPARE(desk.signIn(m_server->url(), QStringLiteral("ann")), QByteArray());
    turn.start();
    QElapsedTimer reading;
    reading.start();
    beat.start(5);
    TRY_HERE(desk.isLive());
    QVERIFY(send("live") > 0); // does not wait for the rest
    TRY_HERE(desk.shown(QStringLiteral("live")) == 1);
    const qint64 shownAfter = reading.elapsed();
    QTRY_VERIFY_WITH_TIMEOUT(desk->unread() >= 10'000, 30'000);
    qInfo("live after %lld ms, read after %lld ms, the window's longest turn %lld ms", shownAfter, reading.elapsed(),
          longest);
    const QFuture<int> counted = desk->count({});
    TRY_HERE(counted.isFinished());
    QVERIFY2(counted.result() >= 10'000 && counted.result() <= 10'001, QByteArray::number(counted.result()));
    QCOMPARE(desk.live, QStringList({QStringLiteral("live")}));
    QCOMPARE(desk.singles, QStringList());
    QCOMPARE(desk.summary, 0);
    QVERIFY(desk.has(QStringLiteral("the newest")));
    QVERIFY(longest < 1'000); // a frozen window; the figure above is what counts
}

QTEST_GUILESS_MAIN(DesktopsTest)
#include "tst_desktops.moc"
