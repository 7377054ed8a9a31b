// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <sqlite3.h>
#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

#include <thread>

using namespace belfry::test;

namespace {

Finished ran(const QString& words, const QByteArray& input = {})
{
    return runBelfry(words.split(u' '), input);
}

QByteArray allOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QJsonObject object(const QByteArray& json)
{
    return QJsonDocument::fromJson(json).object();
}

void scribble(const QString& path, qint64 at, qsizetype bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(at));
    QCOMPARE(file.write(QByteArray(bytes, '\x55')), bytes);
}

const QByteArray toAll = R"({"user_id":"all","title":"x"})";

} // namespace

/// `belfry check`, `belfry backup` and `belfry restore`, as people use them.
class BackupTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void holdsAllInOneFileOfItsOwners();
    void isWholeBesideAStorm();
    void bringsBackToAnotherDirectory();
    void letsNobodyInAgain();
    void saysWhomItLetsInAgain();
    void whereNobodyKnowsEverybodySignsInAgain_data();
    void whereNobodyKnowsEverybodySignsInAgain();
    void isAnotherLogThatGoesOnAboveTheOld();
    void refusesWhatIsNoBackup_data();
    void refusesWhatIsNoBackup();
    void refusesWhileAServerRuns();
    void leavesTheOldOrTheNewWhereItIsCutOff();
    void aRefusedStoreSaysWhatToDo_data();
    void aRefusedStoreSaysWhatToDo();
    void withoutRoomAllStaysAsItWas();
    void checkFindsWhatIsWrong_data();
    void checkFindsWhatIsWrong();
    void checkLooksAtABackup_data();
    void checkLooksAtABackup();
    void brokenOffItLeavesNothing_data();
    void brokenOffItLeavesNothing();
    void whatOlderVersionsLeftIsRemoved();
    void isWrittenWithTheCallersRights();
    void whatIsRemovedIsNotPaidFor();
    void compactBringsAnOlderStoreToIt_data();
    void compactBringsAnOlderStoreToIt();

private:
    QString data() const { return m_server->directory(); }
    QString file() const { return m_files.filePath(QStringLiteral("monday")); }
    Finished onData(const QString& words, const QByteArray& input = {})
    {
        return ran(words + QStringLiteral(" --data ") + data(), input);
    }
    Finished backUp() { return onData(QStringLiteral("backup ") + file()); }
    Finished restore(const QString& more = {}) { return onData(QStringLiteral("restore ") + file() + more); }
    int statusWith(const QByteArray& token)
    {
        int status = 0;
        m_server->request(token, {QStringLiteral("/api/me/")}, &status);
        return status;
    }
    QByteArray signedIn(const QByteArray& name)
    {
        const QByteArray body = "{\"username\":\"" + name + "\",\"password\":\"correct horse\"}";
        return object(m_server->request({}, {QStringLiteral("/api/auth/login/"), QStringLiteral("-H"),
                                             QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"),
                                             QString::fromLatin1(body)}))
            .value(QStringLiteral("token"))
            .toString()
            .toLatin1();
    }
    QList<int> listed(const QByteArray& token)
    {
        QList<int> ids;
        const QJsonArray all = object(m_server->request(token, {QStringLiteral("/api/notifications/?limit=500")}))
                                   .value(QStringLiteral("notifications"))
                                   .toArray();
        for (const QJsonValue& one : all)
            ids.prepend(one.toObject().value(QStringLiteral("id")).toInt());
        return ids;
    }

    /// Messages of 8,000 characters.
    void sendMany(int count)
    {
        const std::string body = "{\"user_id\":\"all\",\"title\":\"x\",\"message\":\"" + std::string(8000, 'm') + "\"}";
        RawClient client(m_server->port());
        for (int sent = 0; sent < count; ++sent) {
            client.send("POST /api/notifications/trigger/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        "application/json\r\nAuthorization: Bearer " +
                        m_ann.toStdString() + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
            QCOMPARE(statusOf(client.readResponse()), 200);
        }
    }
    /// Of the store's files together.
    qint64 storeBytes() const
    {
        qint64 bytes = 0;
        for (const char* ending : {"", "-wal"})
            bytes += QFileInfo(data() + QStringLiteral("/belfry.db") + QString::fromLatin1(ending)).size();
        return bytes;
    }

    std::unique_ptr<ServerProcess> m_server;
    QTemporaryDir m_files;
    QByteArray m_ann;
};

