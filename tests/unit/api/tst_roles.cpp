// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/api/access.h"
#include "unit/api/api_server.h"
#include "unit/api/http_exchange.h"

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

// The contract's table (protocol.md, "Endpoints"), written down a second time: who is let in. What is let in may still
// be told 400 or 404: it is asked for with an empty body and an id that nothing has.
enum class Let {
    Everybody, ///< no token is looked at
    SignedIn,
    OwnSession, ///< with a token from a sign-in
    Senders,
    Admins,
};

struct Row
{
    const char* method;
    const char* path;
    Let let;
};

constexpr Row contract[] = {
    {"POST", "/api/auth/login", Let::Everybody},
    {"POST", "/api/auth/join", Let::Everybody},
    {"POST", "/api/auth/refresh", Let::OwnSession},
    {"POST", "/api/auth/logout", Let::SignedIn},
    {"GET", "/api/auth/sessions", Let::SignedIn},
    {"DELETE", "/api/auth/sessions/999", Let::SignedIn},
    {"GET", "/api/me", Let::SignedIn},
    {"PATCH", "/api/me", Let::SignedIn},
    {"GET", "/api/notifications/sse", Let::SignedIn},
    {"POST", "/api/notifications/trigger", Let::Senders},
    {"GET", "/api/notifications", Let::SignedIn},
    {"POST", "/api/notifications/test", Let::SignedIn},
    {"POST", "/api/notifications/read", Let::SignedIn},
    {"POST", "/api/notifications/unread", Let::SignedIn},
    {"POST", "/api/notifications/999/ack", Let::SignedIn},
    {"DELETE", "/api/notifications/999", Let::SignedIn},
    {"GET", "/api/users", Let::Admins},
    {"POST", "/api/users", Let::Admins},
    {"GET", "/api/users/999", Let::Admins},
    {"PATCH", "/api/users/999", Let::Admins},
    {"DELETE", "/api/users/999", Let::Admins},
    {"GET", "/api/audit", Let::Admins},
    {"GET", "/api/invites", Let::Admins},
    {"POST", "/api/invites", Let::Admins},
    {"DELETE", "/api/invites/999", Let::Admins},
    {"GET", "/api/server", Let::Everybody},
    {"GET", "/healthz", Let::Everybody},
    {"GET", "/metrics", Let::Admins}, // asked as through a proxy; on this machine: everybody
};

constexpr const char* methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"};

QByteArray patternOf(const Endpoint& endpoint)
{
    return QByteArray(endpoint.method.data(), qsizetype(endpoint.method.size())) + ' ' +
           QByteArray(endpoint.path.data(), qsizetype(endpoint.path.size())).replace("{id}", "999");
}

} // namespace

/// Every endpoint, asked by everybody, over the wire.
class RolesTest : public QObject
{
    Q_OBJECT

    struct Person
    {
        QByteArray name;
        std::function<QByteArray()> token; ///< a new one where one can be used up
        bool isValid;
        bool isSignIn;
        Role role;
    };

    QTemporaryDir m_directory;
    TurnedClock m_clock;
    std::unique_ptr<ApiServer> m_server;
    QList<Person> m_people;

    Answered asked(const QByteArray& method, const QByteArray& target, const QByteArray& token) const
    {
        return ask(m_server->port(),
                   {.method = method, .target = target, .token = token, .fields = {{"X-Forwarded-For", "192.0.2.1"}}});
    }
    /// The status alone: a stream does not end by itself.
    int status(const Row& row, const QByteArray& slash, const QByteArray& token) const
    {
        if (QByteArray(row.path) != "/api/notifications/sse")
            return asked(row.method, row.path + slash, token).status;
        QList<std::pair<QByteArray, QByteArray>> fields;
        if (!token.isEmpty())
            fields.append({"Authorization", "Bearer " + token});
        return OpenStream(m_server->port(), row.path + slash, fields).head().split(' ').value(1).toInt();
    }
    static int expected(const Row& row, const Person& person)
    {
        if (row.let == Let::Everybody)
            return 0;
        if (!person.isValid)
            return 401;
        const bool isEnough = row.let == Let::SignedIn || (row.let == Let::OwnSession && person.isSignIn) ||
                              (row.let == Let::Senders && person.role != Role::Receiver) ||
                              (row.let == Let::Admins && person.role == Role::Admin);
        return isEnough ? 0 : 403;
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }
    void theTableIsTheContracts();
    void everyEndpointAsksEverybodyForTheirRole_data();
    void everyEndpointAsksEverybodyForTheirRole();
    void otherMethodsAreRefusedBeforeAnybodyIsAskedFor_data() { everyEndpointAsksEverybodyForTheirRole_data(); }
    void otherMethodsAreRefusedBeforeAnybodyIsAskedFor();
    void otherPathsAreNotThere_data();
    void otherPathsAreNotThere();
    void aRoleIsTheOneLastCommitted();
};

