// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/single_instance.h"

#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <optional>
#include <thread>

using namespace belfry;
using namespace belfry::desktop;
using Outcome = SingleInstance::Outcome;

namespace {

/// Another start. The kernel's lock is one of open files, so a thread with its own is as good as a process.
std::optional<Result<Outcome>> startAgain(const QString& directory, bool showsWindow)
{
    std::optional<Result<Outcome>> outcome;
    std::atomic<bool> isDone = false;
    std::thread other([&] {
        SingleInstance second;
        outcome = second.claim(directory, showsWindow);
        isDone = true;
    });
    const bool ended = QTest::qWaitFor([&] { return isDone.load(); }, 20'000);
    other.join();
    return ended ? outcome : std::nullopt;
}

} // namespace

class SingleInstanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSecondShowsTheFirstsWindow()
    {
        QTemporaryDir temporary;
        const QString directory = temporary.filePath(QStringLiteral("new"));
        SingleInstance first;
        QSignalSpy asked(&first, &SingleInstance::showRequested);
        QCOMPARE(first.claim(directory, true).value(), Outcome::First);
        QCOMPARE(QFileInfo(directory).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther),
                 QFile::Permissions());

        const auto hidden = startAgain(directory, false);
        QVERIFY(hidden && hidden->has_value());
        QCOMPARE(hidden->value(), Outcome::Second);
        QCOMPARE(asked.count(), 0);

        const auto shown = startAgain(directory, true);
        QVERIFY(shown && shown->has_value());
        QCOMPARE(shown->value(), Outcome::Second);
        QTRY_COMPARE(asked.count(), 1);
    }

    void eachDirectoryHasItsOwn()
    {
        QTemporaryDir one, two;
        SingleInstance first, second;
        QCOMPARE(first.claim(one.path(), true).value(), Outcome::First);
        QCOMPARE(second.claim(two.path(), true).value(), Outcome::First);
    }

    void theNextOneMayStartWhenTheFirstHasEnded()
    {
        QTemporaryDir directory;
        for (int round = 0; round < 3; ++round) {
            SingleInstance instance;
            QCOMPARE(instance.claim(directory.path(), true).value(), Outcome::First);
        }
    }

    void aLongPathIsNoHindrance()
    {
        QTemporaryDir temporary;
        const QString directory = temporary.filePath(QString(200, u'd'));
        SingleInstance first;
        QCOMPARE(first.claim(directory, true).value(), Outcome::First);
        const auto again = startAgain(directory, true);
        QVERIFY(again && again->has_value());
        QCOMPARE(again->value(), Outcome::Second);
    }

    void aFolderWithOtherFilesIsRefusedUnchanged()
    {
        QTemporaryDir directory;
        QFile file(directory.filePath(QStringLiteral("letter.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto before = QFileInfo(directory.path()).permissions();
        SingleInstance instance;
        QVERIFY(!instance.claim(directory.path(), true).has_value());
        QCOMPARE(QDir(directory.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{QStringLiteral("letter.txt")});
        QCOMPARE(QFileInfo(directory.path()).permissions(), before);
    }

    void aFolderWithOnlyAServersStoreIsOurs()
    {
        QTemporaryDir directory;
        QVERIFY(QDir(directory.path()).mkdir(QStringLiteral("server")));
        SingleInstance instance;
        QCOMPARE(instance.claim(directory.path(), true).value(), Outcome::First);
    }

    void aLinkIsNotFollowed()
    {
        QTemporaryDir temporary;
        const QString real = temporary.filePath(QStringLiteral("real")),
                      link = temporary.filePath(QStringLiteral("link"));
        QVERIFY(QDir().mkdir(real));
        QVERIFY(QFile::link(real, link));
        SingleInstance instance;
        QVERIFY(!instance.claim(link, true).has_value());
        QVERIFY(QDir(real).isEmpty());
    }
};

QTEST_GUILESS_MAIN(SingleInstanceTest)
#include "single_instance_test.moc"
