// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/client.h"
#include "scripted_server.h"

#include <QFutureWatcher>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::client;

namespace {

QByteArray members(const char* title)
{
    return QByteArray("\"title\":\"") + title + "\",\"sender\":{\"id\":7,\"name\":\"ops\"}";
}

QString token()
{
    const auto part = [](const QByteArray& json) {
        return QString::fromLatin1(json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
    };
    return part("{\"alg\":\"HS256\"}") + u'.' +
           part("{\"sub\":\"3\",\"user_id\":3,\"exp\":4100000000,\"iat\":4000000000}") + QStringLiteral(".c2ln");
}

template <class T> bool settle(const QFuture<T>& future)
{
    return QTest::qWaitFor([&future] { return future.isFinished(); });
}

} // namespace

/// The facade with its threads: every call returns at once, answers come by futures and signals, in the creator's
/// thread.
class TestClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bringsALiveMessageIntoTheHistory()
    {
        QTemporaryDir dir;
        ScriptedServer server;
        Client client(dir.filePath(QStringLiteral("new/desk")), QStringLiteral("test"));
        QSignalSpy started(&client, &Client::started);
        QSignalSpy arrived(&client, &Client::arrived);
        QSignalSpy unread(&client, &Client::unreadChanged);
        client.start();
        QVERIFY(started.wait());
        QCOMPARE(client.status().state, LinkState::NoConnection);
        client.useOwnServer(server.address(), server.id, QStringLiteral("here"), 3, QStringLiteral("ann"), token());
        QTRY_COMPARE(client.status().state, LinkState::Live);
        QCOMPARE(client.connections().size(), 1);
        server.send(ScriptedServer::notification(1, members("one")));
        QTRY_COMPARE(arrived.size(), 1);
        QTRY_COMPARE(client.unread(), 1);
        const QFuture<RowPage> page = client.rows({});
        QVERIFY(settle(page));
        QCOMPARE(page.result().rows.size(), 1);
        const RowId rowId = page.result().rows.first().rowId;
        client.markRead({rowId});
        QTRY_COMPARE(client.unread(), 0);
        QTRY_COMPARE(server.count("POST /api/notifications/read/"), 1);
        client.deleteRows({rowId});
        const QFuture<Row> row = client.row(rowId);
        QVERIFY(settle(row));
        client.undoDelete();
        const QFuture<QStringList> categories = client.categories();
        QVERIFY(settle(categories));
        const QFuture<Result<int>> test = client.sendTest();
        QVERIFY(settle(test));
    }

    void manyAreDeletedAndComeBack()
    {
        constexpr int many = 3100; // more than one part
        QTemporaryDir dir;
        ScriptedServer server;
        Client client(dir.path(), QStringLiteral("test"));
        client.start();
        client.useOwnServer(server.address(), server.id, QStringLiteral("here"), 3, QStringLiteral("ann"), token());
        QTRY_COMPARE(client.status().state, LinkState::Live);
        QByteArray all;
        for (int number = 1; number <= many; ++number)
            all += ScriptedServer::notification(number, members("one of many"));
        server.send(all);
        QTRY_COMPARE_WITH_TIMEOUT(client.unread(), many, 60'000);
        client.deleteMatching({});
        QTRY_COMPARE_WITH_TIMEOUT(client.unread(), 0, 60'000);
        server.send(ScriptedServer::notification(many + 1, members("one more")));
        QTRY_COMPARE(client.unread(), 1);
        client.undoDelete();
        QTRY_COMPARE_WITH_TIMEOUT(client.unread(), many + 1, 60'000);
    }

    void historyKeepsItsDirectoryToItself()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("desk"));
        {
            Client client(path, QStringLiteral("test"));
            QSignalSpy started(&client, &Client::started);
            client.start();
            QVERIFY(started.wait());
        }
        const QFileDevice::Permissions others =
            QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
        QVERIFY(!(QFile::permissions(path) & others));
        QVERIFY(!(QFile::permissions(path + QStringLiteral("/inbox.db")) & others));
        QVERIFY(!(QFile::permissions(path + QStringLiteral("/connections.json")) & others));
    }

    void tellsWhatIsAtAnAddress()
    {
        QTemporaryDir dir;
        ScriptedServer server;
        Client client(dir.path(), QStringLiteral("test"));
        client.start();
        const auto found = client.probe(server.address(), true);
        QVERIFY(settle(found));
        QVERIFY(found.result());
        QCOMPARE(found.result()->connection.serverName, QStringLiteral("office"));
        server.goAway();
        const auto nothing = client.probe(server.address(), true);
        QVERIFY(settle(nothing));
        QVERIFY(!nothing.result());
        QVERIFY(nothing.result().error().message.find("127.0.0.1") != std::string::npos);
    }

    void goesAwayInTheMiddleOfEverything()
    {
        QTemporaryDir dir;
        ScriptedServer server;
        for (int round = 0; round < 20; ++round) {
            QFuture<RowPage> page;
            {
                Client client(dir.path(), QStringLiteral("test"));
                client.start();
                client.useOwnServer(server.address(), server.id, QStringLiteral("here"), 3, QStringLiteral("ann"),
                                    token());
                page = client.rows({});
                (void)client.probe(server.address(), true);
                client.markAllRead();
                QTest::qWait(round);
            }
            QVERIFY(page.isFinished()); // answered or broken off, never left hanging
        }
    }
};

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
