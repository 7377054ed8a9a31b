// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/server.h"
#include "support/own_disk.h"
#include "support/raw_client.h"
#include "support/server_process.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <sqlite3.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

using namespace belfry;
using namespace belfry::test;

namespace {

/// The disk of this process: SQLite's system calls for writing, which fail while it is read-only.
class Disk
{
public:
    static void install()
    {
        sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
        for (const char* name : {"pwrite", "pwrite64"}) {
            if (const sqlite3_syscall_ptr was = vfs->xGetSystemCall(vfs, name)) {
                s_write = reinterpret_cast<Write>(was);
                vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(&Disk::write));
            }
        }
    }
    static bool isInstalled() { return s_write != nullptr; }
    static void setReadOnly(bool isReadOnly) { s_isReadOnly = isReadOnly; }

private:
    using Write = ssize_t (*)(int, const void*, size_t, off_t);
    static ssize_t write(int file, const void* bytes, size_t size, off_t at)
    {
        if (s_isReadOnly) {
            errno = EROFS;
            return -1;
        }
        return s_write(file, bytes, size, at);
    }
    static inline Write s_write = nullptr;
    static inline std::atomic<bool> s_isReadOnly{false};
};

} // namespace

/// A disk on which nothing can be stored: /healthz and the log say so until something can, and on a full one what
/// takes away goes on.
class FullDiskTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Disk::install(); }
    void init();
    void cleanup();
    void aReadOnlyDiskIsSaidUntilItEnds();
    void onAFullDiskWhatTakesAwayGoesOn();

private:
    struct Answer
    {
        int status = 0;
        QJsonObject body;
    };
    Answer ask(const char* method, const QString& target, const QString& token = {}, const QByteArray& body = {})
    {
        std::string text = std::string(method) + ' ' + target.toStdString() + " HTTP/1.1\r\nHost: localhost\r\n";
        if (!token.isEmpty())
            text += "Authorization: Bearer " + token.toStdString() + "\r\n";
        if (!body.isEmpty())
            text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        m_client->send(text + "\r\n" + body.toStdString());
        const std::string response = m_client->readResponse();
        return {statusOf(response), QJsonDocument::fromJson(QByteArray::fromStdString(bodyOf(response))).object()};
    }
    int health() { return ask("GET", QStringLiteral("/healthz")).status; }
    int send(const QByteArray& message = "x")
    {
        const Answer answer = ask("POST", QStringLiteral("/api/notifications/trigger/"), m_token,
                                  "{\"user\":\"ann\",\"title\":\"t\",\"message\":\"" + message + "\"}");
        if (answer.status == 200)
            m_newest = answer.body.value(QStringLiteral("id")).toInt();
        return answer.status;
    }
    /// The lines of the log that say so.
    int logged(const QByteArray& what)
    {
        QFile log(m_directory.filePath(QStringLiteral("log")));
        return log.open(QIODevice::ReadOnly) ? int(log.readAll().count(what)) : -1;
    }
    QString disk() const { return m_directory.filePath(QStringLiteral("disk")); }
    void start(qint64 count = 1'000'000);
    void stop();

    QTemporaryDir m_directory;
    std::unique_ptr<server::Server> m_server;
    std::unique_ptr<RawClient> m_client;
    QString m_token;
    int m_newest = 0;
};

void FullDiskTest::init()
{
    QVERIFY(m_directory.isValid() && QDir(m_directory.path()).mkpath(disk()));
    QVERIFY(std::freopen(m_directory.filePath(QStringLiteral("log")).toUtf8().constData(), "w", stderr));
    std::setvbuf(stderr, nullptr, _IONBF, 0);
}

void FullDiskTest::cleanup()
{
    Disk::setReadOnly(false);
    if (m_server)
        stop();
    ::umount2(disk().toUtf8().constData(), MNT_DETACH);
}

