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
#include <optional>

using namespace belfry;
using namespace belfry::test;

namespace {

enum class Way { Reading, Writing };

/// The disk of this process: SQLite's system calls for reading and writing, which do not return while it hangs.
class Disk
{
public:
    static void install()
    {
        for (const char* name : {"pread", "pread64"})
            replace(name, s_read, &Disk::read);
        for (const char* name : {"pwrite", "pwrite64"})
            replace(name, s_write, &Disk::write);
    }
    static bool isInstalled() { return s_read != nullptr && s_write != nullptr; }
    static void hang(Way way)
    {
        const std::lock_guard lock(s_mutex);
        s_hanging = way;
        s_held = 0;
    }
    static void goOn()
    {
        const std::lock_guard lock(s_mutex);
        s_hanging.reset();
        s_goesOn.notify_all();
    }
    /// How many calls have been held up since it hangs.
    static int held()
    {
        const std::lock_guard lock(s_mutex);
        return s_held;
    }

private:
    using Read = ssize_t (*)(int, void*, size_t, off_t);
    using Write = ssize_t (*)(int, const void*, size_t, off_t);

    template <class Call> static void replace(const char* name, Call& before, Call now)
    {
        sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
        if (const sqlite3_syscall_ptr was = vfs->xGetSystemCall(vfs, name)) {
            before = reinterpret_cast<Call>(was);
            vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(now));
        }
    }
    static void pass(Way way)
    {
        std::unique_lock lock(s_mutex);
        if (s_hanging == way)
            ++s_held;
        s_goesOn.wait(lock, [way] { return s_hanging != way; });
    }
    static ssize_t read(int file, void* bytes, size_t size, off_t at)
    {
        pass(Way::Reading);
        return s_read(file, bytes, size, at);
    }
    static ssize_t write(int file, const void* bytes, size_t size, off_t at)
    {
        pass(Way::Writing);
        return s_write(file, bytes, size, at);
    }

    static inline Read s_read = nullptr;
    static inline Write s_write = nullptr;
    static inline std::mutex s_mutex;
    static inline std::condition_variable s_goesOn;
    static inline std::optional<Way> s_hanging;
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
    void isToldAndOutlived_data();
    void isToldAndOutlived();
};

void HungStoreTest::isToldAndOutlived_data()
{
    QTest::addColumn<Way>("way");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("writing") << Way::Writing << QByteArray("/api/notifications/trigger/")
                             << QByteArray(R"({"user":"ann","title":"waits"})");
    QTest::newRow("reading") << Way::Reading << QByteArray("/api/notifications/") << QByteArray();
}

void HungStoreTest::isToldAndOutlived()
{
    QFETCH(const Way, way);
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, body);
    QVERIFY2(Disk::isInstalled(), "SQLite of this system does not read and write by pread and pwrite");
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
    const auto goesOn = qScopeGuard([] { Disk::goOn(); }); // else no server could be stopped
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

    Disk::hang(way);
    QElapsedTimer sinceThen;
    sinceThen.start();
    RawClient asking(port, "127.0.0.1", 0, nullptr, Transport::Plain);
    asking.send(requestOf(body.isEmpty() ? "GET" : "POST", target.constData(), token, body.toStdString()));
    QTRY_VERIFY_WITH_TIMEOUT(Disk::held() > 0, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(statusOfGet("/healthz"), 503, 20'000);
    const qint64 milliseconds = sinceThen.elapsed();
    QVERIFY(!server.isAlive());
    witness.send(requestOf("GET", "/healthz"));
    QVERIFY(bodyOf(witness.readResponse()).find("\"hanging\"") != std::string::npos);
    QCOMPARE(statusOfGet("/api/server/"), 200); // who asks is not kept waiting
    QVERIFY(!asking.hasAnswer());               // nobody is told that it was done

    Disk::goOn();
    QCOMPARE(statusOf(asking.readResponse()), 200);
    QTRY_COMPARE_WITH_TIMEOUT(statusOfGet("/healthz"), 200, 20'000);
    QVERIFY(server.isAlive());
    qInfo("503 after %lld ms", static_cast<long long>(milliseconds));
    server.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!server.isRunning(), 20'000);
}

QTEST_GUILESS_MAIN(HungStoreTest)
#include "tst_hung_store.moc"
