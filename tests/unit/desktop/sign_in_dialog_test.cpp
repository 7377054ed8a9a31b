// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/sign_in_calls.h"
#include "app/desktop/settings/sign_in_dialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
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

/// Every state of signing in, with a server that answers when it is told to.
class SignInDialogTest : public QObject
{
    Q_OBJECT

    struct Server
    {
        std::vector<QPromise<Result<Client::Probe>>> probes;
        std::vector<QPromise<Result<Connection>>> signIns;
        QStringList asked, pins;
        QList<client::SignInPlace> places;

        SignInCalls calls()
        {
            return {
                [this](const QString& address, bool plain, const QString& pin) {
                    asked << QStringLiteral("probe %1 %2").arg(address).arg(plain);
                    pins << pin;
                    probes.emplace_back();
                    probes.back().start();
                    return probes.back().future();
                },
                [this](const client::SignInPlace& to, const QString& name, const QString& password, bool once) {
                    note(to);
                    asked << QStringLiteral("sign in %1 %2 %3 %4 %5")
                                 .arg(to.typed)
                                 .arg(to.allowPlainHttp)
                                 .arg(name, password)
                                 .arg(once);
                    return begin();
                },
                [this](const client::SignInPlace& to, const QString& key, bool once) {
                    note(to);
                    asked << QStringLiteral("key %1 %2 %3 %4").arg(to.typed).arg(to.allowPlainHttp).arg(key).arg(once);
                    return begin();
                }};
        }
        void note(const client::SignInPlace& to)
        {
            pins << to.pin;
            places << to;
        }
        QFuture<Result<Connection>> begin()
        {
            signIns.emplace_back();
            signIns.back().start();
            return signIns.back().future();
        }
        template <class T> static void answer(QPromise<Result<T>>& promise, Result<T> result)
        {
            promise.addResult(std::move(result));
            promise.finish();
        }
    };

    template <class T> static T* part(SignInDialog& dialog, const char* name)
    {
        return dialog.findChild<T*>(QLatin1String(name));
    }
    static void fill(SignInDialog& dialog, const QString& address)
    {
        part<QLineEdit>(dialog, "address")->setText(address);
        part<QLineEdit>(dialog, "userName")->setText(QStringLiteral("ann"));
        part<QLineEdit>(dialog, "password")->setText(QStringLiteral("secret pass"));
    }

private Q_SLOTS:
    void theAddressIsLookedAtAsOneTypesAndOnlyTheLastCounts()
    {
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        auto* state = part<QLabel>(dialog, "addressState");
        part<QLineEdit>(dialog, "address")->setText(QStringLiteral("offic"));
        QTRY_COMPARE(server.probes.size(), std::size_t{1});
        part<QLineEdit>(dialog, "address")->setText(QStringLiteral("office.lan"));
        QTRY_COMPARE(server.probes.size(), std::size_t{2});
        Connection found;
        found.serverName = QStringLiteral("The office");
        Server::answer<Client::Probe>(server.probes[1], Client::Probe{found});
        QTRY_VERIFY(state->text().contains(QStringLiteral("The office")));
        Server::answer<Client::Probe>(server.probes[0], failure(0, "unreachable", "Can't reach offic."));
        QTest::qWait(0);
        QVERIFY(state->text().contains(QStringLiteral("The office")));
    }

    void tabGoesThroughItAsItStandsOnScreen()
    {
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        fill(dialog, QStringLiteral("office.lan"));
        QWidget* const first = part<QLineEdit>(dialog, "address");
        first->setFocus();
        QStringList visited;
        QPoint above;
        do {
            QWidget* const now = dialog.focusWidget();
            const QPoint place = now->mapTo(&dialog, QPoint(0, 0));
            visited << now->objectName();
            QVERIFY2(place.y() >= above.y(), qPrintable(visited.join(u' ')));
            above = place;
            QTest::keyClick(now, Qt::Key_Tab);
        } while (dialog.focusWidget() != first && visited.size() < 20);
        for (const char* name : {"userName", "password", "sessionOnly", "signInButton"}) {
            QVERIFY2(visited.contains(QLatin1String(name)), qPrintable(visited.join(u' ')));
        }
        QVERIFY2(visited.size() < 20, qPrintable(visited.join(u' ')));
    }

