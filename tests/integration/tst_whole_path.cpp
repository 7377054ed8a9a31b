// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/server_process.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <memory>

using namespace belfry::test;

namespace {

/// A program that listens, and what it has printed so far.
class Watcher
{
public:
    Watcher(const QString& program, const QStringList& arguments, const QByteArray& token = {})
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        if (!token.isEmpty())
            environment.insert(QStringLiteral("BELFRY_TOKEN"), QString::fromLatin1(token));
        m_process.setProcessEnvironment(environment);
        m_process.start(program, arguments);
    }
    ~Watcher()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    const QByteArray& output()
    {
        m_output += m_process.readAllStandardOutput();
        return m_output;
    }
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    int exitCode() const { return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1; }

private:
    QProcess m_process;
    QByteArray m_output;
};

QByteArray message(const char* text)
{
    return QByteArray(R"({"user_id":1,"title":"Test","message":")") + text + R"("})";
}

} // namespace

/// One notification's way from a script to everybody who listens, through the programs as people run them.
class WholePathTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_server.reset(); }
    void everyListenerOfAPersonSeesAMessageOnce();
    void listenersGoOnWhereTheyWereAfterAKill();
    void aClientNobodyHereWroteResumesOverARestart();
    void whoHasReceivedNothingYetMissesNothing();
    void whatWasMissedIsReplayedAndNothingElse();
    void aStreamEndsWithItsToken();
    void revokingClosesStreams();
    void othersDoNotSeeIt();
    void signsInAndOutFromTheCommandLine();

private:
    std::unique_ptr<Watcher> curl(const QByteArray& token, const QStringList& more = {}) const
    {
        return std::make_unique<Watcher>(
            QStringLiteral("curl"),
            QStringList{QStringLiteral("-sN"), m_server->url() + QStringLiteral("/api/notifications/sse/?token=") +
                                                   QString::fromLatin1(token)} +
                more);
    }
    std::unique_ptr<Watcher> listen(const QStringList& more = {}) const
    {
        return std::make_unique<Watcher>(QStringLiteral(BELFRY_PROGRAM),
                                         QStringList{QStringLiteral("listen"), QStringLiteral("--server"),
                                                     m_server->url(), QStringLiteral("--json")} +
                                             more,
                                         m_token);
    }
    bool hasStreams(int count) const
    {
        return m_server->request({}, {QStringLiteral("/metrics")})
            .contains("belfry_streams " + QByteArray::number(count) + "\n");
    }

    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_token;
};

void WholePathTest::init()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY2(m_server->start({QStringLiteral("--retry"), QStringLiteral("200")}), m_server->log());
    QCOMPARE(m_server->addUser(QStringLiteral("ann"), QStringLiteral("admin")), 1);
    m_token = m_server->token(QStringLiteral("ann"));
    QCOMPARE(m_token.count('.'), 2);
}