void BackupTest::init()
{
    QFile::remove(file());
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(m_server->start());
    QCOMPARE(m_server->addUser(QStringLiteral("ann"), QStringLiteral("admin")), 1);
    m_ann = m_server->token(QStringLiteral("ann"));
}

void BackupTest::cleanup()
{
    m_server.reset();
}

void BackupTest::holdsAllInOneFileOfItsOwners()
{
    const Finished made = backUp();
    QVERIFY2(made.exitCode == 0, made.errors);
    QCOMPARE(QFileInfo(file()).permissions() & 0x0077, QFileDevice::Permissions());
    const QByteArray bytes = allOf(file());
    for (const char* name : {"signing.key", "tls.key", "tls.crt"})
        QVERIFY2(bytes.contains(allOf(data() + u'/' + QString::fromLatin1(name))), name);
    QCOMPARE(QDir(data()).entryList({QStringLiteral("*copy*")}, QDir::Files), QStringList());
    QCOMPARE(QDir(m_files.path()).entryList(QDir::Files), QStringList{QStringLiteral("monday")});

    QCOMPARE(backUp().exitCode, 1); // it is there
    QCOMPARE(allOf(file()), bytes);
    QCOMPARE(m_server->stop(), 0);
    QCOMPARE(onData(QStringLiteral("backup --overwrite ") + file()).exitCode, 0); // without a server, too
    QCOMPARE(onData(QStringLiteral("check")).exitCode, 0);
}

void BackupTest::isWholeBesideAStorm()
{
    std::atomic<bool> isOver = false;
    std::atomic<int> sent = 0;
    const std::string body(R"({"user_id":1,"title":"x","message":")" + std::string(4000, 'm') + "\"}");
    const std::string request =
        "POST /api/notifications/trigger/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer " +
        m_ann.toStdString() + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    std::jthread storm([&] {
        RawClient client(m_server->port());
        while (!isOver && client.send(request) && statusOf(client.readResponse()) == 200)
            ++sent;
    });
    QTRY_VERIFY_WITH_TIMEOUT(sent > 200, 10'000); // some steps' worth of pages
    const int before = sent;
    const Finished made = backUp();
    const int after = sent;
    isOver = true;
    storm.join();
    QVERIFY2(made.exitCode == 0, made.errors);
    m_server->kill();
    QCOMPARE(restore().exitCode, 0);
    QVERIFY(m_server->start());
    QCOMPARE(onData(QStringLiteral("check")).exitCode, 0);
    const QString all = QString::fromLatin1(m_server->request(m_ann, {QStringLiteral("/api/notifications/?limit=1")}));
    const int newest = object(all.toLatin1())
                           .value(QStringLiteral("notifications"))
                           .toArray()
                           .at(0)
                           .toObject()
                           .value(QStringLiteral("id"))
                           .toInt();
    QVERIFY2(newest >= before && newest <= after + 1, qPrintable(all));
}

void BackupTest::bringsBackToAnotherDirectory()
{
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    const QByteArray certificate = allOf(data() + QStringLiteral("/tls.crt"));
    m_server->kill();
    const QString other = m_files.filePath(QStringLiteral("other"));
    const Finished restored = ran(QStringLiteral("restore %1 --data %2").arg(file(), other));
    QVERIFY2(restored.exitCode == 0, restored.errors);
    QCOMPARE(allOf(other + QStringLiteral("/tls.crt")), certificate);
    QCOMPARE(allOf(other + QStringLiteral("/tls.key")), allOf(data() + QStringLiteral("/tls.key")));
    QVERIFY(allOf(other + QStringLiteral("/signing.key")) != allOf(data() + QStringLiteral("/signing.key")));
    QCOMPARE(QFileInfo(other).permissions() & 0x0077, QFileDevice::Permissions());
    QCOMPARE(ran(QStringLiteral("check --data ") + other).exitCode, 0);
    QVERIFY(ran(QStringLiteral("user list --data ") + other).output.contains("\"ann\""));
}

