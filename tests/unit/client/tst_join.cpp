// SPDX-License-Identifier: GPL-3.0-or-later
// Joining by an invite, over real TLS: the pin alone decides, and what is told to people where it fails.
#include "client/client.h"
#include "client/invite_link.h"
#include "support/tls_server.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace belfry;
using namespace belfry::client;
using belfry::tests::Identity;
using belfry::tests::TlsServer;

namespace {

const QByteArray card = "{\"name\":\"Office\",\"id\":\"srv-1\",\"log\":\"log-1\",\"version\":\"1\",\"protocol\":1,"
                        "\"features\":[\"sessions\",\"invites\"]}";
const QByteArray oldCard = "{\"name\":\"Office\",\"id\":\"srv-1\",\"log\":\"log-1\",\"version\":\"1\",\"protocol\":1,"
                           "\"features\":[\"sessions\"]}";
const QByteArray signedIn = "{\"token\":\"a.b.c\",\"expires_at\":\"2099-01-01T00:00:00.000Z\","
                            "\"user\":{\"id\":7,\"name\":\"ann\",\"role\":\"receiver\"}}";

QByteArray error(const char* code, const char* sentence = "A sentence.", const char* field = "")
{
    return QByteArray("{\"error\":\"") + sentence + "\",\"code\":\"" + code + "\",\"field\":\"" + field + "\"}";
}

QString pinFor(const Identity& identity)
{
    return QStringLiteral("sha256//") +
           QString::fromLatin1(QCryptographicHash::hash(identity.publicKey, QCryptographicHash::Sha256).toBase64());
}

/// A desktop of its own that joins.
class Colleague
{
public:
    Colleague() : client(m_directory.filePath(QStringLiteral("desk")), QStringLiteral("ann's desk"))
    {
        bool isStarted = false;
        QObject::connect(&client, &Client::started, &client, [&isStarted] { isStarted = true; });
        client.start();
        (void)QTest::qWaitFor([&isStarted] { return isStarted; }, 10'000);
        QObject::disconnect(&client, &Client::started, &client, nullptr);
    }

    std::optional<Result<Connection>> join(const TlsServer& server, const QString& pin, bool becomesActive = true)
    {
        const Result<InviteLink> link = readInviteLink(
            inviteLink(server.url().host(), server.url().port(), pin, QStringLiteral("the-one-time-code_1234")));
        if (!link)
            return std::nullopt;
        NewAccount wish;
        wish.name = QStringLiteral("ann");
        wish.password = QStringLiteral("correct horse");
        wish.sessionOnly = true; // there may be no keyring
        wish.becomesActive = becomesActive;
        const QFuture<Result<Connection>> future = client.join(*link, wish);
        (void)QTest::qWaitFor([&future] { return future.isFinished(); }, 20'000);
        return future.isFinished() ? std::optional(future.result()) : std::nullopt;
    }

private:
    QTemporaryDir m_directory;

public:
    Client client;
};

QByteArray reason(const std::optional<Result<Connection>>& answer)
{
    if (!answer)
        return "no answer";
    return *answer ? QByteArray() : QByteArray::fromStdString(answer->error().message);
}

} // namespace

class JoinTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void makesTheAccountAndSignsInToIt()
    {
        const Identity office = Identity::selfSigned("DNS:elsewhere.example");
        TlsServer server(office);
        server.addAnswer("200 OK", card);
        server.addAnswer("201 Created", signedIn);
        server.addAnswer("404 Not Found", error("not_found"));
        Colleague ann;
        const auto joined = ann.join(server, pinFor(office));
        QVERIFY2(joined && *joined, reason(joined));
        QCOMPARE((*joined)->userId, UserId(7));
        QCOMPARE((*joined)->pin, pinFor(office));
        QCOMPARE((*joined)->address, server.url());
        QCOMPARE(ann.client.active().id, (*joined)->id);
        QVERIFY(server.received().contains("POST /api/auth/join/ HTTP/1.1\r\n"));
        QVERIFY(server.received().contains("\"code\":\"the-one-time-code_1234\""));
        QVERIFY(server.received().contains("\"device\":\"ann's desk\""));
        // It is that account which is used from now on.
        QTRY_VERIFY(server.received().contains("Authorization: Bearer a.b.c\r\n"));
    }

