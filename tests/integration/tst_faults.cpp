// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk.h"
#include "support/fault_proxy.h"
#include "witness.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>

using namespace belfry;
using namespace belfry::client;
using namespace belfry::test;
using namespace belfry::tests;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 60'000;
constexpr auto reconnectDelay = 20ms;
constexpr auto firstByte = 1'500ms;

/// The contract's intervals, shortened: what takes minutes in an office is over in a second here.
constexpr SyncTimes hasty()
{
    SyncTimes times;
    times.firstByte = firstByte;
    times.poll = 150ms;
    times.pollOpen = 100ms;
    times.streamAgain = 600ms;
    times.finalAgain = 300ms;
    times.listAgain = 100ms;
    times.reconnectDelay = reconnectDelay;
    times.idleTimeout = 2'500ms; // the server pings every second
    times.callSilence = 700ms;
    times.sendAgain = 50ms;
    return times;
}

QString titleOf(int i)
{
    return QStringLiteral("message %1").arg(i, 4, 10, QLatin1Char('0'));
}

/// Long enough to be cut in, and no byte of it may be lost: accents, an emoji, a quote.
QString bodyOf(int i)
{
    return QStringLiteral("Tòa nhà phải được sơ tán — ngay lập tức 🏢 \"%1\"").arg(i);
}

} // namespace

#define TRY_HERE(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience)

/// A step that checks by itself; the test ends with it where it failed.
#define STEP(call)                                                                                                     \
    do {                                                                                                               \
        call;                                                                                                          \
        if (QTest::currentTestFailed())                                                                                \
            return;                                                                                                    \
    } while (false)

/// Clients and a server with a bad network between them: nothing is missed, nothing shown twice, what a person did
/// arrives, and nobody spins.
class FaultsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); } // nobody's real keyring
    void init();
    void cleanup();

    void aStormOfFaultsLosesAndDoublesNothing_data();
    void aStormOfFaultsLosesAndDoublesNothing();
    void aStreamCutAnywhereGoesOn_data();
    void aStreamCutAnywhereGoesOn();
    void whatIsDoneBehindAForeignPageArrives_data();
    void whatIsDoneBehindAForeignPageArrives();
    void aRequestThatArrivesTwiceCountsOnce();
    void theCommandLineMissesNothing_data();
    void theCommandLineMissesNothing();
    void aServerThatNeverAnswersIsNotStormed();

private:
    void send(int i, const QString& more = {});
    QJsonArray listOfServer();
    void expectNoSpin(const FaultProxy& proxy) const;

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<RawClient> m_sender;
    QByteArray m_ops;
    QByteArray m_ann;
};

void FaultsTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY2(m_server->start({QStringLiteral("--retry"), QStringLiteral("50"), QStringLiteral("--ping-interval"),
                              QStringLiteral("1")}),
             m_server->log());
    QCOMPARE(m_server->addUser(QStringLiteral("ops"), QStringLiteral("admin")), 1);
    QCOMPARE(m_server->addUser(QStringLiteral("ann"), QStringLiteral("receiver")), 2);
    m_ops = m_server->token(QStringLiteral("ops"));
    m_ann = m_server->token(QStringLiteral("ann"));
    m_sender = std::make_unique<RawClient>(m_server->port());
}

void FaultsTest::cleanup()
{
    m_sender.reset();
    m_server.reset();
}

/// Past the proxy: the server has it for certain.
void FaultsTest::send(int i, const QString& more)
{
    const QJsonObject text{{QStringLiteral("user"), QStringLiteral("ann")},
                           {QStringLiteral("title"), titleOf(i)},
                           {QStringLiteral("message"), bodyOf(i)}};
    QByteArray body = QJsonDocument(text).toJson(QJsonDocument::Compact);
    body.insert(body.size() - 1, more.toUtf8());
    m_sender->send(requestOf("POST", "/api/notifications/trigger/", m_ops, body.toStdString()));
    QCOMPARE(statusOf(m_sender->readResponse()), 200);
}

QJsonArray FaultsTest::listOfServer()
{
    m_sender->send(requestOf("GET", "/api/notifications/?limit=500", m_ann));
    const std::string answer = test::bodyOf(m_sender->readResponse());
    return QJsonDocument::fromJson(QByteArray::fromStdString(answer))[QStringLiteral("notifications")].toArray();
}