void BackupTest::letsNobodyInAgain()
{
    QCOMPARE(m_server->addUser(QStringLiteral("bob"), QStringLiteral("admin")), 2);
    QCOMPARE(m_server->addUser(QStringLiteral("cid"), QStringLiteral("admin")), 3);
    QCOMPARE(m_server->addUser(QStringLiteral("dan"), QStringLiteral("receiver")), 4);
    const QByteArray bob = m_server->token(QStringLiteral("bob")), cid = m_server->token(QStringLiteral("cid"));
    const QByteArray ended = signedIn("dan"), kept = signedIn("dan");
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    QCOMPARE(onData(QStringLiteral("user remove bob")).exitCode, 0);
    QCOMPARE(onData(QStringLiteral("user passwd cid --password-stdin"), "another horse\n").exitCode, 0);
    m_server->request(ended, {QStringLiteral("-XPOST"), QStringLiteral("/api/auth/logout/")});
    QCOMPARE(m_server->addUser(QStringLiteral("eve"), QStringLiteral("sender")), 5);
    QCOMPARE(onData(QStringLiteral("user remove eve")).exitCode, 0);
    QCOMPARE(m_server->addUser(QStringLiteral("fay"), QStringLiteral("sender")), 6);
    const QByteArray fay = m_server->token(QStringLiteral("fay"));
    m_server->kill();

    const Finished restored = restore();
    QVERIFY2(restored.exitCode == 0, restored.errors);
    const Finished audit = onData(QStringLiteral("audit --json"));
    QVERIFY2(audit.output.contains("store.restored") && audit.output.contains("user.removed"), audit.output);
    QVERIFY(m_server->start());
    QCOMPARE(statusWith(m_ann), 200);
    QCOMPARE(statusWith(bob), 401);
    QCOMPARE(statusWith(cid), 401);
    QCOMPARE(statusWith(ended), 401);
    QCOMPARE(statusWith(kept), 200);
    QCOMPARE(statusWith(fay), 200);
    QVERIFY(signedIn("bob").isEmpty());
    QVERIFY(signedIn("cid").isEmpty());
    QCOMPARE(listed(m_ann), QList<int>{1});
    QCOMPARE(listed(fay), QList<int>{}); // it was sent before her account was made
    QCOMPARE(m_server->addUser(QStringLiteral("gus"), QStringLiteral("sender")), 7);
}

void BackupTest::saysWhomItLetsInAgain()
{
    QCOMPARE(m_server->addUser(QStringLiteral("bob"), QStringLiteral("receiver")), 2);
    QCOMPARE(m_server->addUser(QStringLiteral("cid"), QStringLiteral("receiver")), 3);
    QCOMPARE(m_server->addUser(QStringLiteral("dan"), QStringLiteral("receiver")), 4);
    QCOMPARE(m_server->addUser(QStringLiteral("eve"), QStringLiteral("receiver")), 5);
    const QByteArray ended = signedIn("dan");
    QCOMPARE(backUp().exitCode, 0);
    QCOMPARE(onData(QStringLiteral("user remove bob")).exitCode, 0);
    QCOMPARE(onData(QStringLiteral("user passwd cid --password-stdin"), "another horse\n").exitCode, 0);
    m_server->request(ended, {QStringLiteral("-XPOST"), QStringLiteral("/api/auth/logout/")});
    QCOMPARE(m_server->addUser(QStringLiteral("fay"), QStringLiteral("sender")), 6);
    m_server->kill();

    const Finished restored = restore(QStringLiteral(" --accounts-too"));
    QVERIFY2(restored.exitCode == 0, restored.errors);
    QVERIFY2(restored.output.contains("bob was removed since and may sign in again."), restored.output);
    QVERIFY2(restored.output.contains("cid has the old password again."), restored.output);
    QVERIFY2(restored.output.contains("dan has a sign-in or token again that was ended since."), restored.output);
    QVERIFY2(!restored.output.contains("ann") && !restored.output.contains("eve"), restored.output);
    QVERIFY(m_server->start());
    QVERIFY(!signedIn("bob").isEmpty());
    QVERIFY(!signedIn("cid").isEmpty());
    QCOMPARE(statusWith(ended), 200);
    QVERIFY(signedIn("fay").isEmpty());
    QCOMPARE(m_server->addUser(QStringLiteral("gus"), QStringLiteral("sender")), 7); // 6 was given
}

void BackupTest::whereNobodyKnowsEverybodySignsInAgain_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<int>("status");
    QTest::newRow("a new key") << QString() << 401;
    QTest::newRow("sign-ins kept") << QStringLiteral(" --keep-sign-ins") << 200;
}

