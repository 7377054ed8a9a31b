// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/backup.h"
#include "server/server.h"
#include "support/raw_client.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <vector>

using namespace belfry;
using namespace belfry::test;

namespace {

/// What this process asks of the disk, in its order: the system's calls, taken note of on their way.
class Disk
{
public:
    enum class What { Write, Sync, Name };
    struct Step
    {
        What what;
        QByteArray path;       ///< of Name: the new one
        bool wasDirty = false; ///< of Name: what was written to the file was not on disk
    };

    static void note(What what, int descriptor)
    {
        const std::lock_guard lock(s_mutex);
        struct stat status
        {
        };
        if (::fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
            return;
        if (what == What::Write)
            dirty().insert(status.st_ino);
        else
            dirty().erase(status.st_ino);
        char path[4096];
        const ssize_t length = ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path, sizeof path);
        if (length > 0)
            steps().push_back({what, QByteArray(path, length)});
    }
    static void noteName(const struct stat& file, int directory, const char* name)
    {
        const std::lock_guard lock(s_mutex);
        QByteArray path = name;
        if (!path.startsWith('/')) {
            char base[4096];
            const ssize_t length =
                ::readlink(("/proc/self/fd/" + std::to_string(directory)).c_str(), base, sizeof base);
            path = QByteArray(base, std::max<ssize_t>(length, 0)) + '/' + path;
        }
        steps().push_back({What::Name, QFile::encodeName(QFileInfo(QFile::decodeName(path)).canonicalFilePath()),
                           dirty().count(file.st_ino) > 0});
    }
    /// All since the last call.
    static std::vector<Step> take()
    {
        const std::lock_guard lock(s_mutex);
        return std::exchange(steps(), {});
    }

private:
    // Never destroyed: the library's own last words are written after the program's.
    static std::vector<Step>& steps()
    {
        static auto& all = *new std::vector<Step>;
        return all;
    }
    static std::set<ino_t>& dirty()
    {
        static auto& all = *new std::set<ino_t>;
        return all;
    }
    static inline std::mutex s_mutex;
};

int nameAt(int from, const char* oldName, int to, const char* newName, long call)
{
    struct stat file
    {
    };
    const bool isThere = ::fstatat(from, oldName, &file, AT_SYMLINK_NOFOLLOW) == 0;
    const auto done = call == SYS_renameat ? ::syscall(SYS_renameat, from, oldName, to, newName)
                                           : ::syscall(SYS_linkat, from, oldName, to, newName, 0);
    if (done == 0 && isThere)
        Disk::noteName(file, to, newName);
    return int(done);
}

} // namespace

// The program's own stand before the C library's, for every library in it.
extern "C" {
int fsync(int descriptor)
{
    const auto done = ::syscall(SYS_fsync, descriptor);
    Disk::note(Disk::What::Sync, descriptor);
    return int(done);
}
int fdatasync(int descriptor)
{
    const auto done = ::syscall(SYS_fdatasync, descriptor);
    Disk::note(Disk::What::Sync, descriptor);
    return int(done);
}
ssize_t write(int descriptor, const void* bytes, size_t size)
{
    Disk::note(Disk::What::Write, descriptor);
    return ::syscall(SYS_write, descriptor, bytes, size);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t at)
{
    Disk::note(Disk::What::Write, descriptor);
    return ::syscall(SYS_pwrite64, descriptor, bytes, size, at);
}
int rename(const char* from, const char* to) noexcept
{
    return nameAt(AT_FDCWD, from, AT_FDCWD, to, SYS_renameat);
}
int renameat(int from, const char* oldName, int to, const char* newName) noexcept
{
    return nameAt(from, oldName, to, newName, SYS_renameat);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at)
{
    Disk::note(Disk::What::Write, descriptor);
    return ::syscall(SYS_pwrite64, descriptor, bytes, size, at);
}
int linkat(int from, const char* oldName, int to, const char* newName, int flags) noexcept
{
    struct stat file
    {
    };
    const bool isThere =
        ::fstatat(from, oldName, &file, (flags & AT_SYMLINK_FOLLOW) != 0 ? 0 : AT_SYMLINK_NOFOLLOW) == 0;
    const auto done = ::syscall(SYS_linkat, from, oldName, to, newName, flags);
    if (done == 0 && isThere)
        Disk::noteName(file, to, newName);
    return int(done);
}
int link(const char* from, const char* to) noexcept
{
    return nameAt(AT_FDCWD, from, AT_FDCWD, to, SYS_linkat);
}
}

/// The order in which things reach the disk: whatever the power does, what was answered is there, and a file has its
/// name only when it is whole.
class PowerLossTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aServersFilesAreSyncedBeforeItIsUp();
    void aMessageIsOnDiskBeforeItsAnswer();
    void backupAndRestoreSyncWhatTheyName();

