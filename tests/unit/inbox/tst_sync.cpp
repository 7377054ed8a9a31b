// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox_reader.h"
#include "client/session_core.h"
#include "scripted_server.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::client;
using namespace std::chrono_literals;

namespace {

QByteArray members(const char* title, const char* more = "")
{
    const QByteArray now = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toLatin1();
    return QByteArray("\"title\":\"") + title +
           "\",\"message\":\"m\",\"sender\":{\"id\":7,\"name\":\"ops\"},\"created_at\":\"" + now + "\"" + more;
}

/// A key that says of itself what the tests need; nobody here checks its signature.
QString token(qint64 issuedAt = 4'000'000'000, qint64 expiresAt = 4'100'000'000)
{
    const QByteArray claims =
        "{\"sub\":\"3\",\"user_id\":3,\"role\":\"receiver\",\"iss\":\"belfry\",\"aud\":\"belfry\","
        "\"jti\":\"s-1-a-b\",\"iat\":" +
        QByteArray::number(issuedAt) + ",\"exp\":" + QByteArray::number(expiresAt) + "}";
    const auto part = [](const QByteArray& json) {
        return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return QString::fromLatin1(part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + '.' + part(claims) + ".c2ln");
}

/// One person's desktop without a screen, against a scripted server; restart() is quitting and starting anew.
struct Desktop
{
    QTemporaryDir dir;
    ScriptedServer server;
    QHash<QString, QString> keyring;
    KeychainOutcome keyringState = KeychainOutcome::NotFound;
    bool isKeyringSilent = false;
    std::vector<std::function<void()>> unanswered; ///< what a silent keyring has been asked
    SyncTimes times;
    std::unique_ptr<Core> core;
    QStringList arrived;
    QList<int> summaries;
    QStringList replaced;
    QList<RowId> withdrawn;
    QString fault;

    Desktop()
    {
        times.firstByte = 150ms;
        times.poll = 30ms;
        times.streamAgain = 400ms;
        times.listAgain = 30ms;
        times.reconnectDelay = 1ms;
        start();
    }

    void start()
    {
        SecretStore secrets;
        secrets.read = [this](const QString& entry, std::function<void(KeychainAnswer)> answer) {
            const auto look = [this, entry, answer = std::move(answer)] {
                const bool isHere = keyring.contains(entry) && keyringState != KeychainOutcome::Unavailable;
                answer(KeychainAnswer{isHere ? KeychainOutcome::Found : keyringState, keyring.value(entry), reason()});
            };
            if (isKeyringSilent)
                unanswered.emplace_back(look);
            else
                look();
        };
        secrets.write = [this](const QString& entry, const QString& secret,
                               std::function<void(KeychainAnswer)> answer) {
            const auto put = [this, entry, secret, answer = std::move(answer)] {
                const bool isThere = keyringState != KeychainOutcome::Unavailable;
                if (isThere)
                    keyring.insert(entry, secret);
                answer(KeychainAnswer{isThere ? KeychainOutcome::Found : KeychainOutcome::Unavailable, {}, reason()});
            };
            if (isKeyringSilent)
                unanswered.emplace_back(put);
            else
                put();
        };
        secrets.remove = [this](const QString& entry) { keyring.remove(entry); };
        core = std::make_unique<Core>(dir.path(), QStringLiteral("test"), secrets, systemClock(), times);
        QObject::connect(core.get(), &Core::arrived, core.get(), [this](const Row& row, Arrival how) {
            arrived.append(row.title + (how == Arrival::Single ? QStringLiteral("!") : QString()));
            if (row.rowId > 0) {
                core->setShown({row.rowId}, true);
            }
        });
        QObject::connect(core.get(), &Core::awaySummary, core.get(), [this](int count) { summaries.append(count); });
        QObject::connect(core.get(), &Core::replaced, core.get(),
                         [this](RowId, const Row& row) { replaced.append(row.title); });
        QObject::connect(core.get(), &Core::withdrawn, core.get(),
                         [this](const QList<RowId>& ids) { withdrawn += ids; });
        QObject::connect(core.get(), &Core::faultChanged, core.get(), [this](const QString& f) { fault = f; });
        core->start();
    }
    QString reason() const
    {
        return keyringState == KeychainOutcome::Unavailable ? QStringLiteral("No keyring answers: start one.")
                                                            : QString();
    }
    void answerAsKeyring()
    {
        isKeyringSilent = false;
        for (const auto& one : std::exchange(unanswered, {}))
            one();
    }
    void stop() { core.reset(); }
    void forget()
    {
        arrived.clear();
        summaries.clear();
        replaced.clear();
        withdrawn.clear();
        server.requests.clear();
    }
    void restart()
    {
        stop();
        forget();
        start();
    }
    bool signIn()
    {
        bool isIn = false;
        core->signInWithKey({server.address(), {}, true, true}, token(), false,
                            [&isIn](const Result<Connection>& c) { isIn = c.has_value(); });
        return QTest::qWaitFor([&] { return isIn && isLive(); });
    }
    bool isLive() const { return core->status().state == LinkState::Live; }
    QList<Row> rows() const
    {
        InboxReader reader(Core::inboxPath(dir.path()));
        return reader.rows(core->active().id, {}).rows;
    }
    RowId idOf(const char* title) const
    {
        for (const Row& row : rows()) {
            if (row.title == QLatin1String(title)) {
                return row.rowId;
            }
        }
        return 0;
    }
};

} // namespace

class TestSync : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstLookShowsNothingButFreshCriticalOnes()
    {
        Desktop d;
        for (int n = 1; n <= 700; ++n) {
            d.server.add(n, members("old"));
        }
        d.server.add(701, members("fire", ",\"priority\":\"critical\""));
        d.server.add(702, members("old fire", ",\"priority\":\"critical\",\"read_at\":\"2026-11-23T08:00:00.000Z\""));
        QVERIFY(d.signIn());
        QTRY_COMPARE(d.core->unread(), 701);
        QTRY_COMPARE(d.arrived, QStringList{QStringLiteral("fire!")});
        QVERIFY(d.server.lastEventIds.first().isEmpty());
        d.server.send(ScriptedServer::notification(703, members("live")));
        QTRY_COMPARE(d.arrived.size(), 2);
        QCOMPARE(d.arrived.last(), QStringLiteral("live"));
        QCOMPARE(d.rows().first().title, QStringLiteral("live"));
        for (const int summary : d.summaries) {
            QCOMPARE(summary, 0);
        }
    }