    void whatIsTypedSurvivesAFailure()
    {
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        QVERIFY(!part<QPushButton>(dialog, "signInButton")->isEnabled());
        fill(dialog, QStringLiteral("office.lan"));
        part<QPushButton>(dialog, "signInButton")->click();
        QVERIFY(dialog.findChild<QProgressBar*>()->isVisible());
        QVERIFY(!part<QLineEdit>(dialog, "password")->isEnabled());
        Server::answer<Connection>(server.signIns[0], failure(401, "unauthorized", "Name or password is wrong."));
        QTRY_VERIFY(part<QLabel>(dialog, "signInError")->text().contains(QStringLiteral("Name or password is wrong.")));
        QCOMPARE(part<QLineEdit>(dialog, "address")->text(), QStringLiteral("office.lan"));
        QCOMPARE(part<QLineEdit>(dialog, "userName")->text(), QStringLiteral("ann"));
        QCOMPARE(part<QLineEdit>(dialog, "password")->text(), QStringLiteral("secret pass"));
        QVERIFY(part<QPushButton>(dialog, "signInButton")->isEnabled());
        QVERIFY(dialog.isVisible());
    }

    void successAccepts()
    {
        Server server;
        SignInDialog dialog(server.calls());
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        dialog.show();
        dialog.setSessionOnly(true);
        fill(dialog, QStringLiteral(" office.lan "));
        part<QPushButton>(dialog, "signInButton")->click();
        QCOMPARE(server.asked.last(), QStringLiteral("sign in office.lan 0 ann secret pass 1"));
        Server::answer<Connection>(server.signIns[0], Connection{});
        QTRY_COMPARE(accepted.count(), 1);
        QVERIFY(part<QLineEdit>(dialog, "password")->text().isEmpty());
    }

    void anUnknownCertificatesPinIsConfirmedBeforeAnythingIsSent()
    {
        const QString pin = QStringLiteral("sha256//") + QString(43, u'A') + u'=';
        Error strange{0, "certificate", "Nobody vouches for it.", pin.toStdString(), 0};
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        auto* same = part<QCheckBox>(dialog, "samePin");
        auto* button = part<QPushButton>(dialog, "signInButton");
        QVERIFY(!same->isVisible());
        fill(dialog, QStringLiteral("office.lan"));
        QTRY_COMPARE(server.probes.size(), std::size_t{1});
        Server::answer<Client::Probe>(server.probes[0], tl::unexpected<Error>(strange));
        QTRY_VERIFY(same->isVisible());
        QCOMPARE(part<QLineEdit>(dialog, "serverPin")->text(), pin.sliced(8)); // as belfry pin prints it
        QVERIFY(!button->isEnabled());
        same->click();
        QVERIFY(button->isEnabled());
        QTRY_COMPARE(server.pins.last(), pin);
        button->click();
        QCOMPARE(server.pins.last(), pin);
        // Another key still: what was confirmed does not hold for it.
        strange.field = "sha256//" + std::string(43, 'B') + "=";
        Server::answer<Connection>(server.signIns[0], tl::unexpected<Error>(strange));
        QTRY_VERIFY(!same->isChecked());
        QVERIFY(!button->isEnabled());
        same->click();
        part<QLineEdit>(dialog, "address")->setText(QStringLiteral("elsewhere.lan"));
        QVERIFY(!same->isVisible() && !same->isChecked());
        QTRY_VERIFY(server.asked.last().contains(QStringLiteral("elsewhere.lan")));
        QVERIFY(server.pins.last().isEmpty());
    }

