// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/store/fixture.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

using People = std::vector<UserId>;

/// Stores that must not be opened, crashes, full disks, crowds.
class FaultTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void newStoreIsPrivateAndKeepsItsIds();
    void openedByDescriptorAfterARename();
    void refusesUnchanged_data();
    void refusesUnchanged();
    void refusesASymbolicLink();
    void whatWasAnsweredSurvivesAKill();
    void aCheckpointCutShortIsNoDamage();
    void fullDiskIs507AndIsRecoveredFrom();
    void fullDiskWithRetentionOverdueDoesNotSpin();
    void tooManyWaitingIs503ButAccountsGoOn();
    void stoppedStoreRefuses();
    void writeAheadLogStaysBounded();

private:
    static QByteArray content(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void runSql(const QString& path, const char* sql)
    {
        sqlite3* db = nullptr;
        QCOMPARE(sqlite3_open(path.toUtf8().constData(), &db), SQLITE_OK);
        QCOMPARE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(db);
    }
};

void FaultTest::newStoreIsPrivateAndKeepsItsIds()
{
    Fixture f;
    QVERIFY(f.open());
    const std::string server = f.store->serverId();
    const std::string log = f.store->logId();
    QCOMPARE(server.size(), 36U);
    QVERIFY(server != log);
    f.add("ann");
    for (const QFileInfo& file : QDir(f.dir.path()).entryInfoList(QDir::Files)) {
        struct stat status
        {
        };
        QCOMPARE(::stat(file.filePath().toUtf8().constData(), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0600U);
    }
    QVERIFY(f.reopen());
    QCOMPARE(f.store->serverId(), server);
    QCOMPARE(f.store->logId(), log);
}

void FaultTest::openedByDescriptorAfterARename()
{
    Fixture f;
    QVERIFY(QDir(f.dir.path()).mkdir(QStringLiteral("before")));
    const QString before = f.dir.filePath(QStringLiteral("before"));
    ::close(f.directory);
    f.directory = ::open(before.toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    QVERIFY(QDir(f.dir.path()).rename(QStringLiteral("before"), QStringLiteral("after")));
    QVERIFY(f.open());
    QVERIFY(f.add("ann").user == 1);
    QVERIFY(QFile::exists(f.dir.filePath(QStringLiteral("after/belfry.db"))));
}

void FaultTest::refusesUnchanged_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("code");
    for (const char* fault : {"newer", "foreign"}) {
        QTest::newRow(fault) << QString::fromLatin1(fault) << QStringLiteral("store_") + QString::fromLatin1(fault);
    }
    for (const char* fault : {"garbage", "short", "cut", "scribbled", "emptied"}) {
        QTest::newRow(fault) << QString::fromLatin1(fault) << QStringLiteral("store_corrupt");
    }
}

void FaultTest::refusesUnchanged()
{
    QFETCH(QString, fault);
    QFETCH(QString, code);
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    for (int i = 0; i < 300; ++i) {
        f.send(ann, Everyone{}, std::string(200, 'x'));
    }
    f.close();
    const QString path = f.dir.filePath(QStringLiteral("belfry.db"));
    QFile file(path);
    if (fault == u"newer") {
        runSql(path, "PRAGMA user_version = 999");
    } else if (fault == u"foreign") {
        runSql(path, "PRAGMA application_id = 12345");
    } else if (fault == u"emptied") {
        runSql(path, "DELETE FROM settings");
    } else {
        QVERIFY(file.open(QIODevice::ReadWrite));
        if (fault == u"garbage") {
            file.write(QByteArray(500, 'g'));
        } else if (fault == u"short") {
            file.resize(50);
        } else if (fault == u"cut") {
            file.resize(file.size() / 2);
        } else {
            file.seek(8 * 4096);
            file.write(QByteArray(20 * 4096, '\x55'));
        }
        file.close();
    }
    const QByteArray before = content(path);
    const auto refused = f.open();
    QVERIFY(!refused);
    QCOMPARE(QString::fromStdString(refused.error().code), code);
    QVERIFY(refused.error().message.find('\n') == std::string::npos);
    QCOMPARE(content(path), before);
}

void FaultTest::refusesASymbolicLink()
{
    Fixture f;
    QTemporaryDir elsewhere;
    QVERIFY(QFile::link(elsewhere.filePath(QStringLiteral("x.db")), f.dir.filePath(QStringLiteral("belfry.db"))));
    QVERIFY(!f.open());
    QVERIFY(!QFile::exists(elsewhere.filePath(QStringLiteral("x.db"))));
}

void FaultTest::whatWasAnsweredSurvivesAKill()
{
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    for (int i = 0; i < 50; ++i) {
        QCOMPARE(f.send(ann, People{ann.user}), i + 1);
    }
    QVERIFY(f.read(ann, {{}, 20}));
    // What a killed process leaves is what lies there while this one still runs.
    Fixture left;
    for (const char* name : {"belfry.db", "belfry.db-wal"}) {
        QVERIFY(QFile::copy(f.dir.filePath(QLatin1String(name)), left.dir.filePath(QLatin1String(name))));
    }
    QVERIFY(left.open());
    QCOMPARE(left.store->newest(), 51);
    QCOMPARE(idsOf(left.replay(ann, 0)).size(), 51U);
    QCOMPARE(left.list(ann)->unread, 30);
    QCOMPARE(left.send(ann, Everyone{}), 52);
}

// A checkpoint writes the first page first, and with it how many there are; the file grows to that only at its end.
void FaultTest::aCheckpointCutShortIsNoDamage()
{
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    for (int i = 0; i < 50; ++i) {
        QCOMPARE(f.send(ann, Everyone{}, std::string(200, 'x')), i + 1);
    }
    Fixture left;
    const QString path = left.dir.filePath(QStringLiteral("belfry.db"));
    const QByteArray log = content(f.dir.filePath(QStringLiteral("belfry.db-wal")));
    QVERIFY(QFile::copy(f.dir.filePath(QStringLiteral("belfry.db")), path));
    QVERIFY(QFile::copy(f.dir.filePath(QStringLiteral("belfry.db-wal")), path + QStringLiteral("-wal")));
    // SQLite's "WAL File Format": a header of 32 bytes, then frames: 24 bytes, the page's number first, and the page.
    constexpr qsizetype frameHead = 24, pageSize = 4096;
    QByteArray firstPage;
    for (qsizetype at = 32; at + frameHead + pageSize <= log.size(); at += frameHead + pageSize) {
        if (qFromBigEndian<quint32>(log.constData() + at) == 1) {
            firstPage = log.mid(at + frameHead, pageSize);
        }
    }
    QVERIFY(qFromBigEndian<quint32>(firstPage.constData() + 28) * pageSize > QFileInfo(path).size());
    QFile store(path);
    QVERIFY(store.open(QIODevice::ReadWrite));
    QCOMPARE(store.write(firstPage), pageSize);
    store.close();

    QVERIFY(left.open());
    QCOMPARE(idsOf(left.replay(ann, 0)).size(), 50U);
    QCOMPARE(left.send(ann, Everyone{}), 51);
}

void FaultTest::fullDiskIs507AndIsRecoveredFrom()
{
    std::signal(SIGXFSZ, SIG_IGN);
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    QCOMPARE(f.send(ann, Everyone{}), 1);
    // Files may not grow any more: the same error path as a disk without room.
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit limited = before;
    limited.rlim_cur = static_cast<rlim_t>(QFileInfo(f.dir.filePath(QStringLiteral("belfry.db-wal"))).size());
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limited), 0);
    const Seq refused = f.send(ann, Everyone{});
    const bool wasHealthy = f.store->isHealthy();
    const Seq again = f.send(ann, Everyone{});
    const auto page = f.list(ann); // reading goes on
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QCOMPARE(refused, -507);
    QCOMPARE(again, -507);
    QVERIFY(!wasHealthy);
    QCOMPARE(idsOf(page), std::vector<Seq>{1});
    QCOMPARE(f.sink->entries().size(), 1U);
    QTRY_VERIFY(f.store->isHealthy()); // by itself, once there is room
    QCOMPARE(f.send(ann, Everyone{}), 2);
    QVERIFY(f.reopen());
    QCOMPARE(idsOf(f.replay(ann, 0)), (std::vector<Seq>{1, 2}));
}

