// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/access.h"
#include "server/api/api.h"
#include "server/api/queries.h"
#include "server/api/surroundings.h"
#include "server/log.h"

#include <QSysInfo>
#include <QTest>

using namespace belfry::server;

namespace {

RequestHead withField(std::string name, std::string value)
{
    RequestHead head;
    head.fields.emplace_back(std::move(name), std::move(value));
    return head;
}

RequestHead withQuery(std::string query)
{
    RequestHead head;
    head.query = std::move(query);
    return head;
}

std::string value(const Fields& fields, std::string_view name)
{
    for (const auto& field : fields) {
        if (field.first == name)
            return field.second;
    }
    return {};
}

} // namespace

/// What is read off a request's head before anything is done.
class RequestsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsPlacesWithAndWithoutSlash_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("allowed"); // empty: no such place
        QTest::addColumn<qint64>("id");
        const auto row = [](const char* path, const char* allowed, qint64 id = 0) {
            QTest::newRow(path) << QByteArray(path) << QByteArray(allowed) << id;
        };
        row("/api/auth/login/", "POST, OPTIONS");
        row("/api/auth/login", "POST, OPTIONS");
        row("/api/notifications/", "GET, HEAD, OPTIONS");
        row("/api/notifications/sse/", "GET, OPTIONS");
        row("/api/notifications/42", "DELETE, OPTIONS", 42);
        row("/api/notifications/42/ack/", "POST, OPTIONS", 42);
        row("/api/notifications/9007199254740991/", "DELETE, OPTIONS", 9007199254740991);
        row("/api/users/7/", "GET, HEAD, PATCH, DELETE, OPTIONS", 7);
        row("/api/users", "GET, HEAD, POST, OPTIONS");
        row("/api/auth/sessions/", "GET, HEAD, OPTIONS");
        row("/healthz", "GET, HEAD, OPTIONS");
        row("/metrics/", "GET, HEAD, OPTIONS");
        for (const auto* path : {"",
                                 "/",
                                 "*",
                                 "/api",
                                 "/api/",
                                 "/api/users//",
                                 "//api/users",
                                 "/api/users/0/",
                                 "/api/users/07/",
                                 "/api/users/x/",
                                 "/api/users/-1/",
                                 "/api/users/9007199254740992/",
                                 "/api/users/7/x/",
                                 "/API/users/",
                                 "/api/groups/",
                                 "/api/presence/",
                                 "/api/notifications/delivered/",
                                 "/api/notifications/42/receipts/",
                                 "/api/notifications/42/ack/x",
                                 "healthz"})
            row(path, "");
    }
    void findsPlacesWithAndWithoutSlash()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, allowed);
        QFETCH(qint64, id);
        const Place place = placeAt(path.toStdString());
        QCOMPARE(place.exists(), !allowed.isEmpty());
        if (place.exists()) {
            QCOMPARE(QByteArray::fromStdString(place.allowed()), allowed);
            QCOMPARE(qint64(place.id), id);
        }
    }

    void headIsAnsweredWhereGetIsButNotOnTheStream()
    {
        QVERIFY(placeAt("/api/me/").find("HEAD") == placeAt("/api/me/").find("GET"));
        QVERIFY(!placeAt("/api/notifications/sse/").find("HEAD"));
        QVERIFY(!placeAt("/api/auth/login/").find("HEAD"));
        QVERIFY(!placeAt("/api/me/").find("get"));
    }

    void rolesReachWhatTheContractGivesThem()
    {
        using belfry::Role;
        for (const Endpoint& endpoint : endpoints()) {
            const auto may = [&](Role role) { return mayUse(endpoint.who, role, TokenKind::SignIn); };
            QVERIFY(may(Role::Admin));
            const bool isForAdmins = endpoint.path.starts_with("/api/users") ||
                                     endpoint.path.starts_with("/api/audit") ||
                                     endpoint.path.starts_with("/api/invites") || endpoint.path == "/metrics";
            QCOMPARE(may(Role::Sender), !isForAdmins);
            QCOMPARE(may(Role::Receiver), !isForAdmins && endpoint.operation != Operation::Trigger);
            QCOMPARE(mayUse(endpoint.who, Role::Admin, TokenKind::Created), endpoint.operation != Operation::Refresh);
            QCOMPARE(mayUse(endpoint.who, Role::Admin, TokenKind::External), endpoint.operation != Operation::Refresh);
        }
    }

    void resumesAtTheFirstNumberGiven_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<qint64>("id"); // -1: absent
        const QByteArray none;
        QTest::newRow("neither") << none << none << qint64(-1);
        QTest::newRow("field") << QByteArray("42") << none << qint64(42);
        QTest::newRow("field wins") << QByteArray("42") << QByteArray("last_event_id=7") << qint64(42);
        QTest::newRow("bad field") << QByteArray("4x") << QByteArray("last_event_id=7") << qint64(7);
        QTest::newRow("negative field") << QByteArray("-4") << QByteArray("lastEventID=7") << qint64(7);
        QTest::newRow("0") << QByteArray("0") << none << qint64(0);
        QTest::newRow("leading zeros") << QByteArray("0042") << none << qint64(42);
        QTest::newRow("greatest") << QByteArray("9223372036854775807") << none << qint64(9223372036854775807);
        QTest::newRow("beyond 64 bits") << QByteArray("9223372036854775808") << none << qint64(-1);
        QTest::newRow("20 digits") << QByteArray("00000000000000000001") << none << qint64(-1);
        QTest::newRow("plus") << QByteArray("+1") << none << qint64(-1);
        QTest::newRow("query") << none << QByteArray("a=b&last_event_id=9") << qint64(9);
        QTest::newRow("bad first query") << none << QByteArray("last_event_id=&lastEventID=9") << qint64(9);
        QTest::newRow("bad query") << none << QByteArray("last_event_id=1.5") << qint64(-1);
        QTest::newRow("escaped query") << none << QByteArray("last_event_id=%31%32") << qint64(12);
    }
    void resumesAtTheFirstNumberGiven()
    {
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, query);
        QFETCH(qint64, id);
        RequestHead head = withQuery(query.toStdString());
        if (!field.isNull())
            head.fields.emplace_back("last-event-id", field.toStdString());
        QCOMPARE(qint64(lastEventId(head).value_or(-1)), id);
    }

    void readsAListQueryOrNamesTheParameter_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QByteArray>("fault"); // empty: taken
        const auto row = [](const char* query, const char* fault) {
            QTest::newRow(query) << QByteArray(query) << QByteArray(fault);
        };
        row("", "");
        row("limit=1", "");
        row("limit=500&unread=true&type=error&q=H%C3%A0+N%E1%BB%99i&since_id=0&before_id=9&other=1", "");
        row("limit=0", "limit");
        row("limit=501", "limit");
        row("limit=", "limit");
        row("limit=1e2", "limit");
        row("limit=-1", "limit");
        row("limit=99999999999999999999", "limit");
        row("since_id=x", "since_id");
        row("since_id=-1", "since_id");
        row("before_id=9007199254740992", "before_id");
        row("unread=1", "unread");
        row("type=loud", "type");
        row("q=%FF", "q");
    }
    void readsAListQueryOrNamesTheParameter()
    {
        QFETCH(QByteArray, query);
        QFETCH(QByteArray, fault);
        const auto read = readListQuery(withQuery(query.toStdString()));
        QCOMPARE(read.has_value(), fault.isEmpty());
        if (!read) {
            QCOMPARE(read.error().status, 400);
            QCOMPARE(QByteArray::fromStdString(read.error().field), fault);
        } else if (query.contains("since_id")) {
            QCOMPARE(read->limit, 500);
            QVERIFY(read->unreadOnly && read->type == belfry::Type::Error && read->sinceId == 0 && read->beforeId == 9);
            QCOMPARE(read->text, std::string("Hà Nội"));
        } else if (query.isEmpty()) {
            QCOMPARE(read->limit, 50);
        }
    }

    void takesATokenFromTheFieldBeforeTheQuery()
    {
        RequestHead head = withQuery("token=q");
        QVERIFY(!bearerToken(head, false)->has_value());
        QCOMPARE(bearerToken(head, true)->value(), std::string("q"));
        head.fields.emplace_back("authorization", "bearer  h");
        QCOMPARE(bearerToken(head, true)->value(), std::string("h"));
        head.fields.emplace_back("authorization", "Bearer h");
        QCOMPARE(bearerToken(head, true).error().status, 401);
        for (const auto* bad : {"", "Bearer", "Bearer ", "Bearerx", "Basic YTpi", "Bearer a b", "Bearer a,b"}) {
            head.fields = {{"authorization", bad}};
            QVERIFY(!bearerToken(head, true));
        }
    }

    void looksAtTheMediaTypeOfBodiesOnly()
    {
        RequestHead head = withField("content-type", "text/plain");
        QVERIFY(isJsonOrEmpty(head));
        head.contentLength = 0;
        QVERIFY(isJsonOrEmpty(head));
        head.contentLength = 1;
        QVERIFY(!isJsonOrEmpty(head));
        for (const auto* good :
             {"application/json", "Application/JSON ; charset=UTF-8", "application/json;charset=\"utf-8\""}) {
            head.fields = {{"content-type", good}};
            QVERIFY2(isJsonOrEmpty(head), good);
        }
        for (const auto* bad :
             {"", "application/jsonx", "application/x-www-form-urlencoded", "application/json; charset=utf-16"}) {
            head.fields = {{"content-type", bad}};
            QVERIFY2(!isJsonOrEmpty(head), bad);
        }
        head.fields = {{"content-type", "application/json"}, {"content-type", "application/json"}};
        QVERIFY(!isJsonOrEmpty(head));
        head.fields.clear();
        QVERIFY(!isJsonOrEmpty(head));
    }

    void idempotencyKeysAreOneTextOfUpTo128Characters()
    {
        QCOMPARE(*readIdempotencyKey(RequestHead()), std::string());
        QCOMPARE(*readIdempotencyKey(withField("idempotency-key", "a")), std::string("a"));
        QVERIFY(readIdempotencyKey(withField("idempotency-key", std::string(128, 'x'))));
        QCOMPARE(readIdempotencyKey(withField("idempotency-key", std::string(129, 'x'))).error().status, 400);
        QVERIFY(!readIdempotencyKey(withField("idempotency-key", "")));
    }

    void answersUnderItsOwnNamesOnly_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<bool>("isOurs");
        const auto row = [](const QByteArray& host, bool isOurs) { QTest::newRow(host.constData()) << host << isOurs; };
        for (const auto* good :
             {"localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.1:8000", "192.0.2.7:1", "[::1]",
              "[::1]:8000", "[2001:db8::1]:80", "belfry.example", "Belfry.Example.:443", "localhost:"})
            row(good, true);
        row(QSysInfo::machineHostName().toUtf8() + ":8000", true);
        for (const auto* bad : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", ":8000", "[::1",
                                "[evil]", "[::1]x", "localhost:x", "localhost:99999", "127.1", "2130706433",
                                "x@localhost", "localhost:80:80", "::1"})
            row(bad, false);
    }
    void answersUnderItsOwnNamesOnly()
    {
        QFETCH(QByteArray, host);
        QFETCH(bool, isOurs);
        QCOMPARE(HostNames({"belfry.example"}).isOurs(host.toStdString()), isOurs);
    }

    void givesPagesOfListedOriginsAlonePermission()
    {
        const Cors closed({});
        QVERIFY(closed.fields(withField("origin", "https://a.example")).empty());
        const Cors cors({"https://a.example"});
        QCOMPARE(value(cors.fields(withField("origin", "https://a.example")), "Access-Control-Allow-Origin"),
                 std::string("https://a.example"));
        for (const auto* other :
             {"https://b.example", "null", "*", "https://a.example:8443", "HTTPS://A.EXAMPLE", ""}) {
            const auto fields = cors.fields(withField("origin", other));
            QCOMPARE(value(fields, "Vary"), std::string("Origin"));
            QCOMPARE(value(fields, "Access-Control-Allow-Origin"), std::string());
        }
        RequestHead preflight = withField("origin", "https://a.example");
        QVERIFY(cors.preflightFields(preflight, "GET").empty());
        preflight.fields.emplace_back("access-control-request-method", "GET");
        QCOMPARE(value(cors.preflightFields(preflight, "GET"), "Access-Control-Allow-Methods"), std::string("GET"));
    }

    void takesOriginsAsBrowsersSendThem()
    {
        for (const auto* good : {"https://a.example", "http://127.0.0.1:3000", "http://[::1]:3000", "app://belfry"})
            QVERIFY2(validCorsOrigin(good), good);
        for (const auto* bad :
             {"*", "null", "", "a.example", "https://", "https://a.example/", "https://a.example/x",
              "https://*.example", "https://A.example", "https://u@a.example", "https://a.example:x", "https://a b"})
            QVERIFY2(!validCorsOrigin(bad), bad);
    }

    void believesTrustedProxiesOnly_data()
    {
        QTest::addColumn<QByteArray>("peer");
        QTest::addColumn<QByteArray>("forwarded"); // `|` separates fields
        QTest::addColumn<QByteArray>("address");
        const auto row = [](const char* peer, const char* forwarded, const char* address) {
            QTest::addRow("%s %s", peer, forwarded) << QByteArray(peer) << QByteArray(forwarded) << QByteArray(address);
        };
        row("192.0.2.1", "198.51.100.1", "192.0.2.1");
        row("127.0.0.1", "198.51.100.1", "198.51.100.1");
        row("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1");
        row("127.0.0.1", "198.51.100.1, 10.0.0.1", "198.51.100.1");
        row("127.0.0.1", "203.0.113.9|198.51.100.1|10.0.0.1", "198.51.100.1");
        row("127.0.0.1", "", "127.0.0.1");
        row("127.0.0.1", "unknown", "127.0.0.1");
        row("127.0.0.1", "198.51.100.1, unknown, 10.0.0.1", "10.0.0.1");
        row("127.0.0.1", "[2001:db8::1]:443", "2001:db8::1");
        row("127.0.0.1", "198.51.100.1:5000", "198.51.100.1");
        row("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1");
        row("172.16.255.9", "198.51.100.1", "198.51.100.1"); // a network
        row("172.32.0.1", "198.51.100.1", "172.32.0.1");
        row("127.0.0.1", "198.51.100.1, 172.20.0.3, 10.0.0.1", "198.51.100.1");
        row("2001:db8:7::1", "198.51.100.1", "198.51.100.1");
        row("2001:db8:8::1", "198.51.100.1", "2001:db8:8::1");
    }
    void believesTrustedProxiesOnly()
    {
        QFETCH(QByteArray, peer);
        QFETCH(QByteArray, forwarded);
        QFETCH(QByteArray, address);
        RequestHead head;
        head.peerAddress = peer.toStdString();
        for (const auto& field : forwarded.split('|'))
            head.fields.emplace_back("x-forwarded-for", field.toStdString());
        QCOMPARE(QByteArray::fromStdString(
                     TrustedProxies({"127.0.0.1", "10.0.0.1", "172.16.7.7/12", "2001:db8:6::/47"}).addressOf(head)),
                 address);
    }

    void looksUpTheNamesOfProxies()
    {
        RequestHead head;
        head.peerAddress = "127.0.0.1";
        head.fields.emplace_back("x-forwarded-for", "198.51.100.1");
        QCOMPARE(TrustedProxies({"localhost"}).addressOf(head), std::string("198.51.100.1"));
        QCOMPARE(TrustedProxies({"nowhere.invalid"}).addressOf(head), std::string("127.0.0.1"));
    }

    void takesProxiesAsPeopleNameThem()
    {
        for (const auto* good : {"127.0.0.1", "::1", "10.0.0.0/8", "10.1.2.3/8", "2001:db8::/32", "::1/128", "proxy",
                                 "proxy.example", "1proxy"})
            QVERIFY2(TrustedProxies::valid(good), good);
        for (const auto* bad : {"", "10.0.0", "10.0.0.0/", "10.0.0.0/0", "::/0", "10.0.0.0/33", "::1/129",
                                "10.0.0.0/8x", "proxy/8", "proxy:80", "https://proxy", "a b"})
            QVERIFY2(!TrustedProxies::valid(bad), bad);
    }

    void logLinesStayOneLine()
    {
        const std::string line =
            logLine(LogLevel::Warn, "net", "odd\nname", {{"path", "/a b\"\r\n"}, {"status", "404"}, {"none", ""}});
        const std::string expected = "warn net odd\\x0aname path=\"/a b\\\"\\x0d\\x0a\" status=404 none=\"\"";
        QCOMPARE(line, expected);
        QCOMPARE(logLine(LogLevel::Info, "net", "\xc2\x9b Zoë", {}), std::string("info net \\xc2\\x9b Zoë"));
        QVERIFY(logLevelFromString("debug") == LogLevel::Debug);
        QVERIFY(!logLevelFromString("loud"));
    }
};

QTEST_GUILESS_MAIN(RequestsTest)
#include "tst_requests.moc"
