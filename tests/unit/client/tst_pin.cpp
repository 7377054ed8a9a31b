// SPDX-License-Identifier: GPL-3.0-or-later
// Who a server is: by its pin, which alone decides then, or by the system's authorities; and that nothing is said to
// one that is not it.
#include "client/api.h"
#include "client/event_source.h"
#include "client/pin.h"
#include "support/tls_server.h"

#include <QCryptographicHash>
#include <QNetworkAccessManager>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QTest>

#include <optional>

using namespace belfry;
using namespace belfry::client;
using belfry::tests::Identity;
using belfry::tests::TlsServer;

namespace {

const QByteArray here = "IP:127.0.0.1";
const QByteArray card = "{\"name\":\"Office\",\"id\":\"1\",\"log\":\"2\",\"version\":\"1\",\"protocol\":1}";

QString pinFor(const Identity& identity)
{
    return QStringLiteral("sha256//") +
           QString::fromLatin1(QCryptographicHash::hash(identity.publicKey, QCryptographicHash::Sha256).toBase64());
}

/// What the system's authorities hold while a test runs.
class Trusting
{
public:
    explicit Trusting(const Identity& authority) : m_before(QSslConfiguration::defaultConfiguration())
    {
        QSslConfiguration tls = m_before;
        tls.addCaCertificates(QSslCertificate::fromData(authority.certificate, QSsl::Pem));
        QSslConfiguration::setDefaultConfiguration(tls);
    }
    ~Trusting() { QSslConfiguration::setDefaultConfiguration(m_before); }

private:
    QSslConfiguration m_before;
};

/// One client, as a desktop is: its connections are kept and used again.
class Caller
{
public:
    std::optional<Result<SentAnswer>> send(const TlsServer& server, const QString& pin)
    {
        m_api = std::make_unique<Api>(&m_network, server.url());
        m_api->setPin(pin);
        m_api->setToken(QStringLiteral("secret.token.here"));
        std::optional<Result<SentAnswer>> answer;
        m_api->send("{\"secret\":true}", {}, [&](Result<SentAnswer> came) { answer = std::move(came); });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
        return answer;
    }
    QNetworkAccessManager& network() { return m_network; }

private:
    QNetworkAccessManager m_network;
    std::unique_ptr<Api> m_api;
};

const QByteArray sent = "{\"status\":\"sent\",\"id\":1,\"recipients\":1,\"online\":1}";

} // namespace

class PinTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsPinsAsPeopleTypeThem_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("pin"); // empty: refused
        const QString pin = QStringLiteral("sha256//+/MyzzTKQWkUzyv+BQx9Dhqf7sXgLkbKR5C3aQAh+fs=");
        const auto row = [](const char* name, const QString& typed, const QString& read) {
            QTest::newRow(name) << typed << read;
        };
        row("whole", pin, pin);
        row("bare", pin.mid(8), pin);
        row("unpadded", pin.chopped(1), pin);
        row("spaces around", u' ' + pin + u'\n', pin);
        row("url alphabet", QStringLiteral("-_MyzzTKQWkUzyv-BQx9Dhqf7sXgLkbKR5C3aQAh-fs"), pin);
        row("prefix in capitals", QStringLiteral("SHA256//") + pin.mid(8), pin);
        row("empty", {}, {});
        row("prefix alone", QStringLiteral("sha256//"), {});
        row("another hash", QStringLiteral("sha1//") + pin.mid(8), {});
        row("short", pin.chopped(3), {});
        row("long", pin.chopped(1) + QStringLiteral("AA"), {});
        row("two", pin + u';' + pin, {});
        row("hex", QStringLiteral("fbf332cf34ca416914cf2bfe050c7d0e1a9feec5e02e46ca4790b7690021f9fb"), {});
        row("loose last bits", pin.chopped(2) + u't', {});
        row("beyond ASCII", pin.chopped(2) + QChar(0x0455), {});
    }
    void readsPinsAsPeopleTypeThem()
    {
        QFETCH(QString, typed);
        QFETCH(QString, pin);
        const Result<QString> read = pinFrom(typed);
        QCOMPARE(read.value_or(QString()), pin);
        if (!read)
            QVERIFY(!read.error().message.empty());
    }

    void namesEveryKindOfKeyAsOpensslDoes()
    {
        for (const auto kind : {Identity::Kind::Ec, Identity::Kind::Rsa, Identity::Kind::Ed25519}) {
            const Identity identity = Identity::selfSigned(here, kind);
            const QSslCertificate certificate(identity.certificate, QSsl::Pem);
            QCOMPARE(pinOf(certificate), pinFor(identity));
            QVERIFY(carriesPin(certificate, pinFor(identity)));
            QVERIFY(!carriesPin(certificate, pinFor(Identity::selfSigned(here))));
        }
        QVERIFY(pinOf(QSslCertificate()).isEmpty());
        QVERIFY(!carriesPin(QSslCertificate(), {}));
    }

    void aPinDecidesAlone()
    {
        // Another name, dates that are over, nobody who vouches for it.
        const Identity office =
            Identity::selfSigned("DNS:elsewhere.example", Identity::Kind::Ec, Identity::Dates::Past);
        TlsServer server(office);
        server.addAnswer("200 OK", sent);
        Caller caller;
        const auto answer = caller.send(server, pinFor(office));
        QVERIFY(answer);
        QVERIFY2(*answer, answer->has_value() ? "" : answer->error().message.c_str());
        QVERIFY(server.received().contains("secret.token.here"));
    }

    void saysNothingToAnotherKey_data()
    {
        QTest::addColumn<bool>("isVouchedFor");
        QTest::newRow("self-made") << false;
        QTest::newRow("an authority vouches for it") << true;
    }
    void saysNothingToAnotherKey()
    {
        QFETCH(bool, isVouchedFor);
        const Identity authority = Identity::authority();
        const Trusting trusting(authority);
        const Identity stranger = isVouchedFor ? authority.issue(here) : Identity::selfSigned(here);
        TlsServer server(stranger);
        server.addAnswer("200 OK", sent);
        Caller caller;
        const QString pin = pinFor(Identity::selfSigned(here));
        const auto answer = caller.send(server, pin);
        QVERIFY(answer);
        QVERIFY(!*answer);
        QCOMPARE(answer->error().code, std::string("certificate"));
        QCOMPARE(QString::fromStdString(answer->error().field), pinFor(stranger));
        QVERIFY(QString::fromStdString(answer->error().message).contains(pinFor(stranger)));
        QTRY_VERIFY(server.handshakes() >= 1);
        QTest::qWait(50);
        QCOMPARE(server.received(), QByteArray());
    }

    void withoutAPinTheAuthoritiesDecide()
    {
        const Identity authority = Identity::authority();
        const Trusting trusting(authority);
        TlsServer vouched(authority.intermediate().issue(here));
        vouched.addAnswer("200 OK", sent);
        Caller caller;
        QVERIFY(caller.send(vouched, {}).value());

        const Identity alone = Identity::selfSigned(here);
        for (const Identity& stranger : {alone, authority.issue("DNS:elsewhere.example")}) {
            TlsServer server(stranger);
            server.addAnswer("200 OK", sent);
            const auto answer = caller.send(server, {});
            QVERIFY(answer && !*answer);
            QCOMPARE(answer->error().code, std::string("certificate"));
            QCOMPARE(QString::fromStdString(answer->error().field), pinFor(stranger));
            QTest::qWait(50);
            QCOMPARE(server.received(), QByteArray());
        }
    }

    void asksAgainInEveryHandshake_data()
    {
        QTest::addColumn<bool>("hasCommonIssuer");
        QTest::addColumn<bool>("closesSilently");
        for (const bool hasCommonIssuer : {false, true}) {
            for (const bool closesSilently : {false, true}) {
                QTest::addRow("%s, %s", hasCommonIssuer ? "same issuer" : "self-made",
                              closesSilently ? "a kept connection breaks under the call" : "connects anew")
                    << hasCommonIssuer << closesSilently;
            }
        }
    }
    void asksAgainInEveryHandshake()
    {
        QFETCH(bool, hasCommonIssuer);
        QFETCH(bool, closesSilently);
        const Identity authority = Identity::authority();
        const Identity issuer = authority.intermediate();
        const Trusting trusting(authority);
        const Identity office = hasCommonIssuer ? issuer.issue(here) : Identity::selfSigned(here);
        const Identity stranger = hasCommonIssuer ? issuer.issue(here) : Identity::selfSigned(here);
        TlsServer server(office);
        server.addAnswer("200 OK", sent, {}, !closesSilently);
        if (closesSilently)
            server.add({}, true); // then Qt connects again by itself, and sends the request once more
        server.addAnswer("200 OK", sent);
        Caller caller;
        QVERIFY(caller.send(server, pinFor(office)).value());
        QTest::qWait(20);
        server.show(stranger);
        const qsizetype before = server.received().size();
        const auto answer = caller.send(server, pinFor(office));
        QVERIFY(answer && !*answer);
        QCOMPARE(answer->error().code, std::string("certificate"));
        QTest::qWait(50);
        QVERIFY(server.handshakes() >= 2);
        // What the kept connection was told went to the office; the stranger heard nothing.
        const QByteArray heard = server.received().mid(before);
        QCOMPARE(heard.count("POST "), closesSilently ? 1 : 0);

        server.show(office);
        server.forget();
        QVERIFY(caller.send(server, pinFor(office)).value());
        QVERIFY(server.received().contains("secret.token.here"));
    }

    void theStreamEndsForGoodAtAnotherKey()
    {
        const Identity office = Identity::selfSigned(here);
        const Identity stranger = Identity::selfSigned(here);
        TlsServer server(office);
        server.add("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1\n\nid: 1\ndata: x\n\n", true);
        QNetworkAccessManager network;
        EventSource source(&network);
        EventSourceOptions options;
        options.url = server.url(QStringLiteral("/stream"));
        options.token = QStringLiteral("secret.token.here");
        options.pin = pinFor(office);
        options.reconnectDelay = std::chrono::milliseconds(200);
        QSignalSpy events(&source, &EventSource::eventReceived);
        std::optional<Error> reason;
        connect(&source, &EventSource::failed, this, [&](const Error& error) { reason = error; });
        source.start(options);
        QTRY_VERIFY(!events.isEmpty());
        server.show(stranger);
        QTRY_COMPARE(source.state(), EventSource::State::Waiting);
        server.forget();
        QTRY_VERIFY(reason);
        QCOMPARE(reason->code, std::string("certificate"));
        QCOMPARE(QString::fromStdString(reason->field), pinFor(stranger));
        QTest::qWait(50);
        QCOMPARE(server.received(), QByteArray());
        server.show(office);
        events.clear();
        source.reconnectNow();
        QTRY_VERIFY(!events.isEmpty());
    }

    void aRedirectLeadsNowhereElse()
    {
        const Identity office = Identity::selfSigned(here);
        TlsServer elsewhere(Identity::selfSigned(here));
        elsewhere.addAnswer("200 OK", card);
        TlsServer server(office);
        server.addAnswer("302 Found", {}, "Location: " + elsewhere.url(QStringLiteral("/x")).toEncoded() + "\r\n");
        QNetworkAccessManager network;
        Api api(&network, server.url());
        api.setPin(pinFor(office));
        std::optional<Result<ServerCard>> answer;
        api.server([&](Result<ServerCard> came) { answer = std::move(came); });
        QTRY_VERIFY(answer);
        QVERIFY(!*answer);
        QCOMPARE(answer->error().code, std::string("certificate"));
        QTest::qWait(50);
        QCOMPARE(elsewhere.received(), QByteArray());
    }

    void aPinWantsEncryption()
    {
        const QString pin = pinFor(Identity::selfSigned(here));
        QCOMPARE(completedAddress(QStringLiteral("localhost"), false, pin).value_or(QUrl()),
                 QUrl(QStringLiteral("https://localhost:8000")));
        QVERIFY(!completedAddress(QStringLiteral("http://office.example"), true, pin));
    }
};

QTEST_GUILESS_MAIN(PinTest)
#include "tst_pin.moc"