    void theFirstPingSaysWhereTheNextStreamBegins()
    {
        Desktop d;
        d.server.latest = d.server.caughtUpTo = 10;
        d.server.isListHeldBack = true; // cut before anything came, the first look's list included
        QVERIFY(d.signIn());
        QTRY_COMPARE(d.server.lastEventIds.size(), 1);
        d.server.drop();
        QTRY_COMPARE(d.server.lastEventIds.size(), 2);
        QCOMPARE(d.server.lastEventIds.last(), QByteArray("10"));
        QTRY_VERIFY(d.isLive());

        // Nothing came for this person, and the log went on: so does their place in it, over a restart, too.
        d.server.isListHeldBack = false;
        d.server.latest = d.server.caughtUpTo = 5000;
        d.server.drop();
        QTRY_COMPARE(d.server.lastEventIds.size(), 3);
        QTRY_VERIFY(d.isLive());
        d.server.drop();
        QTRY_COMPARE(d.server.lastEventIds.last(), QByteArray("5000"));
        QTRY_VERIFY(d.isLive());
        d.restart();
        QTRY_COMPARE(d.server.lastEventIds.size(), 5);
        QCOMPARE(d.server.lastEventIds.last(), QByteArray("5000"));
    }

    void whatCameWhileAwayIsOneSummary()
    {
        Desktop d;
        d.server.latest = 10;
        QVERIFY(d.signIn());
        QTRY_VERIFY(d.server.count("GET /api/notifications/?") > 0);
        d.server.send(ScriptedServer::notification(11, members("live")));
        QTRY_COMPARE(d.arrived, QStringList{QStringLiteral("live")});
        d.stop();
        d.server.replay = ScriptedServer::notification(12, members("a")) +
                          ScriptedServer::notification(13, members("b")) +
                          ScriptedServer::notification(14, members("c")) +
                          ScriptedServer::event(15, "{\"type\":\"read\",\"data\":{\"ids\":[12]}}");
        d.forget();
        d.start();
        QTRY_COMPARE(d.summaries.value(d.summaries.size() - 1), 2);
        QVERIFY(d.arrived.isEmpty());
        QCOMPARE(d.server.lastEventIds.last(), QByteArray("11"));
        QCOMPARE(d.core->unread(), 3);
        d.server.replay.clear();
        d.restart(); // nothing is shown again
        QTRY_VERIFY(d.isLive());
        QTRY_VERIFY(d.server.count("GET /api/notifications/sse/") == 1);
        QVERIFY(d.arrived.isEmpty());
        QVERIFY(!d.summaries.contains(2));
    }