    void cancelStopsWaitingFirst()
    {
        Server server;
        SignInDialog dialog(server.calls());
        QSignalSpy rejected(&dialog, &QDialog::rejected);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        dialog.show();
        fill(dialog, QStringLiteral("office.lan"));
        part<QPushButton>(dialog, "signInButton")->click();
        dialog.reject();
        QCOMPARE(rejected.count(), 0);
        QVERIFY(part<QPushButton>(dialog, "signInButton")->isEnabled());
        Server::answer<Connection>(server.signIns[0], Connection{});
        QTest::qWait(0);
        QCOMPARE(accepted.count(), 0);
        dialog.reject();
        QCOMPARE(rejected.count(), 1);
    }

    void anAccessKeyNeedsNoName()
    {
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        part<QLineEdit>(dialog, "address")->setText(QStringLiteral("office.lan"));
        part<QRadioButton>(dialog, "byKey")->setChecked(true);
        QVERIFY(!part<QLineEdit>(dialog, "password")->isVisible());
        part<QLineEdit>(dialog, "accessKey")->setText(QStringLiteral(" a.b.c "));
        part<QPushButton>(dialog, "signInButton")->click();
        QCOMPARE(server.asked.last(), QStringLiteral("key office.lan 0 a.b.c 0"));
    }