void BackupTest::whereNobodyKnowsEverybodySignsInAgain()
{
    QFETCH(QString, option);
    QFETCH(int, status);
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    QCOMPARE(m_server->stop(), 0);
    scribble(data() + QStringLiteral("/belfry.db"), 4096, 60'000);
    QVERIFY(!m_server->start());
    QVERIFY2(m_server->log().contains("belfry restore"), m_server->log());
    const Finished restored = restore(option);
    QVERIFY2(restored.exitCode == 0, restored.errors);
    QVERIFY2(restored.output.contains("damaged"), restored.output);
    QVERIFY2(m_server->start(), m_server->log());
    QCOMPARE(statusWith(m_ann), status);
    QVERIFY(!signedIn("ann").isEmpty());
    QCOMPARE(listed(signedIn("ann")), QList<int>{1});
    QVERIFY(m_server->addUser(QStringLiteral("bob"), QStringLiteral("sender")) > 1000); // others may have been given
}

void BackupTest::isAnotherLogThatGoesOnAboveTheOld()
{
    const auto about = [this] { return object(m_server->request({}, {QStringLiteral("/api/server/")})); };
    QCOMPARE(m_server->trigger(m_ann, toAll), 1);
    QCOMPARE(m_server->trigger(m_ann, toAll), 2);
    QCOMPARE(backUp().exitCode, 0);
    for (int id = 3; id <= 5; ++id)
        QCOMPARE(m_server->trigger(m_ann, toAll), id);
    const QJsonObject before = about();
    m_server->kill();
    QCOMPARE(restore().exitCode, 0);
    QVERIFY(m_server->start());
    QCOMPARE(about().value(QStringLiteral("id")), before.value(QStringLiteral("id")));
    QVERIFY(about().value(QStringLiteral("log")) != before.value(QStringLiteral("log")));
    const qint64 next = m_server->trigger(m_ann, toAll);
    QVERIFY(next > 5);
    QCOMPARE(listed(m_ann), (QList<int>{1, 2, int(next)}));

    const auto streamAfter = [this](int cursor) {
        RawClient client(m_server->port());
        client.send("GET /api/notifications/sse/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                    m_ann.toStdString() + "\r\nLast-Event-ID: " + std::to_string(cursor) + "\r\n\r\n");
        return QByteArray::fromStdString(client.readUntil("event: ping"));
    };
    // Up to the backup both logs are the same; who knows more knows what is no more.
    const QByteArray idOfNext = "id: " + QByteArray::number(next) + "\n";
    QVERIFY(streamAfter(1).contains("id: 2\n") && streamAfter(1).contains(idOfNext));
    QVERIFY(!streamAfter(2).contains("reset") && streamAfter(2).contains(idOfNext));
    for (int cursor : {3, 4, 5})
        QVERIFY2(streamAfter(cursor).contains(R"("type":"reset")"), qPrintable(QString::number(cursor)));
}

void BackupTest::refusesWhatIsNoBackup_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"missing", "store", "text", "cut", "scribbled", "another server's"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void BackupTest::refusesWhatIsNoBackup()
{
    QFETCH(QString, what);
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    QCOMPARE(m_server->stop(), 0);
    QFile backup(file());
    if (what == u"missing") {
        QVERIFY(backup.remove());
    } else if (what == u"store") {
        QVERIFY(backup.remove() && QFile::copy(data() + QStringLiteral("/belfry.db"), file()));
    } else if (what == u"text") {
        QVERIFY(backup.open(QIODevice::WriteOnly) && backup.write("Dear diary") > 0);
    } else if (what == u"cut") {
        QVERIFY(backup.resize(backup.size() / 2));
    } else if (what == u"scribbled") {
        scribble(file(), 5 * 4096, 4096);
    } else {
        QVERIFY(backup.remove());
        const QString other = m_files.filePath(QStringLiteral("others"));
        QCOMPARE(ran(QStringLiteral("user add zed --role admin --password-stdin --data ") + other, "correct horse\n")
                     .exitCode,
                 0);
        QCOMPARE(ran(QStringLiteral("backup %1 --data %2").arg(file(), other)).exitCode, 0);
    }
    backup.close();
    const QStringList before = QDir(data()).entryList(QDir::Files);
    const QByteArray store = allOf(data() + QStringLiteral("/belfry.db"));
    const Finished restored = restore();
    QCOMPARE(restored.exitCode, 1);
    QVERIFY(restored.errors.count('\n') == 1);
    QCOMPARE(allOf(data() + QStringLiteral("/belfry.db")), store);
    QCOMPARE(QDir(data()).entryList(QDir::Files), before);
}

void BackupTest::refusesWhileAServerRuns()
{
    QCOMPARE(backUp().exitCode, 0);
    const Finished restored = restore();
    QCOMPARE(restored.exitCode, 1);
    QVERIFY2(restored.errors.contains("stop it"), restored.errors);
    QCOMPARE(statusWith(m_ann), 200);
}

void BackupTest::leavesTheOldOrTheNewWhereItIsCutOff()
{
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    QVERIFY(m_server->trigger(m_ann, toAll) == 2);
    m_server->kill();
    int cutOff = 0;
    for (int round = 0; round < 20; ++round) {
        QProcess process;
        process.start(QStringLiteral(BELFRY_PROGRAM),
                      {QStringLiteral("restore"), file(), QStringLiteral("--data"), data()});
        QVERIFY(process.waitForStarted());
        process.waitForFinished(3 * round + 5);
        cutOff += process.state() != QProcess::NotRunning ? 1 : 0;
        process.kill();
        process.waitForFinished();
        const Finished checked = onData(QStringLiteral("check"));
        QVERIFY2(checked.exitCode == 0, checked.errors);
        QVERIFY2(checked.output.contains(" 1 entries") || checked.output.contains(" 2 entries"), checked.output);
    }
    qInfo("%d of 20 were cut off", cutOff);
    QVERIFY(m_server->start());
    QCOMPARE(statusWith(m_ann), 200);
    QCOMPARE(m_server->stop(), 0);
    QCOMPARE(restore().exitCode, 0);
}

void BackupTest::aRefusedStoreSaysWhatToDo_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QByteArray>("advice");
    for (const char* fault : {"garbage", "page", "end"})
        QTest::newRow(fault) << QString::fromLatin1(fault) << QByteArray("belfry restore");
    QTest::newRow("newer") << QStringLiteral("newer") << QByteArray("Run that version");
}

void BackupTest::aRefusedStoreSaysWhatToDo()
{
    QFETCH(QString, fault);
    QFETCH(QByteArray, advice);
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    QCOMPARE(m_server->stop(), 0);
    const QString path = data() + QStringLiteral("/belfry.db");
    if (fault == u"garbage")
        scribble(path, 0, 100);
    else if (fault == u"page")
        scribble(path, 5 * 4096, 4096);
    else if (fault == u"end")
        QVERIFY(QFile::resize(path, QFileInfo(path).size() - 8192));
    else
        scribble(path, 60, 4); // the schema's number in SQLite's head
    const QByteArray store = allOf(path);
    const QStringList files = QDir(data()).entryList(QDir::Files);
    for (const char* command : {"serve --listen 127.0.0.1:0", "user list", "token list ann"}) {
        const Finished refused = onData(QString::fromLatin1(command));
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.errors.contains(advice) && refused.errors.count('\n') == 1, refused.errors);
        QVERIFY(allOf(path) == store);
        QCOMPARE(QDir(data()).entryList(QDir::Files), files);
    }
    const bool isNewer = fault == u"newer";
    QCOMPARE(restore().exitCode, isNewer ? 1 : 0); // what a newer one holds is not thrown out by an older
    QCOMPARE(allOf(path) == store, isNewer);
    QCOMPARE(onData(QStringLiteral("check")).exitCode, isNewer ? 1 : 0);
}

