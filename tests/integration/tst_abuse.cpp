// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"
#include "witness.h"

#include <QTest>

#include <sys/resource.h>

#include <memory>
#include <thread>

using namespace belfry::test;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
#if defined(__SANITIZE_ADDRESS__)
constexpr qint64 sanitizers = 256 * mebibyte; // freed memory that AddressSanitizer keeps back
#elif defined(__SANITIZE_THREAD__)
constexpr qint64 sanitizers = 1024 * mebibyte; // what ThreadSanitizer remembers of each access
#else
constexpr qint64 sanitizers = 0;
#endif
const std::string streamPath = "/api/notifications/sse/";
const std::string triggerPath = "/api/notifications/trigger/";

bool mayOpen(rlim_t files)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max >= files;
}

std::ptrdiff_t openOnes(const std::vector<RawClient>& clients)
{
    return std::count_if(clients.begin(), clients.end(), [](const RawClient& client) { return !client.hasEnded(); });
}

} // namespace

/// People who misuse the server, beside others who do not: those get all they are sent, in order, and the server's
/// memory stays bounded. How fast is told, not judged.
class AbuseTest : public QObject
{
    Q_OBJECT
private:
    bool starts(const QStringList& options = {});
    /// The server's memory against what it was before the abuse.
    qint64 growth() const { return m_server->residentBytes() - m_residentBefore; }
    void report(const char* abuse)
    {
        qInfo("%s: %s; resident memory grew by %lld KiB", abuse, m_witness->figures().c_str(),
              static_cast<long long>(growth() / 1024));
    }

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<Witness> m_witness;
    QByteArray m_admin, m_reader;
    qint64 m_residentBefore = 0;

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void slowHeadersOfTwoThousand();
    void aCrowdOfStrangers();
    void readersThatNeverRead();
    void floodOfSignIns();
    void pipelinesWithoutAnEnd();
    void halfClosedConnections();
    void headersWithoutAnEnd();
    void noFilesLeft();
};

bool AbuseTest::starts(const QStringList& options)
{
    if (!m_server->start(options))
        return false;
    m_witness = std::make_unique<Witness>(*m_server, m_admin, m_reader, 2);
    if (!m_witness->isThere() || !m_witness->exchanges(50))
        return false;
    qInfo("undisturbed: %s", m_witness->figures().c_str());
    m_residentBefore = m_server->residentBytes();
    return true;
}

void AbuseTest::initTestCase()
{
    if (!mayOpen(5000))
        QSKIP("this system does not let a program open so many files");
    m_server = std::make_unique<ServerProcess>();
    QCOMPARE(m_server->addUser(QStringLiteral("ada"), QStringLiteral("admin")), 1);
    QCOMPARE(m_server->addUser(QStringLiteral("bob"), QStringLiteral("receiver")), 2);
    m_admin = m_server->token(QStringLiteral("ada"));
    m_reader = m_server->token(QStringLiteral("bob"));
}

void AbuseTest::cleanup()
{
    m_witness.reset();
    m_server->kill();
}

