// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"
#include "witness.h"

#include <QTest>

#include <sys/resource.h>

#include <vector>

using namespace belfry::test;

namespace {

bool raiseOpenFiles(rlim_t wanted)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, wanted));
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

} // namespace

/// What a stream costs on which nothing happens: counted on the running server, plain and TLS.
class IdleStreamsTest : public QObject
{
    Q_OBJECT
private:
    void open(Transport transport, int count)
    {
        for (int i = 0; i < count; ++i) {
            m_streams.emplace_back(m_server->port(), "127.0.0.1", 0, nullptr, transport);
            m_streams.back().send(requestOf("GET", "/api/notifications/sse/", m_token));
        }
        for (auto stream = m_streams.end() - count; stream != m_streams.end(); ++stream)
            QVERIFY(stream->readUntil("event: ping").ends_with("event: ping"));
    }

    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_token;
    std::vector<RawClient> m_streams;

private Q_SLOTS:
    void init();
    void cleanup();
    void holdLittleMemory_data();
    void holdLittleMemory();
    void getPingsOf41Bytes();
};

void IdleStreamsTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(m_server->start({QStringLiteral("--ping-interval"),
                             QString::fromLatin1(QTest::currentTestFunction()).contains(QLatin1String("Pings"))
                                 ? QStringLiteral("1")
                                 : QStringLiteral("60")}));
    m_server->addUser(QStringLiteral("ann"), QStringLiteral("receiver"));
    m_token = m_server->token(QStringLiteral("ann"));
}

void IdleStreamsTest::cleanup()
{
    m_streams.clear();
    m_server.reset();
}

void IdleStreamsTest::holdLittleMemory_data()
{
    QTest::addColumn<Transport>("transport");
    QTest::addColumn<int>("streams");
    QTest::addColumn<int>("mostBytes");
    QTest::newRow("plain") << Transport::Plain << 2000 << 1229;
    QTest::newRow("TLS") << Transport::Tls << 500 << 17 * 1024;
}

void IdleStreamsTest::holdLittleMemory()
{
    QFETCH(Transport, transport);
    QFETCH(int, streams);
    QFETCH(int, mostBytes);
    if (!raiseOpenFiles(rlim_t(streams) + 400))
        QSKIP("this system lets a process open too few files");
    open(transport, 250); // what the first ones bring into memory is not theirs
    const qint64 before = m_server->residentBytes();
    open(transport, streams);
    const qint64 each = (m_server->residentBytes() - before) / streams;
    qInfo("%lld bytes a stream", static_cast<long long>(each));
    QVERIFY2(each <= mostBytes, qPrintable(QString::number(each)));
}

void IdleStreamsTest::getPingsOf41Bytes()
{
    RawClient stream(m_server->port(), "127.0.0.1", 0, nullptr, Transport::Plain);
    stream.send(requestOf("GET", "/api/notifications/sse/", m_token));
    stream.readUntil("\r\n\r\n");
    stream.readUntil("\n\n\r\n"); // live
    const std::string ping = stream.readUntil("\n\n\r\n");
    QCOMPARE(ping, std::string("23\r\nevent: ping\ndata: {\"type\":\"ping\"}\n\n\r\n"));
    QCOMPARE(ping.size(), std::size_t(41));
}

QTEST_GUILESS_MAIN(IdleStreamsTest)
#include "tst_idle_streams.moc"
