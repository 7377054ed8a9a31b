// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "protocol/time.h"
#include "server/store/database.h"
#include "support/raw_client.h"
#include "support/server_process.h"
#include "witness.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>

using namespace belfry;
using namespace belfry::test;

namespace {

QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

bool isOneSentence(const QByteArray& errors)
{
    return errors.count('\n') == 1 && errors.size() > 10;
}

} // namespace

/// `belfry serve`, `user` and `token` as commands: what they refuse, and that refusing changes nothing.
class ServeCommandTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void helpIsThereForEveryCommand_data();
    void helpIsThereForEveryCommand();
    void badArgumentsAreOneSentence_data();
    void badArgumentsAreOneSentence();
    void aPortInUseIsSaidAndChangesNothing();
    void anAddressThatIsNotThereYetIsNoMistake();
    void startsWhereLocalhostIsOneAddress_data();
    void startsWhereLocalhostIsOneAddress();
    void aDirectoryInUseIsSaid();
    void onlyOurOwnDirectoryIsUsed();
    void aCorruptStoreIsRefusedUnchanged();
    void whatIsWrittenIsForItsOwnerAlone();
    void accountsWorkBesideAServerAndWithoutOne();
    void manyAccountsAndTokensAreListedWhole();
    void idsThatTheBackendCannotHaveAreSaidAtStart();
    void theRecordIsPrintedBesideAServerAndWithoutOne();
    void silentLocalCallersHoldUpNobody();
    void outlivesWhoReadsItsLog();
    void waitsForNobodyWhoReadsItsLog();
    void waitsForNobodyWhoReadsItsOutput();
    void startsWithoutItsStandardDescriptors();
    void stopsAtOnceWhenItWasJustReady();
    void stopsCleanlyWithStreamsOpen();
    void finishesALongAnswerBeforeItStops();
};

void ServeCommandTest::helpIsThereForEveryCommand_data()
{
    QTest::addColumn<QStringList>("command");
    for (const char* command :
         {"", "serve", "user", "user add", "user list", "user remove", "user passwd", "token", "token create",
          "token list", "token revoke", "audit", "pin", "login", "logout", "send", "listen"})
        QTest::newRow(*command ? command : "belfry") << words(command);
}

void ServeCommandTest::helpIsThereForEveryCommand()
{
    QFETCH(QStringList, command);
    const auto help = runBelfry(command + words("--help"));
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.output.startsWith("Usage: belfry"));
    QVERIFY(help.errors.isEmpty());
}

void ServeCommandTest::badArgumentsAreOneSentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const char* arguments : {"",
                                  "fly",
                                  "--fly",
                                  "serve --fly",
                                  "serve extra",
                                  "serve --listen",
                                  "serve --listen 127.0.0.1",
                                  "serve --listen nowhere:80",
                                  "serve --listen 127.0.0.1:99999",
                                  "serve --tls-cert cert.pem",
                                  "serve --tls-key key.pem",
                                  "serve --ping-interval 0",
                                  "serve --ping-interval 61",
                                  "serve --max-connections 1",
                                  "serve --max-body-bytes 12k",
                                  "serve --max-json-depth 65",
                                  "serve --max-publish-rate 0",
                                  "serve --max-idle-time -1",
                                  "serve --ping-interval x",
                                  "serve --retention-days 0",
                                  "serve --cors-origin *",
                                  "serve --cors-origin null",
                                  "serve --jwt-alg HS256",
                                  "serve --jwt-issuer idp",
                                  "serve --jwt-allow-admin",
                                  "serve --host https://belfry.example",
                                  "serve --host belfry.example:8000",
                                  "serve --log-level loud",
                                  "serve --trusted-proxy 10.0.0.0/33",
                                  "serve --trusted-proxy 10.0.0",
                                  "serve --trusted-proxy 0.0.0.0/0",
                                  "serve --trusted-proxy https://proxy.example",
                                  "user",
                                  "user fly",
                                  "user add",
                                  "user add ann",
                                  "user add ann --role king --password-stdin",
                                  "user add ann --role admin",
                                  "user remove",
                                  "audit --since yesterday",
                                  "audit all",
                                  "token",
                                  "token create",
                                  "token create ann --ttl 0",
                                  "token create ann bob"})
        QTest::newRow(*arguments ? arguments : "nothing") << words(arguments);
}

