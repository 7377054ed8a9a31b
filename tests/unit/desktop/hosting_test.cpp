// SPDX-License-Identifier: GPL-3.0-or-later
// The local server in the desktop, for real: its own threads, store and port.
#include "app/desktop/history/history_window.h"
#include "app/desktop/history/notice_bar.h"
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/hosting/own_link.h"
#include "app/desktop/preferences.h"
#include "client/client.h"
#include "server/server.h"
#include "tests/unit/desktop/http_call.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using State = Hosting::State;

class HostingTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Preferences> m_preferences;
    std::unique_ptr<Hosting> m_hosting;
    server::OwnerSignIn m_owner;

    static constexpr ports::Range none{1, 0}; ///< so that tests side by side never want the same port

    void make(ports::Range firstChoice = none)
    {
        m_hosting.reset();
        m_preferences = std::make_unique<Preferences>(m_directory->filePath(QStringLiteral("desktop.ini")));
        m_hosting =
            std::make_unique<Hosting>(m_directory->filePath(QStringLiteral("server")), *m_preferences, firstChoice);
        m_owner = {};
        connect(m_hosting.get(), &Hosting::ownerSignedIn, this,
                [this](const server::OwnerSignIn& signIn) { m_owner = signIn; });
    }
    bool turnOn()
    {
        m_hosting->turnOn();
        return QTest::qWaitFor([this] { return m_hosting->state() == State::On && !m_owner.token.isEmpty(); }, 30'000);
    }
    bool turnOff()
    {
        QSignalSpy ended(m_hosting.get(), &Hosting::ended);
        m_hosting->turnOff();
        return QTest::qWaitFor([&] { return !ended.isEmpty(); }, 10'000);
    }
    int port() const { return QUrl(m_hosting->address()).port(); }
    HttpCall call(const QByteArray& method, const char* path, const QString& token, const QJsonObject& body = {}) const
    {
        return HttpCall::make(method, m_hosting->address() + QLatin1StringView(path), token, body);
    }
    /// Another admin signs in and takes the owner's account away.
    bool removeOwner()
    {
        const QJsonObject boss{{QStringLiteral("name"), QStringLiteral("boss")},
                               {QStringLiteral("password"), QStringLiteral("long enough")},
                               {QStringLiteral("role"), QStringLiteral("admin")}};
        if (call("POST", "/api/users/", m_owner.token, boss).status != 201)
            return false;
        const HttpCall signIn = call("POST", "/api/auth/login/", {},
                                     {{QStringLiteral("username"), QStringLiteral("boss")},
                                      {QStringLiteral("password"), QStringLiteral("long enough")}});
        const QString token = signIn.answer.value(QStringLiteral("token")).toString();
        const QByteArray path = "/api/users/" + QByteArray::number(qint64(m_owner.id)) + '/';
        const int status = call("DELETE", path.constData(), token).status;
        return status == 200 || status == 204;
    }

private Q_SLOTS:
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }
    void cleanup()
    {
        m_hosting.reset();
        m_preferences.reset();
        m_directory.reset();
    }

    void theFirstStartSettlesThePortAndKeepsIt()
    {
        make();
        QCOMPARE(m_preferences->localServerPort(), 0);
        QVERIFY(turnOn());
        const int settled = port();
        QVERIFY(settled > 0);
        QCOMPARE(m_preferences->localServerPort(), settled);
        QVERIFY(m_preferences->hostsLocalServer());
        QVERIFY(!m_hosting->serverId().isEmpty());
        const QString id = m_hosting->serverId();

        make(); // the program starts again
        QVERIFY(turnOn());
        QCOMPARE(port(), settled);
        QCOMPARE(m_hosting->serverId(), id);
    }

    void theFirstStartPassesOverAPortThatIsTaken()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost));
        const int taken = holder.serverPort();
        make({taken, taken + 5 > 65535 ? 65535 : taken + 5});
        QVERIFY(turnOn());
        QVERIFY(port() != taken);
        QCOMPARE(m_preferences->localServerPort(), port());
    }

    void thePortsThatAreTriedFirstAre8000To8009()
    {
        QCOMPARE(ports::Range{}.first, 8000);
        QCOMPARE(ports::Range{}.last, 8009);
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost));
        QVERIFY(!ports::isFree(holder.serverPort()));
        QCOMPARE(ports::nextFree({holder.serverPort(), holder.serverPort()}), 0);
    }

    void aStoredPortThatIsTakenIsSaidAndAnotherOneHelps()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost));
        make();
        m_preferences->setLocalServerPort(holder.serverPort());
        m_hosting->turnOn();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::Failed, 30'000);
        QVERIFY(m_hosting->isPortTaken());
        QVERIFY(m_hosting->sentence().contains(QString::number(holder.serverPort())));
        QVERIFY(m_hosting->address().isEmpty());
        QCOMPARE(m_preferences->localServerPort(), int(holder.serverPort())); // nothing is changed by itself

        m_hosting->useAnotherPort();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::On, 30'000);
        QVERIFY(port() != holder.serverPort());
        QVERIFY(m_hosting->sentence().isEmpty());
        QCOMPARE(m_preferences->localServerPort(), port());
    }

    void tryAgainTakesThePortOnceItIsFree()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost));
        const int wanted = holder.serverPort();
        make();
        m_preferences->setLocalServerPort(wanted);
        m_hosting->turnOn();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::Failed, 30'000);
        holder.close();
        QVERIFY(turnOn());
        QCOMPARE(port(), wanted);
    }

    void aDirectoryThatCannotBeUsedIsSaid()
    {
        QFile file(m_directory->filePath(QStringLiteral("server")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        make();
        m_hosting->turnOn();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::Failed, 30'000);
        QVERIFY(!m_hosting->isPortTaken());
        QVERIFY(!m_hosting->sentence().isEmpty());
    }

    void turnsOffAndOnAtTheSameAddress()
    {
        make();
        QVERIFY(turnOn());
        const QString address = m_hosting->address();
        QVERIFY(turnOff());
        QCOMPARE(m_hosting->state(), State::Off);
        QVERIFY(m_hosting->address().isEmpty());
        QVERIFY(!m_preferences->hostsLocalServer());
        QCOMPARE(HttpCall::make("GET", address + QStringLiteral("/api/server/"), {}).status, 0);
        m_owner = {};
        QVERIFY(turnOn());
        QCOMPARE(m_hosting->address(), address);
    }

    void turnedOnAgainWhileItStillStops()
    {
        make();
        QVERIFY(turnOn());
        m_owner = {};
        m_hosting->turnOff();
        QCOMPARE(m_hosting->state(), State::Off);
        QVERIFY(turnOn());
    }

    void theOwnerIsSignedInAndIsAdmin()
    {
        make();
        QVERIFY(turnOn());
        QVERIFY(m_owner.id > 0);
        QCOMPARE(m_hosting->ownerId(), m_owner.id);
        QCOMPARE(m_hosting->ownerName(), m_owner.name);
        QCOMPARE(call("GET", "/api/users/", m_owner.token).status, 200);
        const UserId before = m_owner.id;
        m_owner = {};
        m_hosting->signInAgain();
        QTRY_VERIFY(!m_owner.token.isEmpty());
        QCOMPARE(m_owner.id, before);
    }

    void theOwnersPasswordCanBeSet()
    {
        make();
        QSignalSpy refused(m_hosting.get(), &Hosting::ownerPasswordRefused);
        m_hosting->setOwnerPassword(QStringLiteral("long enough"));
        QCOMPARE(refused.count(), 1); // it is off
        QVERIFY(turnOn());
        const QString first = m_owner.token;
        QSignalSpy set(m_hosting.get(), &Hosting::ownerPasswordSet);
        m_hosting->setOwnerPassword(QStringLiteral("short"));
        QTRY_COMPARE(refused.count(), 2);
        m_hosting->setOwnerPassword(QStringLiteral("long enough"));
        QTRY_COMPARE_WITH_TIMEOUT(set.count(), 1, 20'000);
        // It ends the person's sign-ins: the app has its own anew.
        QTRY_VERIFY(m_owner.token != first);
        QTRY_COMPARE(call("GET", "/api/users/", m_owner.token).status, 200);
    }

    void anOwnerWhoWasRemovedIsToldInTheWindow()
    {
        make();
        QVERIFY(turnOn());
        QVERIFY(removeOwner());
        client::Client client(m_directory->path(), QStringLiteral("test"));
        HistoryWindow window(client, *m_hosting, *m_preferences);
        auto* const bar = window.findChild<NoticeBar*>(QStringLiteral("troubleBar"));
        QVERIFY(bar && bar->isHidden());
        QSignalSpy refused(m_hosting.get(), &Hosting::ownerRefused);
        m_hosting->signInAgain();
        QTRY_COMPARE(refused.count(), 1);
        QVERIFY(!m_hosting->ownerSentence().isEmpty());
        QCOMPARE(bar->sentence(), m_hosting->ownerSentence());
        QSignalSpy signIn(&window, &HistoryWindow::signInRequested);
        bar->findChild<QPushButton*>(QStringLiteral("troubleBarSecondButton"))->click();
        QCOMPARE(signIn.count(), 1);
        bar->findChild<QPushButton*>(QStringLiteral("troubleBarButton"))->click(); // tries again
        QTRY_COMPARE(refused.count(), 2);
        QVERIFY(turnOff());
        QVERIFY(bar->isHidden());
    }

    void aTakenPortIsOfferedToBeChangedInTheWindow()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost));
        make();
        m_preferences->setLocalServerPort(holder.serverPort());
        client::Client client(m_directory->path(), QStringLiteral("test"));
        HistoryWindow window(client, *m_hosting, *m_preferences);
        auto* const bar = window.findChild<NoticeBar*>(QStringLiteral("troubleBar"));
        auto* const again = bar->findChild<QPushButton*>(QStringLiteral("troubleBarButton"));
        auto* const other = bar->findChild<QPushButton*>(QStringLiteral("troubleBarSecondButton"));
        m_hosting->turnOn();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::Failed, 30'000);
        QVERIFY(bar->sentence().contains(QString::number(holder.serverPort())));
        QVERIFY(!again->isHidden() && !other->isHidden());
        again->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::Failed, 30'000);
        other->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::On, 30'000);
        QVERIFY(bar->isHidden());
    }

    void stopsInTimeForAQuitAndStoresNothing()
    {
        make();
        QVERIFY(turnOn());
        QSignalSpy ended(m_hosting.get(), &Hosting::ended);
        QElapsedTimer clock;
        clock.start();
        m_hosting->stopForQuit();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 5000);
        QVERIFY(clock.elapsed() < 5000);
        QVERIFY(m_preferences->hostsLocalServer());
        m_hosting->stopForQuit(); // nothing runs: it ends at once
        QCOMPARE(ended.count(), 2);
    }

    void theLinkIsNeverSaidToBeOffWhileTheServerStarts_data()
    {
        QTest::addColumn<int>("hosting");
        QTest::addColumn<QString>("owner");
        QTest::addColumn<int>("said");
        QTest::newRow("off") << int(State::Off) << QString() << int(client::LinkState::LocalServerOff);
        QTest::newRow("failed") << int(State::Failed) << QString() << int(client::LinkState::LocalServerOff);
        QTest::newRow("starting") << int(State::Starting) << QString() << int(client::LinkState::Connecting);
        QTest::newRow("on") << int(State::On) << QString() << int(client::LinkState::Connecting);
        QTest::newRow("refused") << int(State::On) << QStringLiteral("Gone.") << int(client::LinkState::Refused);
    }
    void theLinkIsNeverSaidToBeOffWhileTheServerStarts()
    {
        QFETCH(int, hosting);
        QFETCH(QString, owner);
        QFETCH(int, said);
        client::LinkStatus status;
        status.state = client::LinkState::LocalServerOff;
        QCOMPARE(int(ownLink(status, State(hosting), owner).state), said);
        status.state = client::LinkState::Live; // another server's
        QCOMPARE(int(ownLink(status, State(hosting), owner).state), int(client::LinkState::Live));
    }
};

QTEST_MAIN(HostingTest)
#include "hosting_test.moc"
