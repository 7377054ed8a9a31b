// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk.h"
#include "support/program_run.h"
#include "support/server_process.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QScopeGuard>
#include <QSignalSpy>

#include <csignal>

using namespace belfry;
using namespace belfry::client;
using namespace belfry::test;
using namespace belfry::tests;

namespace {

constexpr int patience = 15'000;

SyncTimes hasty()
{
    using namespace std::chrono_literals;
    SyncTimes times;
    times.reconnectDelay = 200ms;
    return times;
}

} // namespace

#define TRY_HERE(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience)

/// Desktops whose server comes back from a backup: the log they knew is no more.
class RestoredTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); } // nobody's real keyring
    void init();
    void cleanup() { m_server.reset(); }
    void aDesktopThatWasThereLosesAndDoublesNothing();
    void aDesktopThatWasAwayLosesAndDoublesNothing_data();
    void aDesktopThatWasAwayLosesAndDoublesNothing();
    void aListenerLosesAndDoublesNothing_data();
    void aListenerLosesAndDoublesNothing();

private:
    qint64 send(const char* title) const
    {
        return m_server->trigger(m_sender, QByteArray("{\"user\":\"ann\",\"title\":\"") + title + "\"}");
    }
    /// For this session only: there may be no keyring.
    void signIn(Desk& desk) const
    {
        QCOMPARE(desk.signIn(m_server->url(), QStringLiteral("ann")), QByteArray());
        TRY_HERE(desk.isLive());
    }
    Finished onData(const QStringList& words) const
    {
        return runBelfry(words + QStringList{QStringLiteral("--data"), m_server->directory()});
    }
    QString file() const { return m_files.filePath(QStringLiteral("backup")); }
    void backUp() const
    {
        QCOMPARE(onData({QStringLiteral("backup"), QStringLiteral("--overwrite"), file()}).exitCode, 0);
    }
    void restore() const
    {
        m_server->kill();
        const Finished restored = onData({QStringLiteral("restore"), file()});
        QVERIFY2(restored.exitCode == 0, restored.errors);
        QVERIFY2(m_server->start(), m_server->log());
    }
    static QStringList titles(const Desk& desk)
    {
        QStringList all;
        for (const Row& row : desk.rows())
            all += row.title;
        all.sort();
        return all;
    }

    std::unique_ptr<ServerProcess> m_server;
    QTemporaryDir m_files;
    QByteArray m_sender;
};

void RestoredTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(m_server->start());
    QVERIFY(m_server->addUser(QStringLiteral("boss"), QStringLiteral("admin")) > 0);
    QVERIFY(m_server->addUser(QStringLiteral("ann"), QStringLiteral("receiver")) > 0);
    m_sender = m_server->token(QStringLiteral("boss"));
}

void RestoredTest::aDesktopThatWasThereLosesAndDoublesNothing()
{
    Desk desk(hasty());
    signIn(desk);
    QVERIFY(send("a") > 0 && send("b") > 0);
    TRY_HERE(desk.shown(QStringLiteral("b")) == 1);
    backUp();
    QVERIFY(send("c") > 0 && send("d") > 0); // the server will know nothing of these
    TRY_HERE(desk.shown(QStringLiteral("d")) == 1);

    restore();
    TRY_HERE(desk.isLive());
    QVERIFY(send("e") > 0);
    TRY_HERE(desk.shown(QStringLiteral("e")) == 1);
    QCOMPARE(titles(desk), QString::fromLatin1("a b c d e").split(u' '));
    for (const char* title : {"a", "b", "c", "d", "e"})
        QCOMPARE(desk.shown(QString::fromLatin1(title)), 1);
    QCOMPARE(desk.summary, 0);

    // And once more, of a backup that is older than the last restore.
    restore();
    TRY_HERE(desk.isLive());
    QVERIFY(send("f") > 0);
    TRY_HERE(desk.shown(QStringLiteral("f")) == 1);
    desk.reopen();
    signIn(desk);
    QCOMPARE(titles(desk), QString::fromLatin1("a b c d e f").split(u' '));
    QCOMPARE(desk.live + desk.singles, QStringList());
}

void RestoredTest::aDesktopThatWasAwayLosesAndDoublesNothing_data()
{
    QTest::addColumn<bool>("sawTheEnd");
    QTest::newRow("since before the backup") << false;
    QTest::newRow("since before the restore") << true;
}

