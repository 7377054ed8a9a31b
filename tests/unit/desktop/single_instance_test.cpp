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
std::optional<Result<Outcome>> startAgain(const QString& directory, const InstanceWord& word)
{
    std::optional<Result<Outcome>> outcome;
    std::atomic<bool> isDone = false;
    std::thread other([&] {
        SingleInstance second;
        outcome = second.claim(directory, word);
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
        QCOMPARE(first.claim(directory, {}).value(), Outcome::First);
        QCOMPARE(QFileInfo(directory).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther),
                 QFile::Permissions());

        const auto hidden = startAgain(directory, {false, {}});
        QVERIFY(hidden && hidden->has_value());
        QCOMPARE(hidden->value(), Outcome::Second);
        QCOMPARE(asked.count(), 0);

        const auto shown = startAgain(directory, {});
        QVERIFY(shown && shown->has_value());
        QCOMPARE(shown->value(), Outcome::Second);
        QTRY_COMPARE(asked.count(), 1);
    }

    void theSecondHandsItsLinkOver()
    {
        QTemporaryDir directory;
        SingleInstance first;
        QSignalSpy shown(&first, &SingleInstance::showRequested);
        QSignalSpy links(&first, &SingleInstance::linkHandedOver);
        QCOMPARE(first.claim(directory.path(), {}).value(), Outcome::First);
        // As long as one may be, with letters of several bytes.
        const QString longest = QStringLiteral("belfry://") + QString(longestLink - 9, QChar(0x0111));
        for (const QString& link : {QStringLiteral("belfry://office.lan:8000/join#pin=a%2Bb&code=c"), longest}) {
            const auto again = startAgain(directory.path(), {true, link});
            QVERIFY(again && again->has_value());
            QCOMPARE(again->value(), Outcome::Second);
            QTRY_COMPARE(links.count(), 1);
            QCOMPARE(links.takeFirst().first().toString(), link);
        }
        QCOMPARE(shown.count(), 0);
        // What is no link is not handed over, nor taken for anything else.
        const auto none = startAgain(directory.path(), {true, QStringLiteral("file:///etc/passwd")});
        QVERIFY(none && !none->has_value());
        QCOMPARE(links.count() + shown.count(), 0);
    }

    void wordsAreHeldToTheirBounds_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<bool>("isWord");
        QTest::addColumn<QString>("link");
        const auto row = [](const char* name, const QByteArray& line, bool isWord, const char* link = "") {
            QTest::newRow(name) << line << isWord << QString::fromLatin1(link);
        };
        row("show", "show\n", true);
        row("hello", "hello\n", true);
        row("a link", "show belfry://a\n", true, "belfry://a");
        row("no end", "show", false);
        row("nothing", "", false);
        row("an empty link", "show \n", false);
        row("another word", "quit\n", false);
        row("two lines", "show belfry://a\nshow\n", false);
        row("a control character", "show belfry://a\x1b[2J\n", false);
        row("a NUL", QByteArray("show belfry://a\0b\n", 18), false);
        row("another scheme", "show https://a\n", false);
        row("no UTF-8", "show belfry://\xff\n", false);
        row("too long", "show belfry://" + QByteArray(longestLink, 'x') + '\n', false);
        row("endless", "show belfry://" + QByteArray(1'000'000, 'x') + '\n', false);
    }
    void wordsAreHeldToTheirBounds()
    {
        QFETCH(QByteArray, line);
        QFETCH(bool, isWord);
        QFETCH(QString, link);
        const std::optional<InstanceWord> word = InstanceWord::fromLine(line);
        QCOMPARE(word.has_value(), isWord);
        if (!word)
            return;
        QCOMPARE(word->link, link);
        QCOMPARE(word->line(), line);
    }

    void eachDirectoryHasItsOwn()
    {
        QTemporaryDir one, two;
        SingleInstance first, second;
        QCOMPARE(first.claim(one.path(), {}).value(), Outcome::First);
        QCOMPARE(second.claim(two.path(), {}).value(), Outcome::First);
    }

    void theNextOneMayStartWhenTheFirstHasEnded()
    {
        QTemporaryDir directory;
        for (int round = 0; round < 3; ++round) {
            SingleInstance instance;
            QCOMPARE(instance.claim(directory.path(), {}).value(), Outcome::First);
        }
    }

    void aLongPathIsNoHindrance()
    {
        QTemporaryDir temporary;
        const QString directory = temporary.filePath(QString(200, u'd'));
        SingleInstance first;
        QCOMPARE(first.claim(directory, {}).value(), Outcome::First);
        const auto again = startAgain(directory, {});
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
        QVERIFY(!instance.claim(directory.path(), {}).has_value());
        QCOMPARE(QDir(directory.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{QStringLiteral("letter.txt")});
        QCOMPARE(QFileInfo(directory.path()).permissions(), before);
    }

    void aFolderWithOnlyAServersStoreIsOurs()
    {
        QTemporaryDir directory;
        QVERIFY(QDir(directory.path()).mkdir(QStringLiteral("server")));
        SingleInstance instance;
        QCOMPARE(instance.claim(directory.path(), {}).value(), Outcome::First);
    }

    void aLinkIsNotFollowed()
    {
        QTemporaryDir temporary;
        const QString real = temporary.filePath(QStringLiteral("real")),
                      link = temporary.filePath(QStringLiteral("link"));
        QVERIFY(QDir().mkdir(real));
        QVERIFY(QFile::link(real, link));
        SingleInstance instance;
        QVERIFY(!instance.claim(link, {}).has_value());
        QVERIFY(QDir(real).isEmpty());
    }
};

QTEST_GUILESS_MAIN(SingleInstanceTest)
#include "single_instance_test.moc"