void ServeCommandTest::badArgumentsAreOneSentence()
{
    QFETCH(QStringList, arguments);
    // Held by us or, where that fails, by somebody else: a port in use is never what is said first.
    QTcpServer holdsTheDefaultPort;
    holdsTheDefaultPort.listen(QHostAddress::LocalHost, 8000);
    QTemporaryDir directory;
    qputenv("BELFRY_DATA", QFile::encodeName(directory.filePath(QStringLiteral("data"))));
    const auto run = runBelfry(arguments, "correct horse\n");
    qunsetenv("BELFRY_DATA");
    QCOMPARE(run.exitCode, 2);
    QVERIFY(run.output.isEmpty());
    QVERIFY2(isOneSentence(run.errors), run.errors);
    QVERIFY(!QFileInfo::exists(directory.filePath(QStringLiteral("data"))));
}

void ServeCommandTest::aPortInUseIsSaidAndChangesNothing()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    QTemporaryDir directory;
    const QString data = directory.filePath(QStringLiteral("data"));
    for (const char* host : {"127.0.0.1", "localhost"}) {
        const auto run = runBelfry({QStringLiteral("serve"), QStringLiteral("--data"), data, QStringLiteral("--listen"),
                                    QStringLiteral("%1:%2").arg(QLatin1String(host)).arg(other.serverPort())});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(isOneSentence(run.errors) && run.errors.contains("in use"), run.errors);
        QVERIFY(!QFileInfo::exists(data));
    }
}

void ServeCommandTest::anAddressThatIsNotThereYetIsNoMistake()
{
    QTemporaryDir directory;
    const QString data = directory.filePath(QStringLiteral("data"));
    for (const char* where : {"192.0.2.77:8000", "[2001:db8::77]:8000", "192.0.2.77:0"}) { // RFC 5737, RFC 3849
        const auto run = runBelfry({QStringLiteral("serve"), QStringLiteral("--data"), data, QStringLiteral("--listen"),
                                    QLatin1String(where)});
        QCOMPARE(run.exitCode, 1); // a manager that starts it again has it come up when the address does
        QVERIFY2(isOneSentence(run.errors), run.errors);
    }
}

void ServeCommandTest::startsWhereLocalhostIsOneAddress_data()
{
    QTest::addColumn<QString>("missing");
    QTest::addColumn<QByteArray>("url");
    QTest::newRow("::1 alone") << QStringLiteral("127.0.0.1/8") << QByteArray("http://[::1]:8000");
    QTest::newRow("127.0.0.1 alone") << QStringLiteral("::1/128") << QByteArray("http://127.0.0.1:8000");
}

void ServeCommandTest::startsWhereLocalhostIsOneAddress()
{
    QFETCH(QString, missing);
    QFETCH(QByteArray, url);
    QTemporaryDir directory;
    const QString script = QStringLiteral(R"sh(
        ip link set lo up && ip address del "$2" dev lo || exit 9
        "$0" serve --data "$1" >"$1.out" 2>"$1.log" &
        server=$!
        while ! grep -q listening "$1.out"; do kill -0 $server || { cat "$1.log" >&2; exit 8; }; sleep 0.05; done
        cat "$1.out"
        curl -sS -m 10 http://localhost:8000/healthz
        kill $server; wait $server
    )sh");
    const auto run = runProgram(QStringLiteral("unshare"),
                                {QStringLiteral("-rn"), QStringLiteral("sh"), QStringLiteral("-c"), script,
                                 QStringLiteral(BELFRY_PROGRAM), directory.filePath(QStringLiteral("data")), missing});
    if (run.exitCode == 9 || run.errors.contains("unshare"))
        QSKIP("this system does not let a program make a network of its own");
    QVERIFY2(run.exitCode == 0, run.errors);
    QCOMPARE(run.output, "listening on " + url + "\n{\"status\":\"ok\"}");
}

