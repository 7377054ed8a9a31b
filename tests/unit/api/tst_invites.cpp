// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/api/api_server.h"
#include "unit/api/http_exchange.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

/// Inviting and joining, over real sockets on a real store.
class InvitesTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    TurnedClock m_clock;
    std::unique_ptr<ApiServer> m_server;
    QByteArray m_admin;

    Answered call(const QByteArray& method, const QByteArray& target, const QByteArray& token,
                  const QByteArray& body = {}) const
    {
        return ask(m_server->port(), {.method = method, .target = target, .token = token, .body = body});
    }
    QByteArray invited(const QByteArray& body = {}) const
    {
        return call("POST", "/api/invites/", m_admin, body).text("code");
    }
    Answered join(const QByteArray& code, const QByteArray& name, const QByteArray& more = {}) const
    {
        return call("POST", "/api/auth/join/", {},
                    "{\"code\":\"" + code + "\",\"username\":\"" + name + "\",\"password\":\"correct horse\"" + more +
                        "}");
    }

private Q_SLOTS:
    void init()
    {
        m_server.reset();
        m_directory = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        m_admin = m_server->add("ann", Role::Admin);
    }
    void cleanup() { m_server.reset(); }

    void oneCodeMakesOneAccount()
    {
        QVERIFY(call("GET", "/api/server/", {}).body.contains("\"invites\""));
        const auto made = call("POST", "/api/invites/", m_admin);
        QCOMPARE(made.status, 201);
        const QByteArray code = made.text("code");
        QVERIFY(
            QRegularExpression(QStringLiteral("\\A[A-Za-z0-9_-]{22}\\z")).match(QString::fromLatin1(code)).hasMatch());
        QCOMPARE(made.text("role"), QByteArray("receiver"));
        QVERIFY(!made.text("expires_at").isEmpty());

        const auto joined = join(code, "  rita ", ",\"device\":\"desk\"");
        QCOMPARE(joined.status, 201);
        const QByteArray token = joined.text("token");
        const auto me = call("GET", "/api/me/", token);
        QCOMPARE(me.text("name"), QByteArray("rita"));
        QCOMPARE(me.text("role"), QByteArray("receiver"));
        QVERIFY(call("GET", "/api/auth/sessions/", token).body.contains("\"device\":\"desk\""));
        QCOMPARE(call("POST", "/api/auth/refresh/", token).status, 200);

        const auto again = join(code, "bob");
        QCOMPARE(again.status, 401);
        QCOMPARE(again.text("code"), QByteArray("invite_used"));
        QVERIFY(!m_server->store().accounts()->findByName("bob"));
        QVERIFY(call("GET", "/api/audit/", m_admin).body.contains("invite.used"));
        QVERIFY(!call("GET", "/api/audit/", m_admin).body.contains(code));
    }

    void aFaultOfTheNameLeavesTheCodeOpen()
    {
        const QByteArray code = invited("{\"role\":\"sender\"}");
        for (const char* const wrong : {"all", "7", "a:b", ""}) {
            const auto answer = join(code, wrong);
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.text("field"), QByteArray("username"));
        }
        const auto taken = join(code, "ANN");
        QCOMPARE(taken.status, 409);
        QCOMPARE(taken.text("field"), QByteArray("username"));
        QCOMPARE(call("POST", "/api/auth/join/", {},
                      "{\"code\":\"" + code + "\",\"username\":\"sam\",\"password\":\"short\"}")
                     .text("field"),
                 QByteArray("password"));
        // Who has no code learns nothing of names.
        const auto unknown = join("AAAAAAAAAAAAAAAAAAAAAA", "ann");
        QCOMPARE(unknown.status, 401);
        QCOMPARE(unknown.text("code"), QByteArray("invalid_code"));
        const auto joined = join(code, "sam");
        QCOMPARE(joined.status, 201);
        QVERIFY(m_server->store().accounts()->findByName("sam")->role == Role::Sender);
    }

    void twoAtOnceAreOne()
    {
        const QByteArray code = invited();
        std::array<int, 2> status{};
        std::array<std::thread, 2> threads;
        for (std::size_t at = 0; at < threads.size(); ++at)
            threads[at] = std::thread([&, at] { status[at] = join(code, at == 0 ? "one" : "two").status; });
        for (auto& thread : threads)
            thread.join();
        std::sort(status.begin(), status.end());
        QCOMPARE(status, (std::array<int, 2>{201, 401}));
    }

    void itEndsByAnAdminAndWithItsAdmin()
    {
        const QByteArray first = invited();
        const QByteArray second = invited();
        auto listed = call("GET", "/api/invites/", m_admin);
        QCOMPARE(listed.json().at("invites").as_array().size(), std::size_t(2));
        QVERIFY(!listed.body.contains(first));
        const auto id = listed.json().at("invites").as_array()[0].as_object().at("id").as_int64();
        QCOMPARE(call("DELETE", "/api/invites/" + QByteArray::number(qint64(id)) + '/', m_admin).status, 204);
        QCOMPARE(call("DELETE", "/api/invites/" + QByteArray::number(qint64(id)) + '/', m_admin).status, 404);
        QCOMPARE((join(first, "one").status == 201) + (join(second, "two").status == 201), 1);

        const QByteArray bob = m_server->add("bob", Role::Admin);
        const QByteArray his = call("POST", "/api/invites/", bob).text("code");
        const QByteArray bobsId = QByteArray::number(qint64(m_server->idOf("bob")));
        QCOMPARE(call("PATCH", "/api/users/" + bobsId + '/', m_admin, "{\"role\":\"receiver\"}").status, 200);
        QCOMPARE(join(his, "three").status, 401);
    }

    void guessingIsSlowedDown()
    {
        const QByteArray code = invited();
        int refused = 0;
        for (int guess = 0; guess < 8; ++guess)
            refused += join("AAAAAAAAAAAAAAAAAAAAAA", "bob").status == 429 ? 1 : 0;
        QVERIFY(refused > 0);
        const auto held = join(code, "bob");
        QCOMPARE(held.status, 429);
        QVERIFY(held.field("retry-after").toInt() > 0);
    }
};

QTEST_GUILESS_MAIN(InvitesTest)
#include "tst_invites.moc"