void AbuseTest::slowHeadersOfTwoThousand()
{
    QVERIFY(starts({QStringLiteral("--max-header-time"), QStringLiteral("3")}));
    std::vector<RawClient> slow;
    for (int i = 0; i < 2000; ++i) {
        slow.emplace_back(m_server->port());
        QVERIFY(slow.back().isConnected());
    }
    const std::string header = "GET /healthz HTTP/1.1\r\nX-Slow: ";
    for (int round = 0; round < 10; ++round) {
        for (RawClient& client : slow)
            client.send(header.substr(std::size_t(round), 1));
        QVERIFY(m_witness->exchanges(20));
    }
    report("2,000 slow headers");
    QVERIFY2(growth() < 24 * mebibyte + sanitizers, qPrintable(QString::number(growth())));
    // They are all sent away when their time is over.
    QTRY_COMPARE_WITH_TIMEOUT(m_server->metric("belfry_connections"), 3, 20'000); // the witness' two, and this one
    QVERIFY(m_witness->exchanges(5));
}

void AbuseTest::aCrowdOfStrangers()
{
    QVERIFY(starts({QStringLiteral("--max-connections"), QStringLiteral("80")}));
    std::vector<RawClient> crowd, known;
    for (int i = 0; i < 20; ++i)
        known.emplace_back(m_server->port());
    for (RawClient& client : known) {
        client.send(requestOf("GET", streamPath, m_reader));
        QVERIFY(client.readUntil("event: ping").ends_with("event: ping"));
    }
    qint64 slowest = 0;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 50; ++i) {
            crowd.emplace_back(m_server->port());
            crowd.back().send(i % 2 ? requestOf("GET", "/api/me/", "no.valid.token") : "GET /");
        }
        // One who is signed in loses his connection and comes back.
        const auto one = std::size_t(round);
        QElapsedTimer timer;
        timer.start();
        known[one] = RawClient(m_server->port());
        known[one].send(requestOf("GET", streamPath, m_reader));
        QVERIFY(known[one].readUntil("event: ping").ends_with("event: ping"));
        slowest = std::max(slowest, timer.elapsed());
        QVERIFY(m_witness->exchanges(5));
    }
    report("1,000 strangers for 80 places");
    qInfo("who came back was live again within %lld ms", static_cast<long long>(slowest));
    // Half of all places, the signed in, and this question.
    QTRY_VERIFY(m_server->metric("belfry_connections") <= 40 + 22 + 1);
    QCOMPARE(openOnes(known), std::ptrdiff_t(20));
}

void AbuseTest::readersThatNeverRead()
{
    QVERIFY(starts());
    std::vector<RawClient> deaf;
    for (int i = 0; i < 10; ++i) {
        deaf.emplace_back(m_server->port(), "127.0.0.1", 4096);
        deaf.back().send(requestOf("GET", streamPath, m_admin));
        QVERIFY(deaf.back().readUntil("event: ping").ends_with("event: ping"));
    }
    RawClient sender(m_server->port());
    const std::string body = R"({"user_id":1,"title":"long","message":")" + std::string(8000, 'm') + "\"}";
    for (int i = 0; i < 400; ++i) {
        sender.send(requestOf("POST", triggerPath, m_admin, body));
        QCOMPARE(statusOf(sender.readResponse()), 200);
        if (i % 10 == 0)
            QVERIFY(m_witness->exchanges(1));
    }
    report("3 MB for each of 10 who never read");
    QTRY_VERIFY(m_server->metric("belfry_backlogs_dropped_total") >= 10);
    // A mebibyte each, beside what the store and the newest events take: their size is bounded, too.
    QVERIFY2(growth() < 48 * mebibyte + sanitizers, qPrintable(QString::number(growth())));
}

void AbuseTest::floodOfSignIns()
{
    QVERIFY(starts({QStringLiteral("--trusted-proxy"), QStringLiteral("127.0.0.1")}));
    // One who guesses on is held off from the sixth failure on, before anything is hashed.
    RawClient one(m_server->port());
    std::vector<int> statuses;
    for (int i = 0; i < 7; ++i) {
        one.send(requestOf("POST", "/api/auth/login/", {}, R"({"username":"ada","password":"a guess"})",
                           "X-Forwarded-For: 198.51.100.1\r\n"));
        statuses.push_back(statusOf(one.readResponse()));
    }
    QCOMPARE(statuses, (std::vector<int>{401, 401, 401, 401, 401, 429, 429}));

    std::vector<RawClient> guessers;
    for (int i = 0; i < 90; ++i) { // from as many addresses, for as many names: no throttle counts them together
        guessers.emplace_back(m_server->port());
        guessers.back().send(requestOf("POST", "/api/auth/login/", {},
                                       R"({"username":"u)" + std::to_string(i) + R"(","password":"a guess"})",
                                       "X-Forwarded-For: 192.0.2." + std::to_string(i) + "\r\n"));
    }
    QVERIFY(m_witness->exchanges(100));
    report("90 sign-ins at once");
    // Two are hashed and 64 wait; the others are told to come again.
    int busy = 0;
    for (RawClient& guesser : guessers) {
        if (busy == 90 - 66 - 10)
            break;
        if (!guesser.hasAnswer())
            continue;
        const std::string answer = guesser.readResponse();
        if (statusOf(answer) == 503 && !fieldOf(answer, "Retry-After").empty())
            ++busy;
        else
            QCOMPARE(statusOf(answer), 401);
    }
    QVERIFY(busy >= 90 - 66 - 10);
    QVERIFY2(growth() < 200 * mebibyte + sanitizers,
             qPrintable(QString::number(growth()))); // two of 64 MiB are the pool's own
    QVERIFY(m_witness->exchanges(5));
}