void BackupTest::withoutRoomAllStaysAsItWas()
{
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(backUp().exitCode, 0);
    QVERIFY(m_server->trigger(m_ann, toAll) == 2);
    QCOMPARE(m_server->stop(), 0);
    const QStringList files = QDir(data()).entryList(QDir::Files);
    // No file may be as long as a store: the same error path as a disk without room.
    const auto withoutRoom = [this](const QString& words) {
        return runProgram(QStringLiteral("sh"),
                          {QStringLiteral("-c"), QStringLiteral("trap '' XFSZ; ulimit -f 100; exec %1 %2 --data %3")
                                                     .arg(QStringLiteral(BELFRY_PROGRAM), words, data())});
    };
    const Finished restored = withoutRoom(QStringLiteral("restore ") + file());
    QCOMPARE(restored.exitCode, 1);
    QVERIFY2(restored.errors.count('\n') == 1, restored.errors);
    QCOMPARE(QDir(data()).entryList(QDir::Files), files);
    const Finished again = withoutRoom(QStringLiteral("backup %1-again").arg(file()));
    QCOMPARE(again.exitCode, 1);
    QCOMPARE(QDir(data()).entryList(QDir::Files), files);
    QVERIFY(QDir(m_files.path()).entryList({QStringLiteral("*again*")}, QDir::Files).isEmpty());
    QVERIFY(onData(QStringLiteral("check")).output.contains(" 2 entries"));
}