void RolesTest::initTestCase()
{
    QVERIFY(m_directory.isValid());
    m_server = std::make_unique<ApiServer>(m_directory.path().toStdString(), m_clock);
    for (const auto& [name, role] : {std::pair("rita", Role::Receiver), std::pair("sam", Role::Sender),
                                     std::pair("ann", Role::Admin), std::pair("zoe", Role::Admin)})
        m_server->add(name, role);
    const auto signedIn = [this](const std::string& name) {
        return [this, name] {
            const auto accounts = m_server->store().accounts();
            const Account& account = *accounts->findByName(name);
            const Time expiresAt = m_server->tokens().expiryAfter(1h);
            const auto session = m_server->wait<SessionRecord>([&](auto reply) {
                m_server->store().startSession(account.id, account.generation, {}, expiresAt, std::move(reply));
            });
            return QByteArray::fromStdString(
                m_server->tokens().makeSessionToken(account, session->id, account.generation, expiresAt)->token);
        };
    };
    const auto made = [this](const std::string& name, std::chrono::seconds time = 1h) {
        return [this, name, time] { return m_server->createdToken(name, time); };
    };
    const QByteArray revoked = m_server->createdToken("zoe", 1h);
    QVERIFY(m_server->wait<Done>(
        [&](auto reply) { m_server->store().revokeAll(m_server->idOf("zoe"), std::move(reply)); }));
    const auto external = [](const QByteArray& role) {
        return [role, number = std::make_shared<int>(0)] {
            return externalToken("\"user_id\":4711,\"role\":\"" + role + "\",\"jti\":\"" + role +
                                 QByteArray::number(++*number) + '"');
        };
    };
    m_people = {{"nobody", [] { return QByteArray(); }, false, false, Role::Receiver},
                {"rubbish", [] { return QByteArray("x.y.z"); }, false, false, Role::Receiver},
                {"receiver", signedIn("rita"), true, true, Role::Receiver},
                {"sender", signedIn("sam"), true, true, Role::Sender},
                {"admin", signedIn("ann"), true, true, Role::Admin},
                {"receiver's made token", made("rita"), true, false, Role::Receiver},
                {"admin's made token", made("ann"), true, false, Role::Admin},
                {"revoked admin", [revoked] { return revoked; }, false, false, Role::Admin},
                {"expired admin", made("ann", -1s), false, false, Role::Admin},
                {"external without a role", external("chief"), true, false, Role::Receiver},
                {"external sender", external("sender"), true, false, Role::Sender},
                {"external admin", external("admin"), true, false, Role::Sender}};
}

void RolesTest::theTableIsTheContracts()
{
    std::set<QByteArray> ours, theirs;
    for (const Endpoint& endpoint : endpoints())
        ours.insert(patternOf(endpoint));
    for (const Row& row : contract)
        theirs.insert(QByteArray(row.method) + ' ' + row.path);
    for (const QByteArray& endpoint : ours)
        QVERIFY2(theirs.contains(endpoint), endpoint + " is served, but not in this test's table");
    for (const QByteArray& endpoint : theirs)
        QVERIFY2(ours.contains(endpoint), endpoint + " is not served");
}

