// SPDX-License-Identifier: GPL-3.0-or-later
// `belfry run`: the command is as if it ran alone, and its failure is told.
#include "support/program_run.h"
#include "support/scripted_server.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <csignal>

using belfry::tests::ProgramRun;
using belfry::tests::ScriptedServer;

namespace {

const QByteArray sentAnswer = R"({"status":"sent","id":4,"recipients":2,"online":1})";

QJsonObject bodyOf(const ScriptedServer& server, int request = 0)
{
    const QByteArray whole = server.requests().value(request);
    return QJsonDocument::fromJson(whole.mid(whole.indexOf("\r\n\r\n") + 4)).object();
}

QString member(const ScriptedServer& server, const char* name)
{
    return bodyOf(server).value(QLatin1StringView(name)).toString();
}

/// `belfry run --to ann MORE -- COMMAND`, signed in by a token.
struct RunCommand : ProgramRun
{
    RunCommand(const QUrl& server, const QStringList& more, const QStringList& command, const QByteArray& input = {})
        : ProgramRun(QStringList{QStringLiteral("run"), QStringLiteral("--to"), QStringLiteral("ann")} + more +
                         QStringList{QStringLiteral("--")} + command,
                     input,
                     {{QStringLiteral("BELFRY_SERVER"), server.toString()},
                      {QStringLiteral("BELFRY_TOKEN"), QStringLiteral("secret")}})
    {
    }
};

QStringList shell(const char* script)
{
    return {QStringLiteral("sh"), QStringLiteral("-c"), QString::fromUtf8(script)};
}

} // namespace

class RunCommandTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tellsOfAFailure()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        RunCommand run(server.url(QString()), {},
                       shell("cat; printf '10%%\\r\\033[32m99%%\\033[0m\\n'; echo oops >&2; exit 3"), "given\n");
        run.finish();
        QCOMPARE(run.code(), 3);
        QCOMPARE(run.out, "given\n10%\r\x1b[32m99%\x1b[0m\n");
        QCOMPARE(run.err, "oops\n");
        QCOMPARE(server.requests().size(), 1);
        QCOMPARE(member(server, "title"), QStringLiteral("sh failed: exit code 3"));
        QCOMPARE(member(server, "type"), QStringLiteral("error"));
        QCOMPARE(member(server, "user"), QStringLiteral("ann"));
        const QString message = member(server, "message");
        QVERIFY2(message.contains(QSysInfo::machineHostName()) &&
                     message.contains(QStringLiteral("exit code 3 after ")),
                 qPrintable(message));
        for (const char* const line : {"given", "99%", "oops"})
            QVERIFY(message.split(u'\n').contains(QString::fromUtf8(line)));
    }

    void saysNothingOfWhatWentWell()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        RunCommand run(server.url(QString()), {}, {QStringLiteral("true")});
        run.finish();
        QCOMPARE(run.code(), 0);
        QVERIFY(server.requests().isEmpty());
        RunCommand always(server.url(QString()),
                          {QStringLiteral("--always"), QStringLiteral("--title"), QStringLiteral("Backup")},
                          {QStringLiteral("true")});
        always.finish();
        QCOMPARE(always.code(), 0);
        QCOMPARE(member(server, "title"), QStringLiteral("Backup"));
        QCOMPARE(member(server, "type"), QStringLiteral("success"));
    }

    void keepsTheEndOfALongOutput()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        RunCommand run(server.url(QString()), {}, shell("seq 1 300000; exit 1"));
        run.finish();
        QCOMPARE(run.code(), 1);
        QCOMPARE(run.out.count('\n'), 300000);
        const QString message = member(server, "message");
        QVERIFY(message.endsWith(QStringLiteral("\n299999\n300000")));
        QVERIFY(message.size() < 4200);
    }

    void endsAsTheCommandEnds()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        RunCommand killed(server.url(QString()), {}, shell("kill -9 $$"));
        RunCommand missing(server.url(QString()), {}, {QStringLiteral("no-such-program-anywhere")});
        RunCommand closed(server.url(QString()), {}, {QStringLiteral("/dev/null")});
        for (RunCommand* const run : {&killed, &missing, &closed})
            run->finish();
        QCOMPARE(killed.code(), 128 + SIGKILL);
        QCOMPARE(missing.code(), 127);
        QCOMPARE(closed.code(), 126);
        QCOMPARE(server.requests().size(), 3);
    }

    void passesSignalsOn()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        RunCommand run(server.url(QString()), {},
                       shell("trap 'exit 42' TERM; trap 'echo again' HUP; echo ready; while :; do sleep 0.05; done"));
        QTRY_VERIFY((run.out += run.process.readAllStandardOutput()).contains("ready"));
        ::kill(static_cast<pid_t>(run.process.processId()), SIGHUP);
        QTRY_VERIFY((run.out += run.process.readAllStandardOutput()).contains("again"));
        run.process.terminate();
        run.finish();
        QCOMPARE(run.code(), 42);
        QVERIFY(member(server, "title").contains(QStringLiteral("42")));
    }

    void theCommandRunsAsItWouldAlone()
    {
        ScriptedServer server;
        ProgramRun run(
            {QStringLiteral("-c"),
             QStringLiteral("umask 027; ulimit -S -c 5; exec '" BELFRY_PROGRAM
                            "' run --to ann -- sh -c 'umask; ulimit -S -c; echo \"<$BELFRY_TOKEN>$LC_ALL\"'")},
            {},
            {{QStringLiteral("BELFRY_TOKEN"), QStringLiteral("secret")},
             {QStringLiteral("LC_ALL"), QStringLiteral("C")}},
            QStringLiteral("/bin/sh"));
        run.finish();
        QCOMPARE(run.err, "");
        QCOMPARE(run.out, "0027\n5\n<>C\n");
    }

    void aFailedSendChangesNoCode()
    {
        ScriptedServer server;
        server.addAnswer("403 Forbidden", R"({"error":"Not for receivers.","code":"forbidden"})");
        RunCommand run(server.url(QString()), {}, shell("exit 5"));
        run.finish();
        QCOMPARE(run.code(), 5);
        QVERIFY(run.err.contains("Not for receivers.") && run.err.contains("was not sent"));
        ScriptedServer busy;
        busy.addAnswer("503 Busy", R"({"error":"Busy.","code":"busy"})");
        busy.addAnswer("200 OK", sentAnswer);
        RunCommand again(busy.url(QString()), {QStringLiteral("--retry"), QStringLiteral("10m")}, shell("exit 5"));
        again.finish();
        QCOMPARE(again.code(), 5);
        QCOMPARE(busy.requests().size(), 2);
    }

    void isCalledWithACommand()
    {
        for (const QStringList& line : {QStringList{}, QStringList{QStringLiteral("--")},
                                        QStringList{QStringLiteral("ls"), QStringLiteral("/")}}) {
            ProgramRun run(QStringList{QStringLiteral("run"), QStringLiteral("--to"), QStringLiteral("ann")} + line);
            run.finish();
            QCOMPARE(run.code(), 2);
            QCOMPARE(run.err.count('\n'), 1);
        }
    }
};

QTEST_GUILESS_MAIN(RunCommandTest)
#include "tst_run_command.moc"