void WholePathTest::everyListenerOfAPersonSeesAMessageOnce()
{
    const auto browser = curl(m_token);
    const auto first = listen();
    const auto second = listen();
    QTRY_VERIFY_WITH_TIMEOUT(hasStreams(3), 10'000);

    const qint64 id = m_server->trigger(m_token, R"({"user_id":1,"title":"Test","message":"It works!","type":"info"})");
    QVERIFY(id > 0);
    for (const auto* watcher : {&browser, &first, &second})
        QTRY_VERIFY_WITH_TIMEOUT((*watcher)->output().contains("It works!"), 10'000);
    // A second one tells that nothing of the first is still to come.
    QVERIFY(m_server->trigger(m_token, message("And again")) > id);
    for (const auto* watcher : {&browser, &first, &second}) {
        QTRY_VERIFY_WITH_TIMEOUT((*watcher)->output().contains("And again"), 10'000);
        QCOMPARE((*watcher)->output().count("It works!"), 1);
    }
    const QByteArray before = QByteArray::number(id - 1);
    QVERIFY(browser->output().startsWith("retry: 200\nevent: ping\ndata: {\"type\":\"ping\"}\nid: " + before +
                                         "\n\ndata: {"));
    QVERIFY(browser->output().contains("}\nid: " + QByteArray::number(id) + "\n\n"));
    QCOMPARE(first->output().count('\n'), 2); // no pings, one line an event
}

void WholePathTest::listenersGoOnWhereTheyWereAfterAKill()
{
    const auto watcher = listen({QStringLiteral("--count"), QStringLiteral("3")});
    QTRY_VERIFY_WITH_TIMEOUT(hasStreams(1), 10'000);
    QVERIFY(m_server->trigger(m_token, message("before")) > 0);
    QTRY_VERIFY_WITH_TIMEOUT(watcher->output().contains("before"), 10'000);

    m_server->kill();
    QVERIFY(m_server->start());
    QVERIFY(m_server->trigger(m_token, message("after")) > 0);
    QVERIFY(m_server->trigger(m_token, message("later")) > 0);
    QTRY_VERIFY_WITH_TIMEOUT(!watcher->isRunning(), 20'000);
    QCOMPARE(watcher->exitCode(), 0);
    QCOMPARE(watcher->output().count("before"), 1);
    QCOMPARE(watcher->output().count("after"), 1);
    QCOMPARE(watcher->output().count("later"), 1);
}

void WholePathTest::aClientNobodyHereWroteResumesOverARestart()
{
    const QString tokenFile = m_server->directory() + QStringLiteral(".token");
    QFile file(tokenFile);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(m_token) > 0);
    file.close();
    Watcher node(QStringLiteral("node"),
                 {QStringLiteral(BELFRY_NODE_CLIENT), m_server->url() + QStringLiteral("/api/notifications/sse/"),
                  tokenFile, QStringLiteral("3")});
    QTRY_VERIFY_WITH_TIMEOUT(hasStreams(1), 20'000);
    QVERIFY(m_server->trigger(m_token, message("one")) > 0);
    QTRY_VERIFY_WITH_TIMEOUT(node.output().contains("one"), 10'000);
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start());
    QVERIFY(m_server->trigger(m_token, message("two")) > 0);
    QVERIFY(m_server->trigger(m_token, message("three")) > 0);
    QTRY_VERIFY_WITH_TIMEOUT(!node.isRunning(), 20'000);
    QCOMPARE(node.exitCode(), 0);
    for (const char* text : {"one", "two", "three"})
        QCOMPARE(node.output().count(QByteArray("\"") + text + "\""), 1);
}

void WholePathTest::whoHasReceivedNothingYetMissesNothing()
{
    const auto watcher = listen({QStringLiteral("--count"), QStringLiteral("1")});
    QTRY_VERIFY_WITH_TIMEOUT(hasStreams(1), 10'000);
    m_server->kill();
    QVERIFY(m_server->start());
    QVERIFY(m_server->trigger(m_token, message("while it was away")) > 0); // before it is back, mostly
    QTRY_VERIFY_WITH_TIMEOUT(!watcher->isRunning(), 20'000);
    QCOMPARE(watcher->exitCode(), 0);
    QCOMPARE(watcher->output().count("while it was away"), 1);
}

void WholePathTest::whatWasMissedIsReplayedAndNothingElse()
{
    const qint64 first = m_server->trigger(m_token, message("first"));
    QVERIFY(m_server->trigger(m_token, message("second")) > first);
    const qint64 third = m_server->trigger(m_token, message("third"));
    QVERIFY(third > first);
    const auto all = curl(m_token, {QStringLiteral("-H"), QStringLiteral("Last-Event-ID: 0")});
    const auto rest = curl(m_token, {QStringLiteral("-H"), QStringLiteral("Last-Event-ID: ") + QString::number(first)});
    const auto fresh = curl(m_token);
    for (const auto* watcher : {&all, &rest, &fresh})
        QTRY_VERIFY_WITH_TIMEOUT((*watcher)->output().contains("event: ping"), 10'000);
    QVERIFY(all->output().contains("first") && all->output().contains("second") && all->output().contains("third"));
    QVERIFY(!rest->output().contains("first") && rest->output().contains("second") && rest->output().contains("third"));
    // Nothing of the past, but where it is: with that it can come back, though it has received nothing.
    QCOMPARE(fresh->output().count("data:"), 1);
    QTRY_VERIFY_WITH_TIMEOUT(fresh->output().contains("\nid: " + QByteArray::number(third) + "\n\n"), 10'000);
    QVERIFY(all->output().indexOf("third") < all->output().indexOf("event: ping"));
}

void WholePathTest::aStreamEndsWithItsToken()
{
    const auto watcher = curl(m_server->token(QStringLiteral("ann"), 2));
    QTRY_VERIFY_WITH_TIMEOUT(watcher->output().contains("event: ping"), 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(!watcher->isRunning(), 10'000);
    QCOMPARE(watcher->exitCode(), 0); // the last chunk was there
}

void WholePathTest::revokingClosesStreams()
{
    const auto watcher = curl(m_token);
    QTRY_VERIFY_WITH_TIMEOUT(watcher->output().contains("event: ping"), 10'000);
    const auto revoked = runBelfry({QStringLiteral("token"), QStringLiteral("revoke"), QStringLiteral("ann"),
                                    QStringLiteral("--data"), m_server->directory()});
    QCOMPARE(revoked.exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(!watcher->isRunning(), 10'000);
    int status = 0;
    m_server->request(m_token, {QStringLiteral("/api/me/")}, &status);
    QCOMPARE(status, 401);
    m_server->request(m_server->token(QStringLiteral("ann")), {QStringLiteral("/api/me")}, &status);
    QCOMPARE(status, 200);
}

void WholePathTest::othersDoNotSeeIt()
{
    QCOMPARE(m_server->addUser(QStringLiteral("bob"), QStringLiteral("receiver")), 2);
    const auto bob = curl(m_server->token(QStringLiteral("bob")));
    QTRY_VERIFY_WITH_TIMEOUT(hasStreams(1), 10'000);
    QVERIFY(m_server->trigger(m_token, message("for ann")) > 0);
    QVERIFY(m_server->trigger(m_token, R"({"user_id":"all","title":"For everybody"})") > 0);
    QTRY_VERIFY_WITH_TIMEOUT(bob->output().contains("For everybody"), 10'000);
    QVERIFY(!bob->output().contains("for ann"));
    QCOMPARE(m_server->trigger(m_server->token(QStringLiteral("bob")), message("no")), 0);
}

void WholePathTest::signsInAndOutFromTheCommandLine()
{
    QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", QFile::encodeName(home.path()));
    const QString file = home.filePath(QStringLiteral("token"));
    const QStringList place{QStringLiteral("--server"), m_server->url(), QStringLiteral("--token-file"), file};
    const auto in = runBelfry(QStringList{QStringLiteral("login"), QStringLiteral("--user"), QStringLiteral("ann"),
                                          QStringLiteral("--password-stdin")} +
                                  place,
                              "correct horse\n");
    QVERIFY2(in.exitCode == 0, in.errors);
    QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QFile kept(file);
    QVERIFY(kept.open(QIODevice::ReadOnly));
    const QByteArray token = kept.readAll().trimmed();
    QVERIFY(!token.isEmpty() && !in.output.contains(token));
    QVERIFY(m_server->trigger(token, message("with it")) > 0);

    const auto out = runBelfry(QStringList{QStringLiteral("logout")} + place);
    qunsetenv("XDG_CONFIG_HOME");
    QVERIFY2(out.exitCode == 0, out.errors);
    QCOMPARE(m_server->trigger(token, message("after it")), 0);
}

QTEST_GUILESS_MAIN(WholePathTest)
#include "tst_whole_path.moc"