private:
    using What = Disk::What;
    using Steps = std::vector<Disk::Step>;

    static QByteArray bytes(const QString& path) { return QFile::encodeName(QFileInfo(path).canonicalFilePath()); }
    /// Every file that got a name was on disk by then, and its name after.
    static QByteArray wrongNames(const Steps& steps, int* names)
    {
        *names = 0;
        for (auto step = steps.begin(); step != steps.end(); ++step) {
            if (step->what != What::Name)
                continue;
            ++*names;
            if (step->wasDirty)
                return step->path + " was not on disk when it got its name";
            const QByteArray directory = step->path.left(step->path.lastIndexOf('/'));
            const bool isSynced = std::any_of(step, steps.end(), [&](const Disk::Step& later) {
                return later.what == What::Sync && later.path == directory;
            });
            if (!isSynced)
                return "the name of " + step->path + " was not on disk";
        }
        return {};
    }
    static qsizetype last(const Steps& steps, What what, const QByteArray& path)
    {
        for (auto i = qsizetype(steps.size()) - 1; i >= 0; --i) {
            if (steps[size_t(i)].what == what && steps[size_t(i)].path == path)
                return i;
        }
        return -1;
    }
    std::unique_ptr<server::Server> start(const QString& data);
    static QString tokenOf(server::Server& server);
    static int send(server::Server& server, const QString& token);
};

std::unique_ptr<server::Server> PowerLossTest::start(const QString& data)
{
    server::ServerSettings settings;
    settings.dataDirectory = data;
    settings.listen = QStringList{QStringLiteral("127.0.0.1:0")};
    auto server = std::make_unique<server::Server>(settings);
    const QSignalSpy started(server.get(), &server::Server::started);
    server->start();
    return QTest::qWaitFor([&] { return started.size() == 1; }, 20'000) ? std::move(server) : nullptr;
}

QString PowerLossTest::tokenOf(server::Server& server)
{
    QString token;
    QObject::connect(&server, &server::Server::ownerSignedIn, &server,
                     [&token](const server::OwnerSignIn& signIn) { token = signIn.token; });
    server.signInOwner(QStringLiteral("ann"));
    (void)QTest::qWaitFor([&] { return !token.isEmpty(); }, 20'000);
    QObject::disconnect(&server, &server::Server::ownerSignedIn, &server, nullptr);
    return token;
}

int PowerLossTest::send(server::Server& server, const QString& token)
{
    RawClient client(static_cast<std::uint16_t>(QUrl(server.url()).port()), "127.0.0.1", 0, nullptr, Transport::Plain);
    client.send("POST /api/notifications/test/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: "
                "Bearer " +
                token.toStdString() + "\r\n\r\n");
    return statusOf(client.readResponse());
}

void PowerLossTest::aServersFilesAreSyncedBeforeItIsUp()
{
    QTemporaryDir directory;
    const QString data = directory.filePath(QStringLiteral("above/data"));
    Disk::take();
    const auto server = start(data);
    QVERIFY(server);
    const Steps steps = Disk::take();
    int names = 0;
    QCOMPARE(wrongNames(steps, &names), QByteArray());
    QVERIFY(names >= 3); // the signing key, the certificate and its key
    // The names of what was made anew: the store in its directory, the directory in those above it.
    for (const QString& path : {data, directory.filePath(QStringLiteral("above")), directory.path()})
        QVERIFY2(last(steps, What::Sync, bytes(path)) >= 0, qPrintable(path));
}

void PowerLossTest::aMessageIsOnDiskBeforeItsAnswer()
{
    QTemporaryDir directory;
    const QString data = directory.filePath(QStringLiteral("data"));
    for (int round = 0; round < 2; ++round) { // the second one begins with another write-ahead log
        Disk::take();
        const auto server = start(data);
        QVERIFY(server);
        const QString token = tokenOf(*server);
        QVERIFY(!token.isEmpty());
        const Steps before = Disk::take();
        QVERIFY2(last(before, What::Sync, bytes(data)) >= 0, "the name of the write-ahead log");
        const QByteArray log = bytes(data) + "/belfry.db-wal";
        for (int i = 0; i < 3; ++i) {
            Disk::take();
            QCOMPARE(send(*server, token), 200);
            const Steps steps = Disk::take();
            const qsizetype written = last(steps, What::Write, log);
            QVERIFY(written >= 0);
            QVERIFY(last(steps, What::Sync, log) > written);
        }
    }
}

void PowerLossTest::backupAndRestoreSyncWhatTheyName()
{
    QTemporaryDir directory;
    const QString data = directory.filePath(QStringLiteral("data"));
    const QString file = directory.filePath(QStringLiteral("office.backup"));
    {
        const auto server = start(data);
        QVERIFY(server);
        QCOMPARE(send(*server, tokenOf(*server)), 200);
        Disk::take();
        const auto made = server::backUp({data.toStdString(), file.toStdString()});
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        int names = 0;
        const Steps steps = Disk::take();
        QCOMPARE(wrongNames(steps, &names), QByteArray());
        QVERIFY(names >= 1);
        QVERIFY(last(steps, What::Name, bytes(file)) >= 0);
    }
    Disk::take();
    const auto restored = server::restore({data.toStdString(), file.toStdString()});
    QVERIFY2(restored, restored ? "" : restored.error().message.c_str());
    int names = 0;
    const Steps steps = Disk::take();
    QCOMPARE(wrongNames(steps, &names), QByteArray());
    QVERIFY(names >= 2); // the old store under another name, the new one in its place
    QVERIFY(last(steps, What::Name, bytes(data) + "/belfry.db") >= 0);
    QVERIFY(!QFile::exists(data + QStringLiteral("/belfry.db-wal")) ||
            QFileInfo(data + QStringLiteral("/belfry.db-wal")).size() == 0);
}

QTEST_GUILESS_MAIN(PowerLossTest)
#include "tst_power_loss.moc"