void RestoredTest::aDesktopThatWasAwayLosesAndDoublesNothing()
{
    QFETCH(bool, sawTheEnd);
    Desk desk(hasty());
    signIn(desk);
    QVERIFY(send("a") > 0);
    TRY_HERE(desk.shown(QStringLiteral("a")) == 1);
    if (!sawTheEnd)
        desk.close();
    QVERIFY(send("b") > 0);
    backUp();
    QVERIFY(send("c") > 0);
    if (sawTheEnd) {
        TRY_HERE(desk.shown(QStringLiteral("c")) == 1);
        desk.close();
    }
    restore();
    QVERIFY(send("d") > 0);
    desk.open();
    signIn(desk);
    TRY_HERE(desk.has(QStringLiteral("d")));
    QCOMPARE(titles(desk),
             sawTheEnd ? QString::fromLatin1("a b c d").split(u' ') : QString::fromLatin1("a b d").split(u' '));
    QCOMPARE(desk.shown(QStringLiteral("a")), 0);
    QVERIFY(desk.shown(QStringLiteral("d")) <= 1);
}

void RestoredTest::aListenerLosesAndDoublesNothing_data()
{
    QTest::addColumn<bool>("hasPrinted");
    QTest::addColumn<bool>("isResumed");
    QTest::newRow("that printed something") << true << false;
    QTest::newRow("that printed nothing yet") << false << false;
    QTest::newRow("that printed nothing yet, resumed") << false << true;
}

void RestoredTest::aListenerLosesAndDoublesNothing()
{
    QFETCH(bool, hasPrinted);
    QFETCH(bool, isResumed);
    const qint64 before = send("before");
    QVERIFY(before > 0);
    const QStringList from =
        isResumed ? QStringList{QStringLiteral("--last-event-id"), QString::number(before)} : QStringList();
    ProgramRun listening(
        QStringList{QStringLiteral("listen"), QStringLiteral("--server"), m_server->url(), QStringLiteral("--json"),
                    QStringLiteral("--reconnect-delay"), QStringLiteral("50")} +
            from,
        {}, {{QStringLiteral("BELFRY_TOKEN"), QString::fromLatin1(m_server->token(QStringLiteral("ann")))}});
    const auto stop = qScopeGuard([&listening] {
        ::kill(static_cast<pid_t>(listening.process.processId()), SIGCONT);
        listening.process.terminate();
        listening.process.waitForFinished();
    });
    const auto printed = [&listening] {
        listening.out += listening.process.readAllStandardOutput();
        QStringList titles;
        for (const QByteArray& line : listening.out.split('\n')) {
            const QJsonObject event = QJsonDocument::fromJson(line).object();
            const QJsonObject data =
                QJsonDocument::fromJson(event.value(QLatin1StringView("data")).toString().toUtf8()).object();
            if (data.value(QLatin1StringView("type")).toString() == QLatin1StringView("notification"))
                titles += data.value(QLatin1StringView("data")).toObject().value(QLatin1StringView("title")).toString();
        }
        return titles.join(u' ');
    };
    TRY_HERE((listening.err += listening.process.readAllStandardError()).contains("connected"));
    TRY_HERE(m_server->metric("belfry_streams") == 1);
    QString expected;
    if (hasPrinted) {
        QVERIFY(send("a") > 0);
        backUp();
        QVERIFY(send("b") > 0); // the server will know nothing of this
        expected = QStringLiteral("a b");
        TRY_HERE(printed() == expected);
    } else {
        backUp();
    }

    // It is not back before something was sent.
    QCOMPARE(::kill(static_cast<pid_t>(listening.process.processId()), SIGSTOP), 0);
    restore();
    QVERIFY(send("c") > 0 && send("d") > 0);
    QCOMPARE(::kill(static_cast<pid_t>(listening.process.processId()), SIGCONT), 0);
    expected = (expected + QStringLiteral(" c d")).trimmed();
    QTRY_VERIFY2_WITH_TIMEOUT(printed() == expected,
                              listening.out + (listening.err += listening.process.readAllStandardError()), patience);
    QVERIFY(send("e") > 0);
    TRY_HERE(printed() == expected + QStringLiteral(" e"));
    listening.err += listening.process.readAllStandardError();
    QVERIFY2(listening.err.contains("brought back from a backup"), listening.err);
}

QTEST_GUILESS_MAIN(RestoredTest)
#include "tst_restored.moc"