void FaultTest::fullDiskWithRetentionOverdueDoesNotSpin()
{
    std::signal(SIGXFSZ, SIG_IGN);
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    for (int i = 0; i < 20; ++i) {
        f.send(ann, Everyone{});
    }
    f.close();
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    f.settings.retentionCount = 5; // overdue at once, and nothing can be written
    f.settings.directory = f.directory;
    f.settings.path = f.path();
    auto opened = Store::open(f.settings, f.clock);
    QVERIFY(opened);
    f.store = std::move(*opened);
    f.sink = std::make_unique<KeptSink>(f.store->newest());
    rlimit limited = before;
    limited.rlim_cur = 4096;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limited), 0);
    f.store->start(*f.sink);
    const Seq refused = f.send(ann, Everyone{});
    const auto failures = f.store->figures().failedCommits;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QCOMPARE(refused, -507);
    QVERIFY(failures >= 1 && failures < 20);
    f.clock.turn(std::chrono::seconds(11));
    QTRY_VERIFY(f.store->isHealthy());
    QVERIFY(f.send(ann, Everyone{}) == 21);
    QTRY_COMPARE(f.store->floor(), 16);
}

void FaultTest::tooManyWaitingIs503ButAccountsGoOn()
{
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    f.sink->setCongested(true);
    Desk desk;
    int sent = 0;
    std::optional<Error> refused;
    int asked = 0;
    while (!refused && asked < 9000) {
        ++asked;
        f.store->publish(ann, Role::Sender, Fixture::draft(People{ann.user}), {},
                         {&desk, [&](Result<Published> result) {
                              if (result) {
                                  ++sent;
                              } else {
                                  refused = result.error();
                              }
                          }});
        if (f.store->figures().waiting < static_cast<std::uint64_t>(asked)) {
            QVERIFY(desk.runOne());
        }
    }
    QVERIFY(refused);
    QCOMPARE(refused->status, 503);
    QCOMPARE(refused->code, std::string("busy"));
    QVERIFY(refused->retryAfterSeconds > 0);
    QCOMPARE(asked, 8192 - 256 + 1);
    QVERIFY(f.sink->entries().empty());
    QVERIFY(f.add("bob").user > 0);
    f.sink->setCongested(false);
    for (int i = 1; i < asked; ++i) {
        QVERIFY(desk.runOne());
    }
    QCOMPARE(sent, asked - 1);
}

void FaultTest::stoppedStoreRefuses()
{
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    f.store->stop();
    f.store->stop();
    QCOMPARE(f.send(ann, Everyone{}), -503);
    QCOMPARE(f.list(ann).error().status, 503);
}

void FaultTest::writeAheadLogStaysBounded()
{
    Fixture f;
    QVERIFY(f.open());
    const Credential ann = f.add("ann", Role::Sender);
    Draft draft = Fixture::draft(People{ann.user});
    draft.notification.message = std::string(8000, 'x');
    Desk desk;
    // 80 MiB of entries through a log that starts over at 16.
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 100; ++i) {
            f.store->publish(ann, Role::Sender, draft, {}, {&desk, [](auto) {}});
        }
        for (int i = 0; i < 100; ++i) {
            QVERIFY(desk.runOne());
        }
    }
    const QString log = f.dir.filePath(QStringLiteral("belfry.db-wal"));
    QVERIFY(QFileInfo(log).size() < 40 * 1024 * 1024);
    f.close();
    QVERIFY2(!QFile::exists(log), "a store that was closed in order is one file");
}

QTEST_GUILESS_MAIN(FaultTest)
#include "fault_test.moc"