    void saysNotAByteToAnotherKey_data()
    {
        QTest::addColumn<bool>("isVouchedFor");
        QTest::newRow("self-made") << false;
        QTest::newRow("an authority vouches for it") << true;
    }
    void saysNotAByteToAnotherKey()
    {
        QFETCH(bool, isVouchedFor);
        const Identity authority = Identity::authority();
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        QSslConfiguration trusting = before;
        trusting.addCaCertificates(QSslCertificate::fromData(authority.certificate, QSsl::Pem));
        QSslConfiguration::setDefaultConfiguration(trusting);
        const Identity stranger = isVouchedFor ? authority.issue("IP:127.0.0.1") : Identity::selfSigned("IP:127.0.0.1");
        TlsServer server(stranger);
        server.addAnswer("200 OK", card);
        Colleague ann;
        const auto joined = ann.join(server, pinFor(Identity::selfSigned("IP:127.0.0.1")));
        QSslConfiguration::setDefaultConfiguration(before);
        QVERIFY(joined && !*joined);
        QCOMPARE(joined->error().code, std::string("certificate"));
        QVERIFY2(reason(joined).contains("another key"), reason(joined));
        QVERIFY(!ann.client.active().isValid());
        QTRY_VERIFY(server.handshakes() >= 1);
        QTest::qWait(50);
        QCOMPARE(server.received(), QByteArray());
    }

    void theKeyIsLookedAtAgainBeforeTheCodeIsSent()
    {
        // The look at who is there reaches the office, the joining itself a stranger.
        const Identity office = Identity::selfSigned("IP:127.0.0.1");
        TlsServer server(office);
        server.addAnswer("200 OK", card, {}, true);
        server.addAnswer("201 Created", signedIn);
        server.showAfterwards(Identity::selfSigned("IP:127.0.0.1"));
        Colleague ann;
        const auto joined = ann.join(server, pinFor(office));
        QVERIFY(joined && !*joined);
        QCOMPARE(joined->error().code, std::string("certificate"));
        QTest::qWait(50);
        QVERIFY(server.handshakes() >= 2);
        QCOMPARE(server.received().count("HTTP/1.1\r\n"), 1);
        QVERIFY(server.received().startsWith("GET /api/server/ "));
        QVERIFY(!ann.client.active().isValid());
    }

    void neverTakesAnActiveConnectionsPlaceUnasked()
    {
        const Identity office = Identity::selfSigned("IP:127.0.0.1");
        TlsServer server(office);
        server.addAnswer("200 OK", card);
        server.addAnswer("201 Created", signedIn);
        server.addAnswer("404 Not Found", error("not_found"));
        Colleague ann;
        ann.client.useOwnServer(QStringLiteral("http://127.0.0.1:9"), QStringLiteral("own"), QStringLiteral("here"), 1,
                                QStringLiteral("ann"), QStringLiteral("x.y.z"));
        QTRY_VERIFY(ann.client.active().isOwnServer);
        const auto joined = ann.join(server, pinFor(office), false);
        QVERIFY2(joined && *joined, reason(joined));
        QVERIFY(ann.client.active().isOwnServer);
        QCOMPARE(ann.client.connections().size(), 2);
        QVERIFY(!server.received().contains("Bearer a.b.c"));
        // It is kept, with its sign-in: a switch is all it takes.
        ann.client.switchTo((*joined)->id);
        QTRY_COMPARE(ann.client.active().id, (*joined)->id);
        QTRY_VERIFY(server.received().contains("Authorization: Bearer a.b.c\r\n"));
        QCOMPARE(ann.client.connections().size(), 2);
    }

    void anAnswerThatWasLostIsMadeUpForByTheSameNameAndPassword()
    {
        const Identity office = Identity::selfSigned("IP:127.0.0.1");
        TlsServer server(office);
        server.addAnswer("200 OK", card);
        server.addAnswer("401 Unauthorized", error("invite_used"));
        server.addAnswer("200 OK", signedIn);
        server.addAnswer("404 Not Found", error("not_found"));
        Colleague ann;
        const auto joined = ann.join(server, pinFor(office));
        QVERIFY2(joined && *joined, reason(joined));
        QVERIFY(server.received().contains("POST /api/auth/login/ HTTP/1.1\r\n"));
        QCOMPARE(ann.client.active().userId, UserId(7));
    }