/// No second saw more than the client's rules (protocol.md) allow: after an event the base, after failures the base
/// once and then a second and more; what is final every `finalAgain`, a trial while polling every `streamAgain`; and
/// each of them three times, since QNetworkAccessManager itself sends again what was closed before an answer. Who spins
/// comes to hundreds. Single distances are not looked at: what this process notes late is no fault of the client's.
void FaultsTest::expectNoSpin(const FaultProxy& proxy) const
{
    constexpr qint64 second = 1'000;
    constexpr auto withEvents = second / reconnectDelay.count();
    constexpr auto fruitless = 3 * (2 + second / hasty().finalAgain.count() + second / hasty().streamAgain.count());
    const std::vector<FaultProxy::Attempt>& attempts = proxy.attempts();
    for (auto first = attempts.begin(), last = first; first != attempts.end(); ++first) {
        last = std::find_if(last, attempts.end(), [&](const auto& a) { return a.at >= first->at + second; });
        const auto had = std::count_if(first, last, [](const auto& attempt) { return attempt.hadEvent; });
        QVERIFY2(had <= withEvents && last - first - had <= fruitless,
                 qPrintable(QStringLiteral("%1 streams with an event and %2 without in the second after %3 ms")
                                .arg(had)
                                .arg(last - first - had)
                                .arg(first->at)));
    }
}

void FaultsTest::aStormOfFaultsLosesAndDoublesNothing_data()
{
    QTest::addColumn<unsigned>("seed");
    const QByteArray given = qgetenv("BELFRY_FAULT_SEED");
    for (const unsigned seed : given.isEmpty() ? std::vector<unsigned>{1, 2} : std::vector<unsigned>{given.toUInt()})
        QTest::addRow("seed %u", seed) << seed;
}

