// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"

#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTcpSocket>
#include <QTest>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

using namespace belfry::test;

namespace {

/// Triggers over one kept connection until the server is gone; notes what was answered with 200.
class Sender
{
public:
    Sender(quint16 port, const QByteArray& token) : m_thread([this, port, token] { run(port, token); }) {}
    ~Sender() { join(); }

    void join()
    {
        if (m_thread.joinable())
            m_thread.join();
    }
    int answered() const { return m_answered; }
    const std::vector<qint64>& ids() const { return m_ids; }

private:
    void run(quint16 port, const QByteArray& token)
    {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        const QByteArray body = R"({"user_id":1,"title":"storm"})";
        const QByteArray request =
            "POST /api/notifications/trigger/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token +
            "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
            body;
        static const QRegularExpression id(QStringLiteral("\"id\":(\\d+)"));
        QByteArray answer;
        while (socket.waitForConnected(5000) || socket.state() == QTcpSocket::ConnectedState) {
            socket.write(request);
            answer.clear();
            while (!answer.endsWith('}')) {
                if (!socket.waitForReadyRead(5000))
                    return;
                answer += socket.readAll();
            }
            if (!answer.startsWith("HTTP/1.1 200"))
                return;
            m_ids.push_back(id.match(QString::fromLatin1(answer)).captured(1).toLongLong());
            ++m_answered;
        }
    }