void ServeCommandTest::aDirectoryInUseIsSaid()
{
    ServerProcess server;
    QVERIFY(server.start());
    const auto second = runBelfry({QStringLiteral("serve"), QStringLiteral("--data"), server.directory(),
                                   QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")});
    QCOMPARE(second.exitCode, 1);
    QVERIFY2(isOneSentence(second.errors) && second.errors.contains("in use"), second.errors);
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
}

void ServeCommandTest::onlyOurOwnDirectoryIsUsed()
{
    QTemporaryDir directory;
    QDir root(directory.path());
    QVERIFY(root.mkdir(QStringLiteral("home")) && root.mkdir(QStringLiteral("real")));
    QFile precious(directory.filePath(QStringLiteral("home/precious.txt")));
    QVERIFY(precious.open(QIODevice::WriteOnly));
    precious.close();
    QFile::setPermissions(directory.filePath(QStringLiteral("home")), QFile::Permissions(0x7555));
    QVERIFY(QFile::link(directory.filePath(QStringLiteral("real")), directory.filePath(QStringLiteral("link"))));

    for (const char* name : {"home", "home/precious.txt", "link", "link/"}) {
        const auto run = runBelfry({QStringLiteral("serve"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                                    QStringLiteral("--data"), directory.filePath(QString::fromLatin1(name))});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(isOneSentence(run.errors), run.errors);
    }
    QCOMPARE(QDir(directory.filePath(QStringLiteral("home"))).entryList(QDir::Files | QDir::Hidden).size(), 1);
    QVERIFY(QDir(directory.filePath(QStringLiteral("real")))
                .isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    QCOMPARE(int(QFileInfo(directory.filePath(QStringLiteral("home"))).permissions()) & 0x77, 0x55);
}

void ServeCommandTest::aCorruptStoreIsRefusedUnchanged()
{
    QTemporaryDir directory;
    const QString data = directory.filePath(QStringLiteral("data"));
    QVERIFY(QDir().mkdir(data));
    const QByteArray rubbish = QByteArray("This is no database. ").repeated(500);
    QFile store(data + QStringLiteral("/belfry.db"));
    QVERIFY(store.open(QIODevice::WriteOnly) && store.write(rubbish) > 0);
    store.close();
    for (const QStringList& command :
         {QStringList{QStringLiteral("serve"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")},
          QStringList{QStringLiteral("user"), QStringLiteral("list")}}) {
        const auto run = runBelfry(command + QStringList{QStringLiteral("--data"), data});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(isOneSentence(run.errors), run.errors);
    }
    QCOMPARE(QDir(data).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot | QDir::System),
             QStringList{QStringLiteral("belfry.db")});
    QVERIFY(store.open(QIODevice::ReadOnly));
    QCOMPARE(store.readAll(), rubbish);
}

void ServeCommandTest::whatIsWrittenIsForItsOwnerAlone()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const auto others =
        QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QVERIFY(!(QFileInfo(server.directory()).permissions() & others));
    const auto files =
        QDir(server.directory()).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot | QDir::System);
    QVERIFY(files.size() >= 3);
    for (const QFileInfo& file : files)
        QVERIFY2(!(file.permissions() & others), qPrintable(file.fileName()));
    QVERIFY(!server.log().contains(server.token(QStringLiteral("ann"))));
}

void ServeCommandTest::accountsWorkBesideAServerAndWithoutOne()
{
    QTemporaryDir directory;
    const QStringList data{QStringLiteral("--data"), directory.filePath(QStringLiteral("deep/data"))};
    const auto user = [&data](const char* command, const QByteArray& input = {}) {
        return runBelfry(words(command) + data, input);
    };
    const auto added = user("user add ann --role admin --password-stdin", "correct horse\n");
    QCOMPARE(added.exitCode, 0);
    QVERIFY(added.output.startsWith(R"({"id":1,"name":"ann","role":"admin","created_at":")"));
    QCOMPARE(user("user add ANN --role admin --password-stdin", "correct horse\n").exitCode, 1);
    QCOMPARE(user("user add bob --role sender --password-stdin", "short\n").exitCode, 1);
    QCOMPARE(user("user add bob --role sender --password-stdin", "").exitCode, 1);
    QCOMPARE(user("user add bob --role sender --password-stdin", "correct horse\n").exitCode, 0);
    QCOMPARE(user("user passwd bob --password-stdin", "correct battery\n").exitCode, 0);
    QCOMPARE(user("user list").output.count("\"id\""), 2);
    QCOMPARE(user("user remove ann").exitCode, 1); // the last admin
    QCOMPARE(user("user remove bob").exitCode, 0);
    QCOMPARE(user("user remove bob").exitCode, 1);
    const auto token = user("token create ann --ttl 1h");
    QCOMPARE(token.output.trimmed().count('.'), 2);
    const QJsonObject claims =
        QJsonDocument::fromJson(QByteArray::fromBase64(token.output.split('.').value(1), QByteArray::Base64UrlEncoding))
            .object();
    QCOMPARE(claims.value(QLatin1StringView("exp")).toInteger() - claims.value(QLatin1StringView("iat")).toInteger(),
             3600);
    QVERIFY(user("token list ann").output.contains("\"jti\""));
    QCOMPARE(user("token revoke ann --jti nonsense").exitCode, 1);
    QCOMPARE(user("token revoke ann").exitCode, 0);
}

/// A line of the control socket holds a megabyte; the list of all is longer.
void ServeCommandTest::manyAccountsAndTokensAreListedWhole()
{
    constexpr int people = 12'000;
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    QVERIFY(!server.token(QStringLiteral("ann"), 3600).isEmpty());
    QCOMPARE(server.stop(), 0);
    const QStringList data{QStringLiteral("--data"), server.directory()};
    const QByteArray few = runBelfry(words("user list") + data).output.trimmed();
    {
        const auto place = server::placeDatabase(-1, server.directory().toStdString());
        auto db = server::openDatabase(*place, server.directory().toStdString(), systemClock().now());
        QVERIFY(db);
        db->execute("BEGIN");
        for (int id = 2; id <= people; ++id) {
            const std::string name = QString(60, QChar(0x0416)).toStdString() + std::to_string(id);
            db->run("INSERT INTO users VALUES (?1, ?2, ?2, 1, ?1, 0, '', 0, 0)", id, name);
            db->run("INSERT INTO tokens VALUES (?1, ?2, ?3, 0, 4102444800000)", id, id % 2 == 0 ? 1 : id,
                    "a token of " + std::to_string(id));
        }
        db->execute("COMMIT");
        QVERIFY(!db->hasFailed());
    }
    const auto list = [&data](const char* command, const char* member) {
        const auto finished = runBelfry(words(command) + data);
        const auto object = parseJsonObject(finished.output.trimmed().toStdString());
        return finished.exitCode == 0 && object && object->size() == 1 ? object->at(member).as_array()
                                                                       : boost::json::array();
    };
    for (const bool isRunning : {false, true}) {
        if (isRunning)
            QVERIFY(server.start());
        const auto users = list("user list", "users");
        QCOMPARE(users.size(), std::size_t(people));
        QVERIFY(users.back().as_object().at("id") == people && users.front().as_object().at("name") == "ann");
        QCOMPARE(list("token list ann", "tokens").size(), std::size_t(people / 2 + 1));
    }
    QVERIFY(runBelfry(words("user list") + data).output.startsWith(few.chopped(2)));
}

void ServeCommandTest::idsThatTheBackendCannotHaveAreSaidAtStart()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) == 1);
    QCOMPARE(server.stop(), 0);
    QTemporaryDir keys;
    QFile key(keys.filePath(QStringLiteral("key")));
    QVERIFY(key.open(QIODevice::WriteOnly) && key.write(QByteArray(40, 'k')) == 40);
    key.close();
    QVERIFY(!server.log().contains("--jwt-key"));
    QVERIFY(server.start(
        {QStringLiteral("--jwt-key"), key.fileName(), QStringLiteral("--jwt-alg"), QStringLiteral("HS256")}));
    const QByteArray log = server.log();
    QVERIFY2(log.contains("warn auth") && log.contains("ids=1"), log);
}

void ServeCommandTest::theRecordIsPrintedBesideAServerAndWithoutOne()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));
    for (int number = 0; number < 300; ++number) // more than a page
        QVERIFY(server.trigger(token, "{\"user\":\"ann\",\"title\":\"private words\"}") > 0);
    const QStringList data{QStringLiteral("--data"), server.directory()};
    const auto beside = runBelfry(words("audit --json") + data);
    QCOMPARE(beside.exitCode, 0);
    const auto lines = beside.output.trimmed().split('\n');
    QCOMPARE(lines.size(), 303);
    QVERIFY2(lines[0].contains("\"server.started\"") && lines[1].contains("\"user.added\""), lines[0]);
    QVERIFY2(lines[2].contains("\"token.made\"") && lines[302].contains("\"notification.sent\""), lines[2]);
    QVERIFY(!beside.output.contains("private") && !beside.output.contains(token));
    QCOMPARE(server.stop(), 0);
    QCOMPARE(runBelfry(words("audit --json") + data).output, beside.output);
    const auto readable = runBelfry(words("audit --since 2026-01-01") + data);
    QVERIFY2(readable.output.contains(" user.added: user_id=1 name=ann role=admin\n"), readable.output.left(500));
    QCOMPARE(runBelfry(words("audit --since 2999-01-01") + data).output, QByteArray());
}

