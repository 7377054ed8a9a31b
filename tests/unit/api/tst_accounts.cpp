// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "support/raw_client.h"
#include "unit/api/api_server.h"
#include "unit/api/http_exchange.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <boost/json/array.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <thread>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using belfry::test::RawClient;
using belfry::test::statusOf;
using belfry::test::Transport;
using namespace std::chrono_literals;

/// People's own accounts over the wire: sign-ins, passwords, what ends what, and what is kept of it.
class AccountsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    TurnedClock m_clock;
    std::unique_ptr<ApiServer> m_server;
    QByteArray m_admin, m_rita;

    Answered call(const QByteArray& method, const QByteArray& target, const QByteArray& token,
                  const QByteArray& body = {}) const
    {
        return ask(m_server->port(), {.method = method, .target = target, .token = token, .body = body});
    }
    Answered get(const QByteArray& target, const QByteArray& token) const { return call("GET", target, token); }
    Answered logIn(const QByteArray& name, const QByteArray& password, const QByteArray& more = {}) const
    {
        return call("POST", "/api/auth/login/", {},
                    "{\"username\":\"" + name + "\",\"password\":\"" + password + '"' + more + '}');
    }
    QByteArray signIn(const QByteArray& name, const QByteArray& device) const
    {
        return logIn(name, "PASSWORD", ",\"device\":\"" + device + '"').text("token");
    }
    boost::json::array sessions(const QByteArray& token) const
    {
        const auto object = get("/api/auth/sessions/", token).json();
        const auto* list = object.if_contains("sessions");
        return list && list->is_array() ? list->get_array() : boost::json::array();
    }
    QByteArray sessionOf(const QByteArray& token, const char* device) const
    {
        for (const auto& session : sessions(token)) {
            if (session.as_object().at("device") == device)
                return QByteArray::number(qint64(session.as_object().at("id").as_int64()));
        }
        return {};
    }
    Answered changePassword(const QByteArray& token, const QByteArray& earlier, const QByteArray& password) const
    {
        return call("PATCH", "/api/me/", token,
                    "{\"old_password\":\"" + earlier + "\",\"password\":\"" + password + "\"}");
    }
    /// All that the record says was done, newest first: "action by", and its details.
    QByteArrayList record() const
    {
        QByteArrayList lines;
        const auto answered = get("/api/audit/?limit=500", m_admin).json();
        for (const auto& entry : answered.at("entries").as_array()) {
            const auto& details = entry.at("details").as_object();
            const auto* by = details.if_contains("by");
            lines.append(QByteArray(entry.at("action").as_string().c_str()) +
                         (by ? " by " + QByteArray(by->as_string().c_str()) : QByteArray()));
        }
        return lines;
    }

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(m_directory->isValid());
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        m_admin = m_server->add("ann", Role::Admin);
        m_rita = m_server->add("rita", Role::Receiver);
    }
    void cleanup() { m_server.reset(); }

    void everyMachinesSignInIsListedToItsOwner()
    {
        const QByteArray desk = signIn("rita", "desk");
        const QByteArray laptop = signIn("rita", "Rita\xE2\x80\x99s laptop");
        const auto list = sessions(desk);
        QCOMPARE(list.size(), std::size_t(2));
        const auto& newest = list.at(0).as_object();
        QVERIFY(newest.at("device") == "Rita\xE2\x80\x99s laptop" && newest.at("current") == false);
        const auto& own = list.at(1).as_object();
        QVERIFY(own.at("device") == "desk" && own.at("current") == true);
        QVERIFY(own.at("id").as_int64() > 0 && own.at("id").as_int64() <= maxJsonInteger);
        QVERIFY(parseTime(std::string(own.at("created_at").as_string())));
        QVERIFY(own.at("last_used_at") == own.at("created_at"));
        // A renewed token is the same session; a token that was made is none.
        QCOMPARE(call("POST", "/api/auth/refresh/", laptop).status, 200);
        QCOMPARE(sessions(m_rita).size(), std::size_t(2));
        QVERIFY(sessions(m_rita).at(0).as_object().at("current") == false);
        QVERIFY(sessions(m_admin).empty());
    }

    void peopleAndSignInsComeInPages()
    {
        for (int i = 0; i < 600; ++i)
            QVERIFY(m_server->wait<Account>([&](auto reply) {
                m_server->store().createUser({}, "person " + std::to_string(i), "hash", Role::Receiver, reply);
            }));
        const auto rita = m_server->store().accounts()->findByName("rita");
        for (int i = 0; i < 600; ++i)
            QVERIFY(m_server->wait<SessionRecord>([&](auto reply) {
                m_server->store().startSession(rita->id, rita->generation, {"desk", "192.0.2.7"}, m_clock.now() + 720h,
                                               reply);
            }));
        const struct
        {
            QByteArray path, token;
            const char* member;
            std::size_t count;
        } lists[] = {{"/api/users/", m_admin, "users", 602}, {"/api/auth/sessions/", m_rita, "sessions", 600}};
        for (const auto& list : lists) {
            // Without a word about pages the first 500, and where the rest begins.
            const auto first = get(list.path, list.token).json();
            QCOMPARE(first.at(list.member).as_array().size(), std::size_t(500));
            QVERIFY(first.at("next").as_int64() > 0);
            std::set<std::int64_t> ids;
            std::size_t pages = 0, items = 0;
            for (std::int64_t after = 0; pages == 0 || after > 0; ++pages) {
                const auto page = get(list.path + "?limit=250&after=" + QByteArray::number(qint64(after)), list.token);
                QVERIFY(page.status == 200 && pages < 5);
                const auto object = page.json();
                for (const auto& item : object.at(list.member).as_array()) {
                    ids.insert(item.as_object().at("id").as_int64());
                    ++items;
                }
                const auto* next = object.if_contains("next");
                after = next ? next->as_int64() : 0;
            }
            QCOMPARE(pages, std::size_t(3));
            QCOMPARE(items, list.count);
            QCOMPARE(ids.size(), list.count);
            for (const char* wrong : {"limit=0", "limit=501", "limit=x", "after=-1", "after=9007199254740993"}) {
                const auto refused = get(list.path + '?' + wrong, list.token);
                QCOMPARE(refused.status, 400);
                QCOMPARE(refused.text("field"), QByteArray(wrong).split('=').at(0));
            }
        }
    }

    void aDeviceIsAName_data()
    {
        QTest::addColumn<QByteArray>("device");
        QTest::addColumn<int>("status");
        QTest::newRow("null") << QByteArray("null") << 200;
        QTest::newRow("empty") << QByteArray("\"\"") << 200;
        QTest::newRow("128") << QByteArray('"' + QByteArray(128, 'd') + '"') << 200;
        QTest::newRow("129") << QByteArray('"' + QByteArray(129, 'd') + '"') << 400;
        QTest::newRow("a number") << QByteArray("7") << 400;
        QTest::newRow("two lines") << QByteArray("\"a\\nb\"") << 400;
        QTest::newRow("a bell") << QByteArray("\"a\\u0007b\"") << 400;
        QTest::newRow("half a pair") << QByteArray("\"\\ud800\"") << 400;
    }
    void aDeviceIsAName()
    {
        QFETCH(QByteArray, device);
        QFETCH(int, status);
        const auto answered = logIn("rita", "PASSWORD", ",\"device\":" + device);
        QCOMPARE(answered.status, status);
    }

    void anOwnerEndsASignInElsewhere()
    {
        const QByteArray desk = signIn("rita", "desk"), laptop = signIn("rita", "laptop");
        const QByteArray renewed = call("POST", "/api/auth/refresh/", laptop).text("token");
        const QByteArray path = "/api/auth/sessions/" + sessionOf(desk, "laptop") + '/';
        QCOMPARE(call("DELETE", path, m_admin).status, 404); // another's does not exist
        QCOMPARE(call("DELETE", "/api/auth/sessions/4711/", desk).status, 404);

        OpenStream stream(m_server->port(), "/api/notifications/sse/", {{"Authorization", "Bearer " + renewed}});
        QVERIFY(stream.waitFor("event: ping"));
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(call("DELETE", path, desk).status, 204);
        QVERIFY(stream.waitForEnd());
        QVERIFY2(timer.elapsed() < 1000, QByteArray::number(timer.elapsed()));
        QCOMPARE(get("/api/me/", laptop).status, 401);
        QCOMPARE(get("/api/me/", renewed).status, 401);
        QCOMPARE(call("POST", "/api/auth/refresh/", renewed).status, 401);
        QCOMPARE(call("DELETE", path, desk).status, 404);
        QCOMPARE(get("/api/me/", desk).status, 200);
        QCOMPARE(sessions(desk).size(), std::size_t(1));
        // One's own: as signing out.
        QCOMPARE(call("DELETE", "/api/auth/sessions/" + sessionOf(desk, "desk"), desk).status, 204);
        QCOMPARE(get("/api/me/", desk).status, 401);
    }

    void anOwnPasswordIsChangedKnowingTheOldOne()
    {
        const QByteArray desk = signIn("rita", "desk"), laptop = signIn("rita", "laptop");
        OpenStream kept(m_server->port(), "/api/notifications/sse/", {{"Authorization", "Bearer " + desk}});
        OpenStream ended(m_server->port(), "/api/notifications/sse/", {{"Authorization", "Bearer " + laptop}});
        QVERIFY(kept.waitFor("event: ping") && ended.waitFor("event: ping"));

        const auto changed = changePassword(desk, "PASSWORD", "a better one");
        QCOMPARE(changed.status, 200);
        QCOMPARE(changed.text("name"), QByteArray("rita"));
        QVERIFY(ended.waitForEnd());
        QCOMPARE(get("/api/me/", laptop).status, 401);
        QCOMPARE(get("/api/me/", m_rita).status, 401);
        QCOMPARE(logIn("rita", "PASSWORD").status, 401);
        // This one goes on, is renewed, ends by itself, and survives a restart.
        QCOMPARE(get("/api/me/", desk).status, 200);
        const QByteArray renewed = call("POST", "/api/auth/refresh/", desk).text("token");
        QCOMPARE(get("/api/me/", renewed).status, 200);
        QCOMPARE(sessions(desk).size(), std::size_t(1));
        m_server.reset();
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        QCOMPARE(get("/api/me/", renewed).status, 200);
        QCOMPARE(get("/api/me/", laptop).status, 401);

        const QByteArray phone = logIn("rita", "a better one").text("token");
        QCOMPARE(changePassword(phone, "a better one", "the best of all").status, 200);
        QCOMPARE(get("/api/me/", renewed).status, 401);
        QCOMPARE(get("/api/me/", phone).status, 200);
        QCOMPARE(call("POST", "/api/auth/logout/", phone).status, 204);
        QCOMPARE(get("/api/me/", phone).status, 401);
    }

    void aTokenThatWasMadeIsKeptAsWell()
    {
        QCOMPARE(changePassword(m_rita, "PASSWORD", "a better one").status, 200);
        QCOMPARE(get("/api/me/", m_rita).status, 200);
        m_server.reset();
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        QCOMPARE(get("/api/me/", m_rita).status, 200);
        // An admin's word ends it like all others.
        const QByteArray path = "/api/users/" + QByteArray::number(qint64(m_server->idOf("rita"))) + '/';
        QCOMPARE(call("PATCH", path, m_admin, "{\"password\":\"from above\"}").status, 200);
        QCOMPARE(get("/api/me/", m_rita).status, 401);
    }

    void aPasswordIsTheSameInEveryUnicodeForm()
    {
        const QByteArray composed = "Vi\xe1\xbb\x87t Nam", decomposed = "Vie\xcc\xa3\xcc\x82t Nam";
        const QByteArray add = "{\"role\":\"sender\",\"name\":\"viet\",\"password\":\"" + decomposed + "\"}";
        QCOMPARE(call("POST", "/api/users/", m_admin, add).status, 201);
        const auto viet = logIn("viet", composed);
        QCOMPARE(viet.status, 200);
        QCOMPARE(logIn("viet", decomposed).status, 200);
        QCOMPARE(changePassword(viet.text("token"), decomposed, composed + " 2").status, 200);
        QCOMPARE(logIn("viet", decomposed + " 2").status, 200);
        QCOMPARE(logIn("viet", composed + " 3").status, 401);
    }

    void anOldHashIsTriedAsTypedAndMadeAnew()
    {
        const QByteArray composed = "Vi\xe1\xbb\x87t Nam", decomposed = "Vie\xcc\xa3\xcc\x82t Nam";
        const auto oldHash = [](const QByteArray& password) {
            char hash[crypto_pwhash_STRBYTES];
            return crypto_pwhash_str_alg(hash, password.constData(), std::size_t(password.size()), 2, 64 * 1024 * 1024,
                                         crypto_pwhash_ALG_ARGON2ID13) == 0
                       ? std::string(hash)
                       : std::string();
        };
        const auto addOld = [&](const std::string& name, const std::string& hash) {
            return m_server
                ->wait<Account>([&](auto reply) {
                    m_server->store().createUser(std::nullopt, name, hash, Role::Receiver, std::move(reply));
                })
                .has_value();
        };
        const std::string ofMac = oldHash(decomposed), ofLinux = oldHash(composed);
        QVERIFY(addOld("mac", ofMac) && addOld("linux", ofLinux));
        QCOMPARE(logIn("linux", decomposed).status, 200);
        QCOMPARE(logIn("linux", composed).status, 200);

        const auto hashNow = [&](const char* name) {
            return m_server->store().accounts()->findByName(name)->passwordHash;
        };
        const QByteArray token = logIn("mac", decomposed).text("token");
        QVERIFY(!token.isEmpty());
        QTRY_VERIFY(hashNow("mac") != ofMac);
        QCOMPARE(hashNow("linux"), ofLinux); // it was of the form already
        QCOMPARE(logIn("mac", composed).status, 200);
        QCOMPARE(logIn("mac", decomposed).status, 200);
        QCOMPARE(get("/api/me/", token).status, 200); // nobody was signed out for it
        m_server.reset();
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        QCOMPARE(logIn("mac", composed).status, 200);
    }

    void aNameMayBeTypedDecomposed()
    {
        const QByteArray letter = "\xe1\xbb\x87", typed = "e\xcc\xa3\xcc\x82";
        m_server->add(letter.repeated(64).toStdString(), Role::Receiver);
        QCOMPARE(logIn(typed.repeated(64), "PASSWORD").status, 200);
        QCOMPARE(logIn(letter.repeated(65), "PASSWORD").status, 400);
    }

    void knowsAfterARestartWhereSomebodySignedIn()
    {
        QVERIFY(!signIn("rita", "desk").isEmpty());
        const UserId rita = m_server->idOf("rita");
        const auto guessAfterRestart = [&] {
            m_server.reset();
            m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
            for (int number = 1; number <= 101; ++number)
                m_server->throttle().failed({"rita", "192.0.2." + std::to_string(number), "a guess", rita});
            return logIn("rita", "PASSWORD").status;
        };
        QCOMPARE(guessAfterRestart(), 200);
        RawClient elsewhere(m_server->port(), "127.0.0.1", 0, "127.0.0.9", Transport::Plain);
        const std::string body = R"({"username":"rita","password":"PASSWORD"})";
        elsewhere.send("POST /api/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                       "Content-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body);
        QCOMPARE(statusOf(elsewhere.readResponse()), 429);
        // Who is no more is known nowhere, and nothing is kept of it.
        QCOMPARE(call("DELETE", "/api/users/" + QByteArray::number(qint64(rita)) + '/', m_admin).status, 204);
        m_server.reset();
        m_server = std::make_unique<ApiServer>(m_directory->path().toStdString(), m_clock);
        m_server->add("rita", Role::Receiver);
        const UserId second = m_server->idOf("rita");
        for (int number = 1; number <= 101; ++number)
            m_server->throttle().failed({"rita", "192.0.2." + std::to_string(number), "a guess", second});
        QCOMPARE(logIn("rita", "PASSWORD").status, 429);
    }

    void aWrongOldPasswordIsThrottledAsASignIn()
    {
        const QByteArray desk = signIn("rita", "desk");
        for (int attempt = 1; attempt <= 5; ++attempt) {
            const auto refused = changePassword(desk, "guessed it", "a better one");
            QCOMPARE(refused.status, 403);
            QCOMPARE(refused.text("field"), QByteArray("old_password"));
        }
        const auto sixth = changePassword(desk, "guessed it", "a better one");
        QCOMPARE(sixth.status, 429);
        QCOMPARE(sixth.field("retry-after"), QByteArray("1"));
        QCOMPARE(logIn("rita", "PASSWORD").status, 429);
        m_clock.turn(1s);
        QCOMPARE(changePassword(desk, "PASSWORD", "a better one").status, 200);
        // Who has no password has no old one.
        QCOMPARE(changePassword(externalToken("\"user_id\":4711"), "", "a better one").status, 403);
    }

    void aNewPasswordIsHeldToTheRules_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("field");
        QTest::newRow("nothing") << QByteArray("{}") << QByteArray("old_password");
        QTest::newRow("no new one") << QByteArray(R"({"old_password":"PASSWORD"})") << QByteArray("password");
        QTest::newRow("short") << QByteArray(R"({"old_password":"PASSWORD","password":"1234567"})")
                               << QByteArray("password");
        QTest::newRow("a number") << QByteArray(R"({"old_password":7,"password":"long enough"})")
                                  << QByteArray("old_password");
        QTest::newRow("preferences") << QByteArray(
                                            R"({"old_password":"PASSWORD","password":"long enough","preferences":{}})")
                                     << QByteArray("preferences");
    }
    void aNewPasswordIsHeldToTheRules()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, field);
        const auto answered = call("PATCH", "/api/me/", m_rita, body);
        QCOMPARE(answered.status, 400);
        QCOMPARE(answered.text("field"), field);
    }

    void streamsCloseWithinASecondOfWhatEndsThem_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char* how : {"token", "session", "user", "password", "removed", "expired", "external"})
            QTest::newRow(how) << QByteArray(how);
    }
    void streamsCloseWithinASecondOfWhatEndsThem()
    {
        QFETCH(QByteArray, how);
        const UserId rita = m_server->idOf("rita");
        const QByteArray path = "/api/users/" + QByteArray::number(qint64(rita)) + '/';
        QByteArray token = how == "session" ? signIn("rita", "desk") : m_rita;
        if (how == "expired")
            token = m_server->createdToken("rita", 2s);
        if (how == "external")
            token = externalToken("\"user_id\":4711");
        const Time expiry = m_server->tokens().verify(token.toStdString())->credential.expiresAt;
        OpenStream stream(m_server->port(), "/api/notifications/sse/", {{"Authorization", "Bearer " + token}});
        OpenStream other(m_server->port(), "/api/notifications/sse/", {{"Authorization", "Bearer " + m_admin}});
        QVERIFY(stream.waitFor("event: ping") && other.waitFor("event: ping"));
        if (how == "token" || how == "session") {
            const std::string jti = m_server->tokens().verify(token.toStdString())->jti;
            QVERIFY(
                m_server->wait<Done>([&](auto reply) { m_server->store().revokeToken(rita, jti, std::move(reply)); }));
        } else if (how == "user") {
            QVERIFY(m_server->wait<Done>([&](auto reply) { m_server->store().revokeAll(rita, std::move(reply)); }));
        } else if (how == "password") {
            QCOMPARE(call("PATCH", path, m_admin, "{\"password\":\"another one\"}").status, 200);
        } else if (how == "removed") {
            QCOMPARE(call("DELETE", path, m_admin).status, 204);
        } else if (how == "external") {
            QCOMPARE(call("POST", "/api/auth/logout/", token).status, 204);
        }
        const Time begun = how == "expired" ? expiry : systemClock().now();
        QVERIFY(stream.waitForEnd());
        const auto passed = systemClock().now() - begun;
        QVERIFY2(passed < 1s, QByteArray::number(qint64(passed.count())));
        QVERIFY(stream.bytes().endsWith("0\r\n\r\n")); // in order
        QCOMPARE(get("/api/me/", token).status, 401);
        QCOMPARE(get("/api/me/", m_admin).status, 200);
        // The other's stream is still there.
        QCOMPARE(call("POST", "/api/notifications/test/", m_admin).number("online"), 1);
    }

    void revokingWhileOthersSignInAndJoinLeavesNoStream()
    {
        // Who joins with a token of before is closed, or refused; who signs in afterwards stays.
        constexpr int joiners = 3, rounds = 40;
        struct Joined
        {
            RawClient stream;
            int made = 0; ///< how many revocations were answered when its token had been made
        };
        std::atomic<int> round = 0; // counted when a revocation was answered
        std::array<std::vector<Joined>, joiners> joined;
        std::array<QByteArray, joiners> faults;
        std::vector<std::thread> crowd;
        for (std::size_t i = 0; i < joiners; ++i) {
            crowd.emplace_back([&, i] {
                while (round < rounds) {
                    const QByteArray token = i == 0 ? signIn("rita", "desk") : m_server->createdToken("rita", 1h);
                    const int made = round;
                    RawClient stream(m_server->port(), "127.0.0.1", 0, nullptr, Transport::Plain);
                    stream.send("GET /api/notifications/sse/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                                token.toStdString() + "\r\n\r\n");
                    const int status = statusOf(stream.readUntil("\r\n\r\n"));
                    if (status == 200)
                        joined[i].push_back({std::move(stream), made});
                    else if (status != 401)
                        faults[i] = QByteArray::number(status);
                }
            });
        }
        const UserId rita = m_server->idOf("rita");
        for (int i = 0; i < rounds; ++i) {
            if (!m_server->wait<Done>([&](auto reply) { m_server->store().revokeAll(rita, std::move(reply)); }))
                faults[0] = "not revoked";
            ++round;
            std::this_thread::sleep_for(20ms); // some get in between two of them
        }
        for (std::thread& one : crowd)
            one.join();
        for (const QByteArray& fault : faults)
            QVERIFY2(fault.isEmpty(), fault);
        int ended = 0;
        for (auto& streams : joined) {
            for (Joined& one : streams) {
                if (one.made < rounds - 1) { // before the last revocation began
                    QVERIFY(one.stream.readAll().ends_with("0\r\n\r\n"));
                    ++ended;
                }
            }
        }
        QVERIFY(ended > 0);
        OpenStream again(m_server->port(), "/api/notifications/sse/",
                         {{"Authorization", "Bearer " + m_server->createdToken("rita", 1h)}});
        QVERIFY(again.waitFor("event: ping"));
        QCOMPARE(call("POST", "/api/notifications/test/", m_admin).status, 200);
    }

    void nothingTellsWhoHasAnAccount()
    {
        QCOMPARE(get("/api/me/", externalToken("\"user_id\":4711,\"name\":\"ext\"")).status, 200);
        // Interleaved, so that whatever else runs meanwhile falls on all of them.
        const std::array<QByteArray, 3> names{"rita", "nobody", "ext"};
        std::array<QList<qint64>, 3> times;
        std::array<Answered, 3> answers;
        for (int round = 0; round < 5; ++round) {
            for (std::size_t name = 0; name < names.size(); ++name) {
                QElapsedTimer timer;
                timer.start();
                answers[name] = logIn(names[name], "guessed it");
                times[name].append(timer.nsecsElapsed());
            }
        }
        const auto sameAnswer = [&](std::size_t name) {
            const auto withoutDate = [](Answered answered) {
                answered.fields.removeIf([](const auto& field) { return field.first == "date"; });
                return answered.fields;
            };
            return answers[name].status == answers[0].status && answers[name].body == answers[0].body &&
                   withoutDate(answers[name]) == withoutDate(answers[0]);
        };
        QCOMPARE(answers[0].status, 401);
        QVERIFY(sameAnswer(1) && sameAnswer(2));
        const auto fastest = [&](std::size_t name) {
            return *std::min_element(times[name].begin(), times[name].end());
        };
        for (std::size_t name = 1; name < names.size(); ++name) {
            const double ratio = double(fastest(name)) / double(fastest(0));
            QVERIFY2(ratio > 0.3 && ratio < 3.0, QByteArray::number(ratio));
        }
        for (std::size_t name = 0; name < names.size(); ++name)
            answers[name] = logIn(names[name], "guessed it");
        QCOMPARE(answers[0].status, 429);
        QVERIFY(sameAnswer(1) && sameAnswer(2));
    }

    void whatWasDoneIsOnRecord()
    {
        const QByteArray desk = signIn("rita", "desk");
        logIn("rita", "guessed it");
        logIn("hunter2-typed-into-the-name", "guessed it");
        QCOMPARE(changePassword(desk, "PASSWORD", "a better one").status, 200);
        const auto added =
            call("POST", "/api/users/", m_admin, "{\"name\":\"zoe\",\"password\":\"very secret\",\"role\":\"sender\"}");
        const QByteArray path = "/api/users/" + QByteArray::number(added.number("id")) + '/';
        call("PATCH", path, m_admin, "{\"role\":\"receiver\"}");
        const auto sent =
            call("POST", "/api/notifications/trigger/", m_admin, "{\"user_id\":\"all\",\"title\":\"private words\"}");
        QCOMPARE(sent.status, 200);
        call("DELETE", "/api/notifications/" + QByteArray::number(sent.number("id")), m_admin);
        call("DELETE", path, m_admin);
        call("POST", "/api/auth/logout/", desk);
        const QByteArrayList expected{"sign_out by rita",
                                      "user.removed by ann",
                                      "notification.retracted by ann",
                                      "notification.sent by ann",
                                      "user.changed by ann",
                                      "user.added by ann",
                                      "password.changed by rita",
                                      "sign_in.failed",
                                      "sign_in.failed",
                                      "sign_in by rita",
                                      "token.made",
                                      "user.added",
                                      "token.made",
                                      "user.added"};
        QTRY_COMPARE(record(), expected);

        const auto whole = get("/api/audit/", m_admin);
        for (const char* secret :
             {"PASSWORD", "better one", "very secret", "guessed", "hunter2", "private words", "$argon2"})
            QVERIFY2(!whole.body.contains(secret), secret);
        QVERIFY(whole.body.contains("\"address\":\"127.0.0.1\"") && whole.body.contains("\"device\":\"desk\""));
        QCOMPARE(get("/api/audit/", m_rita).status, 401);
        QCOMPARE(get("/api/audit/", logIn("rita", "a better one").text("token")).status, 403);
    }

    void theRecordIsReadInPages()
    {
        for (int number = 0; number < 7; ++number) {
            QCOMPARE(call("POST", "/api/notifications/test/", m_admin).status, 200);
            QCOMPARE(logIn("rita", "PASSWORD").status, 200);
        }
        const QByteArrayList all = record();
        QCOMPARE(all.count("notification.sent by ann"), 7);
        QCOMPARE(all.count("sign_in by rita"), 7);
        for (const int limit : {1, 3, 500}) {
            QByteArray query = "?limit=" + QByteArray::number(limit);
            QByteArrayList paged;
            for (int page = 0; page < 50; ++page) {
                const auto answered = get("/api/audit/" + query, m_admin).json();
                for (const auto& entry : answered.at("entries").as_array())
                    paged.append(QByteArray(entry.at("action").as_string().c_str()));
                QVERIFY(answered.at("entries").as_array().size() <= std::size_t(limit));
                if (answered.at("next").is_null())
                    break;
                query = "?limit=" + QByteArray::number(limit) +
                        "&before_id=" + QByteArray::number(qint64(answered.at("next").at("before_id").as_int64())) +
                        "&before_sent=" + QByteArray::number(qint64(answered.at("next").at("before_sent").as_int64()));
            }
            QCOMPARE(paged.size(), all.size());
            for (qsizetype place = 0; place < all.size(); ++place)
                QVERIFY(all[place].startsWith(paged[place]));
        }
        QCOMPARE(get("/api/audit/?limit=0", m_admin).text("field"), QByteArray("limit"));
        QCOMPARE(get("/api/audit/?before_id=x", m_admin).text("field"), QByteArray("before_id"));
    }
};

QTEST_GUILESS_MAIN(AccountsTest)
#include "tst_accounts.moc"
