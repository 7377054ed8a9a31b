// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/server_process.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

#include <memory>

using namespace belfry::test;

namespace {

QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// Every file of a directory with what is in it.
QMap<QString, QByteArray> contents(const QString& directory)
{
    QMap<QString, QByteArray> found;
    for (const QFileInfo& info : QDir(directory).entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile file(info.filePath());
        found.insert(info.fileName(), file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return found;
}

int modeOf(const QString& path)
{
    struct stat status
    {
    };
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? int(status.st_mode & 07777) : -1;
}

} // namespace

/// What the programs do with a data directory that is not as it should be.
class DataDirectoryTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lookingMakesNothing_data();
    void lookingMakesNothing();
    void aKeyAtFaultIsNeverReplacedUnasked_data();
    void aKeyAtFaultIsNeverReplacedUnasked();
    void whatIsOpenToOthersIsTightenedAtStart();
    void aSecretKeyThatIsOpenToOthersIsSaid();
    void aServerWaitsForACommandAtWork();
};

void DataDirectoryTest::lookingMakesNothing_data()
{
    QTest::addColumn<QStringList>("command");
    for (const char* command :
         {"user list", "user remove ann", "token create ann", "token list ann", "token revoke ann"})
        QTest::newRow(command) << words(command);
}

void DataDirectoryTest::lookingMakesNothing()
{
    QFETCH(QStringList, command);
    QTemporaryDir directory;
    const QString typo = directory.filePath(QStringLiteral("typo"));
    const QString empty = directory.filePath(QStringLiteral("empty"));
    QVERIFY(QDir().mkdir(empty));
    for (const QString& data : {typo, empty}) {
        const auto run = runBelfry(command + QStringList{QStringLiteral("--data"), data});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(run.errors.contains("no Belfry store in"), run.errors);
    }
    QVERIFY(!QFileInfo::exists(typo));
    QVERIFY(QDir(empty).isEmpty());
}

void DataDirectoryTest::aKeyAtFaultIsNeverReplacedUnasked_data()
{
    QTest::addColumn<bool>("isMissing");
    QTest::newRow("missing") << true;
    QTest::newRow("damaged") << false;
}

void DataDirectoryTest::aKeyAtFaultIsNeverReplacedUnasked()
{
    QFETCH(bool, isMissing);
    ServerProcess server;
    QVERIFY(server.start());
    QCOMPARE(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")), 1);
    const QByteArray token = server.token(QStringLiteral("ann"));
    QCOMPARE(server.stop(), 0);

    QFile key(server.directory() + QStringLiteral("/signing.key"));
    if (isMissing) {
        QVERIFY(key.remove());
    } else {
        QVERIFY(key.open(QIODevice::WriteOnly) && key.write("too short") > 0);
        key.close();
    }
    const auto before = contents(server.directory());
    for (const auto& run : {runBelfry(words("serve --listen 127.0.0.1:0 --data") << server.directory()),
                            runBelfry(words("token create ann --data") << server.directory())}) {
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(run.errors.contains("signing") && run.errors.contains("--new-signing-key"), run.errors);
        QCOMPARE(run.errors.count('\n'), 1);
    }
    QVERIFY(contents(server.directory()) == before);

    QVERIFY2(server.start({QStringLiteral("--new-signing-key")}), server.log());
    int status = 0;
    server.request(token, {QStringLiteral("/api/me/")}, &status);
    QCOMPARE(status, 401);
    const QByteArray fresh = server.token(QStringLiteral("ann"));
    QCOMPARE(server.stop(), 0);
    // The option left in a unit's command line costs nobody a sign-in again.
    QVERIFY2(server.start({QStringLiteral("--new-signing-key")}), server.log());
    server.request(fresh, {QStringLiteral("/api/me/")}, &status);
    QCOMPARE(status, 200);
}

void DataDirectoryTest::whatIsOpenToOthersIsTightenedAtStart()
{
    ServerProcess server;
    QVERIFY(server.start());
    QCOMPARE(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")), 1);
    server.kill(); // the write-ahead log stays
    const QDir data(server.directory());
    QStringList files = data.entryList(QDir::Files);
    QVERIFY(files.contains(QStringLiteral("belfry.db-wal")) && files.contains(QStringLiteral("signing.key")));
    QCOMPARE(::chmod(QFile::encodeName(data.path()).constData(), 0755), 0);
    for (const QString& file : files)
        QCOMPARE(::chmod(QFile::encodeName(data.filePath(file)).constData(), 0644), 0);
    QVERIFY(server.start());
    QCOMPARE(modeOf(data.path()), 0700);
    for (const QFileInfo& file : data.entryInfoList(QDir::Files))
        QCOMPARE(modeOf(file.filePath()), 0600);
    QVERIFY(server.log().contains("open to others"));
}

/// `belfry serve &` and `belfry user add` on a new directory, as in the README: whoever comes first.
void DataDirectoryTest::aSecretKeyThatIsOpenToOthersIsSaid()
{
    QTemporaryDir directory;
    QFile key(directory.filePath(QStringLiteral("backend.key")));
    QVERIFY(key.open(QIODevice::WriteOnly) && key.write(QByteArray(40, 'k')) == 40);
    key.close();
    for (const bool isOpen : {true, false}) {
        const QFileDevice::Permissions owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
        QVERIFY(key.setPermissions(isOpen ? owner | QFileDevice::ReadOther : owner));
        ServerProcess server;
        QVERIFY(server.start(words("--jwt-alg HS256 --jwt-key") << key.fileName()));
        QCOMPARE(server.log().contains("open to others"), isOpen);
    }
}

void DataDirectoryTest::aServerWaitsForACommandAtWork()
{
    ServerProcess server;
    QProcess adding;
    adding.start(QStringLiteral(BELFRY_PROGRAM), words("user add ann --role admin --password-stdin --data")
                                                     << server.directory());
    QTRY_VERIFY(adding.state() == QProcess::Running);
    adding.write("correct horse\n");
    adding.closeWriteChannel();
    // From here on the command holds the lock, for as long as hashing a password takes.
    QTRY_VERIFY(QFileInfo::exists(server.directory() + QStringLiteral("/belfry.db")));
    QVERIFY2(server.start(), server.log());
    QVERIFY(adding.state() == QProcess::NotRunning || adding.waitForFinished());
    QCOMPARE(adding.exitCode(), 0);
    QVERIFY(!server.token(QStringLiteral("ann")).isEmpty());
}

QTEST_GUILESS_MAIN(DataDirectoryTest)
#include "tst_data_directory.moc"
