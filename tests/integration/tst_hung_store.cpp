// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/server.h"
#include "support/raw_client.h"

#include <QElapsedTimer>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <sqlite3.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>

using namespace belfry;
using namespace belfry::test;

namespace {

/// The disk of this process: SQLite's system call for writing, which does not return while it hangs.
class Disk
{
public:
    static void install()
    {
        sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
        for (const char* name : {"pwrite", "pwrite64"}) {
            const sqlite3_syscall_ptr before = vfs->xGetSystemCall(vfs, name);
            if (before) {
                s_write = reinterpret_cast<Write>(before);
                vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(&Disk::write));
            }
        }
    }
    static bool isInstalled() { return s_write != nullptr; }
    static void setHanging(bool isHanging)
    {
        const std::lock_guard lock(s_mutex);
        s_isHanging = isHanging;
        s_goesOn.notify_all();
    }
    /// How many writes have been held up so far.
    static int held()
    {
        const std::lock_guard lock(s_mutex);
        return s_held;
    }

private:
    using Write = ssize_t (*)(int, const void*, size_t, off_t);

    static ssize_t write(int file, const void* bytes, size_t size, off_t at)
    {
        {
            std::unique_lock lock(s_mutex);
            if (s_isHanging)
                ++s_held;
            s_goesOn.wait(lock, [] { return !s_isHanging; });
        }
        return s_write(file, bytes, size, at);
    }

    static inline Write s_write = nullptr;
    static inline std::mutex s_mutex;
    static inline std::condition_variable s_goesOn;
    static inline bool s_isHanging = false;
    static inline int s_held = 0;
};

std::string requestOf(const char* method, const char* target, const QString& token = {}, const std::string& body = {})
{
    std::string text = std::string(method) + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!token.isEmpty())
        text += "Authorization: Bearer " + token.toStdString() + "\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

} // namespace

/// A disk that neither fails nor answers: /healthz and the watchdog's judgement say so, the loops go on, and what
/// waited is done when it goes on.
class HungStoreTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Disk::install(); }
    void isToldAndOutlived();
};

void HungStoreTest::isToldAndOutlived()
{
    if (!Disk::isInstalled())
        QSKIP("SQLite of this system does not write by pwrite");
    QTemporaryDir directory;
    server::ServerSettings settings;
    settings.dataDirectory = directory.filePath(QStringLiteral("data"));
    settings.listen = QStringList{QStringLiteral("127.0.0.1:0")};
    settings.loops = 2;
    server::Server server(settings);
    QSignalSpy started(&server, &server::Server::started);
    QString token;
    connect(&server, &server::Server::ownerSignedIn, this,
            [&token](const server::OwnerSignIn& signIn) { token = signIn.token; });
    server.start();
    const auto goesOn = qScopeGuard([] { Disk::setHanging(false); }); // else no server could be stopped
    QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, 20'000);
    server.signInOwner(QStringLiteral("ann"));
    QTRY_VERIFY_WITH_TIMEOUT(!token.isEmpty(), 20'000);
    const auto port = static_cast<std::uint16_t>(QUrl(server.url()).port());

    RawClient witness(port, "127.0.0.1", 0, nullptr, Transport::Plain);
    const auto statusOfGet = [&witness](const char* target) {
        witness.send(requestOf("GET", target));
        return statusOf(witness.readResponse());
    };
    QTRY_COMPARE_WITH_TIMEOUT(statusOfGet("/healthz"), 200, 20'000);
    QVERIFY(server.isAlive());

    Disk::setHanging(true);
    QElapsedTimer sinceThen;
    sinceThen.start();
    RawClient sender(port, "127.0.0.1", 0, nullptr, Transport::Plain);
    sender.send(requestOf("POST", "/api/notifications/trigger/", token, R"({"user":"ann","title":"waits"})"));
    QTRY_VERIFY_WITH_TIMEOUT(Disk::held() > 0, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(statusOfGet("/healthz"), 503, 20'000);
    const qint64 milliseconds = sinceThen.elapsed();
    QVERIFY(!server.isAlive());
    witness.send(requestOf("GET", "/healthz"));
    QVERIFY(bodyOf(witness.readResponse()).find("\"hanging\"") != std::string::npos);
    QCOMPARE(statusOfGet("/api/server/"), 200); // who asks is not kept waiting
    QVERIFY(!sender.hasAnswer());               // nobody is told that it was sent

    Disk::setHanging(false);
    QCOMPARE(statusOf(sender.readResponse()), 200);
    QTRY_COMPARE_WITH_TIMEOUT(statusOfGet("/healthz"), 200, 20'000);
    QVERIFY(server.isAlive());
    qInfo("503 after %lld ms", static_cast<long long>(milliseconds));
    server.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!server.isRunning(), 20'000);
}

QTEST_GUILESS_MAIN(HungStoreTest)
#include "tst_hung_store.moc"