    std::vector<qint64> m_ids;
    std::atomic<int> m_answered{0};
    std::thread m_thread; // last: it uses the others
};

/// A server on a disk of a few megabytes: a file system of its own in a namespace of its own, in which a shell does
/// what it is told. Where no such namespace can be made, `whyNot` has a sentence.
class SmallDisk
{
public:
    SmallDisk()
    {
        m_shell.setProcessChannelMode(QProcess::MergedChannels);
        m_shell.start(QStringLiteral("unshare"),
                      {QStringLiteral("-rm"), QStringLiteral("sh"), QStringLiteral("-c"),
                       QStringLiteral("mount -t tmpfs -o size=6m,mode=0700 tmpfs \"$0\" && cd \"$0\" && exec sh -s"),
                       m_directory.path()});
        if (m_shell.waitForStarted() && run("echo ready") != "ready")
            whyNot = "no mount in a user namespace: " + said;
        else if (m_shell.state() == QProcess::NotRunning)
            whyNot = "unshare cannot be run";
    }
    ~SmallDisk()
    {
        run("kill $!; wait $!");
        m_shell.closeWriteChannel();
        m_shell.waitForFinished();
    }
    /// Runs a line in the shell; its first line on stdout, once it has ended.
    QByteArray run(const QByteArray& line)
    {
        m_shell.write(line + " 2>>log; echo; echo .\n");
        said.clear();
        QByteArray first;
        while (m_shell.canReadLine() || m_shell.waitForReadyRead(20'000)) {
            if (!m_shell.canReadLine())
                continue;
            const QByteArray got = m_shell.readLine().trimmed();
            if (got == ".")
                return first;
            said += got;
            if (first.isEmpty())
                first = got;
        }
        return {};
    }
    /// Starts the server; its port, 0 where it does not.
    quint16 serve()
    {
        run(BELFRY_PROGRAM " serve --data data --listen 127.0.0.1:0 --ping-interval 1 > out 2> /dev/null &");
        for (int tries = 0; tries < 200; ++tries) {
            const QByteArray line = run("grep listening out");
            if (!line.isEmpty())
                return line.mid(line.lastIndexOf(':') + 1).toUShort();
            QTest::qWait(25);
        }
        return 0;
    }

    QByteArray whyNot;
    QByteArray said;

private:
    QTemporaryDir m_directory;
    QProcess m_shell;
};

std::string requestOf(const char* method, const char* path, const QByteArray& token, const std::string& body = {})
{
    return std::string(method) + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
           token.toStdString() + "\r\n" +
           (body.empty()
                ? std::string()
                : "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
           "\r\n" + body;
}

} // namespace

/// What was answered with 200 is there, whatever happens to the process.
class DurabilityTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void killedInAStormNothingAnsweredIsLost();
    void aFullDiskIsSaidAndGotOver();
};

void DurabilityTest::killedInAStormNothingAnsweredIsLost()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));

    QList<qint64> answered;
    qint64 newest = 0;
    for (int round = 0; round < 50; ++round) {
        std::vector<std::unique_ptr<Sender>> senders;
        for (int i = 0; i < 4; ++i)
            senders.push_back(std::make_unique<Sender>(server.port(), token));
        QTRY_VERIFY_WITH_TIMEOUT(senders.front()->answered() > 3 + 7 * round % 40, 20'000);
        server.kill();
        const qint64 before = newest;
        for (auto& sender : senders) {
            sender->join();
            qint64 last = before;
            for (const qint64 id : sender->ids()) {
                QVERIFY(id > last); // above all of the rounds before
                last = id;
            }
            newest = std::max(newest, last);
            answered.append(QList<qint64>(sender->ids().begin(), sender->ids().end()));
        }
        QVERIFY2(server.start(), server.log());
    }

    QVERIFY(answered.size() > 50 * 4);
    QCOMPARE(checkFaults(server), QByteArray());

    QProcess curl;
    curl.start(QStringLiteral("curl"),
               {QStringLiteral("-sN"), QStringLiteral("-H"), QStringLiteral("Last-Event-ID: 0"),
                server.url() + QStringLiteral("/api/notifications/sse/?token=") + QString::fromLatin1(token)});
    QByteArray stream;
    const auto isCaughtUp = [&] {
        curl.waitForReadyRead(10);
        stream += curl.readAllStandardOutput();
        return stream.contains("event: ping");
    };
    QTRY_VERIFY_WITH_TIMEOUT(isCaughtUp(), 20'000);
    curl.kill();
    curl.waitForFinished();
    stream.truncate(stream.indexOf("event: ping")); // it repeats the newest number

    QSet<qint64> replayed;
    qint64 last = 0;
    for (const QByteArray& line : stream.split('\n')) {
        if (!line.startsWith("id: "))
            continue;
        const qint64 id = line.mid(4).toLongLong();
        QVERIFY(id > last);
        last = id;
        replayed.insert(id); // once: they rise
    }
    qInfo("%d answered with 200, %d replayed", int(answered.size()), int(replayed.size()));
    QCOMPARE(QSet<qint64>(answered.begin(), answered.end()).size(), answered.size());
    for (const qint64 id : answered)
        QVERIFY2(replayed.contains(id), qPrintable(QString::number(id)));
}

void DurabilityTest::aFullDiskIsSaidAndGotOver()
{
    SmallDisk disk;
    if (!disk.whyNot.isEmpty())
        QSKIP(("NOT TESTED: a full disk over the wire, for there is " + disk.whyNot).constData());
    disk.run("echo correct horse | " BELFRY_PROGRAM " user add ann --role admin --password-stdin --data data");
    const QByteArray token = disk.run(BELFRY_PROGRAM " token create ann --data data");
    const quint16 port = disk.serve();
    QVERIFY(port > 0);

    RawClient stream(port);
    stream.send(requestOf("GET", "/api/notifications/sse/", token));
    QVERIFY(statusOf(stream.readUntil("event: ping")) == 200);
    RawClient client(port);
    const auto sent = [&](const std::string& title) {
        client.send(
            requestOf("POST", "/api/notifications/trigger/", token,
                      "{\"user_id\":1,\"title\":\"" + title + "\",\"message\":\"" + std::string(4000, 'm') + "\"}"));
        return client.readResponse();
    };
    const auto statusOfGet = [&](const char* path) {
        client.send(requestOf("GET", path, token));
        return statusOf(client.readResponse());
    };
    for (int i = 0; i < 20; ++i)
        QCOMPARE(statusOf(sent("before " + std::to_string(i) + ';')), 200);
    QVERIFY(stream.readUntil("before 19;").find("before 0;") != std::string::npos);

    disk.run("cat /dev/zero > ballast");
    std::string refused;
    int taken = 0; // into what room the write-ahead log had
    while (statusOf(refused = sent("full " + std::to_string(taken) + ';')) == 200 && taken < 2000)
        ++taken;
    QCOMPARE(statusOf(refused), 507);
    QVERIFY2(bodyOf(refused).find("\"code\":\"") != std::string::npos, bodyOf(refused).c_str());
    for (int i = 0; i < 5; ++i)
        QCOMPARE(statusOf(sent("refused;")), 507);
    QCOMPARE(statusOfGet("/healthz"), 503);
    QCOMPARE(statusOfGet("/api/notifications/"), 200);
    const std::string meanwhile = stream.readUntil("event: ping");
    QVERIFY(!stream.isClosed());
    QVERIFY(meanwhile.find("refused;") == std::string::npos);
    RawClient another(port); // who comes now gets the past, too
    another.send(requestOf("GET", "/api/notifications/sse/?last_event_id=0", token));
    QVERIFY(another.readUntil("event: ping").find("before 19;") != std::string::npos);

    disk.run("rm ballast");
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(sent("after;")), 200, 20'000);
    for (RawClient* one : {&stream, &another}) {
        const std::string rest = one->readUntil("after;");
        QVERIFY(rest.find("after;") != std::string::npos && rest.find("refused;") == std::string::npos);
    }
    QTRY_COMPARE(statusOfGet("/healthz"), 200);
    const QByteArray checked = disk.run(BELFRY_PROGRAM " check --data data");
    QVERIFY2(checked.contains("is whole"), checked);
}

QTEST_GUILESS_MAIN(DurabilityTest)
#include "tst_durability.moc"
