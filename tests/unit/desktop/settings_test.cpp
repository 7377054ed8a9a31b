// SPDX-License-Identifier: GPL-3.0-or-later
// What a slip of the hand in the settings or the tray's menu must not do: switch, sign out, remove, cut others off.
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/preferences.h"
#include "app/desktop/settings/settings_window.h"
#include "app/desktop/tray/tray_menu.h"
#include "client/client.h"
#include "server/server.h"
#include "support/scripted_server.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QListWidget>
#include <QMessageBox>
#include <QProxyStyle>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using belfry::tests::ScriptedServer;

namespace {

const QByteArray card = "{\"name\":\"Office\",\"id\":\"srv-1\",\"log\":\"log-1\",\"version\":\"1\",\"protocol\":1,"
                        "\"features\":[]}";
const QByteArray signedIn = "{\"token\":\"a.b.c\",\"expires_at\":\"2099-01-01T00:00:00.000Z\","
                            "\"user\":{\"id\":7,\"name\":\"ann\",\"role\":\"receiver\"}}";

/// A platform of one way of activating.
class Platform : public QProxyStyle
{
public:
    explicit Platform(bool bySingleClick) : QProxyStyle(QStringLiteral("fusion")), m_bySingleClick(bySingleClick) {}
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override
    {
        return hint == SH_ItemView_ActivateItemOnSingleClick ? int(m_bySingleClick)
                                                             : QProxyStyle::styleHint(hint, option, widget, data);
    }

private:
    bool m_bySingleClick;
};

} // namespace

class SettingsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    ScriptedServer m_office;
    std::unique_ptr<Preferences> m_preferences;
    std::unique_ptr<Hosting> m_hosting;
    std::unique_ptr<client::Client> m_client;
    std::unique_ptr<SettingsWindow> m_settings;
    int m_run = 0;

    template <class T> T* part(const char* name) { return m_settings->findChild<T*>(QLatin1String(name)); }
    QPushButton* button(const char* name) { return part<QPushButton>(name); }
    QListWidget* accounts() { return part<QListWidget>("connections"); }
    QMessageBox* question(const char* name) { return part<QMessageBox>(name); }
    /// Yes, or Escape, to a question that is there. Gone afterwards.
    bool answer(const char* name, bool isYes)
    {
        if (!QTest::qWaitFor([&] { return question(name) != nullptr; }, 10'000))
            return false;
        if (!isYes)
            QTest::keyClick(question(name), Qt::Key_Escape);
        else
            for (QAbstractButton* one : question(name)->buttons())
                if (question(name)->buttonRole(one) == QMessageBox::AcceptRole)
                    one->click();
        return QTest::qWaitFor([&] { return question(name) == nullptr; }, 10'000);
    }
    QPoint middleOf(int row) { return accounts()->visualItemRect(accounts()->item(row)).center(); }
    QString idOf(const char* user) const
    {
        for (const client::Connection& one : m_client->connections())
            if (one.userName == QLatin1String(user))
                return one.id;
        return {};
    }

    /// The owner on the server of this program, and ann at the office, which is used; the page of accounts is shown.
    bool twoAccounts()
    {
        m_office.addAnswer("200 OK", card);
        m_office.addAnswer("200 OK", signedIn);
        m_office.addAnswer("404 Not Found", {}); // all else
        m_client->useOwnServer(QStringLiteral("http://127.0.0.1:9"), QStringLiteral("own"), QStringLiteral("here"), 1,
                               QStringLiteral("mai"), QStringLiteral("x.y.z"));
        if (!QTest::qWaitFor([this] { return m_client->active().isOwnServer; }, 20'000))
            return false;
        m_settings->showPage(SettingsWindow::Page::Account);
        m_settings->show();
        if (!QTest::qWaitForWindowActive(m_settings.get()))
            return false;
        const auto in = m_client->signIn({m_office.url(QString()).toString(), {}}, QStringLiteral("ann"),
                                         QStringLiteral("correct horse"), true);
        return QTest::qWaitFor([&] { return in.isFinished() && m_client->active().userName == QLatin1String("ann"); },
                               20'000) &&
               in.result().has_value();
    }

private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); } // nobody's real keyring
    void init()
    {
        const QString own = m_directory.filePath(QString::number(++m_run));
        QDir().mkpath(own);
        m_preferences = std::make_unique<Preferences>(own + QStringLiteral("/desktop.ini"));
        m_hosting = std::make_unique<Hosting>(own + QStringLiteral("/server"), *m_preferences, ports::Range{1, 0});
        m_client = std::make_unique<client::Client>(own + QStringLiteral("/client"), QStringLiteral("desk"));
        QSignalSpy started(m_client.get(), &client::Client::started);
        m_client->start();
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, 20'000);
        m_settings = std::make_unique<SettingsWindow>(*m_client, *m_hosting, *m_preferences);
        m_settings->setStyle(nullptr);
    }
    void cleanup()
    {
        m_settings.reset();
        m_client.reset();
        m_hosting.reset();
        m_preferences.reset();
        m_office.clear();
    }

    void toChooseAnAccountIsNotToUseIt_data()
    {
        QTest::addColumn<bool>("bySingleClick");
        QTest::newRow("activates by a single click") << true;
        QTest::newRow("activates by a double click") << false;
    }
    void toChooseAnAccountIsNotToUseIt()
    {
        QFETCH(bool, bySingleClick);
        QVERIFY(twoAccounts());
        const std::unique_ptr<QStyle> platform = std::make_unique<Platform>(bySingleClick);
        accounts()->setStyle(platform.get());
        const QString used = m_client->active().id;
        QSignalSpy switched(m_client.get(), &client::Client::activeChanged);
        QCOMPARE(accounts()->count(), 2);
        QCOMPARE(accounts()->currentRow(), 1); // the one that was just signed in to
        QTest::mouseClick(accounts()->viewport(), Qt::LeftButton, {}, middleOf(0));
        QCOMPARE(accounts()->currentRow(), 0);
        for (const int key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space})
            QTest::keyClick(accounts(), Qt::Key(key));
        QTest::qWait(100); // for what must not happen
        QCOMPARE(switched.count(), 0);
        QVERIFY2(m_settings->isVisible(), "Enter closes nothing");
        QTest::mouseDClick(accounts()->viewport(), Qt::LeftButton, {}, middleOf(0));
        if (bySingleClick) {
            QTest::qWait(100);
            QCOMPARE(switched.count(), 0);
            button("useAccount")->click();
        }
        QTRY_VERIFY(m_client->active().isOwnServer);
        QVERIFY(m_client->active().id != used);
        accounts()->setStyle(nullptr);
    }

    void enterClosesNoPage()
    {
        m_settings->show();
        QVERIFY(QTest::qWaitForWindowActive(m_settings.get()));
        auto* const pages = part<QListWidget>("settingsPages");
        for (int page = 0; page < pages->count(); ++page) {
            pages->setCurrentRow(page);
            pages->setFocus();
            QTest::keyClick(pages, Qt::Key_Return);
            QVERIFY2(m_settings->isVisible(), qPrintable(pages->item(page)->text()));
        }
    }

    void signingOutIsAboutTheChosenOneAndAsksOnce()
    {
        QVERIFY(twoAccounts());
        auto* const signOut = button("signOut");
        accounts()->setCurrentRow(0);
        QVERIFY(!signOut->isEnabled()); // our own server signs in by itself
        QVERIFY(!button("removeAccount")->isEnabled());
        button("useAccount")->click();
        QTRY_VERIFY(m_client->active().isOwnServer);

        accounts()->setCurrentRow(1);
        QVERIFY(signOut->isEnabled());
        QVERIFY2(signOut->text().contains(QStringLiteral("ann")), qPrintable(signOut->text()));
        QVERIFY(!button("signInAgain")->isVisible());
        signOut->click();
        QTRY_VERIFY(question("signOutQuestion"));
        QVERIFY(question("signOutQuestion")->text().contains(QStringLiteral("ann")));
        QVERIFY(question("signOutQuestion")->informativeText().contains(QStringLiteral("Office")));
        QVERIFY(answer("signOutQuestion", false));
        QVERIFY(signOut->isEnabled());
        QVERIFY(!m_office.requests().join().contains("/logout/"));

        signOut->click();
        QVERIFY(answer("signOutQuestion", true));
        QTRY_VERIFY(m_office.requests().join().contains("POST /api/auth/logout/"));
        QTRY_VERIFY(!signOut->isEnabled());
        QVERIFY(accounts()->item(1)->text().contains(QStringLiteral("signed out")));
        QVERIFY(m_client->active().isOwnServer);
        QVERIFY(m_client->status().state != client::LinkState::SignedOut);

        QSignalSpy again(m_settings.get(), &SettingsWindow::signInRequested);
        QVERIFY(button("signInAgain")->isVisible());
        button("signInAgain")->click();
        QCOMPARE(again.count(), 1);
        QCOMPARE(again.first().first().toString(), idOf("ann"));
    }

    void anAccountIsRemovedWithWhatItReceived()
    {
        QVERIFY(twoAccounts());
        accounts()->setCurrentRow(1);
        button("removeAccount")->click();
        QTRY_VERIFY(question("removeQuestion"));
        QVERIFY(question("removeQuestion")->informativeText().contains(QStringLiteral("messages are deleted")));
        QVERIFY(answer("removeQuestion", false));
        QCOMPARE(m_client->connections().size(), 2);
        button("removeAccount")->click();
        QVERIFY(answer("removeQuestion", true));
        QTRY_COMPARE(m_client->connections().size(), 1);
        QTRY_VERIFY(m_client->active().isOwnServer); // it was in use
        QTRY_COMPARE(accounts()->count(), 1);
        QTRY_VERIFY(m_office.requests().join().contains("POST /api/auth/logout/"));
    }

    void turningTheServerOffAsksWhereOthersAreConnected()
    {
        connect(m_hosting.get(), &Hosting::ownerSignedIn, m_client.get(), [this](const server::OwnerSignIn& in) {
            m_client->useOwnServer(m_hosting->address(), m_hosting->serverId(), QStringLiteral("here"), in.id, in.name,
                                   in.token);
        });
        m_settings->showPage(SettingsWindow::Page::LocalServer);
        m_settings->show();
        m_hosting->turnOn();
        // Nobody has said that the stream is our own: it is somebody else's.
        QTRY_COMPARE_WITH_TIMEOUT(m_hosting->othersConnected(), 1, 30'000);
        auto* const on = part<QCheckBox>("hostLocalServer");
        on->click();
        QTRY_VERIFY(question("turnOffQuestion"));
        QVERIFY(question("turnOffQuestion")->text().contains(QLatin1Char('1')));
        QVERIFY(on->isChecked());
        QVERIFY(answer("turnOffQuestion", false));
        QCOMPARE(m_hosting->state(), Hosting::State::On);
        on->click();
        QSignalSpy ended(m_hosting.get(), &Hosting::ended);
        QVERIFY(answer("turnOffQuestion", true));
        QCOMPARE(m_hosting->state(), Hosting::State::Off);
        QVERIFY(!on->isChecked());
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 20'000);
    }

    void theTraysMenuHasItsLinesAndSaysWhatAClickDoes()
    {
        TrayMenu menu;
        QStringList entries;
        for (const QAction* action : menu.actions())
            entries << (action->isSeparator() ? QStringLiteral("---") : QString(action->text()).remove(u'&'));
        QCOMPARE(entries.mid(1),
                 QStringList({QStringLiteral("Show history"), QStringLiteral("Send test message"),
                              QStringLiteral("---"), QStringLiteral("Do not disturb"), QStringLiteral("---"),
                              QStringLiteral("Local server"), QStringLiteral("---"), QStringLiteral("Settings…"),
                              QStringLiteral("About Belfry"), QStringLiteral("Quit")}));
        auto* const server = menu.findChild<QAction*>(QStringLiteral("localServerOnAction"));
        QSignalSpy chosen(&menu, &TrayMenu::hostingChosen);
        QVERIFY(!server->isCheckable());
        QCOMPARE(QString(server->text()).remove(u'&'), QStringLiteral("Turn on"));
        server->trigger();
        QCOMPARE(chosen.last().first().toBool(), true);
        menu.setHosting(Hosting::State::On, QStringLiteral("http://127.0.0.1:8000"), {});
        QCOMPARE(QString(server->text()).remove(u'&'), QStringLiteral("Turn off…"));
        server->trigger();
        QCOMPARE(chosen.last().first().toBool(), false);
    }
};

QTEST_MAIN(SettingsTest)
#include "settings_test.moc"
