// SPDX-License-Identifier: GPL-3.0-or-later
// The local server on the office network, and inviting people to it: in a network of the test's own, where 10.77.0.1 is
// how other computers reach this one.
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/hosting/invites.h"
#include "app/desktop/preferences.h"
#include "app/desktop/settings/invite_dialog.h"
#include "app/desktop/settings/settings_window.h"
#include "client/client.h"
#include "client/invite_link.h"
#include "server/control_client.h"
#include "server/server.h"
#include "tests/unit/desktop/http_call.h"
#include "tests/unit/net/own_network.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using State = Hosting::State;

namespace {

bool hasOwnNetwork = false;

const QString office = QStringLiteral("10.77.0.1");

/// A desktop elsewhere in the office.
class Colleague
{
public:
    Colleague() : client(m_directory.filePath(QStringLiteral("desk")), QStringLiteral("her desk")) { client.start(); }

    Result<client::Connection> join(const QString& link, const QString& name)
    {
        const Result<client::InviteLink> read = client::readInviteLink(link);
        if (!read)
            return tl::unexpected<Error>(read.error());
        client::NewAccount wish;
        wish.name = name;
        wish.password = QStringLiteral("correct horse");
        wish.sessionOnly = true;
        wish.becomesActive = true;
        const QFuture<Result<client::Connection>> future = client.join(*read, wish);
        if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 30'000))
            return failure(0, "timeout", "no answer");
        return future.result();
    }

private:
    QTemporaryDir m_directory;

public:
    client::Client client;
};

} // namespace

class HostingNetworkTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Preferences> m_preferences;
    std::unique_ptr<Hosting> m_hosting;

    void make()
    {
        m_hosting.reset();
        m_preferences = std::make_unique<Preferences>(m_directory->filePath(QStringLiteral("desktop.ini")));
        m_hosting = std::make_unique<Hosting>(m_directory->filePath(QStringLiteral("server")), *m_preferences,
                                              ports::Range{1, 0});
    }
    bool isOn() const
    {
        return QTest::qWaitFor([this] { return m_hosting->state() == State::On && m_hosting->ownerId() != 0; }, 30'000);
    }
    bool turnOn()
    {
        m_hosting->turnOn();
        return isOn();
    }
    int port() const { return QUrl(m_hosting->address()).port(); }
    bool takesConnections(const QString& address, int port) const
    {
        QTcpSocket socket;
        socket.connectToHost(address, quint16(port));
        return socket.waitForConnected(5000);
    }
    QString makeLink(Role role)
    {
        QSignalSpy made(&m_hosting->invites(), &Invites::made);
        m_hosting->invites().make(role);
        if (!QTest::qWaitFor([&] { return !made.isEmpty(); }, 20'000))
            return {};
        const auto invite = made.first().first().value<client::Invite>();
        const app::Place place = m_hosting->placesForOthers().value(0);
        return client::inviteLink(place.host, place.port, m_hosting->pin(), invite.code);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasOwnNetwork)
            QSKIP("this system does not let a program make a network of its own");
        qRegisterMetaType<client::Invite>();
    }
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        make();
    }
    void cleanup()
    {
        m_hosting.reset();
        m_preferences.reset();
        m_directory.reset();
    }

    void byItselfItIsForThisComputerAlone()
    {
        QVERIFY(!m_hosting->isOnNetwork());
        QVERIFY(turnOn());
        QVERIFY(m_hosting->addressForOthers().isEmpty());
        QVERIFY(!takesConnections(office, port()));
    }

    void onTheNetworkOthersSpeakTlsAndThisComputerAsBefore()
    {
        m_hosting->setOnNetwork(true);
        QVERIFY(turnOn());
        QCOMPARE(m_hosting->address(), QStringLiteral("http://127.0.0.1:%1").arg(port()));
        QCOMPARE(m_hosting->addressForOthers(), QStringLiteral("https://10.77.0.1:%1").arg(port()));
        QCOMPARE(HttpCall::make("GET", m_hosting->address() + QStringLiteral("/api/server/"), {}).status, 200);
        const QString plain = QStringLiteral("http://10.77.0.1:%1/api/server/").arg(port());
        QCOMPARE(HttpCall::make("GET", plain, {}).status, 400);
        QVERIFY(takesConnections(QStringLiteral("fd77:1::1"), port()));

        // What Settings show is what `belfry pin` prints, and what a stranger's sign-in is shown.
        const auto printed = server::pinOf(m_directory->filePath(QStringLiteral("server")).toStdString());
        QCOMPARE(m_hosting->pin().toStdString(), printed.value_or(""));
        Colleague ann;
        const auto shown = ann.client.probe(m_hosting->addressForOthers(), false);
        QVERIFY(QTest::qWaitFor([&] { return shown.isFinished(); }, 20'000));
        QVERIFY(!shown.result());
        QCOMPARE(QString::fromStdString(shown.result().error().field), QStringLiteral("sha256//") + m_hosting->pin());
    }

    void aChoiceAppliesAtOnceAndIsKept()
    {
        QVERIFY(turnOn());
        const int settled = port();
        const QString id = m_hosting->serverId();
        QSignalSpy states(m_hosting.get(), &Hosting::stateChanged);
        m_hosting->setOnNetwork(true);
        QCOMPARE(m_hosting->state(), State::Starting); // and the call has returned
        QVERIFY(m_hosting->address().isEmpty());
        QVERIFY(isOn());
        QCOMPARE(port(), settled);
        QCOMPARE(m_hosting->serverId(), id);
        QVERIFY(takesConnections(office, settled));
        QCOMPARE(states.count(), 2);

        make(); // the program starts again
        QVERIFY(turnOn());
        QVERIFY(m_hosting->isOnNetwork());
        QVERIFY(takesConnections(office, settled));

        m_hosting->setOnNetwork(false);
        QVERIFY(isOn());
        QCOMPARE(port(), settled);
        QVERIFY(!takesConnections(office, settled));
        QVERIFY(takesConnections(QStringLiteral("127.0.0.1"), settled));
    }

    void aChoiceWhileItStartsOrStopsHoldsToo()
    {
        m_hosting->turnOn();
        m_hosting->setOnNetwork(true);
        m_hosting->setOnNetwork(false);
        m_hosting->setOnNetwork(true);
        QVERIFY(isOn());
        QVERIFY(takesConnections(office, port()));
        m_hosting->setOnNetwork(false);
        m_hosting->turnOff();
        QCOMPARE(m_hosting->state(), State::Off);
        m_hosting->setOnNetwork(true); // off: it stays so
        QCOMPARE(m_hosting->state(), State::Off);
        QVERIFY(turnOn());
        QVERIFY(takesConnections(office, port()));
    }

    void aPortThatIsTakenOnTheNetworkIsSaidAndAnotherOneHelps()
    {
        QVERIFY(turnOn());
        const int settled = port();
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress(office), quint16(settled)));
        m_hosting->setOnNetwork(true);
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->state(), State::Failed, 30'000);
        QVERIFY(m_hosting->isPortTaken());
        QVERIFY(m_hosting->sentence().contains(QString::number(settled)));
        m_hosting->useAnotherPort();
        QVERIFY(isOn());
        QVERIFY(port() != settled);
        QVERIFY(takesConnections(office, port()));
    }

    void theAppStaysSignedInByItsLoopbackAddress()
    {
        client::Client own(m_directory->filePath(QStringLiteral("own")), QStringLiteral("desk"));
        own.start();
        connect(m_hosting.get(), &Hosting::stateChanged, &own, [&own](State state) {
            if (state != State::On)
                own.ownServerStopped();
        });
        connect(m_hosting.get(), &Hosting::ownerSignedIn, &own, [&](const server::OwnerSignIn& signIn) {
            own.useOwnServer(m_hosting->address(), m_hosting->serverId(), QStringLiteral("desk"), signIn.id,
                             signIn.name, signIn.token);
        });
        QVERIFY(turnOn());
        QTRY_COMPARE_WITH_TIMEOUT(own.status().state, client::LinkState::Live, 20'000);
        const QString id = own.active().id;
        bool wasAway = false;
        connect(&own, &client::Client::statusChanged, this,
                [&wasAway](const client::LinkStatus& status) { wasAway = wasAway || !status.isConnected(); });
        m_hosting->setOnNetwork(true);
        QTRY_VERIFY_WITH_TIMEOUT(wasAway && own.status().state == client::LinkState::Live, 30'000);
        QCOMPARE(own.active().id, id);
        QCOMPARE(own.active().address, QUrl(m_hosting->address()));
        QCOMPARE(own.connections().size(), 1);
    }

    void aColleagueJoinsByALinkOnceAndCounts()
    {
        m_hosting->setOnNetwork(true);
        QVERIFY(turnOn());
        const QString link = makeLink(Role::Sender);
        QVERIFY2(link.startsWith(QStringLiteral("belfry://10.77.0.1:%1/join#pin=").arg(port())), qPrintable(link));
        QTRY_COMPARE(m_hosting->invites().open().size(), std::size_t(1));
        QVERIFY(m_hosting->invites().open().front().role == Role::Sender);
        QVERIFY(m_hosting->invites().open().front().code.isEmpty());

        Colleague ann;
        const auto joined = ann.join(link, QStringLiteral("Ann"));
        QVERIFY2(joined, joined ? "" : joined.error().message.c_str());
        QVERIFY(joined->role == Role::Sender);
        QTRY_COMPARE_WITH_TIMEOUT(ann.client.status().state, client::LinkState::Live, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->othersConnected(), 1, 20'000); // what Quit asks about
        m_hosting->invites().refresh();
        QTRY_VERIFY(m_hosting->invites().open().empty());

        // She is not cut off without a word.
        SettingsWindow settings(ann.client, *m_hosting, *m_preferences);
        settings.showPage(SettingsWindow::Page::LocalServer);
        settings.show();
        auto* const here = settings.findChild<QRadioButton*>(QStringLiteral("reachHere"));
        here->click();
        const auto question = [&settings] {
            return settings.findChild<QMessageBox*>(QStringLiteral("closeNetworkQuestion"));
        };
        QTRY_VERIFY(question());
        QVERIFY(!here->isChecked());
        QTest::keyClick(question(), Qt::Key_Escape);
        QTRY_VERIFY(!question());
        QVERIFY(m_hosting->isOnNetwork());
        QCOMPARE(ann.client.status().state, client::LinkState::Live);

        Colleague eve;
        const auto again = eve.join(link, QStringLiteral("Eve"));
        QVERIFY(!again);
        QCOMPARE(again.error().code, std::string("invite_used"));
        // The same person, once more: it is her account.
        Colleague annAtHome;
        QVERIFY(annAtHome.join(link, QStringLiteral("Ann")));
    }

    void aLinkThatWasTakenBackLetsNobodyIn()
    {
        m_hosting->setOnNetwork(true);
        QVERIFY(turnOn());
        const QString link = makeLink(Role::Receiver);
        QTRY_COMPARE(m_hosting->invites().open().size(), std::size_t(1));
        m_hosting->invites().withdraw(m_hosting->invites().open().front().id);
        QTRY_VERIFY(m_hosting->invites().open().empty());
        Colleague ann;
        const auto joined = ann.join(link, QStringLiteral("Ann"));
        QVERIFY(!joined);
        QCOMPARE(joined.error().code, std::string("invalid_code"));
    }

    void aColleagueEndsHerSignInsAndChangesHerPassword()
    {
        m_hosting->setOnNetwork(true);
        QVERIFY(turnOn());
        Colleague desk, laptop;
        const QString link = makeLink(Role::Receiver);
        QVERIFY(desk.join(link, QStringLiteral("Ann")));
        QVERIFY(laptop.join(link, QStringLiteral("Ann")));
        for (Colleague* each : {&desk, &laptop})
            QTRY_COMPARE_WITH_TIMEOUT(each->client.status().state, client::LinkState::Live, 20'000);

        const auto listed = desk.client.sessions();
        QTRY_VERIFY_WITH_TIMEOUT(listed.isFinished(), 20'000);
        const auto sessions = listed.result();
        QVERIFY(sessions);
        QCOMPARE(sessions->size(), 2);
        qint64 other = 0;
        for (const client::OpenSession& session : *sessions) {
            QCOMPARE(session.device, QStringLiteral("her desk"));
            QVERIFY(session.lastUsedAt > Time{});
            if (!session.isCurrent)
                other = session.id;
        }
        QVERIFY(other != 0);
        const auto ended = desk.client.endSession(other);
        QTRY_VERIFY_WITH_TIMEOUT(ended.isFinished(), 20'000);
        QVERIFY(ended.result());
        QTRY_COMPARE_WITH_TIMEOUT(laptop.client.status().state, client::LinkState::SignedOut, 20'000);
        const auto again = desk.client.endSession(other); // as good
        QTRY_VERIFY_WITH_TIMEOUT(again.isFinished(), 20'000);
        QVERIFY(again.result());

        const QString first = QStringLiteral("correct horse"), second = QStringLiteral("battery staple");
        const auto wrong = desk.client.changePassword(QStringLiteral("wrong horse"), second);
        QTRY_VERIFY_WITH_TIMEOUT(wrong.isFinished(), 20'000);
        QVERIFY(!wrong.result());
        QCOMPARE(wrong.result().error().field, std::string("old_password"));
        const auto back =
            laptop.client.signIn({m_hosting->addressForOthers(), QStringLiteral("sha256//") + m_hosting->pin()},
                                 QStringLiteral("Ann"), first, true);
        QTRY_VERIFY_WITH_TIMEOUT(back.isFinished(), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(laptop.client.status().state, client::LinkState::Live, 20'000);
        const auto changed = desk.client.changePassword(first, second);
        QTRY_VERIFY_WITH_TIMEOUT(changed.isFinished(), 20'000);
        QVERIFY(changed.result());
        QTRY_COMPARE_WITH_TIMEOUT(laptop.client.status().state, client::LinkState::SignedOut, 20'000);
        QCOMPARE(desk.client.status().state, client::LinkState::Live); // who changed it stays
    }

    void invitesAreRefusedWhileItIsOff()
    {
        QSignalSpy refused(&m_hosting->invites(), &Invites::refused);
        m_hosting->invites().make(Role::Receiver);
        QCOMPARE(refused.count(), 1);
    }

    void theDialogOffersToOpenTheServerRatherThanALinkNobodyCanUse()
    {
        QVERIFY(turnOn());
        InviteDialog dialog(*m_hosting);
        dialog.show();
        auto* const make = dialog.findChild<QPushButton*>(QStringLiteral("makeInvite"));
        auto* const closed = dialog.findChild<QLabel*>(QStringLiteral("inviteClosed"));
        auto* const openUp = dialog.findChild<QPushButton*>(QStringLiteral("openToNetwork"));
        QVERIFY(!make->isEnabled() && closed->isVisible() && openUp->isVisible());
        openUp->click();
        QVERIFY(isOn());
        QTRY_VERIFY(make->isEnabled() && !closed->isVisible() && !openUp->isVisible());

        auto* const role = dialog.findChild<QComboBox*>(QStringLiteral("inviteRole"));
        QVERIFY(Role(role->currentData().toInt()) == Role::Receiver); // the least, by itself
        auto* const place = dialog.findChild<QComboBox*>(QStringLiteral("invitePlace"));
        QCOMPARE(place->currentText(), QStringLiteral("10.77.0.1:%1").arg(port()));
        make->click();
        auto* const link = dialog.findChild<QLineEdit*>(QStringLiteral("inviteLink"));
        QTRY_VERIFY(link->isVisible());
        QVERIFY(client::readInviteLink(link->text()));
        auto* const copy = dialog.findChild<QPushButton*>(QStringLiteral("copyInvite"));
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), link->text());

        auto* const open = dialog.findChild<QListWidget*>(QStringLiteral("openInvites"));
        QTRY_COMPARE(open->count(), 1);
        auto* const withdraw = dialog.findChild<QPushButton*>(QStringLiteral("withdrawInvite"));
        QVERIFY(!withdraw->isEnabled());
        open->setCurrentRow(0);
        QVERIFY(withdraw->isEnabled());
        withdraw->click();
        QTRY_COMPARE(open->count(), 0);
        QTRY_VERIFY(!copy->isEnabled()); // nobody can use that link any more
    }

    void settingsShowTheAddressForOthersAndThePin()
    {
        client::Client client(m_directory->filePath(QStringLiteral("own")), QStringLiteral("desk"));
        SettingsWindow settings(client, *m_hosting, *m_preferences);
        settings.showPage(SettingsWindow::Page::LocalServer);
        settings.show();
        QVERIFY(turnOn());
        auto* const address = settings.findChild<QLineEdit*>(QStringLiteral("officeAddress"));
        auto* const pin = settings.findChild<QLineEdit*>(QStringLiteral("ownPin"));
        auto* const here = settings.findChild<QRadioButton*>(QStringLiteral("reachHere"));
        auto* const network = settings.findChild<QRadioButton*>(QStringLiteral("reachNetwork"));
        QVERIFY(here->isChecked() && !address->isVisible() && !pin->isVisible());
        network->click();
        QVERIFY(isOn());
        QTRY_VERIFY(address->isVisible() && pin->isVisible());
        QCOMPARE(address->text(), m_hosting->addressForOthers());
        QCOMPARE(pin->text(), m_hosting->pin());
        settings.findChild<QPushButton*>(QStringLiteral("copyPin"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), m_hosting->pin());
        here->click();
        QVERIFY(isOn());
        QTRY_VERIFY(!pin->isVisible());
    }
};

int main(int argc, char** argv)
{
    hasOwnNetwork = server::test::enterOwnNetwork(); // before Qt makes a thread
    QApplication application(argc, argv);
    HostingNetworkTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "hosting_network_test.moc"