void FaultsTest::aStormOfFaultsLosesAndDoublesNothing()
{
    QFETCH(unsigned, seed);
    qInfo("BELFRY_FAULT_SEED=%u", seed);
    constexpr int count = 60;
    FaultProxy proxy(m_server->port());
    Desk far(hasty());
    Desk near(hasty());
    // What the first look at the list finds is told as a history read anew, not row by row: it is over before it
    // begins.
    int readAnew = 0;
    QObject context;
    connect(far.operator->(), &Client::historyReset, &context, [&readAnew] { ++readAnew; });
    QCOMPARE(far.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    QCOMPARE(near.signIn(m_server->url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(far.isLive() && near.isLive());
    TRY_HERE(readAnew >= 2); // as another connection, and by the list
    // Who sent hears of each answer once.
    RawClient opsStream(m_server->port());
    opsStream.send(requestOf("GET", "/api/notifications/sse/", m_ops));
    QVERIFY(opsStream.readUntil("event: ping").ends_with("event: ping"));
    RawClient annStream(m_server->port());
    annStream.send(requestOf("GET", "/api/notifications/sse/", m_ann));
    QVERIFY(annStream.readUntil("event: ping").ends_with("event: ping"));

    // What the person does, as soon as a message is there, while the network is at its worst.
    QSet<QString> seen, deleted;
    const auto act = [&](const QList<Row>& rows) {
        for (const Row& row : rows) {
            QVERIFY2(!seen.contains(row.title), qPrintable(row.title));
            seen.insert(row.title);
            const int i = row.title.right(4).toInt();
            if (row.requireAck) {
                far->acknowledge(row.rowId, row.answers.value(i % 2));
            } else if (i % 6 == 1) {
                far->markRead({row.rowId});
            } else if (i % 6 == 2) {
                far->markRead({row.rowId});
                far->markUnread({row.rowId});
            } else if (i % 6 == 3) {
                far->deleteRows({row.rowId});
                deleted.insert(row.title);
            }
        }
    };
    connect(far.operator->(), &Client::rowsInserted, &context, act);

    WorstDay day(seed);
    proxy.setFaults([&day](const QByteArray& request) {
        return isStreamRequest(request) ? day.streamFault(true) : day.callFault();
    });
    proxy.dropAll();
    for (int i = 0; i < count; ++i) {
        QString more;
        if (i % 10 == 4)
            more += QStringLiteral(",\"priority\":\"critical\"");
        if (i % 6 == 5)
            more += QStringLiteral(",\"require_ack\":true,\"answers\":[\"Có\",\"Không\"]");
        STEP(send(i, more));
        TRY_HERE(near.shown(titleOf(i)) == 1); // one after the other, while the faults go on
    }
    TRY_HERE(seen.size() == count);
    const qint64 milliseconds = proxy.elapsed();
    const auto attempts = proxy.attempts().size();
    STEP(expectNoSpin(proxy));
    qInfo("all there after %lld ms, %zu streams, %d requests", static_cast<long long>(milliseconds), attempts,
          proxy.requests());
    proxy.heal();
    TRY_HERE(far.isLive());

    // Each once, in order, and each shown once or counted in a summary.
    const QList<Row> farRows = far.rows(500);
    QCOMPARE(farRows.size(), count - deleted.size());
    for (qsizetype i = 1; i < farRows.size(); ++i)
        QVERIFY(farRows[i - 1].id > farRows[i].id);
    QVERIFY(std::is_sorted(far.live.cbegin(), far.live.cend()));
    QCOMPARE(near.live.size() + near.singles.size(), count);
    QVERIFY(std::is_sorted(near.live.cbegin(), near.live.cend()));
    for (int i = 0; i < count; ++i) {
        QVERIFY2(far.shown(titleOf(i)) <= 1, qPrintable(titleOf(i)));
        QCOMPARE(near.shown(titleOf(i)), 1);
    }
    for (const Row& row : farRows)
        QCOMPARE(row.message, bodyOf(row.title.right(4).toInt()));

    // Deletions are told once their undo is over: here, at the next start. Nothing is shown again then, for all was:
    // not even what the storm's last gaps had it collect.
    const auto isAllShown = [&] {
        const QList<Row> rows = far.rows(500);
        return std::all_of(rows.begin(), rows.end(),
                           [](const Row& row) { return row.isShown || row.readAt.isValid(); });
    };
    TRY_HERE(isAllShown());
    disconnect(far.operator->(), nullptr, &context, nullptr);
    far.reopen();
    QCOMPARE(far.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(far.isLive());

    // The server, and the other desktop, are told all of it.
    const auto stateOf = [&](const QString& title, bool isRead, const QString& answer) {
        const int i = title.right(4).toInt();
        const QString wanted =
            i % 6 == 5 ? QStringList{QStringLiteral("Có"), QStringLiteral("Không")}[i % 2] : QString();
        return isRead == (i % 6 == 1 || i % 6 == 3 || i % 6 == 5) && answer == wanted;
    };
    const auto isSettledAtServer = [&] {
        const QJsonArray list = listOfServer();
        return list.size() == count && std::all_of(list.begin(), list.end(), [&](const QJsonValue& item) {
                   return stateOf(item[QStringLiteral("title")].toString(), !item[QStringLiteral("read_at")].isNull(),
                                  item[QStringLiteral("answer")].toString());
               });
    };
    TRY_HERE(isSettledAtServer());
    const auto isSettledAtDesk = [&](const Desk& desk, qsizetype size) {
        const QList<Row> rows = desk.rows(500);
        return rows.size() == size && std::all_of(rows.begin(), rows.end(), [&](const Row& row) {
                   return stateOf(row.title, row.readAt.isValid(), row.answer) &&
                          (row.isShown || row.readAt.isValid()) && row.change != ChangeState::Refused;
               });
    };
    TRY_HERE(isSettledAtDesk(near, count));
    TRY_HERE(isSettledAtDesk(far, count - deleted.size()));
    QCOMPARE(far.live + far.singles, QStringList());
    QCOMPARE(far.summary, 0);

    // Exactly once: nobody heard of an answer or a reading twice.
    STEP(send(9999));
    const std::string heard = annStream.readUntil("message 9999");
    m_sender->send(requestOf("POST", "/api/notifications/trigger/", m_ops, R"({"user":"ops","title":"the last"})"));
    const std::string heardOfAnswers = opsStream.readUntil("\"the last\"");
    QCOMPARE(QByteArray::fromStdString(heardOfAnswers).count("\"type\":\"acked\""), count / 6);
    QCOMPARE(QByteArray::fromStdString(heard).count("\"type\":\"acked\""), count / 6);
    qInfo("%d messages over %zu streams and %d requests in %.1f s", count, attempts, proxy.requests(),
          double(milliseconds) / 1000);
}

void FaultsTest::aStreamCutAnywhereGoesOn_data()
{
    QTest::addColumn<int>("end");
    QTest::addColumn<int>("place");
    using End = Fault::End;
    using Place = Fault::Place;
    const auto add = [](const char* name, End end, Place place) { QTest::newRow(name) << int(end) << int(place); };
    add("reset between events", End::Reset, Place::BetweenEvents);
    add("reset in a frame", End::Reset, Place::InFrame);
    add("reset in an event", End::Reset, Place::InEvent);
    add("reset in a character", End::Reset, Place::InCharacter);
    add("closed between events", End::Finish, Place::BetweenEvents);
    add("closed in a frame", End::Finish, Place::InFrame);
    add("closed in an event", End::Finish, Place::InEvent);
    add("closed in a character", End::Finish, Place::InCharacter);
    add("stalled in an event", End::Stall, Place::InEvent);
    add("swallowed in a character", End::Swallow, Place::InCharacter);
}

void FaultsTest::aStreamCutAnywhereGoesOn()
{
    QFETCH(int, end);
    QFETCH(int, place);
    FaultProxy proxy(m_server->port());
    Desk desk(hasty());
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());
    const auto before = proxy.attempts().size();
    proxy.setFaults([&](const QByteArray& request) {
        Fault fault;
        if (isStreamRequest(request) && proxy.attempts().size() == before) {
            fault.end = Fault::End(end);
            fault.place = Fault::Place(place);
            fault.afterBlocks = 2; // the ping, the first message
        }
        return fault;
    });
    proxy.dropAll();
    TRY_HERE(proxy.attempts().size() == before + 1 && proxy.attempts().back().hadEvent && desk.isLive());
    for (int i = 0; i < 4; ++i)
        STEP(send(i));
    TRY_HERE(desk.rows().size() == 4);
    TRY_HERE(proxy.attempts().size() >= before + 2);
    TRY_HERE(desk.isLive());
    STEP(send(4));
    TRY_HERE(desk.shown(titleOf(4)) == 1);
    const QList<Row> rows = desk.rows();
    QCOMPARE(rows.size(), 5);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(rows[4 - i].title, titleOf(i));
        QCOMPARE(rows[4 - i].message, bodyOf(i));
        QVERIFY(desk.shown(titleOf(i)) <= 1);
    }
}

void FaultsTest::whatIsDoneBehindAForeignPageArrives_data()
{
    QTest::addColumn<int>("end");
    QTest::newRow("a page") << int(Fault::End::Page);
    QTest::newRow("a redirect") << int(Fault::End::Redirect);
    QTest::newRow("not found, says a proxy") << int(Fault::End::NotFoundPage);
    QTest::newRow("bad gateway") << int(Fault::End::BadGateway);
    QTest::newRow("no answer") << int(Fault::End::SwallowAnswer);
}

void FaultsTest::whatIsDoneBehindAForeignPageArrives()
{
    QFETCH(int, end);
    FaultProxy proxy(m_server->port());
    Desk desk(hasty());
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());
    STEP(send(0));
    STEP(send(1, QStringLiteral(",\"require_ack\":true")));
    TRY_HERE(desk.rows().size() == 2);
    int met = 0;
    proxy.setFaults([&](const QByteArray& request) {
        Fault fault;
        if (request.startsWith("POST ")) {
            ++met;
            fault.end = Fault::End(end);
        }
        return fault;
    });
    desk->markRead({desk.row(titleOf(0)).rowId});
    desk->acknowledge(desk.row(titleOf(1)).rowId);
    TRY_HERE(met >= 2);
    proxy.setFaults({});
    const auto isToldAll = [this] {
        const QJsonArray list = listOfServer();
        return list.size() == 2 && !list[0][QStringLiteral("acked_at")].isNull() &&
               !list[1][QStringLiteral("read_at")].isNull();
    };
    TRY_HERE(isToldAll());
    TRY_HERE(desk.row(titleOf(1)).change == ChangeState::None);
    QVERIFY(desk.row(titleOf(0)).changeNote.isEmpty());
}

void FaultsTest::aRequestThatArrivesTwiceCountsOnce()
{
    FaultProxy proxy(m_server->port());
    Desk desk(hasty());
    Desk near(hasty());
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    QCOMPARE(near.signIn(m_server->url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive() && near.isLive());
    int posts = 0;
    proxy.setFaults([&posts](const QByteArray& request) {
        posts += request.startsWith("POST ") ? 1 : 0;
        Fault fault;
        fault.flow = Fault::Flow::Twice; // streams, too
        return fault;
    });
    const auto before = proxy.attempts().size();
    proxy.dropAll();
    TRY_HERE(proxy.attempts().size() > before && proxy.attempts().back().hadEvent && desk.isLive());
    for (int i = 0; i < 5; ++i) {
        const QFuture<Result<int>> sent = desk->sendTest();
        TRY_HERE(sent.isFinished());
        QVERIFY(sent.result());
    }
    STEP(send(0)); // the last
    for (Desk* one : {&desk, &near}) {
        TRY_HERE(one->shown(titleOf(0)) == 1);
        QCOMPARE(one->rows().size(), 6);
        QCOMPARE(one->live.size() + one->singles.size(), 6);
    }
    QVERIFY(posts >= 5);
    QCOMPARE(listOfServer().size(), 6);
}

void FaultsTest::theCommandLineMissesNothing_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::newRow("seed 3") << 3U;
    QTest::newRow("seed 4") << 4U;
}

void FaultsTest::theCommandLineMissesNothing()
{
    QFETCH(unsigned, seed);
    constexpr int count = 30;
    FaultProxy proxy(m_server->port());
    WorstDay day(seed);
    proxy.setFaults(
        [&day](const QByteArray& request) { return isStreamRequest(request) ? day.streamFault(false) : Fault{}; });
    QProcess listen;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("BELFRY_TOKEN"), QString::fromLatin1(m_ann));
    listen.setProcessEnvironment(environment);
    for (int i = 0; i < count / 2; ++i)
        STEP(send(i));
    listen.start(QStringLiteral(BELFRY_PROGRAM),
                 {QStringLiteral("listen"), QStringLiteral("--server"), proxy.url(), QStringLiteral("--json"),
                  QStringLiteral("--count"), QString::number(count), QStringLiteral("--last-event-id"),
                  QStringLiteral("0"), QStringLiteral("--reconnect-delay"), QStringLiteral("20"),
                  QStringLiteral("--idle-timeout"), QStringLiteral("3"), QStringLiteral("--timeout"),
                  QStringLiteral("90")});
    for (int i = count / 2; i < count; ++i)
        STEP(send(i));
    QTRY_VERIFY_WITH_TIMEOUT(listen.state() == QProcess::NotRunning, 100'000);
    QVERIFY2(listen.exitCode() == 0, listen.readAllStandardError());
    const QList<QByteArray> lines = listen.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), count);
    for (int i = 0; i < count; ++i) {
        const QJsonDocument line = QJsonDocument::fromJson(lines[i]);
        const QJsonDocument data = QJsonDocument::fromJson(line[QStringLiteral("data")].toString().toUtf8());
        QCOMPARE(data[QStringLiteral("data")][QStringLiteral("title")].toString(), titleOf(i));
        QCOMPARE(data[QStringLiteral("data")][QStringLiteral("message")].toString(), bodyOf(i));
    }
    STEP(expectNoSpin(proxy));
    qInfo("%d messages over %zu streams", count, proxy.attempts().size());
}

