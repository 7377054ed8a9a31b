// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of a person at a terminal, against a server of their own.
#include "support/program_run.h"
#include "support/server_process.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

using namespace belfry::test;
using belfry::tests::ProgramRun;

namespace {

constexpr int patience = 20000;

QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(u' ', Qt::SkipEmptyParts);
}

/// A terminal of its own for one program, and what stands on it.
class Terminal
{
public:
    Terminal() : m_master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
    {
        ::grantpt(m_master);
        ::unlockpt(m_master);
        ::fcntl(m_master, F_SETFL, O_NONBLOCK);
        m_name = ::ptsname(m_master);
    }
    ~Terminal() { ::close(m_master); }

    void start(QProcess& process, const QStringList& arguments)
    {
        process.setChildProcessModifier([this] {
            ::setsid();
            const int terminal = ::open(m_name.constData(), O_RDWR);
            ::ioctl(terminal, TIOCSCTTY, 0);
            ::dup2(terminal, STDIN_FILENO);
        });
        process.start(QStringLiteral(BELFRY_PROGRAM), arguments);
    }
    void type(const QByteArray& keys) const
    {
        QCOMPARE(::write(m_master, keys.constData(), size_t(keys.size())), keys.size());
    }
    const QByteArray& shown()
    {
        QByteArray piece(4096, '\0');
        for (ssize_t got = 0; (got = ::read(m_master, piece.data(), size_t(piece.size()))) > 0;)
            m_shown += piece.first(got);
        return m_shown;
    }

private:
    int m_master;
    QByteArray m_name;
    QByteArray m_shown;
};

} // namespace

#define TRY_HERE(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience)

class CommandsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_server.reset(); }
    void listsWhatTheServerHolds();
    void goesOnWithWhatArrives();
    void takesBack();
    void tellsHowThingsStand();
    void asksForANewPasswordTwice();
    void asksForAKnownPasswordOnce();
    void withoutAHomeNothingIsMade_data();
    void withoutAHomeNothingIsMade();
    void theSuperuserMeansTheService();

private:
    Finished asAnn(const QStringList& arguments) { return as(m_ann, arguments); }
    Finished as(const QByteArray& token, const QStringList& arguments)
    {
        return runProgram(QStringLiteral("env"),
                          QStringList{QStringLiteral("BELFRY_TOKEN=") + QString::fromLatin1(token),
                                      QStringLiteral("BELFRY_SERVER=") + m_server->url(),
                                      QStringLiteral(BELFRY_PROGRAM)} +
                              arguments);
    }
    qint64 send(const char* title, const char* more = "") const
    {
        return m_server->trigger(m_boss, QByteArray("{\"user\":\"ann\",\"title\":\"") + title + "\"" + more + "}");
    }

    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_boss;
    QByteArray m_ann;
};

void CommandsTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(m_server->start());
    QVERIFY(m_server->addUser(QStringLiteral("boss"), QStringLiteral("admin")) > 0);
    QVERIFY(m_server->addUser(QStringLiteral("ann"), QStringLiteral("receiver")) > 0);
    m_boss = m_server->token(QStringLiteral("boss"));
    m_ann = m_server->token(QStringLiteral("ann"));
}