void AbuseTest::pipelinesWithoutAnEnd()
{
    QVERIFY(starts());
    RawClient client(m_server->port());
    constexpr int count = 5000;
    const std::string one = requestOf("GET", "/api/me/", m_reader);
    std::string batch;
    for (int i = 0; i < 100; ++i)
        batch += one;
    std::thread writer([&] {
        for (int i = 0; i < count / 100; ++i)
            client.send(batch);
    });
    const bool isServed = m_witness->exchanges(100);
    int answered = 0;
    while (answered < count && statusOf(client.readResponse()) == 200)
        ++answered;
    writer.join();
    QVERIFY(isServed);
    QCOMPARE(answered, count);
    report("5,000 requests in one go");
    QVERIFY2(growth() < 16 * mebibyte + sanitizers, qPrintable(QString::number(growth())));
}

void AbuseTest::halfClosedConnections()
{
    QVERIFY(starts());
    std::vector<RawClient> clients;
    for (int i = 0; i < 300; ++i) {
        clients.emplace_back(m_server->port());
        if (i % 3 == 0)
            clients.back().send(requestOf("GET", "/api/me/", m_reader));
        else if (i % 3 == 1)
            clients.back().send("GET /api/me/ HTTP/1.1\r\nHos");
        clients.back().endSending();
    }
    QVERIFY(m_witness->exchanges(50));
    for (std::size_t i = 0; i < clients.size(); i += 3)
        QCOMPARE(statusOf(clients[i].readResponse()), 200); // he asked, and still listens
    for (std::size_t i = 1; i < clients.size(); i += 3)
        QCOMPARE(statusOf(clients[i].readResponse()), 400);
    report("300 half-closed connections");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->metric("belfry_connections"), 3, 20'000);
}

void AbuseTest::headersWithoutAnEnd()
{
    QVERIFY(starts());
    std::vector<RawClient> clients;
    const std::string lines = [] {
        std::string text;
        for (int i = 0; i < 60; ++i)
            text += "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
        return text;
    }();
    for (int i = 0; i < 100; ++i) {
        clients.emplace_back(m_server->port());
        clients.back().send("GET /healthz HTTP/1.1\r\n" + lines); // 60 KB, not complete
    }
    QVERIFY(m_witness->exchanges(50));
    report("100 headers of 60 KB");
    QVERIFY2(growth() < 24 * mebibyte + sanitizers, qPrintable(QString::number(growth())));
    for (RawClient& client : clients) {
        client.send(lines);
        QCOMPARE(statusOf(client.readResponse()), 431);
    }
    QVERIFY(m_witness->exchanges(5));
}

void AbuseTest::noFilesLeft()
{
    m_server->setOpenFiles(200);
    QVERIFY(starts());
    std::vector<RawClient> crowd;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 60; ++i)
            crowd.emplace_back(m_server->port());
        QVERIFY(m_witness->exchanges(5));
        RawClient back(m_server->port());
        back.send(requestOf("GET", "/api/me/", m_reader));
        QCOMPARE(statusOf(back.readResponse()), 200);
    }
    report("600 connections with 200 open files");
    crowd.clear();
    QTRY_COMPARE_WITH_TIMEOUT(m_server->metric("belfry_connections"), 3, 20'000);
    // So many who are signed in that there is no place: 503, and the others go on.
    std::vector<RawClient> known;
    int refused = 0;
    for (int i = 0; i < 150; ++i) {
        known.emplace_back(m_server->port());
        known.back().send(requestOf("GET", "/api/me/", m_reader));
        const std::string answer = known.back().readResponse();
        if (statusOf(answer) == 503 && !fieldOf(answer, "Retry-After").empty())
            ++refused;
        else
            QCOMPARE(statusOf(answer), 200);
    }
    QVERIFY(refused > 0);
    QVERIFY(m_witness->exchanges(5));
}

QTEST_GUILESS_MAIN(AbuseTest)
#include "tst_abuse.moc"