void FaultsTest::aServerThatNeverAnswersIsNotStormed()
{
    FaultProxy proxy(m_server->port());
    Desk desk(hasty());
    QCOMPARE(desk.signIn(proxy.url(), QStringLiteral("ann")), QByteArray());
    TRY_HERE(desk.isLive());
    for (const Fault::End end : {Fault::End::ResetRequest, Fault::End::Unavailable, Fault::End::Page}) {
        proxy.setFaults([end](const QByteArray&) {
            Fault fault;
            fault.end = end;
            return fault;
        });
        proxy.dropAll();
        TRY_HERE(!desk.isLive());
        const auto attempts = proxy.attempts().size();
        const int requests = proxy.requests();
        const qint64 begun = proxy.elapsed();
        QTRY_VERIFY_WITH_TIMEOUT(proxy.elapsed() - begun >= 2'500, patience); // what is counted is what comes meanwhile
        const double seconds = double(proxy.elapsed() - begun) / 1000;
        // Retried after 20 ms, then 1, 2, 4 s; what is final every 300 ms, each with a look at who it is.
        QVERIFY2(double(proxy.attempts().size() - attempts) <= 3 + seconds / 0.3, "spins");
        QVERIFY2(proxy.requests() - requests <= 8 + 3 * seconds / 0.3, "spins");
        proxy.heal();
        desk->retryNow();
        TRY_HERE(desk.isLive());
    }
    STEP(send(0));
    TRY_HERE(desk.shown(titleOf(0)) == 1);
}

QTEST_GUILESS_MAIN(FaultsTest)
#include "tst_faults.moc"
