// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/server_process.h"

#include <QTemporaryDir>
#include <QTest>

#include <poll.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>

using namespace belfry::test;
using namespace std::chrono_literals;

namespace {

/// The service manager's end of sd_notify(3): a datagram socket in a directory of its own.
class Manager
{
public:
    explicit Manager(const QString& path) : m_socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const QByteArray name = path.toUtf8();
        std::memcpy(address.sun_path, name.constData(), size_t(name.size()));
        m_isBound = ::bind(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Manager() { ::close(m_socket); }

    bool isBound() const { return m_isBound; }
    /// What was told next; empty where nothing came in that time.
    QByteArray next(std::chrono::milliseconds patience)
    {
        pollfd wait{m_socket, POLLIN, 0};
        if (::poll(&wait, 1, int(patience.count())) <= 0)
            return {};
        QByteArray message(4096, '\0');
        const auto size = ::recv(m_socket, message.data(), size_t(message.size()), 0);
        message.truncate(std::max<qsizetype>(size, 0));
        return message;
    }
    /// Reads on until it is told so; false after ten seconds.
    bool waitFor(const QByteArray& text)
    {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < end) {
            if (next(100ms).contains(text))
                return true;
        }
        return false;
    }

private:
    int m_socket;
    bool m_isBound = false;
};

/// The server's store, held by another writer: the server's own has to wait.
class HeldStore
{
public:
    explicit HeldStore(const QString& directory)
    {
        sqlite3_open((directory + QStringLiteral("/belfry.db")).toUtf8().constData(), &m_database);
        m_isHeld = sqlite3_exec(m_database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    ~HeldStore() { sqlite3_close(m_database); }
    bool isHeld() const { return m_isHeld; }

private:
    sqlite3* m_database = nullptr;
    bool m_isHeld = false;
};

} // namespace

/// What `belfry serve` tells systemd: that it is ready when it is, that it is alive as long as its store is, and that
/// it stops; and what it measures.
class ServiceTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tellsItsManagerWhatIsTrue();
    void measuresHowLongAMessageTook();
    void countsWhoWasTurnedAwayAndNamesTheRequest();
};

void ServiceTest::tellsItsManagerWhatIsTrue()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("notify"));
    Manager manager(path);
    QVERIFY(manager.isBound());
    qputenv("NOTIFY_SOCKET", path.toUtf8());
    qputenv("WATCHDOG_USEC", "200000");
    ServerProcess server;
    QVERIFY(server.start());
    qunsetenv("NOTIFY_SOCKET");
    qunsetenv("WATCHDOG_USEC");

    QCOMPARE(manager.next(5s), "READY=1\nSTATUS=listening on " + server.url().toUtf8());
    QVERIFY(manager.waitFor("WATCHDOG=1"));
    QVERIFY(manager.waitFor("WATCHDOG=1"));
    {
        const HeldStore held(server.directory());
        QVERIFY(held.isHeld());
        // Those that were on their way come yet; then there is silence, though the timer goes on.
        while (!manager.next(1s).isEmpty()) {
        }
    }
    QVERIFY(manager.waitFor("WATCHDOG=1"));

    QCOMPARE(server.stop(), 0);
    QVERIFY(manager.waitFor("STOPPING=1"));
}

void ServiceTest::measuresHowLongAMessageTook()
{
    ServerProcess server;
    QVERIFY(server.start());
    const int ann = server.addUser(QStringLiteral("ann"), QStringLiteral("admin"));
    const QByteArray token = server.token(QStringLiteral("ann"));
    const auto metric = [&server](const QByteArray& name) {
        const QByteArray text = '\n' + server.request({}, {QStringLiteral("/metrics")});
        const auto at = text.indexOf('\n' + name + ' ');
        return at < 0 ? -1.0 : text.mid(at + name.size() + 2).split('\n').first().toDouble();
    };
    QCOMPARE(metric("belfry_delivery_seconds_count"), 0.0);

    QProcess reader;
    reader.start(QStringLiteral("curl"), {QStringLiteral("-sN"), QStringLiteral("-H"),
                                          QStringLiteral("Authorization: Bearer ") + QString::fromLatin1(token),
                                          server.url() + QStringLiteral("/api/notifications/sse/")});
    QTRY_COMPARE_WITH_TIMEOUT(metric("belfry_streams"), 1.0, 10'000);
    QVERIFY(server.trigger(token, "{\"user_id\":" + QByteArray::number(ann) + ",\"title\":\"t\"}") > 0);
    QTRY_COMPARE_WITH_TIMEOUT(metric("belfry_delivery_seconds_count"), 1.0, 10'000); // figures go out once a second
    QVERIFY(metric("belfry_delivery_seconds_sum") > 0);
    QCOMPARE(metric("belfry_delivery_seconds_bucket{le=\"+Inf\"}"), 1.0);
    QCOMPARE(metric("belfry_walk_seconds_count"), 1.0);
    QVERIFY(metric("belfry_mailbox_wait_seconds_count") >= 1);
    QVERIFY(metric("belfry_commit_seconds_count") >= 3); // the account, its token, the message
    reader.kill();
    reader.waitForFinished();
}

void ServiceTest::countsWhoWasTurnedAwayAndNamesTheRequest()
{
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--log-level"), QStringLiteral("debug")}));
    server.addUser(QStringLiteral("ann"), QStringLiteral("receiver"));
    QCOMPARE(server.metric("belfry_auth_failures_total"), 0);
    int status = 0;
    server.request("no token", {QStringLiteral("/api/me/")}, &status);
    QCOMPARE(status, 401);
    const auto guess = [&server, &status] {
        server.request({},
                       {QStringLiteral("/api/auth/login/"), QStringLiteral("-H"),
                        QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"),
                        QStringLiteral(R"({"username":"ann","password":"a guess"})")},
                       &status);
        return status;
    };
    for (int i = 0; i < 5; ++i)
        QCOMPARE(guess(), 401);
    QCOMPARE(server.metric("belfry_auth_failures_total"), 6);
    QCOMPARE(guess(), 429); // the sixth counts, too, and closes the door
    QCOMPARE(guess(), 429);
    QCOMPARE(server.metric("belfry_auth_failures_total"), 7);
    QCOMPARE(server.metric("belfry_sign_ins_throttled_total"), 1);
    QCOMPARE(server.stop(), 0);
    // What went wrong inside is found by the number of its request.
    QByteArray number;
    const QList<QByteArray> lines = server.log().split('\n');
    for (const QByteArray& line : lines) {
        if (line.contains(" auth wrong password "))
            number = line.mid(line.indexOf("request=")).split(' ').first();
    }
    QVERIFY2(number.size() > 8, server.log());
    const bool isAnswered = std::any_of(lines.begin(), lines.end(), [&number](const QByteArray& line) {
        return line.contains(" http answered " + number + ' ') && line.contains("path=/api/auth/login/");
    });
    QVERIFY2(isAnswered, server.log());
}

QTEST_GUILESS_MAIN(ServiceTest)
#include "tst_service.moc"
