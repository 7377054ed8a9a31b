// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"
#include "support/server_process.h"
#include "witness.h"

#include <QFile>
#include <QTest>

#include <sys/resource.h>
#include <unistd.h>

#include <vector>

using namespace belfry::test;

namespace {

const std::string loginPath = "/api/auth/login/";

std::string login(const char* name, const std::string& password)
{
    return requestOf("POST", loginPath, {},
                     "{\"username\":\"" + std::string(name) + "\",\"password\":\"" + password + "\"}");
}

} // namespace

/// A machine on which memory cannot be had (`prlimit --as`): nobody is blamed for it, nothing ends, nothing is lost.
class ShortMemoryTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<ServerProcess> m_server;
    QByteArray m_admin, m_rita;

    /// From now on the server gets so much more memory than it has; the soft limit alone, so that it can be lifted.
    bool leave(qint64 bytes)
    {
        QFile file(QStringLiteral("/proc/%1/statm").arg(m_server->processId()));
        if (!file.open(QIODevice::ReadOnly))
            return false;
        const qint64 has = file.readAll().split(' ').value(0).toLongLong() * ::sysconf(_SC_PAGESIZE);
        return setLimit(rlim_t(has + bytes));
    }
    bool lift() { return setLimit(RLIM_INFINITY); }
    bool setLimit(rlim_t bytes)
    {
        const rlimit limit{bytes, RLIM_INFINITY};
        return ::prlimit(static_cast<pid_t>(m_server->processId()), RLIMIT_AS, &limit, nullptr) == 0;
    }
    std::string asked(const std::string& request)
    {
        RawClient client(m_server->port());
        client.send(request);
        return client.readResponse();
    }
    static bool saysComeAgain(const std::string& answer)
    {
        return statusOf(answer) == 503 && !fieldOf(answer, "Retry-After").empty();
    }

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<ServerProcess>();
        QVERIFY(m_server->start());
        QCOMPARE(m_server->addUser(QStringLiteral("ada"), QStringLiteral("admin")), 1);
        QCOMPARE(m_server->addUser(QStringLiteral("rita"), QStringLiteral("receiver")), 2);
        m_admin = m_server->token(QStringLiteral("ada"));
        m_rita = m_server->token(QStringLiteral("rita"));
        QCOMPARE(statusOf(asked(login("ada", "correct horse"))), 200);
    }
    void cleanup() { m_server.reset(); }

    void noMemoryToHashIsNobodysFault()
    {
        const std::string invite = bodyOf(asked(requestOf("POST", "/api/invites/", m_admin)));
        const auto from = invite.find("\"code\":\"") + 8;
        const std::string code = invite.substr(from, invite.find('"', from) - from);
        const std::string join =
            requestOf("POST", "/api/auth/join/", {},
                      "{\"code\":\"" + code + "\",\"username\":\"zoe\",\"password\":\"correct horse\"}");
        const std::string change =
            requestOf("PATCH", "/api/me/", m_rita, R"({"old_password":"correct horse","password":"better horse"})");
        const std::string add =
            requestOf("POST", "/api/users/", m_admin, R"({"name":"bob","password":"correct horse","role":"sender"})");

        QVERIFY(leave(16 * 1024 * 1024));
        for (int attempt = 0; attempt < 8; ++attempt) { // more than are throttled
            const std::string answer = asked(login("ada", "correct horse"));
            QVERIFY2(saysComeAgain(answer), answer.c_str());
        }
        for (const std::string& request :
             {login("ada", "wrong horse"), login("nobody", "wrong horse"), change, join, join, add}) {
            const std::string answer = asked(request);
            QVERIFY2(saysComeAgain(answer), answer.c_str());
        }
        const auto command =
            runBelfry({QStringLiteral("user"), QStringLiteral("passwd"), QStringLiteral("rita"),
                       QStringLiteral("--password-stdin"), QStringLiteral("--data"), m_server->directory()},
                      "another horse\n");
        QVERIFY(command.exitCode != 0);
        QVERIFY2(command.errors.contains("memory"), command.errors);

        QVERIFY(lift());
        QCOMPARE(statusOf(asked(login("ada", "correct horse"))), 200);
        QCOMPARE(statusOf(asked(change)), 200);
        QCOMPARE(statusOf(asked(join)), 201); // the code is not used up
        QCOMPARE(statusOf(asked(add)), 201);
        QCOMPARE(m_server->metric("belfry_sign_ins_throttled_total"), 0);
        QCOMPARE(m_server->metric("belfry_auth_failures_total"), 0);
        const std::string record = bodyOf(asked(requestOf("GET", "/api/audit/?limit=500", m_admin)));
        QVERIFY(record.find("sign_in.failed") == std::string::npos);
        QVERIFY(record.find("password.refused") == std::string::npos);
        QVERIFY(record.find("join.failed") == std::string::npos);
    }

    void nothingEndsWhereNoMemoryIsLeft_data()
    {
        QTest::addColumn<int>("bytes");
        QTest::newRow("none at all") << 0;
        QTest::newRow("a little") << 256 * 1024;
        QTest::newRow("some") << 1024 * 1024;
    }
    void nothingEndsWhereNoMemoryIsLeft()
    {
        QFETCH(int, bytes);
        Witness witness(*m_server, m_admin, m_rita, 2);
        QVERIFY(witness.isThere() && witness.exchanges(3));
        QVERIFY(leave(bytes));
        const std::string large(100'000, 'x');
        for (int round = 0; round < 5; ++round) {
            std::vector<RawClient> crowd;
            for (int i = 0; i < 24; ++i) {
                crowd.emplace_back(m_server->port());
                // Names, bodies and heads of all sizes: each takes its own memory.
                crowd.back().send(i % 3 == 0   ? login("nobody", "wrong horse")
                                  : i % 3 == 1 ? login("ada", large)
                                               : requestOf("POST", loginPath, {}, large,
                                                           "X-Pad: " + std::string(7'000, 'p') + "\r\n"));
            }
            for (RawClient& client : crowd) { // refused or cut, but never let in
                const std::string answer = client.readResponse();
                QVERIFY2(answer.empty() || statusOf(answer) >= 400, answer.c_str());
            }
        }
        QVERIFY(lift());
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(asked(requestOf("GET", "/healthz"))), 200, 30'000);
        QVERIFY(witness.exchanges(3)); // the streams that were open have missed nothing
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(asked(login("rita", "correct horse"))), 200, 30'000);
        QCOMPARE(m_server->stop(), 0);
    }
};

QTEST_GUILESS_MAIN(ShortMemoryTest)
#include "tst_short_memory.moc"
