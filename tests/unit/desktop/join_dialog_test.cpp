// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/join_dialog.h"
#include "app/desktop/settings/sign_in_calls.h"
#include "app/desktop/settings/sign_in_dialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPromise>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using client::Client;
using client::Connection;

namespace {

const QString linkText =
    QStringLiteral("belfry://office.lan:8443/join#pin=%2B/MyzzTKQWkUzyv%2BBQx9Dhqf7sXgLkbKR5C3aQAh%2Bfs=&code=c0de");
const QString barePin = QStringLiteral("+/MyzzTKQWkUzyv+BQx9Dhqf7sXgLkbKR5C3aQAh+fs=");

Connection own()
{
    Connection active;
    active.id = QStringLiteral("own");
    active.isOwnServer = true;
    return active;
}

Connection elsewhere()
{
    Connection active;
    active.id = QStringLiteral("elsewhere");
    active.userName = QStringLiteral("ann & co");
    active.serverName = QStringLiteral("Other office");
    return active;
}

} // namespace

/// Every state of joining, with a server that answers when it is told to.
class JoinDialogTest : public QObject
{
    Q_OBJECT

    struct Server
    {
        std::vector<QPromise<Result<Client::Probe>>> probes;
        std::vector<QPromise<Result<Connection>>> joins;
        std::vector<client::NewAccount> wishes;
        std::vector<client::InviteLink> links;

        JoinCalls calls()
        {
            return {[this](const client::InviteLink& link) {
                        links.push_back(link);
                        probes.emplace_back();
                        probes.back().start();
                        return probes.back().future();
                    },
                    [this](const client::InviteLink& link, const client::NewAccount& wish) {
                        links.push_back(link);
                        wishes.push_back(wish);
                        joins.emplace_back();
                        joins.back().start();
                        return joins.back().future();
                    }};
        }
        template <class T> static void answer(QPromise<Result<T>>& promise, Result<T> result)
        {
            promise.addResult(std::move(result));
            promise.finish();
        }
    };

    template <class T> static T* part(QDialog& dialog, const char* name)
    {
        return dialog.findChild<T*>(QLatin1String(name));
    }
    static void fill(JoinDialog& dialog)
    {
        part<QLineEdit>(dialog, "joinName")->setText(QStringLiteral(" Ann "));
        part<QLineEdit>(dialog, "joinPassword")->setText(QStringLiteral("correct horse"));
        part<QLineEdit>(dialog, "joinRepeat")->setText(QStringLiteral("correct horse"));
    }
    static client::InviteLink link() { return *client::readInviteLink(linkText); }

private Q_SLOTS:
    void namesTheServerAndItsPinAndSendsNothingByItself()
    {
        Server server;
        JoinDialog dialog(link(), server.calls());
        dialog.show();
        QCOMPARE(part<QLineEdit>(dialog, "joinServer")->text(), QStringLiteral("office.lan:8443"));
        QCOMPARE(part<QLineEdit>(dialog, "joinPin")->text(), barePin); // as belfry pin prints it
        QCOMPARE(server.probes.size(), std::size_t(1));
        QVERIFY(server.joins.empty());
        Connection found;
        found.serverName = QStringLiteral("The office");
        Server::answer<Client::Probe>(server.probes[0], Client::Probe{found});
        QTRY_VERIFY(part<QLabel>(dialog, "joinFound")->text().contains(QStringLiteral("The office")));
        QVERIFY(!part<QRadioButton>(dialog, "joinStay")->isVisible()); // nothing is in use: nothing to ask
        QVERIFY(server.joins.empty());
    }

    void wantsANameAndTheSamePasswordTwice()
    {
        Server server;
        JoinDialog dialog(link(), server.calls());
        dialog.show();
        auto* const join = part<QPushButton>(dialog, "joinButton");
        QVERIFY(!join->isEnabled());
        fill(dialog);
        QVERIFY(join->isEnabled());
        part<QLineEdit>(dialog, "joinRepeat")->setText(QStringLiteral("correct house"));
        QVERIFY(!join->isEnabled());
        QVERIFY(part<QLabel>(dialog, "passwordsDiffer")->isVisible());
        for (const char* name : {"joinPassword", "joinRepeat"})
            part<QLineEdit>(dialog, name)->setText(QStringLiteral("seven 7"));
        QVERIFY(!join->isEnabled());
        QVERIFY(!part<QLabel>(dialog, "passwordsDiffer")->isVisible());
        fill(dialog);
        join->click();
        QCOMPARE(server.wishes.size(), std::size_t(1));
        QCOMPARE(server.wishes[0].name, QStringLiteral("Ann"));
        QCOMPARE(server.wishes[0].password, QStringLiteral("correct horse"));
        QVERIFY(server.wishes[0].becomesActive);
        QVERIFY(server.links.back() == link());
    }

    void asksBeforeAnActiveConnectionIsReplaced()
    {
        Server server;
        JoinDialog dialog(link(), server.calls());
        dialog.setActive(elsewhere());
        dialog.show();
        fill(dialog);
        auto* const join = part<QPushButton>(dialog, "joinButton");
        auto* const stay = part<QRadioButton>(dialog, "joinStay");
        QVERIFY(!join->isEnabled()); // one has to be chosen
        QVERIFY(stay->text().contains(QStringLiteral("ann && co")));
        stay->click();
        QVERIFY(join->isEnabled());
        join->click();
        QVERIFY(!server.wishes[0].becomesActive);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        Server::answer<Connection>(server.joins[0], Connection{});
        QTRY_COMPARE(accepted.count(), 1);
        QVERIFY(!dialog.becameActive());
    }