void RolesTest::everyEndpointAsksEverybodyForTheirRole_data()
{
    QTest::addColumn<int>("number");
    for (std::size_t number = 0; number < std::size(contract); ++number)
        QTest::addRow("%s %s", contract[number].method, contract[number].path) << int(number);
}

void RolesTest::everyEndpointAsksEverybodyForTheirRole()
{
    QFETCH(int, number);
    const Row& row = contract[number];
    for (const Person& person : m_people) {
        for (const QByteArray slash : {"/", ""}) {
            const int got = status(row, slash, person.token());
            const int wanted = expected(row, person);
            const QByteArray label = person.name + slash + ": " + QByteArray::number(got);
            QVERIFY2(got >= 200 && got < 500, label);
            if (wanted == 0)
                QVERIFY2(got != 401 && got != 403 && got != 405, label);
            else
                QVERIFY2(got == wanted, label);
        }
    }
}

void RolesTest::otherMethodsAreRefusedBeforeAnybodyIsAskedFor()
{
    QFETCH(int, number);
    const QByteArray path = contract[number].path;
    std::set<QByteArray> served;
    for (const Row& row : contract) {
        if (path == row.path)
            served.insert(row.method);
    }
    if (served.contains("GET") && path != "/api/notifications/sse")
        served.insert("HEAD");
    for (const QByteArray method : methods) {
        if (served.contains(method))
            continue;
        for (const QByteArray slash : {"/", ""}) {
            const auto answered = asked(method, path + slash, {});
            QVERIFY2(answered.status == 405, method + ' ' + QByteArray::number(answered.status));
            for (const QByteArray& each : served)
                QVERIFY2(answered.field("allow").contains(each), method + ": " + answered.field("allow"));
        }
    }
    QCOMPARE(asked("BREW", path, {}).status, 501);
    QCOMPARE(asked("get", path, {}).status, 501); // methods know upper from lower case
    QCOMPARE(asked("OPTIONS", path, {}).status, 204);
}

void RolesTest::otherPathsAreNotThere_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char* path : {"/",
                             "/api",
                             "/api/",
                             "/api//me",
                             "/api/me//",
                             "/api/ME",
                             "/api/me/x",
                             "/api/users/0",
                             "/api/users/-1",
                             "/api/users/01",
                             "/api/users/1.0",
                             "/api/users/9007199254740992",
                             "/api/users/1/x",
                             "/api/users/%31x",
                             "/api/auth/sessions/x",
                             "/api/auth",
                             "/api/audit/1",
                             "/api/presence/",
                             "/api/groups/",
                             "/metrics/x",
                             "/api/../api/users",
                             "/api/me/../users",
                             "/api/%2e%2e/users"})
        QTest::newRow(path) << QByteArray(path);
}

void RolesTest::otherPathsAreNotThere()
{
    QFETCH(QByteArray, path);
    for (const Person& person : m_people)
        QCOMPARE(asked("GET", path, person.token()).status, 404);
}

void RolesTest::aRoleIsTheOneLastCommitted()
{
    m_server->add("tom", Role::Admin);
    const QByteArray token = m_server->createdToken("tom", 1h);
    const auto demote = [&](Role role) {
        UserPatch patch;
        patch.role = role;
        return m_server
            ->wait<Account>([&](auto reply) {
                m_server->store().patchUser(std::nullopt, m_server->idOf("tom"), patch, std::move(reply));
            })
            .has_value();
    };
    QCOMPARE(asked("GET", "/api/users/", token).status, 200);
    QVERIFY(demote(Role::Sender));
    QCOMPARE(asked("GET", "/api/users/", token).status, 403);
    QCOMPARE(asked("POST", "/api/notifications/trigger/", token).status, 400);
    QVERIFY(demote(Role::Receiver));
    QCOMPARE(asked("POST", "/api/notifications/trigger/", token).status, 403);
    QVERIFY(demote(Role::Admin));
    QCOMPARE(asked("GET", "/api/users/", token).status, 200);
}

QTEST_GUILESS_MAIN(RolesTest)
#include "tst_roles.moc"
