// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <sqlite3.h>

using namespace belfry::test;

namespace {

/// Looks into, or changes, the store of a server that is stopped. @return the first column of the first row
qint64 inStore(const ServerProcess& server, const char* sql)
{
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    qint64 value = -1;
    if (sqlite3_open(QFile::encodeName(server.directory() + QStringLiteral("/belfry.db")).constData(), &db) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

Finished onData(const ServerProcess& server, const char* command, const QByteArray& input = {})
{
    return runBelfry(QString::fromLatin1(command).split(QLatin1Char(' ')) +
                         QStringList{QStringLiteral("--data"), server.directory()},
                     input);
}

} // namespace

/// What is kept is kept: until its time or its number has come, whoever looks at the store and whatever people do.
class RetentionTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aCommandRemovesNothing();
    void theStoreRemembersWhatItWasTold();
    void checkKnowsWhatRetentionLeaves();
    void aCallMarks500AtMost();
    void aPersonsChangesAreLimited();
};

void RetentionTest::aCommandRemovesNothing()
{
    ServerProcess server;
    const QStringList years{QStringLiteral("--retention-days"), QStringLiteral("3650")};
    QVERIFY(server.start(years));
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));
    for (int i = 0; i < 3; ++i)
        QVERIFY(server.trigger(token, R"({"user_id":"all","title":"kept"})") > 0);
    QCOMPARE(server.stop(), 0);
    inStore(server, "UPDATE entries SET created_at = created_at - 200 * 86400000 WHERE seq < 3");
    inStore(server, "UPDATE settings SET value = value - 2 * 86400000 WHERE name = 'last_time'");
    const qint64 records = inStore(server, "SELECT count(*) FROM audit_log");

    for (const char* command : {"user list", "token list ann", "audit"}) {
        const Finished run = onData(server, command);
        QVERIFY2(run.exitCode == 0, run.errors);
        QCOMPARE(run.errors, QByteArray());
    }
    QCOMPARE(inStore(server, "SELECT count(*) FROM audit_log"), records); // looking leaves no record
    QCOMPARE(onData(server, "user passwd ann --password-stdin", "another one 77\n").exitCode, 0);
    QCOMPARE(inStore(server, "SELECT count(*) FROM entries"), 3);
    QCOMPARE(inStore(server, "SELECT count(*) FROM audit_log WHERE action = 'clock.set'"), 0);
    QCOMPARE(checkFaults(server), QByteArray());
}

void RetentionTest::theStoreRemembersWhatItWasTold()
{
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--retention-count"), QStringLiteral("5")}));
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));
    QCOMPARE(server.stop(), 0);
    QCOMPARE(inStore(server, "SELECT value FROM settings WHERE name = 'retention_count'"), 5);
    QCOMPARE(inStore(server, "SELECT value FROM settings WHERE name = 'retention_days'"), 90);
    // Started without the option it goes by what it was told.
    QVERIFY(server.start());
    const auto kept = [&] {
        const QByteArray list = server.request(token, {server.url() + QStringLiteral("/api/notifications/")});
        return QJsonDocument::fromJson(list)[QLatin1String("notifications")].toArray().size();
    };
    for (int i = 0; i < 12; ++i)
        QVERIFY(server.trigger(token, R"({"user_id":"all","title":"kept"})") > 0);
    QTRY_COMPARE(kept(), 5);
    QCOMPARE(server.stop(), 0);
    QVERIFY(server.start({QStringLiteral("--retention-count"), QStringLiteral("8")}));
    for (int i = 0; i < 12; ++i)
        QVERIFY(server.trigger(token, R"({"user_id":"all","title":"kept"})") > 0);
    QTRY_COMPARE(kept(), 8);
    QCOMPARE(checkFaults(server), QByteArray());
}

void RetentionTest::checkKnowsWhatRetentionLeaves()
{
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--retention-count"), QStringLiteral("10")}));
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    QVERIFY(server.addUser(QStringLiteral("bob"), QStringLiteral("receiver")) > 0);
    const QByteArray ann = server.token(QStringLiteral("ann"));
    const QByteArray bob = server.token(QStringLiteral("bob"));
    for (int i = 0; i < 8; ++i)
        QVERIFY(server.trigger(ann, R"({"user_id":"all","title":"first"})") > 0);
    int status = 0;
    server.request(bob,
                   {QStringLiteral("-d"), QStringLiteral("{\"ids\":[8]}"), QStringLiteral("-H"),
                    QStringLiteral("Content-Type: application/json"),
                    server.url() + QStringLiteral("/api/notifications/read/")},
                   &status);
    QCOMPARE(status, 200);
    for (int i = 0; i < 20; ++i)
        QVERIFY(server.trigger(ann, R"({"user_id":"all","title":"then"})") > 0);
    QCOMPARE(checkFaults(server), QByteArray()); // beside the server, too
    QCOMPARE(server.stop(), 0);
    QCOMPARE(checkFaults(server), QByteArray());
}

void RetentionTest::aCallMarks500AtMost()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));
    QVERIFY(server.trigger(token, R"({"user_id":"all","title":"one"})") > 0);
    for (const char* path : {"/api/notifications/read/", "/api/notifications/unread/"}) {
        for (const int count : {500, 501}) {
            QStringList ids;
            for (int id = 1; id <= count; ++id)
                ids += QString::number(id);
            int status = 0;
            const QByteArray answer = server.request(
                token,
                {QStringLiteral("-d"), QStringLiteral("{\"ids\":[%1]}").arg(ids.join(u',')), QStringLiteral("-H"),
                 QStringLiteral("Content-Type: application/json"), QString::fromLatin1(path)},
                &status);
            QCOMPARE(status, count > 500 ? 400 : 200);
            QCOMPARE(answer.contains("\"field\":\"ids\""), count > 500);
        }
    }
}

void RetentionTest::aPersonsChangesAreLimited()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    QVERIFY(server.addUser(QStringLiteral("bob"), QStringLiteral("receiver")) > 0);
    const QByteArray ann = server.token(QStringLiteral("ann"));
    const QByteArray bob = server.token(QStringLiteral("bob"));
    QVERIFY(server.trigger(ann, R"({"user_id":"all","title":"one"})") > 0);
    RawClient client(server.port());
    const auto toggle = [&](const QByteArray& token, bool isRead) {
        client.send("POST /api/notifications/" + std::string(isRead ? "read" : "unread") +
                    "/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token.toStdString() +
                    "\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ids\":[1]}");
        return client.readResponse();
    };
    int granted = 0;
    std::string refused;
    while (granted < 5000 && statusOf(refused = toggle(bob, granted % 2 == 0)) == 200)
        ++granted;
    QCOMPARE(statusOf(refused), 429);
    QVERIFY2(granted >= 1200, qPrintable(QString::number(granted))); // and what came back meanwhile
    QVERIFY(refused.find("Retry-After: ") != std::string::npos);
    QVERIFY(refused.find("too_many_changes") != std::string::npos);
    QCOMPARE(statusOf(toggle(ann, true)), 200); // another's are counted apart
    QCOMPARE(server.stop(), 0);
    QCOMPARE(inStore(server, "SELECT count(*) FROM entries"), 3); // the message, and what holds for each
    QCOMPARE(inStore(server, "SELECT value FROM settings WHERE name = 'floor'"), 0);
    QCOMPARE(checkFaults(server), QByteArray());
}

QTEST_GUILESS_MAIN(RetentionTest)
#include "tst_retention.moc"