    void thisComputersOwnServerIsSaidAndItsPlaceOffered()
    {
        Server server;
        JoinDialog dialog(link(), server.calls());
        dialog.show();
        dialog.setActive(own()); // it comes up a moment later
        QVERIFY(part<QRadioButton>(dialog, "joinSwitch")->isVisible());
        QVERIFY(part<QRadioButton>(dialog, "joinSwitch")->isChecked());
        dialog.setActive(elsewhere()); // another one is: what was chosen was about the first
        QVERIFY(!part<QRadioButton>(dialog, "joinSwitch")->isChecked());
        QVERIFY(!part<QRadioButton>(dialog, "joinStay")->isChecked());
    }

    void whatIsTypedSurvivesEveryFailure_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("focus");
        QTest::newRow("name taken") << QByteArray("name_taken") << QByteArray("username") << QByteArray("joinName");
        QTest::newRow("password") << QByteArray("invalid") << QByteArray("password") << QByteArray("joinPassword");
        QTest::newRow("used") << QByteArray("invite_used") << QByteArray() << QByteArray("joinButton");
        QTest::newRow("unreachable") << QByteArray("unreachable") << QByteArray() << QByteArray("joinButton");
        QTest::newRow("wrong pin") << QByteArray("certificate") << QByteArray("sha256//x") << QByteArray("joinButton");
    }
    void whatIsTypedSurvivesEveryFailure()
    {
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, focus);
        Server server;
        JoinDialog dialog(link(), server.calls());
        dialog.show();
        fill(dialog);
        part<QPushButton>(dialog, "joinButton")->click();
        QVERIFY(dialog.findChild<QProgressBar*>()->isVisible());
        QVERIFY(!part<QLineEdit>(dialog, "joinPassword")->isEnabled());
        Error error{code == "name_taken" ? 409 : 0, code.toStdString(), "What happened, and what to do.",
                    field.toStdString(), 0};
        Server::answer<Connection>(server.joins[0], tl::unexpected<Error>(error));
        auto* const said = part<QLabel>(dialog, "joinError");
        QTRY_VERIFY(said->isVisible());
        QVERIFY(said->text().contains(QStringLiteral("What happened, and what to do.")));
        QCOMPARE(part<QLineEdit>(dialog, "joinName")->text(), QStringLiteral(" Ann "));
        QCOMPARE(part<QLineEdit>(dialog, "joinPassword")->text(), QStringLiteral("correct horse"));
        QCOMPARE(part<QLineEdit>(dialog, "joinRepeat")->text(), QStringLiteral("correct horse"));
        QCOMPARE(dialog.focusWidget()->objectName(), QLatin1StringView(focus));
        QVERIFY(part<QPushButton>(dialog, "joinButton")->isEnabled());
        part<QPushButton>(dialog, "joinButton")->click(); // and once more
        QCOMPARE(server.joins.size(), std::size_t(2));
    }

    void cancelStopsWaitingFirst()
    {
        Server server;
        JoinDialog dialog(link(), server.calls());
        QSignalSpy rejected(&dialog, &QDialog::rejected);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        dialog.show();
        fill(dialog);
        part<QPushButton>(dialog, "joinButton")->click();
        dialog.reject();
        QCOMPARE(rejected.count(), 0);
        QVERIFY(server.joins[0].isCanceled());
        Server::answer<Connection>(server.joins[0], Connection{});
        QTest::qWait(0);
        QCOMPARE(accepted.count(), 0);
        dialog.reject();
        QCOMPARE(rejected.count(), 1);
    }

    void anotherInviteLeavesThisOneAsItIs()
    {
        Server server;
        JoinDialog dialog(link(), server.calls());
        dialog.show();
        fill(dialog);
        dialog.sayAnother();
        QVERIFY(part<QLabel>(dialog, "joinAnother")->isVisible());
        QCOMPARE(part<QLineEdit>(dialog, "joinServer")->text(), QStringLiteral("office.lan:8443"));
        part<QPushButton>(dialog, "joinButton")->click();
        QVERIFY(server.links.back() == link());
    }

    void aLinkForAnAddressLeadsHere()
    {
        int asked = 0;
        SignInDialog dialog(SignInCalls{[&asked](const QString&, bool, const QString&) {
                                            ++asked;
                                            return QFuture<Result<Client::Probe>>();
                                        },
                                        {},
                                        {}});
        QSignalSpy given(&dialog, &SignInDialog::inviteGiven);
        dialog.show();
        auto* const address = part<QLineEdit>(dialog, "address");
        auto* const state = part<QLabel>(dialog, "addressState");
        address->setText(linkText.left(60));
        QTRY_VERIFY(state->text().contains(QStringLiteral("no invite link")));
        QVERIFY(dialog.isVisible());
        part<QLineEdit>(dialog, "userName")->setText(QStringLiteral("ann"));
        part<QLineEdit>(dialog, "password")->setText(QStringLiteral("secret pass"));
        QVERIFY(!part<QPushButton>(dialog, "signInButton")->isEnabled());
        address->setText(QStringLiteral("  ") + linkText);
        QTRY_COMPARE(given.count(), 1);
        QVERIFY(client::readInviteLink(given.first().first().toString()).value() == link());
        QVERIFY(!dialog.isVisible());
        QCOMPARE(asked, 0);
    }
};

QTEST_MAIN(JoinDialogTest)
#include "join_dialog_test.moc"
