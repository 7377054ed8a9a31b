// SPDX-License-Identifier: GPL-3.0-or-later
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

} // namespace

/// What was answered with 200 is there, whatever happens to the process.
class DurabilityTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void killedInAStormNothingAnsweredIsLost();
};

void DurabilityTest::killedInAStormNothingAnsweredIsLost()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));

    QList<qint64> answered;
    for (int round = 0; round < 8; ++round) {
        std::vector<std::unique_ptr<Sender>> senders;
        for (int i = 0; i < 4; ++i)
            senders.push_back(std::make_unique<Sender>(server.port(), token));
        QTRY_VERIFY_WITH_TIMEOUT(senders.front()->answered() > 20 + 13 * round, 20'000);
        server.kill();
        for (auto& sender : senders) {
            sender->join();
            answered.append(QList<qint64>(sender->ids().begin(), sender->ids().end()));
        }
        QVERIFY2(server.start(), server.log());
    }

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

    QSet<qint64> replayed;
    qint64 last = 0;
    for (const QByteArray& line : stream.split('\n')) {
        if (!line.startsWith("id: "))
            continue;
        const qint64 id = line.mid(4).toLongLong();
        QVERIFY(id > last);
        last = id;
        replayed.insert(id);
    }
    QCOMPARE(QSet<qint64>(answered.begin(), answered.end()).size(), answered.size());
    for (const qint64 id : answered)
        QVERIFY2(replayed.contains(id), qPrintable(QString::number(id)));
}

QTEST_GUILESS_MAIN(DurabilityTest)
#include "tst_durability.moc"