void BackupTest::checkFindsWhatIsWrong_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("a page") << QStringLiteral("page") << QByteArray("damaged");
    QTest::newRow("the end") << QStringLiteral("end") << QByteArray("its end is missing");
    QTest::newRow("the signing key") << QStringLiteral("signing.key") << QByteArray("signing.key");
    QTest::newRow("the certificate") << QStringLiteral("tls.crt") << QByteArray("tls.crt");
    QTest::newRow("rights") << QStringLiteral("rights") << QByteArray("open to others");
}

void BackupTest::checkFindsWhatIsWrong()
{
    QFETCH(QString, what);
    QFETCH(QByteArray, says);
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(m_server->stop(), 0);
    const QString store = data() + QStringLiteral("/belfry.db");
    if (what == u"page")
        scribble(store, 5 * 4096, 4096);
    else if (what == u"end")
        QVERIFY(QFile::resize(store, QFileInfo(store).size() - 8192));
    else if (what == u"rights")
        QVERIFY(QFile::setPermissions(store, QFileDevice::ReadOwner | QFileDevice::ReadOther));
    else
        scribble(data() + u'/' + what, 0, 40);
    const Finished checked = onData(QStringLiteral("check"));
    QCOMPARE(checked.exitCode, 1);
    QVERIFY2(checked.errors.contains(says), checked.errors);
    QVERIFY(checked.output.isEmpty());
}

void BackupTest::checkLooksAtABackup_data()
{
    QTest::addColumn<bool>("isBackup");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QByteArray>("says");
    for (const bool isBackup : {false, true}) {
        const char* kind = isBackup ? "a backup's" : "a store's";
        QTest::addRow("%s message", kind)
            << isBackup << QStringLiteral("message") << QByteArray("entries of the log are not as they were stored");
        QTest::addRow("%s page", kind) << isBackup << QStringLiteral("page") << QByteArray("damaged");
    }
    QTest::newRow("no backup") << true << QStringLiteral("text") << QByteArray("is no backup");
    QTest::newRow("a store") << true << QStringLiteral("store") << QByteArray("is no backup");
    QTest::newRow("missing") << true << QStringLiteral("missing") << QByteArray("no such file");
    QTest::newRow("rights") << true << QStringLiteral("rights") << QByteArray("open to others");
}

void BackupTest::checkLooksAtABackup()
{
    QFETCH(bool, isBackup);
    QFETCH(QString, what);
    QFETCH(QByteArray, says);
    QVERIFY(m_server->trigger(m_ann, R"({"user_id":"all","title":"Lunch at noon"})") == 1);
    QCOMPARE(backUp().exitCode, 0);
    QCOMPARE(m_server->stop(), 0);
    const QString path = isBackup ? file() : data() + QStringLiteral("/belfry.db");
    const auto check = [&] {
        return isBackup ? ran(QStringLiteral("check ") + file()) : onData(QStringLiteral("check"));
    };
    const Finished sound = check();
    QVERIFY2(sound.exitCode == 0, sound.errors);
    QVERIFY2(sound.output.contains(" 1 entries, 1 accounts"), sound.output);
    if (what == u"message") {
        const qsizetype at = allOf(path).indexOf("Lunch at noon");
        QVERIFY(at > 0);
        scribble(path, at, 1);
    } else if (what == u"page") {
        scribble(path, 5 * 4096, 4096);
    } else if (what == u"text") {
        QFile text(path);
        QVERIFY(text.open(QIODevice::WriteOnly | QIODevice::Truncate) && text.write("Dear diary") > 0);
    } else if (what == u"store") {
        QVERIFY(QFile::remove(path) && QFile::copy(data() + QStringLiteral("/belfry.db"), path));
    } else if (what == u"missing") {
        QVERIFY(QFile::remove(path));
    } else {
        QVERIFY(QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::ReadOther));
    }
    const Finished checked = check();
    QCOMPARE(checked.exitCode, 1);
    QVERIFY2(checked.errors.contains(says), checked.errors);
    QVERIFY(checked.output.isEmpty());
    QVERIFY(QDir(m_files.path()).entryList(QDir::Files | QDir::Hidden).size() <= 1); // nothing beside it
}