void CommandsTest::listsWhatTheServerHolds()
{
    const qint64 one = send("one", ",\"type\":\"warning\",\"message\":\"b\\u001b\"");
    QCOMPARE(one, 0); // a control character: refused, the list has nothing of it
    const qint64 first = send("first", ",\"type\":\"warning\",\"message\":\"tea & 100 %\"");
    const qint64 second = send("second");
    const qint64 third = send("third");
    QVERIFY(first > 0 && second > 0 && third > 0);
    m_server->request(m_ann,
                      {QStringLiteral("-H"), QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"),
                       QStringLiteral("{\"ids\":[%1]}").arg(second), QStringLiteral("/api/notifications/read/")});

    const auto ids = [&](const char* filters) {
        const Finished listed = asAnn(words("list --json") + words(filters));
        QList<qint64> found;
        for (const QByteArray& line : listed.output.split('\n')) {
            if (!line.isEmpty())
                found += QJsonDocument::fromJson(line).object().value(QLatin1StringView("id")).toInteger();
        }
        return listed.exitCode == 0 ? found : QList<qint64>{-1};
    };
    QCOMPARE(ids(""), (QList<qint64>{first, second, third}));
    QCOMPARE(ids("--limit 2"), (QList<qint64>{second, third}));
    QCOMPARE(ids("--unread"), (QList<qint64>{first, third}));
    QCOMPARE(ids("--type warning"), QList<qint64>{first});
    QCOMPARE(ids("--search 100"), QList<qint64>{first});
    QCOMPARE(ids("--search=&"), QList<qint64>{first});
    const QByteArray number = QByteArray::number(first);
    QCOMPARE(ids("--since " + number), (QList<qint64>{second, third}));
    QCOMPARE(ids("--since " + number + " --limit 1"), QList<qint64>{second});
    QCOMPARE(ids("--before " + number), QList<qint64>{});

    const Finished readable = asAnn(words("list"));
    QCOMPARE(readable.exitCode, 0);
    const QList<QByteArray> lines = readable.output.trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[0].startsWith("* ") && lines[0].contains("warning") && lines[0].contains("boss: first"));
    QVERIFY(!lines[1].startsWith('*') && lines[1].contains("second"));

    // More than one page of the server.
    m_server->request(m_boss, {QStringLiteral("-o"), QStringLiteral("/dev/null"), QStringLiteral("-H"),
                               QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"),
                               QStringLiteral("{\"user\":\"ann\",\"title\":\"many\"}"),
                               QStringLiteral("/api/notifications/trigger/?n=[1-505]")});
    QCOMPARE(ids("--limit 508").size(), 508);
    QCOMPARE(ids("--limit 10000").constFirst(), first);
    QCOMPARE(ids("--since 0 --limit 600").size(), 508);
}

void CommandsTest::goesOnWithWhatArrives()
{
    QVERIFY(send("before") > 0);
    ProgramRun follow(words("list --follow"), {},
                      {{QStringLiteral("BELFRY_TOKEN"), QString::fromLatin1(m_ann)},
                       {QStringLiteral("BELFRY_SERVER"), m_server->url()}});
    TRY_HERE((follow.out += follow.process.readAllStandardOutput()).contains("before"));
    QVERIFY(send("after") > 0);
    TRY_HERE((follow.out += follow.process.readAllStandardOutput()).contains("after"));
    QCOMPARE(follow.out.count('\n'), 2);
    follow.process.terminate();
    follow.finish();
    QCOMPARE(follow.code(), 0);
}

void CommandsTest::takesBack()
{
    const QString id = QString::number(send("wrong"));
    QCOMPARE(asAnn({QStringLiteral("retract"), id}).exitCode, 1); // what is not hers is not there
    QCOMPARE(as(m_boss, {QStringLiteral("retract"), QStringLiteral("99999")}).exitCode, 1);
    QCOMPARE(as(m_boss, {QStringLiteral("retract"), QStringLiteral("x")}).exitCode, 2);
    const Finished retracted = as(m_boss, {QStringLiteral("retract"), id});
    QVERIFY2(retracted.exitCode == 0, retracted.errors);
    QCOMPARE(asAnn(words("list")).output, "");
}

void CommandsTest::tellsHowThingsStand()
{
    QVERIFY(send("one") > 0 && send("two") > 0);
    const Finished status = asAnn(words("status"));
    QVERIFY2(status.exitCode == 0, status.errors);
    QVERIFY2(status.output.contains("Unread:    2\n") && status.output.contains("Signed in: ann (receiver)") &&
                 status.output.contains("Version:   " BELFRY_VERSION) && status.output.contains("sessions"),
             status.output);
    const QJsonObject json = QJsonDocument::fromJson(asAnn(words("status --json")).output).object();
    QCOMPARE(json.value(QLatin1StringView("unread")).toInt(), 2);
    QCOMPARE(json.value(QLatin1StringView("me")).toObject().value(QLatin1StringView("name")).toString(),
             QStringLiteral("ann"));

    const Finished wrong = as("no-token", words("status"));
    QCOMPARE(wrong.exitCode, 6);
    QVERIFY(wrong.output.contains("Version:"));
    m_server->stop();
    QCOMPARE(asAnn(words("status")).exitCode, 5);
}

