// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/api/access.h"
#include "server/api/api.h"
#include "unit/api/api_server.h"
#include "unit/api/http_exchange.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <future>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

QByteArray targetOf(const Endpoint& endpoint)
{
    return QByteArray(endpoint.path.data(), static_cast<qsizetype>(endpoint.path.size())).replace("{id}", "999") + '/';
}

QByteArray methodOf(const Endpoint& endpoint)
{
    return QByteArray(endpoint.method.data(), static_cast<qsizetype>(endpoint.method.size()));
}

} // namespace

/// The wire contract, over real sockets on a real store.
class ContractTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    TurnedClock m_clock;
    std::unique_ptr<ApiServer> m_server;
    QByteArray m_admin, m_sender, m_receiver;
    QByteArray m_adminId, m_senderId, m_receiverId;

    Answered get(const QByteArray& target, const QByteArray& token = {}) const
    {
        return ask(m_server->port(), {.target = target, .token = token});
    }
    Answered post(const QByteArray& target, const QByteArray& token, const QByteArray& body = {},
                  const QList<std::pair<QByteArray, QByteArray>>& fields = {}) const
    {
        return ask(m_server->port(),
                   {.method = "POST", .target = target, .token = token, .body = body, .fields = fields});
    }
    Answered call(const QByteArray& method, const QByteArray& target, const QByteArray& token,
                  const QByteArray& body = {}) const
    {
        return ask(m_server->port(), {.method = method, .target = target, .token = token, .body = body});
    }
    Answered logIn(const QByteArray& name, const QByteArray& password) const
    {
        return post("/api/auth/login/", {}, "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
    }
    QByteArray toReceiver(const QByteArray& members) const
    {
        return "{\"user_id\":" + m_receiverId + ',' + members + '}';
    }

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(m_directory->isValid());
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        m_admin = m_server->add("ann", Role::Admin);
        m_sender = m_server->add("sam", Role::Sender);
        m_receiver = m_server->add("rita", Role::Receiver);
        const auto id = [this](const char* name) {
            return QByteArray::number(qint64(m_server->store().accounts()->findByName(name)->id));
        };
        m_adminId = id("ann");
        m_senderId = id("sam");
        m_receiverId = id("rita");
    }
    void cleanup() { m_server.reset(); }

    void everyEndpointAsksForItsRole()
    {
        for (const Endpoint& endpoint : endpoints()) {
            const auto method = methodOf(endpoint), target = targetOf(endpoint);
            const QByteArray label = method + ' ' + target;
            if (endpoint.who == Who::Anyone || endpoint.who == Who::Local)
                continue;
            const auto nobody = call(method, target, {});
            QVERIFY2(nobody.status == 401, label);
            QCOMPARE(nobody.field("www-authenticate"), QByteArray("Bearer"));
            QCOMPARE(nobody.text("code"), QByteArray("token_required"));
            QVERIFY2(call(method, target, "x.y.z").status == 401, label);
            if (endpoint.operation == Operation::Stream || endpoint.operation == Operation::LogOut)
                continue;
            for (const auto& [role, token] : {std::pair(Role::Receiver, m_receiver), std::pair(Role::Sender, m_sender),
                                              std::pair(Role::Admin, m_admin)}) {
                const auto answered = call(method, target, token);
                QVERIFY2(answered.status != 0, label);
                QVERIFY2((answered.status == 403) == !mayUse(endpoint.who, role, TokenKind::Created), label);
            }
        }
    }

    void faultsAreLookedAtInTheContractsOrder()
    {
        // Each has the fault of its row and all the later ones.
        const QByteArray large(130 * 1024, 'x');
        Asked asked{
            .method = "BREW", .target = "/api/nothing/", .body = large, .host = "evil.example", .hasMediaType = false};
        QCOMPARE(ask(m_server->port(), asked).status, 421);
        asked.host = "localhost";
        QCOMPARE(ask(m_server->port(), asked).status, 404);
        asked.target = "/api/notifications/trigger/";
        QCOMPARE(ask(m_server->port(), asked).status, 501);
        asked.method = "PUT";
        const auto notAllowed = ask(m_server->port(), asked);
        QCOMPARE(notAllowed.status, 405);
        QCOMPARE(notAllowed.field("allow"), QByteArray("POST, OPTIONS"));
        asked.method = "POST";
        QCOMPARE(ask(m_server->port(), asked).status, 401);
        asked.token = m_receiver;
        QCOMPARE(ask(m_server->port(), asked).status, 403);
        asked.token = m_sender;
        QCOMPARE(ask(m_server->port(), asked).status, 415);
        asked.hasMediaType = true;
        QCOMPARE(ask(m_server->port(), asked).status, 413);
        asked.body = "x";
        QCOMPARE(ask(m_server->port(), asked).status, 400);
        asked.body = "{\"user_id\":999999,\"title\":\"T\"}";
        QCOMPARE(ask(m_server->port(), asked).status, 404);
    }

    void everyAnswerIsMarkedAsOurs()
    {
        const QByteArray log = QByteArray::fromStdString(m_server->store().logId());
        for (const Endpoint& endpoint : endpoints()) {
            for (const QByteArray& token : {QByteArray(), m_receiver, m_admin}) {
                if (!token.isEmpty() &&
                    (endpoint.operation == Operation::Stream || endpoint.operation == Operation::LogOut))
                    continue; // the one is below, the other would end the token
                const auto answered = call(methodOf(endpoint), targetOf(endpoint), token);
                QVERIFY2(answered.field("belfry-log") == log, targetOf(endpoint));
            }
        }
        for (const char* method : {"OPTIONS", "PUT", "BREW"})
            QCOMPARE(call(method, "/api/users/", m_admin).field("belfry-log"), log);
        QCOMPARE(get("/api/nothing/").field("belfry-log"), log);
        OpenStream stream(m_server->port(), "/api/notifications/sse/", {{"Authorization", "Bearer " + m_receiver}});
        QVERIFY(stream.head().contains("\r\nBelfry-Log: " + log + "\r\n"));
    }

    void aThirdSearchAtOnceEndsTheOldest()
    {
        // The one thread that reads lists is held at an answer that it gives to nobody.
        struct Held final : Mailbox
        {
            void post(Task) override
            {
                isHeld.set_value();
                release.get_future().wait();
            }
            std::promise<void> isHeld, release;
        } held;
        m_server->store().sessions(1, {}, {&held, [](Result<SessionPage>) {}});
        held.isHeld.get_future().wait();
        const auto list = [this](const char* query, const QByteArray& token) {
            return std::async(std::launch::async,
                              [this, query, token] { return get(QByteArray("/api/notifications/") + query, token); });
        };
        std::vector<std::future<Answered>> searches;
        for (const char* query : {"?q=one", "?type=error", "?q=three"})
            searches.push_back(list(query, m_receiver));
        std::vector<std::future<Answered>> others;
        for (int i = 0; i < 4; ++i)
            others.push_back(list("?unread=true", m_receiver)); // no search
        others.push_back(list("?q=else", m_sender));
        const auto answered = [&searches] {
            return std::count_if(searches.begin(), searches.end(),
                                 [](const auto& search) { return search.wait_for(0s) == std::future_status::ready; });
        };
        QTRY_COMPARE(answered(), 1);
        held.release.set_value();
        int given = 0;
        for (auto& search : searches) {
            const Answered answer = search.get();
            QVERIFY(answer.status == 200 || (answer.status == 429 && answer.text("code") == "too_many_searches" &&
                                             !answer.field("retry-after").isEmpty()));
            given += answer.status == 200 ? 1 : 0;
        }
        QCOMPARE(given, 2);
        for (auto& other : others)
            QCOMPARE(other.get().status, 200);
        for (int i = 0; i < 5; ++i) // one after the other there is no end of them
            QCOMPARE(get("/api/notifications/?q=x", m_receiver).status, 200);
    }

    void errorsSayWhatIsWrongForPeopleAndPrograms()
    {
        const auto answered = post("/api/notifications/trigger", m_sender, toReceiver("\"title\":7"));
        QCOMPARE(answered.status, 400);
        QCOMPARE(answered.field("content-type"), QByteArray("application/json"));
        QCOMPARE(answered.text("field"), QByteArray("title"));
        QVERIFY(!answered.text("error").isEmpty() && !answered.text("code").isEmpty());
        QCOMPARE(get("/api/notifications/?limit=0", m_sender).text("field"), QByteArray("limit"));
        QCOMPARE(post("/api/notifications/trigger/", m_sender, "{").status, 400);
        QCOMPARE(post("/api/notifications/trigger/", m_sender).status, 400);
    }

    void membersOfLaterFeaturesAreNamedNotDropped()
    {
        QCOMPARE(post("/api/notifications/trigger/", m_sender, toReceiver("\"title\":\"T\",\"repeat_every\":60"))
                     .text("field"),
                 QByteArray("repeat_every"));
        QCOMPARE(post("/api/notifications/trigger/", m_sender, "{\"group\":\"all\",\"title\":\"T\"}").text("field"),
                 QByteArray("group"));
        QCOMPARE(call("PATCH", "/api/me/", m_sender, "{\"preferences\":{}}").text("field"), QByteArray("preferences"));
        QCOMPARE(get("/api/presence/", m_admin).status, 404);
    }

    void signingInGivesATokenThatIsRenewedAndEnded()
    {
        const auto signedIn = logIn("rita", "PASSWORD");
        QCOMPARE(signedIn.status, 200);
        const QByteArray token = signedIn.text("token");
        QVERIFY(parseTime(signedIn.text("expires_at").toStdString()));
        const auto user = signedIn.json().at("user").as_object();
        QVERIFY(user.at("name") == "rita" && user.at("role") == "receiver");
        QCOMPARE(get("/api/me", token).status, 200);

        const auto renewed = post("/api/auth/refresh/", token);
        QCOMPARE(renewed.status, 200);
        QVERIFY(renewed.text("token") != token);
        QCOMPARE(get("/api/me/", token).status, 200); // the old one stays valid
        QCOMPARE(post("/api/auth/refresh/", m_receiver).status, 403);

        OpenStream stream(m_server->port(), "/api/notifications/sse/",
                          {{"Authorization", "Bearer " + renewed.text("token")}});
        QVERIFY(stream.waitFor("event: ping"));
        QCOMPARE(post("/api/auth/logout/", token).status, 204);
        QCOMPARE(get("/api/me/", token).status, 401);
        QCOMPARE(get("/api/me/", renewed.text("token")).status, 401);
        QVERIFY(stream.waitForEnd());
        QCOMPARE(get("/api/me/", m_receiver).status, 200); // another token of the person
    }

    void guessingIsSlowedDownForUnknownNamesAlike()
    {
        for (const QByteArray name : {"rita", "nobody"}) {
            for (int attempt = 1; attempt <= 5; ++attempt)
                QCOMPARE(logIn(name, "guessed it").status, 401);
            const auto sixth = logIn(name, "guessed it");
            QCOMPARE(sixth.status, 429);
            QCOMPARE(sixth.field("retry-after"), QByteArray("1"));
        }
        QCOMPARE(logIn("rita", "PASSWORD").status, 429);
        QCOMPARE(logIn("sam", "PASSWORD").status, 200);
        QCOMPARE(get("/api/me/", m_receiver).status, 200); // tokens go on working
        m_clock.turn(1s);
        QCOMPARE(logIn("rita", "PASSWORD").status, 200);
    }

    void aMessageIsSentListedReadAckedAndRetracted()
    {
        const auto sent = post(
            "/api/notifications/trigger/", m_sender,
            toReceiver("\"title\":\"Build\",\"message\":\"a\\nb\",\"answers\":[\"Yes\",\"No\"],\"require_ack\":true"));
        QCOMPARE(sent.status, 200);
        QCOMPARE(sent.text("status"), QByteArray("sent"));
        QCOMPARE(sent.number("recipients"), 1);
        QCOMPARE(sent.number("online"), 0);
        const QByteArray id = QByteArray::number(sent.number("id"));

        auto listed = get("/api/notifications/", m_receiver);
        QCOMPARE(listed.status, 200);
        QCOMPARE(listed.number("unread"), 1);
        QCOMPARE(listed.number("latest_id"), sent.number("id"));
        const auto item = listed.json().at("notifications").as_array().at(0).as_object();
        QVERIFY(item.at("id") == sent.number("id") && item.at("message") == "a\nb" && item.at("read_at").is_null());
        QVERIFY(item.at("sender").as_object().at("name") == "sam");
        QCOMPARE(get("/api/notifications/", m_sender).json().at("notifications").as_array().size(), std::size_t(0));

        QCOMPARE(post("/api/notifications/read/", m_receiver, "{\"ids\":[" + id + ",77]}").number("unread"), 0);
        QCOMPARE(post("/api/notifications/unread/", m_receiver, "{\"ids\":[" + id + "]}").number("unread"), 1);
        QCOMPARE(post("/api/notifications/read/", m_receiver, "{\"up_to\":9007199254740991}").number("unread"), 0);
        QCOMPARE(post("/api/notifications/read/", m_receiver, "{}").text("field"), QByteArray("ids"));

        const QByteArray ack = "/api/notifications/" + id + "/ack/";
        QCOMPARE(post(ack, m_receiver).status, 400);
        QCOMPARE(post(ack, m_receiver, "{\"answer\":\"Maybe\"}").status, 400);
        const auto acked = post(ack, m_receiver, "{\"answer\":\"Yes\"}");
        QCOMPARE(acked.status, 200);
        QCOMPARE(acked.text("answer"), QByteArray("Yes"));
        QCOMPARE(post(ack, m_receiver, "{\"answer\":\"Yes\"}").text("acked_at"), acked.text("acked_at"));
        QCOMPARE(post(ack, m_receiver, "{\"answer\":\"No\"}").status, 409);
        QCOMPARE(post(ack, m_sender, "{\"answer\":\"Yes\"}").status, 404);

        QCOMPARE(call("DELETE", "/api/notifications/" + id, m_receiver).status, 404);
        QCOMPARE(call("DELETE", "/api/notifications/" + id, m_sender).status, 204);
        QCOMPARE(call("DELETE", "/api/notifications/" + id, m_sender).status, 204);
        QCOMPARE(post(ack, m_receiver, "{\"answer\":\"Yes\"}").status, 404);
        QCOMPARE(get("/api/notifications/", m_receiver).json().at("notifications").as_array().size(), std::size_t(0));
    }

    void anIdempotencyKeySendsOnce()
    {
        const QByteArray body = toReceiver("\"title\":\"T\"");
        const QList<std::pair<QByteArray, QByteArray>> key{{"Idempotency-Key", "k1"}};
        const auto first = post("/api/notifications/trigger/", m_sender, body, key);
        QCOMPARE(first.status, 200);
        QCOMPARE(post("/api/notifications/trigger/", m_sender, body, key).body, first.body);
        QCOMPARE(post("/api/notifications/trigger/", m_sender, body + ' ', key).status, 409);
        QVERIFY(post("/api/notifications/trigger/", m_admin, body, key).number("id") > first.number("id"));
        QCOMPARE(
            post("/api/notifications/trigger/", m_sender, body, {{"Idempotency-Key", QByteArray(129, 'k')}}).status,
            400);
    }

    void aCompressedBodyIsNotTaken()
    {
        const QByteArray body = toReceiver("\"title\":\"T\"");
        const auto refused =
            post("/api/notifications/trigger/", m_sender, "\x1F\x8B\x08", {{"Content-Encoding", "gzip"}});
        QCOMPARE(refused.status, 415);
        QCOMPARE(refused.field("accept-encoding"), QByteArray("identity"));
        QCOMPARE(post("/api/notifications/trigger/", m_sender, body, {{"Content-Encoding", "Identity"}}).status, 200);
    }

    void namesTheMembersThatItIgnored()
    {
        const QList<std::pair<QByteArray, QByteArray>> key{{"Idempotency-Key", "ignored"}};
        const QByteArray body = toReceiver("\"titel\":\"x\",\"title\":\"T\",\"body\":\"x\",\"order\":5");
        const auto sent = post("/api/notifications/trigger/", m_sender, body, key);
        QCOMPARE(sent.status, 200);
        QVERIFY2(sent.body.endsWith(",\"ignored\":[\"titel\",\"body\"]}"), sent.body);
        QCOMPARE(post("/api/notifications/trigger/", m_sender, body, key).body, sent.body);
        QVERIFY(!post("/api/notifications/trigger/", m_sender, toReceiver("\"title\":\"T\"")).body.contains("ignored"));
    }

    void aTestMessageGoesToTheCallerAlone()
    {
        OpenStream stream(m_server->port(), "/api/notifications/sse/?token=" + m_receiver, {});
        QVERIFY(stream.waitFor("event: ping"));
        const auto sent = post("/api/notifications/test/", m_receiver);
        QCOMPARE(sent.status, 200);
        QCOMPARE(sent.number("recipients"), 1);
        QCOMPARE(sent.number("online"), 1);
        QVERIFY(stream.waitFor("\nid: " + QByteArray::number(sent.number("id")) + "\n\n"));
        QVERIFY(stream.bytes().contains("\r\ndata: {\"type\":\"notification\""));
    }

    void aStreamHasItsFieldsAndResumes()
    {
        const auto first = post("/api/notifications/trigger/", m_sender, toReceiver("\"title\":\"One\"")).number("id");
        const auto second = post("/api/notifications/trigger/", m_sender, toReceiver("\"title\":\"Two\"")).number("id");
        OpenStream stream(m_server->port(), "/api/notifications/sse?last_event_id=0",
                          {{"Authorization", "bearer " + m_receiver},
                           {"Last-Event-ID", QByteArray::number(first)},
                           {"Origin", origin}});
        QVERIFY(stream.waitFor("event: ping"));
        QVERIFY(stream.head().startsWith("HTTP/1.1 200"));
        QVERIFY(stream.head().contains("Content-Type: text/event-stream"));
        QVERIFY(stream.head().contains("Access-Control-Allow-Origin: " + origin));
        QVERIFY(stream.head().contains("Vary: Origin"));
        QVERIFY(stream.bytes().contains("retry: 5000"));
        QVERIFY(!stream.bytes().contains("\"One\""));
        QVERIFY(stream.bytes().contains("id: " + QByteArray::number(second) + '\n'));
    }

    void theLastIdInTheQueryIsKnownInAnySpelling()
    {
        const auto first = post("/api/notifications/trigger/", m_sender, toReceiver("\"title\":\"Un\"")).number("id");
        const auto second =
            post("/api/notifications/trigger/", m_sender, toReceiver("\"title\":\"Deux\"")).number("id");
        for (const QByteArray name :
             {"last_event_id", "lastEventId", "lastEventID", "LASTEVENTID", "Last_Event_Id", "last%5Fevent_id"}) {
            OpenStream stream(m_server->port(), "/api/notifications/sse/?x=1&" + name + '=' + QByteArray::number(first),
                              {{"Authorization", "Bearer " + m_receiver}});
            QVERIFY2(stream.waitFor("event: ping"), name);
            QVERIFY2(stream.bytes().contains("id: " + QByteArray::number(second) + '\n'), name);
            QVERIFY2(!stream.bytes().contains("id: " + QByteArray::number(first) + '\n'), name);
        }
        // What is no number counts as absent, and the next one is looked at.
        OpenStream stream(m_server->port(),
                          "/api/notifications/sse/?last_event_id=x&lastEventId=" + QByteArray::number(first),
                          {{"Authorization", "Bearer " + m_receiver}});
        QVERIFY(stream.waitFor("id: " + QByteArray::number(second) + '\n'));
    }

    void aQueryTokenCountsOnTheStreamOnly()
    {
        QCOMPARE(get("/api/me/?token=" + m_receiver).status, 401);
        QCOMPARE(call("HEAD", "/api/notifications/sse/?token=" + m_receiver, {}).status, 405);
        const auto refused = ask(m_server->port(), {.target = "/api/notifications/sse/?token=" + m_receiver,
                                                    .fields = {{"Authorization", "Basic YTpi"}}});
        QCOMPARE(refused.status, 401);
    }

    void headIsGetWithoutBody()
    {
        const auto answered = call("HEAD", "/api/server/", {});
        QCOMPARE(answered.status, 200);
        QVERIFY(answered.body.isEmpty());
        QCOMPARE(answered.field("content-length"), QByteArray::number(get("/api/server/").body.size()));
    }

    void adminsKeepTheAccounts()
    {
        const auto added =
            post("/api/users/", m_admin, "{\"name\":\" Zoë \",\"password\":\"long enough\",\"role\":\"sender\"}");
        QCOMPARE(added.status, 201);
        QCOMPARE(added.text("name"), QByteArray("Zoë"));
        const QByteArray path = "/api/users/" + QByteArray::number(added.number("id")) + '/';
        QCOMPARE(added.field("location"), path);
        QCOMPARE(get(path, m_admin).body, added.body);
        QCOMPARE(get("/api/users/", m_admin).json().at("users").as_array().size(), std::size_t(4));
        QCOMPARE(
            post("/api/users/", m_admin, "{\"name\":\"ZOË\",\"password\":\"long enough\",\"role\":\"sender\"}").status,
            409);

        const QByteArray token = logIn("zoë", "long enough").text("token");
        QVERIFY(!token.isEmpty());
        OpenStream stream(m_server->port(), "/api/notifications/sse/?token=" + token, {});
        QVERIFY(stream.waitFor("event: ping"));
        QCOMPARE(call("PATCH", path, m_admin, "{\"role\":\"receiver\"}").text("role"), QByteArray("receiver"));
        QCOMPARE(post("/api/notifications/trigger/", token, toReceiver("\"title\":\"T\"")).status, 403);
        QCOMPARE(call("PATCH", path, m_admin, "{\"password\":\"another one\"}").status, 200);
        QVERIFY(stream.waitForEnd());
        QCOMPARE(get("/api/me/", token).status, 401);
        QCOMPARE(logIn("zoë", "long enough").status, 401);
        QCOMPARE(logIn("zoë", "another one").status, 200);

        QCOMPARE(call("DELETE", path, m_admin).status, 204);
        QCOMPARE(call("DELETE", path, m_admin).status, 404);
        QCOMPARE(get(path, m_admin).status, 404);
        QCOMPARE(call("PATCH", path, m_admin, "{\"role\":\"receiver\"}").status, 404);
        const QByteArray self = "/api/users/" + m_adminId + '/';
        QCOMPARE(call("PATCH", self, m_admin, "{\"role\":\"sender\"}").status, 409);
        QCOMPARE(call("DELETE", self, m_admin).status, 409);
    }

    void newAccountsAreHeldToTheRules_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("field");
        const auto row = [](const char* name, const QByteArray& body, const char* field) {
            QTest::newRow(name) << body << QByteArray(field);
        };
        row("no name", "{\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("null name", "{\"name\":null,\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("a number", "{\"name\":7,\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("digits", "{\"name\":\"123\",\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("all", "{\"name\":\"all\",\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("colon", "{\"name\":\"a:b\",\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("blank", "{\"name\":\"  \",\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("65", "{\"name\":\"" + QByteArray(65, 'a') + "\",\"password\":\"long enough\",\"role\":\"sender\"}",
            "name");
        row("format character", "{\"name\":\"a\\u202eb\",\"password\":\"long enough\",\"role\":\"sender\"}", "name");
        row("no password", "{\"name\":\"zed\",\"role\":\"sender\"}", "password");
        row("short password", "{\"name\":\"zed\",\"password\":\"1234567\",\"role\":\"sender\"}", "password");
        row("no role", "{\"name\":\"zed\",\"password\":\"long enough\"}", "role");
        row("odd role", "{\"name\":\"zed\",\"password\":\"long enough\",\"role\":\"chief\"}", "role");
    }
    void newAccountsAreHeldToTheRules()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, field);
        const auto answered = post("/api/users/", m_admin, body);
        QCOMPARE(answered.status, 400);
        QCOMPARE(answered.text("field"), field);
    }

    void tokensOfABackendAddTheirPersonAtFirstSight()
    {
        const QByteArray token = externalToken("\"user_id\":\"4711\",\"name\":\"rita\",\"role\":\"admin\"");
        const auto me = get("/api/me/", token);
        QCOMPARE(me.status, 200);
        QCOMPARE(me.number("id"), 4711);
        QCOMPARE(me.text("name"), QByteArray("rita (4711)"));
        QCOMPARE(me.text("role"), QByteArray("sender"));
        QCOMPARE(get("/api/users/", token).status, 403);
        QCOMPARE(post("/api/notifications/trigger/", token, toReceiver("\"title\":\"T\"")).status, 200);
        QCOMPARE(get("/api/me/", externalToken("\"user_id\":" + m_adminId)).status, 401);
        QCOMPARE(post("/api/auth/refresh/", token).status, 403);
        QCOMPARE(post("/api/auth/logout/", token).status, 204);
        QCOMPARE(get("/api/me/", token).status, 401);
        const QByteArray other = externalToken("\"user_id\":4711,\"jti\":\"b\"");
        QCOMPARE(get("/api/me/", other).status, 200);
        QCOMPARE(call("DELETE", "/api/users/4711/", m_admin).status, 204);
        QCOMPARE(get("/api/me/", other).status, 401);
        QCOMPARE(get("/api/me/", externalToken("\"user_id\":4711,\"jti\":\"c\"")).status, 401);
    }

    void pagesOfListedOriginsMayAsk()
    {
        const auto preflight =
            ask(m_server->port(), {.method = "OPTIONS",
                                   .target = "/api/notifications/trigger/",
                                   .fields = {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}}});
        QCOMPARE(preflight.status, 204);
        QCOMPARE(preflight.field("access-control-allow-origin"), origin);
        QVERIFY(preflight.field("access-control-allow-headers").contains("Authorization"));
        const auto other =
            ask(m_server->port(),
                {.method = "OPTIONS",
                 .target = "/api/notifications/trigger/",
                 .fields = {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}}});
        QCOMPARE(other.status, 204);
        QCOMPARE(other.field("allow"), QByteArray("POST, OPTIONS"));
        QVERIFY(other.field("access-control-allow-origin").isEmpty());
        for (const QByteArray target : {"/api/me/", "/api/nothing/"}) {
            const auto refused = ask(m_server->port(), {.target = target, .fields = {{"Origin", origin}}});
            QVERIFY(refused.status >= 400);
            QCOMPARE(refused.field("access-control-allow-origin"), origin);
            QCOMPARE(refused.field("vary"), QByteArray("Origin"));
        }
    }

    void saysWhoItIsAndHowItIs()
    {
        const auto server = get("/api/server/");
        QCOMPARE(server.text("name"), QByteArray("Office"));
        QCOMPARE(server.number("protocol"), 1);
        QVERIFY(!server.text("id").isEmpty() && !server.text("log").isEmpty());
        QByteArrayList features;
        const auto card = server.json();
        for (const auto& feature : card.at("features").as_array())
            features.append(QByteArray::fromStdString(std::string(feature.as_string())));
        QVERIFY(features.contains("sessions"));
        QFile description(QStringLiteral(BELFRY_OPENAPI));
        QVERIFY(description.open(QIODevice::ReadOnly));
        const QRegularExpression line(QStringLiteral("features: \\{ type: array, items: \\{ enum: \\[([^\\]]*)\\]"));
        const QRegularExpressionMatch described = line.match(QString::fromUtf8(description.readAll()));
        QVERIFY(described.hasMatch());
        QCOMPARE(described.captured(1).toUtf8(), features.join(", "));
        QCOMPARE(get("/healthz").body, QByteArray("{\"status\":\"ok\"}"));
        m_server->api().setState(Api::State::Stopping);
        const auto stopping = get("/healthz");
        QCOMPARE(stopping.status, 503);
        QVERIFY(!stopping.field("retry-after").isEmpty());
        QCOMPARE(get("/api/me/", m_admin).status, 503);
    }

    void figuresAreForThisMachineAndAdmins()
    {
        const auto local = get("/metrics");
        QCOMPARE(local.status, 200);
        QVERIFY(local.field("content-type").startsWith("text/plain"));
        QVERIFY(local.body.contains("\nbelfry_streams 0\n"));
        QVERIFY(!local.body.contains("rita"));
        const auto proxied = [this](const QByteArray& token) {
            return ask(m_server->port(),
                       {.target = "/metrics", .token = token, .fields = {{"X-Forwarded-For", "192.0.2.1"}}});
        };
        QCOMPARE(proxied({}).status, 401);
        QCOMPARE(proxied(m_sender).status, 403);
        QCOMPARE(proxied(m_admin).status, 200);
    }

    void aLongListComesInParts()
    {
        const QByteArray message(8000, 'm');
        for (int number = 0; number < 60; ++number)
            QCOMPARE(post("/api/notifications/trigger/", m_sender,
                          toReceiver("\"title\":\"T\",\"message\":\"" + message + '"'))
                         .status,
                     200);
        const auto listed = get("/api/notifications/?limit=500", m_receiver);
        QCOMPARE(listed.status, 200);
        QVERIFY(listed.body.size() > 400 * 1024);
        QCOMPARE(listed.json().at("notifications").as_array().size(), std::size_t(60));
        QCOMPARE(listed.number("unread"), 60);
    }
};

QTEST_GUILESS_MAIN(ContractTest)
#include "tst_contract.moc"