void ServeCommandTest::silentLocalCallersHoldUpNobody()
{
    ServerProcess server;
    QVERIFY(server.start());
    const QString path = server.directory() + QStringLiteral("/control.sock");
    std::array<QLocalSocket, 3> silent;
    for (QLocalSocket& one : silent) {
        one.connectToServer(path);
        QVERIFY(one.waitForConnected(10'000));
    }
    QLocalSocket asking;
    asking.connectToServer(path);
    QVERIFY(asking.waitForConnected(10'000));
    asking.write("{\"command\":\"user list\"}\n");
    QVERIFY(asking.waitForReadyRead(30'000));
    QVERIFY(asking.readAll().startsWith("{\"output\":"));
    // They are still there: the answer did not wait until they were given up.
    for (QLocalSocket& one : silent)
        QVERIFY(!one.waitForDisconnected(0) && one.state() == QLocalSocket::ConnectedState);
    QCOMPARE(server.stop(), 0);
    for (QLocalSocket& one : silent)
        QVERIFY(one.state() == QLocalSocket::UnconnectedState || one.waitForDisconnected(10'000));
}

namespace {

/// A server whose output and log the test deals with itself.
struct BareServer
{
    BareServer() { process.setProgram(QStringLiteral(BELFRY_PROGRAM)); }
    ~BareServer()
    {
        process.kill();
        process.waitForFinished();
    }
    QString data() const { return directory.filePath(QStringLiteral("data")); }
    bool start(const QStringList& more = {})
    {
        process.setArguments(words("serve --listen 127.0.0.1:0 --data") + QStringList{data()} + more);
        process.start();
        return process.waitForStarted();
    }
    /// What it says on stdout, once it is ready; its port.
    quint16 port()
    {
        QByteArray said;
        while (!said.endsWith('\n') && process.waitForReadyRead(30'000))
            said += process.readAllStandardOutput();
        return said.trimmed().mid(said.lastIndexOf(':') + 1).toUShort();
    }
    /// Until it answers commands.
    bool waitForControl() const
    {
        return QTest::qWaitFor([this] { return QFileInfo::exists(data() + QStringLiteral("/control.sock")); }, 30'000);
    }
    bool stop()
    {
        process.terminate();
        return process.waitForFinished(30'000) && process.exitStatus() == QProcess::NormalExit &&
               process.exitCode() == 0;
    }

    QTemporaryDir directory;
    QProcess process;
};

int statusOfServer(quint16 port)
{
    RawClient client(port);
    client.send("GET /api/server/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return statusOf(client.readResponse());
}

/// A pipe with a name, which holds as little as one can.
struct NamedPipe
{
    explicit NamedPipe(const QString& path) : name(path)
    {
        ::mkfifo(QFile::encodeName(path).constData(), 0600);
        descriptor = ::open(QFile::encodeName(path).constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
#ifdef F_SETPIPE_SZ
        ::fcntl(descriptor, F_SETPIPE_SZ, 4096);
#endif
    }
    ~NamedPipe()
    {
        ::close(descriptor);
    }
    void fill() const
    {
        while (::write(descriptor, "-", 1) == 1) {
        }
    }
    QByteArray take()
    {
        std::array<char, 4096> bytes{};
        while (true) {
            const auto got = ::read(descriptor, bytes.data(), bytes.size());
            if (got <= 0)
                return taken;
            taken.append(bytes.data(), got);
        }
    }

    QString name;
    int descriptor = -1;
    QByteArray taken;
};

} // namespace

void ServeCommandTest::outlivesWhoReadsItsLog()
{
    BareServer server;
    std::optional<NamedPipe> log(std::in_place, server.directory.filePath(QStringLiteral("log")));
    server.process.setStandardErrorFile(log->name);
    QVERIFY(server.start(words("--log-level debug")));
    const quint16 port = server.port();
    QVERIFY(port > 0);
    log.reset();                 // nobody reads it any more
    for (int i = 0; i < 10; ++i) // each has its line in the log
        QCOMPARE(statusOfServer(port), 200);
    QCOMPARE(server.process.state(), QProcess::Running);
    QVERIFY(server.stop());
}

void ServeCommandTest::waitsForNobodyWhoReadsItsLog()
{
    BareServer server;
    NamedPipe log(server.directory.filePath(QStringLiteral("log")));
    server.process.setStandardErrorFile(log.name);
    QVERIFY(server.start(words("--log-level debug")));
    const quint16 port = server.port();
    QVERIFY(port > 0);
    for (int i = 0; i < 200; ++i) // more lines than the pipe holds
        QCOMPARE(statusOfServer(port), 200);
    QVERIFY(!log.take().contains("lines were lost"));
    QCOMPARE(statusOfServer(port), 200);
    QTRY_VERIFY(log.take().contains("lines were lost: nobody took them lines="));
    QVERIFY(log.taken.endsWith("\n"));
    QVERIFY(server.stop());
}

void ServeCommandTest::waitsForNobodyWhoReadsItsOutput()
{
    BareServer server;
    NamedPipe output(server.directory.filePath(QStringLiteral("output")));
    server.process.setStandardOutputFile(output.name);
    for (const bool isRead : {false, true}) {
        output.fill();
        QVERIFY(server.start());
        QVERIFY(server.waitForControl());
        QCOMPARE(runBelfry(words("user list --data") + QStringList{server.data()}).exitCode, 0);
        if (isRead)
            QTRY_VERIFY(output.take().contains("listening on http://127.0.0.1:"));
        QVERIFY(server.stop());
    }
}

void ServeCommandTest::startsWithoutItsStandardDescriptors()
{
    BareServer server;
    server.process.setProgram(QStringLiteral("/bin/sh"));
    server.process.setArguments({QStringLiteral("-c"), QStringLiteral("exec \"$0\" \"$@\" 0<&- 1>&- 2>&-"),
                                 QStringLiteral(BELFRY_PROGRAM), QStringLiteral("serve"), QStringLiteral("--listen"),
                                 QStringLiteral("127.0.0.1:0"), QStringLiteral("--data"), server.data(),
                                 QStringLiteral("--log-level"), QStringLiteral("debug")});
    server.process.start();
    QVERIFY(server.process.waitForStarted());
    QVERIFY(server.waitForControl());
    QCOMPARE(runBelfry(words("user list --data") + QStringList{server.data()}).exitCode, 0);
    QCOMPARE(server.process.state(), QProcess::Running);
#ifdef __linux__
    for (const char* each : {"0", "1", "2"}) // nothing of its own sits there and gets its lines
        QCOMPARE(QFile::symLinkTarget(
                     QStringLiteral("/proc/%1/fd/%2").arg(server.process.processId()).arg(QString::fromLatin1(each))),
                 QStringLiteral("/dev/null"));
#endif
    QVERIFY(server.stop());
}

void ServeCommandTest::stopsAtOnceWhenItWasJustReady()
{
    for (int i = 0; i < 10; ++i) {
        BareServer server;
        QVERIFY(server.start());
        QVERIFY(server.port() > 0);
        const auto process = static_cast<pid_t>(server.process.processId());
        ::kill(process, SIGTERM);
        ::kill(process, SIGTERM);
        QVERIFY(server.process.waitForFinished(30'000));
        QCOMPARE(server.process.exitCode(), 0);
    }
}

void ServeCommandTest::stopsCleanlyWithStreamsOpen()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    QProcess curl;
    curl.start(QStringLiteral("curl"),
               {QStringLiteral("-sN"), server.url() + QStringLiteral("/api/notifications/sse/?token=") +
                                           QString::fromLatin1(server.token(QStringLiteral("ann")))});
    QVERIFY(curl.waitForReadyRead(10'000));
    QCOMPARE(server.stop(), 0);
    QVERIFY(curl.waitForFinished(10'000));
    QCOMPARE(curl.exitCode(), 0); // the last chunk was there
    QVERIFY(!QFileInfo::exists(server.directory() + QStringLiteral("/control.sock")));
}

void ServeCommandTest::finishesALongAnswerBeforeItStops()
{
    ServerProcess server;
    QVERIFY(server.start());
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray token = server.token(QStringLiteral("ann"));
    RawClient client(server.port(), "127.0.0.1", 4096);
    const std::string body = R"({"user_id":1,"title":"t","message":")" + std::string(8000, 'm') + "\"}";
    for (int i = 0; i < 300; ++i) { // more than any socket holds
        client.send(requestOf("POST", "/api/notifications/trigger/", token, body));
        QCOMPARE(statusOf(client.readResponse()), 200);
    }
    client.send(requestOf("GET", "/api/notifications/?limit=300", token));
    QCOMPARE(statusOf(client.readUntil("\r\n\r\n")), 200);
    RawClient refused(server.port()); // says when the server has begun to stop
    QCOMPARE(::kill(pid_t(server.processId()), SIGTERM), 0);
    refused.readAll();
    QVERIFY(refused.isClosed());
    const std::string list = client.readAll();
    QVERIFY2(list.ends_with("}\r\n0\r\n\r\n"),
             list.substr(list.size() - std::min<std::size_t>(40, list.size())).c_str());
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(ServeCommandTest)
#include "tst_serve_command.moc"