    void oneFreshCollectedMessageIsShownAsItself()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("seen")));
        QTRY_COMPARE(d.arrived.size(), 1);
        d.server.replay = ScriptedServer::notification(2, members("only"));
        d.server.drop();
        QTRY_COMPARE(d.arrived.size(), 2);
        QCOMPARE(d.arrived.last(), QStringLiteral("only!"));
    }

    void whatACrashLeftUnshownIsShownAtTheNextStart()
    {
        Desktop d;
        QVERIFY(d.signIn());
        QObject::disconnect(d.core.get(), &Core::arrived, nullptr, nullptr); // nobody shows it
        d.server.send(ScriptedServer::notification(1, members("lost")));
        QTRY_COMPARE(d.core->unread(), 1);
        d.restart();
        QTRY_COMPARE(d.arrived, QStringList{QStringLiteral("lost!")});
    }

    void laterOfTheSameKeyReplacesThePopup()
    {
        Desktop d;
        QVERIFY(d.signIn());
        // Typed decomposed, then composed: the same key.
        d.server.send(
            ScriptedServer::notification(1, members("10 %", ",\"key\":\"Tra\u0302\u0300n\",\"category\":\"e\u0301\"")));
        QTRY_COMPARE(d.arrived.size(), 1);
        d.server.send(
            ScriptedServer::notification(2, members("20 %", ",\"key\":\"Tr\u1EA7n\",\"category\":\"\u00E9\"")));
        QTRY_COMPARE(d.replaced, QStringList{QStringLiteral("20 %")});
        QCOMPARE(d.arrived.size(), 1);
        QCOMPARE(d.core->unread(), 1);
        d.server.send(ScriptedServer::event(3, "{\"type\":\"retracted\",\"data\":{\"id\":2}}"));
        QTRY_COMPARE(d.core->unread(), 0);
        QCOMPARE(d.withdrawn.size(), 1);
    }

    void anotherLogShowsNothingAgain()
    {
        Desktop d;
        const QByteArray same = members("same");
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, same) + ScriptedServer::notification(2, members("gone")));
        QTRY_COMPARE(d.arrived.size(), 2);
        d.forget();
        d.server.log = QStringLiteral("L2");
        d.server.add(1, same);
        d.server.add(5, members("new one"));
        d.server.drop();
        QTRY_COMPARE(d.core->unread(), 2);
        QTRY_COMPARE(d.arrived, QStringList{QStringLiteral("new one!")});
        QTRY_COMPARE(d.rows().size(), 3);
        for (const Row& row : d.rows()) {
            QCOMPARE(row.isLocalOnly, row.title == QStringLiteral("gone"));
        }
    }

    void aResetReadsTheList()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("kept")));
        QTRY_COMPARE(d.arrived.size(), 1);
        d.forget();
        for (int n = 50; n <= 52; ++n) {
            d.server.add(n, members("missed"));
        }
        d.server.replay = ScriptedServer::event(52, "{\"type\":\"reset\",\"data\":{\"log\":\"L\"}}");
        d.server.drop();
        QTRY_VERIFY(d.summaries.contains(3));
        QVERIFY(d.arrived.isEmpty());
        QCOMPARE(d.core->unread(), 4);
    }

    void fallsBackToPollingAndReturns()
    {
        Desktop d;
        QVERIFY(d.signIn());
        QTRY_VERIFY(d.server.count("GET /api/notifications/?") > 0);
        d.server.stream = ScriptedServer::Stream::Silent;
        d.server.drop();
        QTRY_COMPARE(d.core->status().state, LinkState::Polling);
        d.forget();
        d.server.add(5, members("polled"));
        QTRY_COMPARE(d.arrived, QStringList{QStringLiteral("polled")});
        d.server.items[5] = members("polled", ",\"read_at\":\"2026-11-23T08:00:00.000Z\"");
        d.server.latest = 6;
        QTRY_COMPARE(d.core->unread(), 0);
        d.server.stream = ScriptedServer::Stream::Open;
        d.server.replay = ScriptedServer::notification(5, d.server.items[5]);
        QTRY_COMPARE(d.core->status().state, LinkState::Live);
        QCOMPARE(d.arrived.size(), 1);
        QVERIFY(d.server.lastEventIds.last().toLongLong() < 5); // polling does not move the stream's cursor
    }

    void sendsAfterARestartWhatWasDoneWhileAway()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("a")) +
                      ScriptedServer::notification(2, members("b", ",\"require_ack\":true")));
        QTRY_COMPARE(d.core->unread(), 2);
        d.server.goAway();
        QTRY_VERIFY(!d.core->status().isConnected());
        d.core->markRead({d.idOf("a")});
        d.core->acknowledge(d.idOf("b"), {});
        QCOMPARE(d.core->unread(), 0);
        QCOMPARE(d.rows().first().change, ChangeState::Waiting);
        d.restart();
        QVERIFY(d.server.listen());
        QTRY_COMPARE(d.server.count("POST /api/notifications/2/ack/"), 1);
        QCOMPARE(d.server.count("POST /api/notifications/read/"), 1);
        QTRY_COMPARE(d.rows().first().change, ChangeState::None);
    }

    void aRefusedAnswerIsToldOnTheRow()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("a", ",\"answers\":[\"Yes\",\"No\"]")));
        QTRY_COMPARE(d.core->unread(), 1);
        d.server.ackStatus = "409 Conflict";
        d.server.add(1, members("a", ",\"acked_at\":\"2026-11-23T08:00:00.000Z\",\"answer\":\"No\""));
        d.core->acknowledge(d.idOf("a"), QStringLiteral("Yes"));
        QTRY_COMPARE(d.rows().first().change, ChangeState::Refused);
        QCOMPARE(d.rows().first().answer, QStringLiteral("No"));
        QVERIFY(d.rows().first().changeNote.contains(QStringLiteral("No")));
    }

    void whatTheServerPutOffWaitsOverANewStream()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("a", ",\"require_ack\":true")));
        QTRY_COMPARE(d.core->unread(), 1);
        d.server.ackStatus = "429 Too Many Requests\r\nRetry-After: 3000";
        d.core->acknowledge(d.idOf("a"), {});
        QTRY_COMPARE(d.server.count("POST /api/notifications/1/ack/"), 1);
        d.server.drop();
        QTRY_COMPARE(d.server.lastEventIds.size(), 2);
        QTRY_VERIFY(d.isLive());
        d.server.send(ScriptedServer::notification(2, members("b")));
        QTRY_COMPARE(d.rows().size(), 2);
        QCOMPARE(d.server.count("POST /api/notifications/1/ack/"), 1);
        QCOMPARE(d.core->unread(), 1);
        const auto rows = d.rows();
        QVERIFY(
            std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.change == ChangeState::Waiting; }));
    }

    void aRefusedTokenMeansSignInAgainAndNothingIsDeleted()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("a")));
        QTRY_COMPARE(d.core->unread(), 1);
        d.server.stream = ScriptedServer::Stream::Refused;
        d.server.drop();
        QTRY_COMPARE(d.core->status().state, LinkState::SignedOut);
        QCOMPARE(d.keyring.size(), 1);
        QCOMPARE(d.rows().size(), 1);
    }

    void renewsAtHalfOfATokensLifeAndOpensTheStreamWithIt()
    {
        Desktop d;
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        const QString old = token(now - 1000, now + 900);
        const QString fresh = token(now, now + 2000);
        d.server.renewedToken = fresh.toLatin1();
        d.core->signInWithKey({d.server.address(), {}, true, true}, old, false, [](const Result<Connection>&) {});
        QTRY_COMPARE(d.server.tokens.size(), 2);
        QCOMPARE(d.server.tokens.last(), "Bearer " + fresh.toLatin1());
        QCOMPARE(d.keyring.begin().value(), fresh);
        QTRY_VERIFY(d.isLive());
        QCOMPARE(d.server.count("POST /api/auth/refresh/"), 1);
    }

    void anotherServerAtTheAddressIsRefusedAndGetsNoToken()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.stop();
        d.server.id = QStringLiteral("impostor");
        d.server.tokens.clear();
        d.start();
        QTRY_COMPARE(d.core->status().state, LinkState::Refused);
        QVERIFY(d.server.tokens.isEmpty());
    }

    void waitsForTheKeyringAndForNothingElse()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.keyringState = KeychainOutcome::Unavailable;
        d.restart();
        QCOMPARE(d.core->status().state, LinkState::WaitingForKeyring);
        d.keyringState = KeychainOutcome::NotFound;
        d.core->keyringAppeared();
        QTRY_VERIFY(d.isLive());
        d.keyring.clear();
        d.restart();
        QCOMPARE(d.core->status().state, LinkState::SignedOut);
    }

    void aSignInThatCouldNotBeKeptIsToldAndKeptAsSoonAsThatGoes()
    {
        Desktop d;
        d.keyringState = KeychainOutcome::Unavailable;
        QVERIFY(d.signIn());
        QTRY_COMPARE(d.core->status().notKept, d.reason());
        QVERIFY(d.isLive());
        d.restart();
        QCOMPARE(d.core->status().state, LinkState::WaitingForKeyring);
        QCOMPARE(d.core->status().reason, d.reason());

        QVERIFY(d.signIn());
        QTRY_COMPARE(d.core->status().notKept, d.reason());
        d.keyringState = KeychainOutcome::NotFound;
        d.core->keyringAppeared();
        QTRY_VERIFY(d.core->status().notKept.isEmpty());
        QCOMPARE(d.keyring.size(), 1);
        d.restart();
        QTRY_VERIFY(d.isLive());
    }

    void aKeyringThatNeverAnswersIsToldAndALaterAnswerCounts()
    {
        Desktop d;
        d.isKeyringSilent = true;
        QVERIFY(d.signIn());
        QVERIFY(d.core->status().notKept.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!d.core->status().notKept.isEmpty(), 30'000);
        d.answerAsKeyring();
        QTRY_VERIFY(d.core->status().notKept.isEmpty());
        d.isKeyringSilent = true;
        d.restart();
        QTRY_COMPARE_WITH_TIMEOUT(d.core->status().state, LinkState::WaitingForKeyring, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(!d.core->status().reason.isEmpty(), 30'000);
        d.answerAsKeyring();
        QTRY_VERIFY(d.isLive());
    }

    void onlyForThisSessionIsNoTrouble()
    {
        Desktop d;
        d.keyringState = KeychainOutcome::Unavailable;
        bool isIn = false;
        d.core->signInWithKey({d.server.address(), {}}, token(), true,
                              [&isIn](const auto& c) { isIn = c.has_value(); });
        QTRY_VERIFY(isIn && d.isLive());
        QVERIFY(d.core->status().notKept.isEmpty());
    }

    void whoSignedOutStaysSignedOutWhateverTheKeyringHolds()
    {
        Desktop d;
        QVERIFY(d.signIn());
        const QString id = d.core->active().id;
        const QHash<QString, QString> held = d.keyring;
        d.core->signOut(id);
        QVERIFY(d.keyring.isEmpty());
        QCOMPARE(d.core->status().state, LinkState::SignedOut);
        QTRY_COMPARE(d.server.count("POST /api/auth/logout/"), 1);
        d.keyring = held; // it could not be removed from there
        d.server.tokens.clear();
        d.restart();
        QTRY_COMPARE(d.core->status().state, LinkState::SignedOut);
        d.core->keyringAppeared();
        QVERIFY(d.server.tokens.isEmpty());
        QVERIFY(d.signIn());
        d.restart();
        QTRY_VERIFY(d.isLive());
    }

    void anAccountThatIsRemovedLeavesNothingHere()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("mine")) + ScriptedServer::notification(2, members("b")));
        QTRY_COMPARE(d.rows().size(), 2);
        d.core->deleteRows({d.rows().first().rowId});
        const QString id = d.core->active().id;
        d.core->removeConnection(id);
        QCOMPARE(d.core->status().state, LinkState::NoConnection);
        QVERIFY(!d.core->active().isValid());
        QCOMPARE(d.core->unread(), 0);
        QVERIFY(d.keyring.isEmpty());
        QTRY_COMPARE(d.server.count("POST /api/auth/logout/"), 1);
        const auto left = [&d] {
            InboxDatabase all;
            if (!all.open(Core::inboxPath(d.dir.path()), InboxDatabase::Access::ReadOnly))
                return -1;
            int count = 0;
            for (const char* table :
                 {"SELECT count(*) FROM rows", "SELECT count(*) FROM tombstones", "SELECT count(*) FROM changes",
                  "SELECT count(*) FROM links", "SELECT count(*) FROM found WHERE found MATCH 'mine'"}) {
                QSqlQuery& answer = all.run(table);
                count += answer.next() ? answer.value(0).toInt() : 1000;
                answer.finish();
            }
            return count;
        };
        QTRY_COMPARE(left(), 0);
        d.restart();
        QCOMPARE(d.core->status().state, LinkState::NoConnection);
        QVERIFY(d.signIn()); // as new
        QVERIFY(d.core->active().id != id);
    }

    void whatARemovalLeftIsClearedAwayAtTheNextStart()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("a")));
        QTRY_COMPARE(d.rows().size(), 1);
        d.stop();
        {
            Inbox inbox(systemClock());
            QVERIFY(inbox.open(Core::inboxPath(d.dir.path())));
            const auto own = inbox.place(QStringLiteral("of another"));
            QVERIFY(own);
            QVERIFY(inbox.remove(QStringLiteral("of another"))); // and it ended there
        }
        d.start();
        const auto links = [&d] {
            InboxDatabase all;
            if (!all.open(Core::inboxPath(d.dir.path()), InboxDatabase::Access::ReadOnly))
                return -1;
            QSqlQuery& answer = all.run("SELECT count(*) FROM links");
            const int count = answer.next() ? answer.value(0).toInt() : -1;
            answer.finish();
            return count;
        };
        QTRY_COMPARE(links(), 1);
        QCOMPARE(d.rows().size(), 1);
    }

    void aClassicBackendIsAllLiveAndSaysOnceWhatItCannot()
    {
        Desktop d;
        d.server.isClassic = true;
        d.server.pingsAtOnce = false;
        QVERIFY(d.signIn());
        QVERIFY(d.core->status().isClassic);
        QVERIFY(d.core->status().limitation.isEmpty());
        const QByteArray same = "data: {\"type\":\"notification\",\"data\":{\"message\":\"same\"}}\n\n";
        d.server.send("data: {\"type\":\"ping\"}\n\n" + same + same);
        QTRY_COMPARE(d.arrived.size(), 2);
        d.core->markRead({d.rows().first().rowId});
        QCOMPARE(d.core->unread(), 1);
        d.restart();
        QTRY_VERIFY(d.isLive());
        QVERIFY(!d.core->status().limitation.isEmpty());
        QCOMPARE(d.server.count("POST "), 0);
        d.restart();
        QTRY_VERIFY(d.isLive());
        QVERIFY(d.core->status().limitation.isEmpty());
    }

    void messagesAreShownWhereTheInboxCannotBeWritten()
    {
        Desktop d;
        QVERIFY(d.signIn());
        d.server.send(ScriptedServer::notification(1, members("a")));
        QTRY_COMPARE(d.arrived.size(), 1);
        d.stop();
        const QString path = Core::inboxPath(d.dir.path());
        QVERIFY(QFile::rename(path, path + QStringLiteral(".away")));
        QFile::remove(path + QStringLiteral("-wal"));
        QVERIFY(QDir().mkpath(path));
        d.forget();
        d.times.writeAgain = 50ms;
        d.start();
        QVERIFY(!d.fault.isEmpty());
        QTRY_VERIFY(d.isLive());
        d.server.send(ScriptedServer::notification(2, members("b")) + ScriptedServer::notification(2, members("b")));
        QTRY_COMPARE(d.arrived, QStringList{QStringLiteral("b")});
        QVERIFY(QDir().rmdir(path));
        QVERIFY(QFile::rename(path + QStringLiteral(".away"), path));
        d.server.replay = ScriptedServer::notification(2, members("b"));
        QTRY_VERIFY(d.fault.isEmpty());
        QTRY_COMPARE(d.rows().size(), 2);
        QCOMPARE(d.arrived.size(), 1);
    }

    void ownServerIsConnectedToOnlyWhenItRuns()
    {
        Desktop d;
        Connection own;
        own.address = QUrl(d.server.address());
        own.serverId = d.server.id;
        own.userId = 3;
        d.core->useOwnServer(own, token());
        QTRY_VERIFY(d.isLive());
        QVERIFY(d.keyring.isEmpty());
        d.core->ownServerStopped();
        QCOMPARE(d.core->status().state, LinkState::LocalServerOff);
        d.restart();
        QCOMPARE(d.core->status().state, LinkState::LocalServerOff);
        QCOMPARE(d.server.requests.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestSync)
#include "tst_sync.moc"
