// SPDX-License-Identifier: GPL-3.0-or-later
// `belfry send`: what becomes of a pipe, how it ends, and how often it tries.
#include "support/program_run.h"
#include "support/scripted_server.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using belfry::tests::ProgramRun;
using belfry::tests::ScriptedServer;
using Then = belfry::tests::Step::Then;

namespace {

const QByteArray sentAnswer = R"({"status":"sent","id":4,"recipients":2,"online":1})";

QJsonObject bodyOf(const ScriptedServer& server, int request = 0)
{
    const QByteArray whole = server.requests().value(request);
    return QJsonDocument::fromJson(whole.mid(whole.indexOf("\r\n\r\n") + 4)).object();
}

/// `belfry send` to a server, signed in by a token.
struct Send : ProgramRun
{
    explicit Send(const QUrl& server, const QStringList& more, const QByteArray& input = {})
        : ProgramRun(QStringList{QStringLiteral("send"), QStringLiteral("--title"), QStringLiteral("T")} + more, input,
                     {{QStringLiteral("BELFRY_SERVER"), server.toString()},
                      {QStringLiteral("BELFRY_TOKEN"), QStringLiteral("secret")}})
    {
    }
};

const QStringList piped{QStringLiteral("--to"), QStringLiteral("ann"), QStringLiteral("--message"),
                        QStringLiteral("-")};
const QStringList toAnn{QStringLiteral("--to"), QStringLiteral("ann")};

} // namespace

class SendCommandTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aPipeIsMadeToFit_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char* name, const QByteArray& input, const char* message, const char* said) {
            QTest::newRow(name) << input << QString::fromUtf8(message) << QByteArray(said);
        };
        row("plain", "one\n\ttwo\n", "one\n\ttwo", "");
        row("colours", "\x1b[1;31merror\x1b[0m: x\x1b[K\n", "error: x", "3 escape sequences");
        row("8-bit CSI",
            "\xC2\x9B"
            "31mred\n",
            "red", "1 escape sequence (");
        row("a link", "\x1b]8;;http://x\x1b\\here\x1b]8;;\x07!\n", "here!", "2 escape sequences");
        row("a title that nothing ends", "\x1b]0;title\nline\n", "0;title\nline", "1 escape sequence");
        row("a character set",
            "\x1b(Bplain\x1b=\x1b"
            "7\n",
            "plain", "3 escape sequences");
        row("a progress line", "10 %\r 50 %\r100 %\ndone\n", "100 %\ndone", "overwritten");
        row("a progress line that is open", "10 %\r50 %\r", "50 %", "overwritten");
        row("CR LF", "one\r\ntwo\r\n", "one\ntwo", "");
        row("overstruck", "N\bNA\bAM\bME\bE\n", "NAME", "overwritten");
        row("a page's end", "one\n\ftwo\fthree\n", "one\ntwo\nthree", "2 control characters");
        row("bell, zero, delete",
            QByteArray("a\a"
                       "b\0c\x7f\n",
                       7),
            "abc", "3 control characters");
        row("Latin-1",
            "Gr\xFC\xDF"
            "e, \x80 5\n",
            "Grüße, € 5", "3 bytes that are no UTF-8");
        row("UTF-8 with a stray byte", "\xE2\x82\xAC \xE2\x82 \xFF\n", "€ â‚ ÿ", "3 bytes that are no UTF-8");
        row("overlong and surrogate", "\xC0\xAF \xED\xA0\x80\n", "À¯ í\u00A0€", "5 bytes");
        row("a byte order mark", "\xEF\xBB\xBFx\n", "x", "");
        row("UTF-16", QByteArray("\xFF\xFEG\0r\0\xFC\0\x3D\xD8\x14\xDD\n\0", 14), "Grü🔔", "turned into UTF-8");
        row("nothing", "", "", "");
    }
    void aPipeIsMadeToFit()
    {
        QFETCH(QByteArray, input);
        QFETCH(QString, message);
        QFETCH(QByteArray, said);
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        Send run(server.url(QString()), piped, input);
        run.finish();
        QVERIFY2(run.code() == 0, run.err);
        QCOMPARE(bodyOf(server).value(QStringLiteral("message")).toString(), message);
        if (said.isEmpty())
            QCOMPARE(run.err, "");
        else
            QVERIFY2(run.err.contains(said) && run.err.count('\n') == 1, run.err);
    }

    void aLongPipeKeepsItsBeginningAndItsEnd()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        QByteArray input;
        for (int i = 0; i < 200000; ++i)
            input += "line " + QByteArray::number(i) + " \xF0\x9F\x94\x94\n";
        Send run(server.url(QString()), piped, input);
        run.finish();
        QVERIFY2(run.code() == 0, run.err);
        const QString message = bodyOf(server).value(QStringLiteral("message")).toString();
        QVERIFY(message.toUcs4().size() <= 8000);
        QVERIFY(message.toUcs4().size() > 7500);
        QVERIFY(message.startsWith(QStringLiteral("line 0 🔔\nline 1 🔔\n")));
        QVERIFY(message.endsWith(QStringLiteral("\nline 199999 🔔")));
        const qsizetype all = QString::fromUtf8(input).toUcs4().size() - 1;
        // All that is not there is counted; the line that says so is the only addition.
        const QStringList lines = message.split(u'\n');
        const auto cut = std::find_if(lines.begin(), lines.end(), [](const QString& l) { return l.startsWith(u'['); });
        QVERIFY(cut != lines.end());
        const qsizetype left = cut->mid(3).section(u' ', 0, 0).toLongLong();
        QCOMPARE(message.toUcs4().size() - cut->toUcs4().size() - 2 + left, all);
        QVERIFY(run.err.contains(QByteArray::number(left) + " characters left out"));
    }

    void argumentsAreMadeToFitToo()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        ProgramRun run({QStringLiteral("send"), QStringLiteral("--to"), QStringLiteral("ann"),
                        QStringLiteral("--message"), QStringLiteral("\x1b[31mred"), QStringLiteral("--title"),
                        QStringLiteral("\x1b[1m") + QString(300, u'x')},
                       {},
                       {{QStringLiteral("BELFRY_SERVER"), server.url(QString()).toString()},
                        {QStringLiteral("BELFRY_TOKEN"), QStringLiteral("secret")}});
        run.finish();
        QVERIFY2(run.code() == 0, run.err);
        QCOMPARE(bodyOf(server).value(QStringLiteral("message")).toString(), QStringLiteral("red"));
        QCOMPARE(bodyOf(server).value(QStringLiteral("title")).toString(), QString(249, u'x') + u'…');
        QVERIFY(run.err.contains("--title was made to fit") && run.err.contains("--message was made to fit"));
    }

    void strictChangesNothing()
    {
        ScriptedServer server;
        server.addAnswer("400 Bad Request", "{\"error\":\"“message” holds a control character.\",\"code\":\"invalid\","
                                            "\"field\":\"message\"}");
        const QStringList strict = piped + QStringList{QStringLiteral("--strict")};
        Send control(server.url(QString()), strict, "\x1b[31mred\n");
        control.finish();
        QCOMPARE(control.code(), 2);
        QCOMPARE(control.err, "belfry: --message holds a control character.\n");
        QCOMPARE(bodyOf(server).value(QStringLiteral("message")).toString(), QStringLiteral("\x1b[31mred"));
        Send latin(server.url(QString()), strict,
                   "Gr\xFC\xDF"
                   "e\n");
        latin.finish();
        QCOMPARE(latin.code(), 2);
        QCOMPARE(server.requests().size(), 1);
    }

    void sendsNothingWhereNothingIsToBeSaid()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        for (const QByteArray& input : {QByteArray(), QByteArray("\n"), QByteArray(" \x1b[0m\n\n")}) {
            Send run(server.url(QString()), piped + QStringList{QStringLiteral("--skip-empty")}, input);
            run.finish();
            QCOMPARE(run.code(), 0);
            QVERIFY(run.err.contains("nothing is sent"));
        }
        QVERIFY(server.requests().isEmpty());
        Send run(server.url(QString()), piped + QStringList{QStringLiteral("--skip-empty")}, "x");
        run.finish();
        QCOMPARE(server.requests().size(), 1);
    }

    void saysByItsCodeWhatWentWrong_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("exit");
        for (const auto& [status, code, exit] :
             {std::tuple{"400 Bad Request", "invalid", 2}, std::tuple{"413 Content Too Large", "too_large", 2},
              std::tuple{"401 Unauthorized", "unauthorized", 6}, std::tuple{"403 Forbidden", "forbidden", 7},
              std::tuple{"404 Not Found", "unknown_recipient", 8}, std::tuple{"404 Not Found", "not_found", 1},
              std::tuple{"409 Conflict", "idempotency_conflict", 1}, std::tuple{"429 Too Many Requests", "busy", 9},
              std::tuple{"500 Oops", "internal", 1}, std::tuple{"502 Bad Gateway", "", 5},
              std::tuple{"503 Service Unavailable", "busy", 9}, std::tuple{"507 Insufficient Storage", "full", 9}})
            QTest::addRow("%s %s", status, code) << QByteArray(status) << QByteArray(code) << exit;
    }
    void saysByItsCodeWhatWentWrong()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, code);
        QFETCH(int, exit);
        ScriptedServer server;
        server.addAnswer(status, "{\"error\":\"So it is.\",\"code\":\"" + code + "\"}");
        Send run(server.url(QString()), toAnn);
        run.finish();
        QVERIFY2(run.code() == exit, run.err);
        QVERIFY(run.err.startsWith("belfry: So it is."));
        QVERIFY(run.out.isEmpty());
    }

    void saysByItsCodeThatNothingWasAsked()
    {
        QTcpServer gone;
        QVERIFY(gone.listen(QHostAddress::LocalHost));
        const QUrl address(QStringLiteral("http://127.0.0.1:%1").arg(gone.serverPort()));
        gone.close();
        Send unreachable(address, toAnn);
        unreachable.finish();
        QCOMPARE(unreachable.code(), 5);
        ProgramRun signedOut({QStringLiteral("send"), QStringLiteral("--to"), QStringLiteral("ann"),
                              QStringLiteral("--title"), QStringLiteral("T"), QStringLiteral("--server"),
                              address.toString()});
        signedOut.finish();
        QCOMPARE(signedOut.code(), 6);
    }

    void waitsNoLongerThanItIsGiven()
    {
        ScriptedServer silent;
        silent.add({}, Then::Stall);
        Send run(silent.url(QString()), toAnn + QStringList{QStringLiteral("--timeout"), QStringLiteral("0.3")});
        run.finish();
        QCOMPARE(run.code(), 3);
        QVERIFY(run.err.contains("--timeout"));
    }

    void triesAgainUnderTheSameKey()
    {
        ScriptedServer server;
        server.addAnswer("503 Busy", R"({"error":"Busy.","code":"busy"})", "Retry-After: 2\r\n");
        server.add({}); // cut before an answer came
        server.addAnswer("200 OK", sentAnswer);
        Send run(server.url(QString()), toAnn + QStringList{QStringLiteral("--retry")});
        run.finish();
        QVERIFY2(run.code() == 0, run.err);
        QCOMPARE(run.out, sentAnswer + '\n');
        QVERIFY2(run.err.contains("Busy. Trying again in 2.0 s."), run.err);
        const QByteArray key = server.field(0, "Idempotency-Key");
        QVERIFY(!key.isEmpty());
        for (int i = 1; i < server.requests().size(); ++i)
            QCOMPARE(server.field(i, "Idempotency-Key"), key);
        QCOMPARE(bodyOf(server, 0), bodyOf(server, int(server.requests().size()) - 1));
    }

    void givesUpInTime()
    {
        ScriptedServer server;
        server.addAnswer("503 Busy", R"({"error":"Busy.","code":"busy"})", "Retry-After: 3600\r\n");
        Send late(server.url(QString()), toAnn + QStringList{QStringLiteral("--retry"), QStringLiteral("5s")});
        late.finish();
        QCOMPARE(late.code(), 9);
        QCOMPARE(server.requests().size(), 1);
        ScriptedServer refusing;
        refusing.addAnswer("403 Forbidden", R"({"error":"No.","code":"forbidden"})");
        Send final(refusing.url(QString()), toAnn + QStringList{QStringLiteral("--retry=5s")});
        final.finish();
        QCOMPARE(final.code(), 7);
        QCOMPARE(refusing.requests().size(), 1);
    }

    void speaksOfItsOwnOptions()
    {
        ScriptedServer server;
        server.addAnswer("404 Not Found",
                         "{\"error\":\"There is no user \\\"ann,bob\\\".\",\"code\":\"unknown_recipient\","
                         "\"field\":\"user\"}");
        Send run(server.url(QString()), {QStringLiteral("--to"), QStringLiteral("ann,bob")});
        run.finish();
        QCOMPARE(run.code(), 8);
        QVERIFY2(run.err.contains("--to: There is no user \"ann,bob\".") && run.err.contains("--to ann --to bob"),
                 run.err);
    }

    void anExpiryMayBeALengthOfTime()
    {
        ScriptedServer server;
        server.addAnswer("200 OK", sentAnswer);
        Send run(server.url(QString()), toAnn + QStringList{QStringLiteral("--expires-at"), QStringLiteral("1h30m")});
        run.finish();
        QVERIFY2(run.code() == 0, run.err);
        const QDateTime end =
            QDateTime::fromString(bodyOf(server).value(QStringLiteral("expires_at")).toString(), Qt::ISODateWithMs);
        const qint64 ahead = QDateTime::currentDateTimeUtc().secsTo(end);
        QVERIFY(ahead > 5400 - 60 && ahead <= 5400);
        for (const QString& wrong : {QStringLiteral("1x"), QStringLiteral("0"), QStringLiteral("1h1h"),
                                     QStringLiteral("m"), QStringLiteral("1.2.3"), QStringLiteral("101w101w")}) {
            Send refused(server.url(QString()), toAnn + QStringList{QStringLiteral("--expires-at"), wrong});
            refused.finish();
            QCOMPARE(refused.code(), 2);
        }
    }
};

QTEST_GUILESS_MAIN(SendCommandTest)
#include "tst_send_command.moc"