void CommandsTest::asksForANewPasswordTwice()
{
    QTemporaryDir directory;
    const QStringList add =
        words("user add bob --role sender --data") + QStringList{directory.filePath(QStringLiteral("data"))};
    {
        Terminal terminal;
        QProcess process;
        terminal.start(process, add);
        TRY_HERE(terminal.shown().contains("Password: "));
        terminal.type("correct horsX\x7f"
                      "e\n");
        TRY_HERE(terminal.shown().contains("The same again: "));
        terminal.type("correct battery\n");
        TRY_HERE(process.state() == QProcess::NotRunning);
        QCOMPARE(process.exitCode(), 2);
        QVERIFY(!QDir(directory.filePath(QStringLiteral("data"))).exists());
    }
    Terminal terminal;
    QProcess process;
    terminal.start(process, add);
    TRY_HERE(terminal.shown().contains("Password: "));
    terminal.type("correct horsX\x7f"
                  "e\n");
    TRY_HERE(terminal.shown().contains("The same again: "));
    terminal.type("correct horse\n");
    TRY_HERE(process.state() == QProcess::NotRunning);
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
    QVERIFY2(!terminal.shown().contains("horse"), terminal.shown());
    QVERIFY(!terminal.shown().contains('*'));
}

void CommandsTest::asksForAKnownPasswordOnce()
{
    QTemporaryDir directory;
    Terminal terminal;
    QProcess process;
    terminal.start(process,
                   words("login --user nobody --server") + QStringList{m_server->url(), QStringLiteral("--token-file"),
                                                                       directory.filePath(QStringLiteral("t"))});
    TRY_HERE(terminal.shown().contains("Password: "));
    terminal.type("wrong\n");
    TRY_HERE(process.state() == QProcess::NotRunning);
    QCOMPARE(process.exitCode(), 6);
    QCOMPARE(terminal.shown().count("assword"), 1);
}

void CommandsTest::withoutAHomeNothingIsMade_data()
{
    QTest::addColumn<QString>("line");
    for (const char* const line :
         {"user add ann --role admin --password-stdin", "user list", "token list", "audit", "pin", "invite",
          "serve --listen 127.0.0.1:0", "login --server 127.0.0.1:9 --user a --password-stdin"})
        QTest::newRow(line) << QString::fromUtf8(line);
}

void CommandsTest::withoutAHomeNothingIsMade()
{
    QFETCH(QString, line);
    QTemporaryDir here;
    for (const QString& home : {QString(), QStringLiteral("HOME="), QStringLiteral("HOME=relative")}) {
        QStringList arguments = words("-u HOME -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u BELFRY_DATA -C");
        arguments += here.path();
        if (!home.isEmpty())
            arguments += home;
        const Finished run =
            runProgram(QStringLiteral("env"),
                       arguments + QStringList{QStringLiteral(BELFRY_PROGRAM)} + line.split(u' '), "correct horse\n");
        QVERIFY2(run.exitCode == 2, run.errors);
        QVERIFY2(run.errors.contains("HOME is not set") && run.errors.count('\n') == 1, run.errors);
        QVERIFY(QDir(here.path()).isEmpty());
    }
}

void CommandsTest::theSuperuserMeansTheService()
{
    // A /var/lib of its own, where that is allowed.
    const auto within = [](const QString& script) {
        return runProgram(QStringLiteral("unshare"),
                          {QStringLiteral("-rm"), QStringLiteral("sh"), QStringLiteral("-c"),
                           QStringLiteral("mount -t tmpfs none /var/lib && b='" BELFRY_PROGRAM
                                          "' && unset BELFRY_DATA XDG_DATA_HOME && export HOME=/var/lib/root && ") +
                               script});
    };
    if (within(QStringLiteral("true")).exitCode != 0)
        QSKIP("No namespaces of one's own here.");
    const QString add = QStringLiteral("echo correct horse | $b user add ann --role admin --password-stdin && ");
    const Finished service = within(QStringLiteral("mkdir -m 700 /var/lib/belfry && ") + add +
                                    QStringLiteral("$b user list && find /var/lib -name belfry.db"));
    QVERIFY2(service.exitCode == 0, service.errors);
    QVERIFY2(service.output.endsWith("/var/lib/belfry/belfry.db\n") &&
                 service.errors.contains("the service's, /var/lib/belfry"),
             service.output + service.errors);
    const Finished alone = within(add + QStringLiteral("find /var/lib -name belfry.db"));
    QVERIFY2(alone.output.endsWith("/var/lib/root/.local/share/belfry/server/belfry.db\n"),
             alone.output + alone.errors);
    const Finished both = within(add + QStringLiteral("mkdir -m 700 /var/lib/belfry && $b user list"));
    QVERIFY(both.output.contains("ann") && both.errors.contains("the service's is /var/lib/belfry"));
}

QTEST_GUILESS_MAIN(CommandsTest)
#include "tst_commands.moc"