    void plainHttpIsOnlyForThoseWhoTypeItAndIsWarnedOf_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("isWarned");
        QTest::newRow("none typed") << QStringLiteral("office.lan") << false;
        QTest::newRow("typed") << QStringLiteral("http://office.lan:8000") << true;
        QTest::newRow("capitals") << QStringLiteral(" HTTP://office.lan") << true;
        QTest::newRow("https") << QStringLiteral("https://office.lan") << false;
        QTest::newRow("loopback") << QStringLiteral("http://127.0.0.1:8000") << false;
        QTest::newRow("loopback 6") << QStringLiteral("http://[::1]:8000") << false;
        QTest::newRow("localhost") << QStringLiteral("http://localhost:8000") << false;
        QTest::newRow("a name that looks so") << QStringLiteral("http://localhost.evil.example") << true;
    }
    void plainHttpIsOnlyForThoseWhoTypeItAndIsWarnedOf()
    {
        QFETCH(QString, address);
        QFETCH(bool, isWarned);
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        fill(dialog, address);
        QCOMPARE(part<QLabel>(dialog, "plainWarning")->isVisible(), isWarned);
        auto* const agreed = part<QCheckBox>(dialog, "plainAgreed");
        auto* const button = part<QPushButton>(dialog, "signInButton");
        QCOMPARE(agreed->isVisible(), isWarned);
        QCOMPARE(button->isEnabled(), !isWarned);
        button->click();
        QVERIFY2(!isWarned || server.places.isEmpty(), "nothing is sent before the warning is confirmed");
        if (isWarned) {
            agreed->click();
            // What was confirmed is about the address that stood there.
            part<QLineEdit>(dialog, "address")->setText(address + u'0');
            QVERIFY(!agreed->isChecked() && !button->isEnabled());
            part<QLineEdit>(dialog, "address")->setText(address);
            agreed->click();
            button->click();
        }
        QVERIFY(server.asked.last().contains(isWarned ? QStringLiteral(" 1 ann") : QStringLiteral(" 0 ann")));
    }

    void whatWantsAnEncryptedConnectionIsOfferedOne()
    {
        const Error wants{400, "tls_required", "This server wants an encrypted connection.", "https://office.lan:8000",
                          0};
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        fill(dialog, QStringLiteral("http://office.lan:8000"));
        auto* const use = part<QPushButton>(dialog, "useEncrypted");
        auto* const agreed = part<QCheckBox>(dialog, "plainAgreed");
        QVERIFY(!use->isVisible());
        agreed->click();
        QTRY_COMPARE(server.probes.size(), std::size_t{1});
        Server::answer<Client::Probe>(server.probes[0], tl::unexpected<Error>(wants));
        QTRY_VERIFY(use->isVisible());
        QCOMPARE(use->text(), QStringLiteral("&Use https://office.lan:8000"));
        QVERIFY(part<QLabel>(dialog, "addressState")->text().contains(QStringLiteral("encrypted connection")));
        QVERIFY(!agreed->isVisible());
        QVERIFY(!part<QPushButton>(dialog, "signInButton")->isEnabled());
        use->click();
        QCOMPARE(part<QLineEdit>(dialog, "address")->text(), QStringLiteral("https://office.lan:8000"));
        QVERIFY(!use->isVisible());
        QCOMPARE(part<QLineEdit>(dialog, "password")->text(), QStringLiteral("secret pass"));
        QVERIFY(part<QPushButton>(dialog, "signInButton")->isEnabled());
        QVERIFY(server.places.isEmpty());
    }

    void whatIsNoBelfryIsSignedInToOnlyAfterAYes()
    {
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        fill(dialog, QStringLiteral("office.lan"));
        part<QPushButton>(dialog, "signInButton")->click();
        QVERIFY(!server.places.last().allowClassic);
        const auto question = [&dialog] { return dialog.findChild<QMessageBox*>(QStringLiteral("classicQuestion")); };
        Server::answer<Connection>(server.signIns[0], failure(0, "not_belfry", "This is not a Belfry server."));
        QTRY_VERIFY(question());
        QCOMPARE(question()->text(), QStringLiteral("This is not a Belfry server. Sign in anyway?"));
        QTest::keyClick(question(), Qt::Key_Escape);
        QTRY_VERIFY(!question());
        QCOMPARE(server.places.size(), 1);

        part<QPushButton>(dialog, "signInButton")->click();
        Server::answer<Connection>(server.signIns[1], failure(0, "not_belfry", "This is not a Belfry server."));
        QTRY_VERIFY(question());
        for (QAbstractButton* button : question()->buttons())
            if (question()->buttonRole(button) == QMessageBox::AcceptRole)
                button->click();
        QTRY_COMPARE(server.places.size(), 3);
        QVERIFY(server.places.last().allowClassic);
        Server::answer<Connection>(server.signIns[2], failure(401, "unauthorized", "Wrong."));
        QTRY_VERIFY(part<QLabel>(dialog, "signInError")->isVisible());
        // Said of one address, not of the next.
        part<QLineEdit>(dialog, "address")->setText(QStringLiteral("elsewhere.lan"));
        part<QPushButton>(dialog, "signInButton")->click();
        QVERIFY(!server.places.last().allowClassic);
    }

    void anErrorGoesWithTheNextKey()
    {
        Server server;
        SignInDialog dialog(server.calls());
        dialog.show();
        auto* const error = part<QLabel>(dialog, "signInError");
        std::size_t tries = 0;
        for (const char* field : {"password", "userName", "address"}) {
            fill(dialog, QStringLiteral("office.lan"));
            part<QPushButton>(dialog, "signInButton")->click();
            Server::answer<Connection>(server.signIns[tries++], failure(401, "wrong_credentials", "Wrong."));
            QTRY_VERIFY(error->isVisible());
            QTest::keyClick(part<QLineEdit>(dialog, field), Qt::Key_X);
            QVERIFY2(!error->isVisible(), field);
        }
    }

    void prefillPutsTheCursorIntoThePassword()
    {
        Server server;
        SignInDialog dialog(server.calls());
        Connection known;
        known.address = QUrl(QStringLiteral("https://office.lan:8443"));
        known.userName = QStringLiteral("ann");
        dialog.prefill(known);
        QCOMPARE(part<QLineEdit>(dialog, "address")->text(), QStringLiteral("https://office.lan:8443"));
        QCOMPARE(dialog.focusWidget(), part<QLineEdit>(dialog, "password"));
    }
};

QTEST_MAIN(SignInDialogTest)
#include "sign_in_dialog_test.moc"