    void everyFailureSaysWhatToDo_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("says");
        QTest::addColumn<QByteArray>("field");
        const auto row = [](const char* name, const char* status, const QByteArray& body, const char* says,
                            const char* field = "") {
            QTest::newRow(name) << QByteArray(status) << body << QByteArray(says) << QByteArray(field);
        };
        row("used", "401 Unauthorized", error("invite_used"), "ask for a new one");
        row("run out", "401 Unauthorized", error("invite_expired"), "Ask for a new one");
        row("taken back", "401 Unauthorized", error("invalid_code"), "Ask for a new one");
        row("name taken", "409 Conflict", error("name_taken", "Taken.", "username"), "Choose another", "username");
        row("a name that is none", "400 Bad Request", error("invalid", "A name has no colon.", "username"),
            "A name has no colon.", "username");
        row("a weak password", "400 Bad Request", error("invalid", "At least 8.", "password"), "At least 8.",
            "password");
        row("too often", "429 Too Many Requests", error("too_many_failures"), "Try again in");
        row("full", "507 Insufficient Storage", error("store_full", "The disk is full."), "no room left to store");
    }
    void everyFailureSaysWhatToDo()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, says);
        QFETCH(QByteArray, field);
        const Identity office = Identity::selfSigned("IP:127.0.0.1");
        TlsServer server(office);
        server.addAnswer("200 OK", card);
        server.addAnswer(status, body);
        server.addAnswer("401 Unauthorized", error("wrong_credentials", "The name or the password is wrong."));
        Colleague ann;
        const auto joined = ann.join(server, pinFor(office));
        QVERIFY(joined && !*joined);
        QVERIFY2(reason(joined).contains(says), reason(joined));
        QCOMPARE(QByteArray::fromStdString(joined->error().field), field);
        QVERIFY(!ann.client.active().isValid());
        QVERIFY(ann.client.connections().isEmpty());
    }

    void aServerThatKnowsNoInvitesIsTooOld()
    {
        const Identity office = Identity::selfSigned("IP:127.0.0.1");
        TlsServer server(office);
        server.addAnswer("200 OK", oldCard);
        Colleague ann;
        const auto joined = ann.join(server, pinFor(office));
        QVERIFY(joined && !*joined);
        QVERIFY2(reason(joined).contains("too old"), reason(joined));
        QVERIFY(!server.received().contains("the-one-time-code_1234"));
    }

    void aServerThatIsNotThereIsSaid()
    {
        const Identity office = Identity::selfSigned("IP:127.0.0.1");
        auto server = std::make_unique<TlsServer>(office);
        const QUrl url = server->url();
        server.reset();
        Colleague ann;
        NewAccount wish;
        wish.name = QStringLiteral("ann");
        wish.password = QStringLiteral("correct horse");
        InviteLink link;
        link.address = url;
        link.pin = pinFor(office);
        link.code = QStringLiteral("code");
        const QFuture<Result<Connection>> future = ann.client.join(link, wish);
        QTRY_VERIFY_WITH_TIMEOUT(future.isFinished(), 20'000);
        QVERIFY(!future.result());
        const QByteArray sentence = QByteArray::fromStdString(future.result().error().message);
        QVERIFY2(sentence.contains("same network"), sentence);
    }

    void readsLinksAsTheyAreHandedOver_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isLink");
        const QString pin = QStringLiteral("+/MyzzTKQWkUzyv+BQx9Dhqf7sXgLkbKR5C3aQAh+fs=");
        const QString made = inviteLink(QStringLiteral("fd77::1"), 8000, pin, QStringLiteral("c0de_-"));
        const auto row = [](const char* name, const QString& text, bool isLink) {
            QTest::newRow(name) << text << isLink;
        };
        row("made", made, true);
        row("with spaces around", u' ' + made + u'\n', true);
        row("capitals", QString(made).replace(QStringLiteral("belfry:"), QStringLiteral("BELFRY:")), true);
        row("another scheme", QString(made).replace(QStringLiteral("belfry:"), QStringLiteral("https:")), false);
        row("cut off", made.left(made.indexOf(QStringLiteral("&code"))), false);
        row("no pin", QStringLiteral("belfry://office.lan:8000/join#code=abc"), false);
        row("a pin that is none", QStringLiteral("belfry://office.lan:8000/join#pin=abc&code=abc"), false);
        row("another path", QString(made).replace(QStringLiteral("/join"), QStringLiteral("/leave")), false);
        row("a name and a password in it",
            QString(made).replace(QStringLiteral("belfry://"), QStringLiteral("belfry://a:b@")), false);
        row("nothing behind", QStringLiteral("belfry:"), false);
        row("a code with other letters", made + QStringLiteral("%0A"), false);
    }
    void readsLinksAsTheyAreHandedOver()
    {
        QFETCH(QString, text);
        QFETCH(bool, isLink);
        const Result<InviteLink> link = readInviteLink(text);
        QCOMPARE(link.has_value(), isLink);
        if (link) {
            QCOMPARE(link->address, QUrl(QStringLiteral("https://[fd77::1]:8000")));
            QCOMPARE(link->pin, QStringLiteral("sha256//+/MyzzTKQWkUzyv+BQx9Dhqf7sXgLkbKR5C3aQAh+fs="));
            QCOMPARE(link->code, QStringLiteral("c0de_-"));
        } else {
            QVERIFY(!link.error().message.empty());
        }
    }
};

QTEST_GUILESS_MAIN(JoinTest)
#include "tst_join.moc"
