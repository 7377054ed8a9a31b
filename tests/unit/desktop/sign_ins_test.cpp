// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/password_dialog.h"
#include "app/desktop/settings/sign_ins_box.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPromise>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using client::OpenSession;

/// The account's own pages, with a server that answers when it is told to.
class SignInsTest : public QObject
{
    Q_OBJECT

    struct Server
    {
        std::vector<QPromise<Result<QList<OpenSession>>>> lists;
        std::vector<QPromise<Result<void>>> ends, changes;
        QList<qint64> ended;
        QStringList passwords;
        int signOuts = 0;

        AccountCalls calls()
        {
            return {[this] {
                        lists.emplace_back();
                        lists.back().start();
                        return lists.back().future();
                    },
                    [this](qint64 id) {
                        ended << id;
                        ends.emplace_back();
                        ends.back().start();
                        return ends.back().future();
                    },
                    [this](const QString& earlier, const QString& password) {
                        passwords << earlier << password;
                        changes.emplace_back();
                        changes.back().start();
                        return changes.back().future();
                    },
                    [this] { ++signOuts; }};
        }
        template <class T> static void answer(QPromise<Result<T>>& promise, Result<T> result)
        {
            promise.addResult(std::move(result));
            promise.finish();
        }
    };

    static QList<OpenSession> two()
    {
        OpenSession here, there;
        here.id = 1;
        here.device = QStringLiteral("desk");
        here.isCurrent = true;
        there.id = 2;
        there.device = QStringLiteral("laptop");
        return {here, there};
    }
    static client::Connection account(const char* id = "1")
    {
        client::Connection active;
        active.id = QLatin1String(id);
        return active;
    }
    template <class T> static T* part(QWidget& in, const char* name) { return in.findChild<T*>(QLatin1String(name)); }

private Q_SLOTS:
    void showsThemOnlyWhereTheServerKeepsThem()
    {
        Server server;
        SignInsBox box(server.calls());
        box.setAccount(account(), false);
        QVERIFY(server.lists.empty()); // not connected: nothing to ask
        QVERIFY(box.isHidden());
        box.setAccount(account(), true);
        QCOMPARE(server.lists.size(), std::size_t(1));
        Server::answer<QList<OpenSession>>(server.lists[0], failure(404, "not_offered", "No such list."));
        QCoreApplication::processEvents();
        QVERIFY(box.isHidden());

        box.setAccount(account("2"), true); // another server
        QCOMPARE(server.lists.size(), std::size_t(2));
        Server::answer<QList<OpenSession>>(server.lists[1], two());
        auto* const list = part<QListWidget>(box, "signIns");
        QTRY_COMPARE(list->count(), 2);
        QVERIFY(!box.isHidden());
        QVERIFY(list->item(0)->text().contains(QStringLiteral("here")));
        QVERIFY(list->item(1)->text().contains(QStringLiteral("laptop")));
        QVERIFY(!list->item(1)->text().contains(QStringLiteral("here")));
    }

    void endsTheChosenOne()
    {
        Server server;
        QWidget page; // not shown: a list that gets the focus chooses its first line
        SignInsBox box(server.calls(), &page);
        box.setAccount(account(), true);
        Server::answer<QList<OpenSession>>(server.lists[0], two());
        auto* const list = part<QListWidget>(box, "signIns");
        auto* const end = part<QPushButton>(box, "endSignIn");
        QTRY_COMPARE(list->count(), 2);
        QVERIFY(!end->isEnabled());
        list->setCurrentRow(1);
        end->click();
        QCOMPARE(server.ended, QList<qint64>{2});
        Server::answer<void>(server.ends[0], Result<void>());
        QTRY_COMPARE(server.lists.size(), std::size_t(2)); // looked at again
        Server::answer<QList<OpenSession>>(server.lists[1], QList{two().first()});
        QTRY_COMPARE(list->count(), 1);
        // The present one is ended by signing out.
        list->setCurrentRow(0);
        end->click();
        QCOMPARE(server.signOuts, 1);
        QCOMPARE(server.ended.size(), 1);
    }

    void ofOurOwnServersOwnerThePasswordIsSetElsewhere()
    {
        Server server;
        SignInsBox box(server.calls());
        client::Connection own = account();
        own.isOwnServer = true;
        box.setAccount(own, true);
        Server::answer<QList<OpenSession>>(server.lists[0], QList<OpenSession>());
        QCoreApplication::processEvents();
        QVERIFY(box.isHidden()); // nothing is left to show
        QVERIFY(part<QPushButton>(box, "changePassword")->isHidden());
        box.setAccount(account("2"), true);
        QVERIFY(!part<QPushButton>(box, "changePassword")->isHidden());
    }

    void overAConnectionThatCanBeReadThePasswordIsConfirmedFirst()
    {
        Server server;
        PasswordDialog dialog(server.calls().changePassword, true);
        dialog.show();
        for (const char* name : {"oldPassword", "newPassword", "repeatPassword"})
            part<QLineEdit>(dialog, name)->setText(QStringLiteral("battery staple"));
        auto* const change = part<QPushButton>(dialog, "changeButton");
        QVERIFY(part<QLabel>(dialog, "plainWarning")->isVisible());
        QVERIFY(!change->isEnabled());
        part<QCheckBox>(dialog, "plainAgreed")->click();
        QVERIFY(change->isEnabled());
        QVERIFY(server.passwords.isEmpty());
    }

    void thePasswordIsTypedTwiceAndSurvivesAFailure()
    {
        Server server;
        PasswordDialog dialog(server.calls().changePassword, false);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        dialog.show();
        auto* const change = part<QPushButton>(dialog, "changeButton");
        auto* const earlier = part<QLineEdit>(dialog, "oldPassword");
        auto* const password = part<QLineEdit>(dialog, "newPassword");
        auto* const repeat = part<QLineEdit>(dialog, "repeatPassword");
        earlier->setText(QStringLiteral("wrong horse"));
        password->setText(QStringLiteral("battery staple"));
        repeat->setText(QStringLiteral("battery stable"));
        QVERIFY(!change->isEnabled());
        QVERIFY(part<QLabel>(dialog, "passwordsDiffer")->isVisible());
        repeat->setText(QStringLiteral("battery staple"));
        QVERIFY(change->isEnabled());
        change->click();
        QCOMPARE(server.passwords, (QStringList{QStringLiteral("wrong horse"), QStringLiteral("battery staple")}));
        Server::answer<void>(server.changes[0],
                             failure(403, "wrong_password", "The old password is wrong.", "old_password"));
        QTRY_VERIFY(part<QLabel>(dialog, "passwordError")->isVisible());
        QCOMPARE(dialog.focusWidget(), earlier);
        QCOMPARE(password->text(), QStringLiteral("battery staple"));
        change->click();
        Server::answer<void>(server.changes[1], Result<void>());
        QTRY_COMPARE(accepted.count(), 1);
    }
};

QTEST_MAIN(SignInsTest)
#include "sign_ins_test.moc"