void BackupTest::brokenOffItLeavesNothing_data()
{
    QTest::addColumn<bool>("isRunning");
    QTest::newRow("beside a server") << true;
    QTest::newRow("without one") << false;
}

void BackupTest::brokenOffItLeavesNothing()
{
    QFETCH(bool, isRunning);
    sendMany(800); // 13 MB
    if (!isRunning)
        QCOMPARE(m_server->stop(), 0);
    const QStringList files = QDir(data()).entryList(QDir::Files | QDir::Hidden | QDir::System);
    int cutOff = 0;
    for (int round = 0; round < 20; ++round) {
        QProcess process;
        process.start(QStringLiteral(BELFRY_PROGRAM),
                      {QStringLiteral("backup"), file(), QStringLiteral("--data"), data()});
        QVERIFY(process.waitForStarted());
        process.waitForFinished(5 * round + 5);
        cutOff += process.state() != QProcess::NotRunning ? 1 : 0;
        if (round % 2 == 0)
            process.terminate();
        else
            process.kill();
        process.waitForFinished();
        const QStringList left = QDir(m_files.path()).entryList(QDir::Files | QDir::Hidden);
        QVERIFY2(left.isEmpty() || left == QStringList{QStringLiteral("monday")}, qPrintable(left.join(u' ')));
        QFile::remove(file());
        QStringList now = QDir(data()).entryList(QDir::Files | QDir::Hidden | QDir::System);
        for (const char* name : {"belfry.db-wal", "belfry.db-shm"}) // come and go with who reads
            now.removeAll(QString::fromLatin1(name));
        for (const QString& name : now)
            QVERIFY2(files.contains(name), qPrintable(name));
    }
    qInfo("%d of 20 were cut off", cutOff);
    // Nobody copies for one who has gone: the next one is not told to wait for long.
    QTRY_COMPARE_WITH_TIMEOUT(onData(QStringLiteral("backup --overwrite ") + file()).exitCode, 0, 20'000);
    const Finished checked = ran(QStringLiteral("check ") + file());
    QVERIFY2(checked.output.contains(" 800 entries"), checked.output + checked.errors);
}

void BackupTest::whatOlderVersionsLeftIsRemoved()
{
    const QString left = data() + QStringLiteral("/belfry.db.copy-0b7e");
    QFile copy(left);
    QVERIFY(copy.open(QIODevice::WriteOnly) && copy.write("half") == 4);
    copy.close();
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(QFile::exists(left));
    QVERIFY(m_server->start());
    QVERIFY(!QFile::exists(left));
}

// A service has its store, root the place for backups: neither may what the other may.
void BackupTest::isWrittenWithTheCallersRights()
{
#ifdef Q_OS_UNIX
    if (::geteuid() != 0)
        QSKIP("only root has rights of others");
    constexpr uid_t nobody = 65534;
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(QDir().mkpath(data()));
    QCOMPARE(::chown(data().toUtf8().constData(), nobody, nobody), 0);
    QVERIFY2(m_server->start(), m_server->log()); // becomes the directory's owner
    QCOMPARE(m_server->addUser(QStringLiteral("ann"), QStringLiteral("admin")), 1);
    m_ann = m_server->token(QStringLiteral("ann"));
    QVERIFY(m_server->trigger(m_ann, toAll) == 1);
    QCOMPARE(QFileInfo(data() + QStringLiteral("/belfry.db")).ownerId(), nobody);
    QVERIFY(QFileInfo(m_files.path()).ownerId() == 0 && (QFileInfo(m_files.path()).permissions() & 0x0077) == 0);
    for (const bool isRunning : {true, false}) {
        if (!isRunning)
            QCOMPARE(m_server->stop(), 0);
        const Finished made = onData(QStringLiteral("backup --overwrite ") + file());
        QVERIFY2(made.exitCode == 0, made.errors);
        QCOMPARE(QFileInfo(file()).ownerId(), 0U);
        QCOMPARE(QFileInfo(file()).permissions() & 0x0077, QFileDevice::Permissions());
        QVERIFY(ran(QStringLiteral("check ") + file()).output.contains(" 1 entries"));
        for (const QFileInfo& one : QDir(data()).entryInfoList(QDir::Files))
            QVERIFY2(one.ownerId() == nobody, qPrintable(one.fileName()));
    }
    // And not more than the caller's: what nobody may not write, nobody's command does not.
    const Finished refused =
        runProgram(QStringLiteral("setpriv"),
                   {QStringLiteral("--reuid=65534"), QStringLiteral("--regid=65534"), QStringLiteral("--clear-groups"),
                    QStringLiteral(BELFRY_PROGRAM), QStringLiteral("backup"), file() + QStringLiteral("-2"),
                    QStringLiteral("--data"), data()});
    QVERIFY2(refused.exitCode != 0, refused.errors);
    QVERIFY(!QFile::exists(file() + QStringLiteral("-2")));
#else
    QSKIP("nobody becomes somebody else here");
#endif
}

void BackupTest::whatIsRemovedIsNotPaidFor()
{
    sendMany(600);
    QVERIFY(storeBytes() > 9'000'000);
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start({QStringLiteral("--retention-count"), QStringLiteral("20")}));
    QTRY_VERIFY2_WITH_TIMEOUT(storeBytes() < 2'000'000, qPrintable(QString::number(storeBytes())), 30'000);
    QVERIFY(m_server->trigger(m_ann, toAll) > 0);
    QCOMPARE(backUp().exitCode, 0);
    QVERIFY(QFileInfo(file()).size() < 1'000'000);
    QCOMPARE(allOf(file()).mid(36, 4), QByteArray(4, '\0')); // SQLite's head: how many pages are free
    const Finished checked = onData(QStringLiteral("check"));
    QVERIFY2(checked.exitCode == 0, checked.errors);
}

void BackupTest::compactBringsAnOlderStoreToIt_data()
{
    QTest::addColumn<bool>("isRunning");
    QTest::newRow("beside a server") << true;
    QTest::newRow("without one") << false;
}

void BackupTest::compactBringsAnOlderStoreToIt()
{
    QFETCH(bool, isRunning);
    sendMany(600);
    QCOMPARE(m_server->stop(), 0);
    const QString path = data() + QStringLiteral("/belfry.db");
    {
        sqlite3* db = nullptr; // what stores were before
        QCOMPARE(sqlite3_open(path.toUtf8().constData(), &db), SQLITE_OK);
        QCOMPARE(sqlite3_exec(db, "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM", nullptr, nullptr,
                              nullptr),
                 SQLITE_OK);
        sqlite3_close(db);
    }
    QVERIFY(m_server->start({QStringLiteral("--retention-count"), QStringLiteral("20")}));
    QTRY_COMPARE_WITH_TIMEOUT(listed(m_ann).size(), 20, 20'000);
    QVERIFY(storeBytes() > 9'000'000);
    if (!isRunning)
        QCOMPARE(m_server->stop(), 0);
    const Finished compacted = onData(QStringLiteral("compact"));
    QVERIFY2(compacted.exitCode == 0, compacted.errors);
    QVERIFY2(compacted.output.contains("bytes long"), compacted.output);
    QTRY_VERIFY2_WITH_TIMEOUT(storeBytes() < 1'500'000, qPrintable(QString::number(storeBytes())), 20'000);
    const Finished checked = onData(QStringLiteral("check"));
    QVERIFY2(checked.exitCode == 0, checked.errors);
    if (!isRunning)
        QVERIFY(m_server->start());
    const qint64 next = m_server->trigger(m_ann, toAll);
    QVERIFY(next == 601);
    // From now on by itself.
    QCOMPARE(onData(QStringLiteral("compact")).exitCode, 0);
    sendMany(300);
    QVERIFY2(QFileInfo(path).size() < 6'000'000, qPrintable(QString::number(QFileInfo(path).size())));
    QCOMPARE(onData(QStringLiteral("check")).exitCode, 0);
}

QTEST_GUILESS_MAIN(BackupTest)
#include "tst_backup.moc"