void FullDiskTest::start(qint64 count)
{
    server::ServerSettings settings;
    settings.dataDirectory = disk() + QStringLiteral("/data");
    settings.listen = QStringList{QStringLiteral("127.0.0.1:0")};
    settings.retentionCount = count;
    settings.loops = 1;
    m_server = std::make_unique<server::Server>(settings);
    QSignalSpy started(m_server.get(), &server::Server::started);
    connect(m_server.get(), &server::Server::ownerSignedIn, this,
            [this](const server::OwnerSignIn& signIn) { m_token = signIn.token; });
    m_token.clear();
    m_server->start();
    QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, 20'000);
    m_server->signInOwner(QStringLiteral("ann"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_token.isEmpty(), 20'000);
    m_client = std::make_unique<RawClient>(static_cast<std::uint16_t>(QUrl(m_server->url()).port()), "127.0.0.1", 0,
                                           nullptr, Transport::Plain);
}

void FullDiskTest::stop()
{
    m_client.reset();
    m_server->stop();
    QTRY_VERIFY_WITH_TIMEOUT(!m_server->isRunning(), 20'000);
    m_server.reset();
}

void FullDiskTest::aReadOnlyDiskIsSaidUntilItEnds()
{
    QVERIFY2(Disk::isInstalled(), "SQLite of this system does not write by pwrite");
    start();
    QCOMPARE(send(), 200);
    QCOMPARE(health(), 200);
    Disk::setReadOnly(true);
    for (int attempt = 0; attempt < 5; ++attempt) {
        QCOMPARE(send(), 500);
        QCOMPARE(health(), 503);
    }
    // Tries that write nothing prove nothing, and each second one is made.
    const auto failures = [this] {
        m_client->send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        const std::string metrics = bodyOf(m_client->readResponse());
        const auto at = metrics.find("\nbelfry_commits_failed_total ");
        return at == std::string::npos ? -1 : std::atoi(metrics.c_str() + at + 29);
    };
    const int before = failures();
    QTRY_VERIFY_WITH_TIMEOUT(failures() >= before + 2, 20'000);
    QCOMPARE(health(), 503);
    QCOMPARE(logged("nothing can be stored"), 1);
    QCOMPARE(logged("Read-only file system"), 1);
    QCOMPARE(logged("is stored again"), 0);

    Disk::setReadOnly(false);
    QTRY_COMPARE_WITH_TIMEOUT(health(), 200, 20'000); // by itself
    QCOMPARE(logged("nothing can be stored"), 1);
    QCOMPARE(logged("is stored again"), 1);
    QCOMPARE(send(), 200);
}

void FullDiskTest::onAFullDiskWhatTakesAwayGoesOn()
{
    if (!mountDisk(disk().toStdString(), 6))
        QSKIP("a disk cannot be mounted here");
    start();
    QCOMPARE(send(), 200);
    const int first = m_newest;
    const QByteArray bob = R"({"name":"bob","password":"correct horse","role":"receiver"})";
    const Answer bobsAccount = ask("POST", QStringLiteral("/api/users/"), m_token, bob);
    QCOMPARE(bobsAccount.status, 201);
    const QString signedIn =
        ask("POST", QStringLiteral("/api/auth/login/"), {}, R"({"username":"bob","password":"correct horse"})")
            .body.value(QStringLiteral("token"))
            .toString();
    QVERIFY(!signedIn.isEmpty());

    const QByteArray message(8000, 'x');
    int status = 200;
    for (int sent = 0; status == 200 && sent < 2000; ++sent)
        status = send(message);
    QCOMPARE(status, 507);
    QVERIFY(m_newest > 50);
    for (int attempt = 0; attempt < 3; ++attempt) {
        QCOMPARE(health(), 503);
        QCOMPARE(send(), 507);
    }
    QCOMPARE(logged("nothing can be stored"), 1);
    QCOMPARE(ask("POST", QStringLiteral("/api/auth/logout/"), signedIn).status, 204);
    QCOMPARE(ask("GET", QStringLiteral("/api/me/"), signedIn).status, 401);
    for (int id = first; id < first + 50; ++id)
        QCOMPARE(ask("DELETE", QStringLiteral("/api/notifications/%1/").arg(id), m_token).status, 204);
    const int bobsId = bobsAccount.body.value(QStringLiteral("id")).toInt();
    QCOMPARE(ask("DELETE", QStringLiteral("/api/users/%1/").arg(bobsId), m_token).status, 204);
    QCOMPARE(health(), 503);
    QCOMPARE(logged("is stored again"), 0);
    // A backup needs no room there, and can be brought back elsewhere.
    const QString file = m_directory.filePath(QStringLiteral("office.backup"));
    const Finished made =
        runBelfry({QStringLiteral("backup"), file, QStringLiteral("--data"), disk() + QStringLiteral("/data")});
    QVERIFY2(made.exitCode == 0, made.errors);
    QCOMPARE(runBelfry({QStringLiteral("check"), file}).exitCode, 0);

    stop();
    start(20); // retention makes room
    QTRY_COMPARE_WITH_TIMEOUT(send(message), 200, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(health(), 200, 20'000);
    for (int sent = 0; sent < 100; ++sent)
        QCOMPARE(send(message), 200);
    QCOMPARE(health(), 200);
}

int main(int argc, char** argv)
{
    const bool hasOwn = enterOwnMounts(); // else the row that needs one is skipped
    Q_UNUSED(hasOwn);
    QCoreApplication application(argc, argv);
    FullDiskTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_full_disk.moc"
