// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_pane.h"
#include "app/desktop/history/key_list.h"
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/preferences.h"
#include "app/desktop/settings/about_dialog.h"
#include "app/desktop/settings/invite_dialog.h"
#include "app/desktop/settings/join_dialog.h"
#include "app/desktop/settings/password_dialog.h"
#include "app/desktop/settings/settings_window.h"
#include "app/desktop/settings/sign_in_calls.h"
#include "app/desktop/settings/sign_in_dialog.h"
#include "app/desktop/settings/sign_ins_box.h"
#include "tests/unit/desktop/fake_history.h"
#ifdef Q_OS_LINUX
#include "tests/unit/net/own_network.h"
#endif

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace belfry;
using namespace belfry::desktop;

namespace {

bool hasOwnNetwork = false; ///< where the local server may be opened to it

QPalette darkPalette()
{
    QPalette dark(QColor(0x31, 0x33, 0x36));
    dark.setColor(QPalette::Base, QColor(0x22, 0x24, 0x27));
    dark.setColor(QPalette::AlternateBase, QColor(0x2a, 0x2c, 0x2f));
    dark.setColor(QPalette::Highlight, QColor(0x2a, 0x5d, 0x9f));
    dark.setColor(QPalette::HighlightedText, Qt::white);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::ToolTipText})
        dark.setColor(role, QColor(0xf0, 0xf0, 0xf0));
    dark.setColor(QPalette::PlaceholderText, QColor(0xb0, 0xb0, 0xb0));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        dark.setColor(QPalette::Disabled, role, QColor(0x90, 0x90, 0x90));
    return dark;
}

} // namespace

/// Draws every window in light, dark, with letters of double size and in Vietnamese, leaves the pictures in the test's
/// directory, and looks whether anything is cut off.
class WindowsLookTest : public QObject
{
    Q_OBJECT

    const QDateTime noon{QDate(2026, 11, 23), QTime(14, 4)};
    FakeHistory source;
    QTranslator vietnamese, qtVietnamese;
    QFont usualFont;
    QPalette usualPalette;

    void fillHistory()
    {
        const auto add = [&](client::RowId id, Type type, const char* title, const char* message, const char* sender,
                             const QDateTime& at, bool isUnread) -> client::Row& {
            client::Row row = FakeHistory::make(id, at, isUnread);
            row.type = type;
            row.title = QString::fromUtf8(title);
            row.message = QString::fromUtf8(message);
            row.senderName = QString::fromUtf8(sender);
            row.category = QStringLiteral("backup");
            source.all.append(row);
            return source.all.last();
        };
        source.all.clear();
        source.knownCategories = {QStringLiteral("backup"), QStringLiteral("deploy")};
        auto& first = add(8, Type::Warning, "Backup finished late",
                          "The nightly run took 4 h 12 min, twice as long as usual.\nDetails: "
                          "https://wiki.office.lan/backup?run=17 and in the log.",
                          "ops", noon.addSecs(-120), true);
        first.url = QStringLiteral("https://wiki.office.lan/backup?run=17");
        first.answers = {QStringLiteral("I look at it"), QStringLiteral("Later"), QStringLiteral("Not mine")};
        first.expiresAt = noon.addSecs(3600);
        first.change = client::ChangeState::Waiting;
        add(7, Type::Success, "Deployment done", "Version 2.4.1 is live on all four machines.", "ci",
            noon.addSecs(-17520), false);
        add(6, Type::Info, "Đơn hàng mới từ Huế", "Ba thùng giấy A4, giao trước 10 giờ sáng mai.", "Nguyễn Văn An",
            noon.addSecs(-18000), true);
        auto& drill =
            add(5, Type::Error, "Fire drill at 10:00", "Please leave by the stairs.", "admin", noon.addDays(-1), true);
        drill.requireAck = true;
        auto& answered = add(4, Type::Info, "Who takes the late shift?", "One of us has to stay until eight.", "admin",
                             noon.addDays(-1).addSecs(-600), false);
        answered.ackedAt = noon;
        answered.answer = QStringLiteral("I do");
        auto& old = add(3, Type::Info, "Lunch is ready", "Until half past one.", "kitchen", noon.addDays(-4), true);
        old.isExpired = true;
        add(2, Type::Warning, "会議は十時に変わりました", "第二会議室です。", "総務", noon.addDays(-5), false);
        add(1, Type::Error,
            "A very long title that does not fit into one line of the list however wide the window may be "
            "on the screen of anybody",
            "And a message.", "a-sender-with-a-remarkably-long-name-for-a-machine", noon.addDays(-9), true);
    }

    void look(QWidget& widget, const QString& name)
    {
        widget.setWindowTitle(name);
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        QTest::qWait(50); // lets layouts and first pages settle before the picture
        QVERIFY(widget.grab().save(QStringLiteral("%1-%2.png").arg(name, QLatin1String(QTest::currentDataTag()))));
        for (QWidget* part : widget.findChildren<QWidget*>())
            if (part->isVisible())
                checkFits(*part);
    }

    static void checkFits(QWidget& part)
    {
        const auto describe = [&](const QString& text) {
            return qPrintable(QStringLiteral("%1 %2 “%3” is cut off: %4×%5, wants %6×%7")
                                  .arg(QLatin1String(part.metaObject()->className()), part.objectName(), text)
                                  .arg(part.width())
                                  .arg(part.height())
                                  .arg(part.sizeHint().width())
                                  .arg(part.sizeHint().height()));
        };
        if (auto* label = qobject_cast<QLabel*>(&part); label && !label->text().isEmpty()) {
            if (label->wordWrap())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()), describe(label->text()));
            else
                QVERIFY2(label->width() >= label->sizeHint().width(), describe(label->text()));
        }
        if (auto* button = qobject_cast<QAbstractButton*>(&part); button && !button->text().isEmpty())
            QVERIFY2(button->width() >= button->minimumSizeHint().width() &&
                         button->height() >= button->minimumSizeHint().height(),
                     describe(button->text()));
        if (auto* line = qobject_cast<QLineEdit*>(&part))
            QVERIFY2(line->height() >= line->minimumSizeHint().height(), describe(line->text()));
        if (auto* box = qobject_cast<QComboBox*>(&part))
            QVERIFY2(box->width() >= box->minimumSizeHint().width(), describe(box->currentText()));
    }

    static SignInCalls calls()
    {
        return {[](const QString&, bool, const QString&) {
                    client::Connection found;
                    found.serverName = QStringLiteral("office");
                    return QtFuture::makeReadyFuture(Result<client::Client::Probe>(client::Client::Probe{found}));
                },
                [](const client::SignInPlace&, const QString&, const QString&, bool) {
                    return QtFuture::makeReadyFuture(
                        Result<client::Connection>(failure(401, "unauthorized", "Name or password is wrong.")));
                },
                {}};
    }

    static JoinCalls joinCalls()
    {
        return {
            [](const client::InviteLink&) {
                client::Connection found;
                found.serverName = QStringLiteral("office");
                return QtFuture::makeReadyFuture(Result<client::Client::Probe>(client::Client::Probe{found}));
            },
            [](const client::InviteLink&, const client::NewAccount&) {
                return QtFuture::makeReadyFuture(Result<client::Connection>(failure(
                    409, "name_taken", "Somebody there goes by this name already. Choose another one.", "username")));
            }};
    }

    void lookAtJoining()
    {
        const auto link = client::readInviteLink(client::inviteLink(
            QStringLiteral("192.0.2.17"), 8000, QStringLiteral("+/MyzzTKQWkUzyv+BQx9Dhqf7sXgLkbKR5C3aQAh+fs="),
            QStringLiteral("AbCdEfGhIjKlMnOpQrStUv")));
        JoinDialog dialog(*link, joinCalls());
        client::Connection active;
        active.id = QStringLiteral("1");
        active.userName = QStringLiteral("Nguyễn Văn An");
        active.serverName = QStringLiteral("warehouse");
        dialog.setActive(active);
        dialog.findChild<QLineEdit*>(QStringLiteral("joinName"))->setText(QStringLiteral("ann"));
        dialog.findChild<QLineEdit*>(QStringLiteral("joinPassword"))->setText(QStringLiteral("correct horse"));
        auto* const repeat = dialog.findChild<QLineEdit*>(QStringLiteral("joinRepeat"));
        repeat->setText(QStringLiteral("correct house"));
        auto* const found = dialog.findChild<QLabel*>(QStringLiteral("joinFound"));
        QTRY_VERIFY(found->text().contains(QStringLiteral("office")));
        look(dialog, QStringLiteral("join"));
        repeat->setText(QStringLiteral("correct horse"));
        dialog.findChild<QAbstractButton*>(QStringLiteral("joinSwitch"))->click();
        dialog.findChild<QAbstractButton*>(QStringLiteral("joinButton"))->click();
        auto* const error = dialog.findChild<QLabel*>(QStringLiteral("joinError"));
        QTRY_VERIFY(error->isVisible());
        look(dialog, QStringLiteral("join-refused"));
    }

    void lookAtTheAccount(double scale)
    {
        const Time now(std::chrono::milliseconds(noon.toMSecsSinceEpoch()));
        SignInsBox box(
            {[now] {
                 client::OpenSession here, there, script;
                 here.id = 1;
                 here.device = QStringLiteral("ann-desk");
                 here.isCurrent = true;
                 there.id = 2;
                 there.device = QStringLiteral("a laptop with a remarkably long name for a machine");
                 script.id = 3;
                 for (client::OpenSession* each : {&here, &there, &script})
                     each->createdAt = each->lastUsedAt = now;
                 return QtFuture::makeReadyFuture(Result<QList<client::OpenSession>>(QList{here, there, script}));
             },
             {},
             {},
             {}});
        client::Connection active;
        active.id = QStringLiteral("1");
        box.setAccount(active, true);
        auto* const list = box.findChild<QListWidget*>(QStringLiteral("signIns"));
        QTRY_COMPARE(list->count(), 3);
        list->setCurrentRow(1);
        box.resize((QSizeF(480, 220) * scale).toSize());
        look(box, QStringLiteral("sign-ins"));
        PasswordDialog dialog(
            [](const QString&, const QString&) {
                return QtFuture::makeReadyFuture(
                    Result<void>(failure(403, "wrong_password", "The old password is wrong.", "old_password")));
            },
            true);
        dialog.findChild<QLineEdit*>(QStringLiteral("oldPassword"))->setText(QStringLiteral("wrong horse"));
        for (const char* name : {"newPassword", "repeatPassword"})
            dialog.findChild<QLineEdit*>(QLatin1String(name))->setText(QStringLiteral("battery staple"));
        dialog.findChild<QAbstractButton*>(QStringLiteral("plainAgreed"))->click();
        dialog.findChild<QAbstractButton*>(QStringLiteral("changeButton"))->click();
        QTRY_VERIFY(!dialog.findChild<QLabel*>(QStringLiteral("passwordError"))->text().isEmpty());
        look(dialog, QStringLiteral("password"));
    }

    /// A server that others reach, in a network of the test's own.
    void lookAtTheOffice(client::Client& client, double scale)
    {
        QTemporaryDir directory;
        Preferences preferences(directory.filePath(QStringLiteral("desktop.ini")));
        Hosting hosting(directory.filePath(QStringLiteral("server")), preferences, ports::Range{1, 0});
        InviteDialog closed(hosting);
        closed.resize((QSizeF(closed.size()) * scale).toSize());
        look(closed, QStringLiteral("invite-closed"));
        closed.close();
        if (!hasOwnNetwork)
            return;
        hosting.setOnNetwork(true);
        hosting.turnOn();
        QTRY_VERIFY_WITH_TIMEOUT(hosting.state() == Hosting::State::On && hosting.ownerId() != 0, 30'000);
        SettingsWindow settings(client, hosting, preferences);
        settings.resize((QSizeF(settings.width(), settings.height() * 1.6) * scale).toSize());
        settings.showPage(SettingsWindow::Page::LocalServer);
        look(settings, QStringLiteral("settings-local-server-network"));
        InviteDialog dialog(hosting);
        dialog.show();
        auto* const make = dialog.findChild<QAbstractButton*>(QStringLiteral("makeInvite"));
        auto* const open = dialog.findChild<QListWidget*>(QStringLiteral("openInvites"));
        for (int invites = 1; invites <= 2; ++invites) {
            make->click();
            QTRY_COMPARE(open->count(), invites);
            dialog.findChild<QComboBox*>(QStringLiteral("inviteRole"))->setCurrentIndex(2);
        }
        open->setCurrentRow(0);
        look(dialog, QStringLiteral("invite"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        usualFont = QApplication::font();
        usualPalette = QApplication::palette();
        QVERIFY(vietnamese.load(QStringLiteral(":/translations/belfry_vi.qm")));
        QVERIFY(qtVietnamese.load(QStringLiteral(":/translations/qtbase_vi.qm")));
    }
    void cleanup()
    {
        QApplication::removeTranslator(&vietnamese);
        QApplication::removeTranslator(&qtVietnamese);
        QApplication::setFont(usualFont);
        QApplication::setPalette(usualPalette);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
    }

    void nothingIsCutOff_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<bool>("isLarge");
        QTest::addColumn<bool>("isVietnamese");
        QTest::newRow("light") << false << false << false;
        QTest::newRow("dark") << true << false << false;
        QTest::newRow("200") << false << true << false;
        QTest::newRow("vi") << false << false << true;
        QTest::newRow("vi-dark-200") << true << true << true;
    }
    void nothingIsCutOff()
    {
        QFETCH(bool, isDark);
        QFETCH(bool, isLarge);
        QFETCH(bool, isVietnamese);
        QLocale::setDefault(isVietnamese ? QLocale(QLocale::Vietnamese)
                                         : QLocale(QLocale::English, QLocale::UnitedKingdom));
        if (isDark)
            QApplication::setPalette(darkPalette());
        if (isVietnamese) {
            QApplication::installTranslator(&qtVietnamese);
            QApplication::installTranslator(&vietnamese);
        }
        if (isLarge) {
            QFont large = usualFont;
            large.setPointSizeF(large.pointSizeF() * 2);
            QApplication::setFont(large);
        }
        const double scale = isLarge ? 2 : 1;
        fillHistory();
        {
            HistoryPane pane(source, [this] { return noon; });
            pane.resize(QSizeF(760 * scale, 640 * scale).toSize());
            look(pane, QStringLiteral("history"));
            pane.findChild<QLineEdit*>(QStringLiteral("search"))->setText(QStringLiteral("backup"));
            client::LinkStatus away;
            away.state = client::LinkState::Waiting;
            away.reason = QStringLiteral("Can't reach office.lan:8000.");
            away.nextAttempt = noon.addSecs(12);
            source.setLink(away);
            QTRY_COMPARE(pane.findChild<QListView*>(QStringLiteral("historyList"))->model()->rowCount(), 2);
            look(pane, QStringLiteral("history-search-offline"));
            pane.findChild<QLineEdit*>(QStringLiteral("search"))->setText(QStringLiteral("nowhere"));
            QTRY_VERIFY(pane.findChild<QWidget*>(QStringLiteral("emptyPage"))->isVisible());
            look(pane, QStringLiteral("history-no-hits"));
            source.setLink({client::LinkState::Live, QStringLiteral("office"), {}, {}, false, {}, {}});
        }
        {
            KeyList keys;
            look(keys, QStringLiteral("keys"));
        }
        {
            SignInDialog dialog(calls());
            dialog.findChild<QLineEdit*>(QStringLiteral("address"))->setText(QStringLiteral("http://office.lan:8000"));
            dialog.findChild<QLineEdit*>(QStringLiteral("userName"))->setText(QStringLiteral("ann"));
            dialog.findChild<QLineEdit*>(QStringLiteral("password"))->setText(QStringLiteral("secret pass"));
            dialog.findChild<QAbstractButton*>(QStringLiteral("plainAgreed"))->click();
            dialog.findChild<QAbstractButton*>(QStringLiteral("signInButton"))->click();
            auto* error = dialog.findChild<QLabel*>(QStringLiteral("signInError"));
            QTRY_VERIFY(!error->text().isEmpty());
            auto* found = dialog.findChild<QLabel*>(QStringLiteral("addressState"));
            QTRY_VERIFY(found->text().contains(QStringLiteral("office")));
            look(dialog, QStringLiteral("sign-in"));
        }
        lookAtJoining();
        lookAtTheAccount(scale);
        {
            AboutDialog about;
            about.resize((QSizeF(about.size()) * scale).toSize());
            look(about, QStringLiteral("about"));
        }
        QTemporaryDir directory;
        Preferences preferences(directory.filePath(QStringLiteral("desktop.ini")));
        client::Client client(directory.filePath(QStringLiteral("client")), QStringLiteral("test"));
        Hosting hosting(directory.filePath(QStringLiteral("server")), preferences); // never turned on
        SettingsWindow settings(client, hosting, preferences);
        settings.resize((QSizeF(settings.size()) * scale).toSize());
        const QStringList pages{QStringLiteral("general"), QStringLiteral("notifications"), QStringLiteral("account"),
                                QStringLiteral("local-server"), QStringLiteral("about")};
        for (int page = 0; page < pages.size(); ++page) {
            settings.showPage(static_cast<SettingsWindow::Page>(page));
            look(settings, QStringLiteral("settings-") + pages.at(page));
        }
        settings.close();
        lookAtTheOffice(client, scale);
    }

    void wordsChangeWithTheLanguageWhileAWindowIsOpen()
    {
        fillHistory();
        HistoryPane pane(source, [this] { return noon; });
        pane.show();
        QApplication::installTranslator(&vietnamese);
        auto* button = pane.findChild<QAbstractButton*>(QStringLiteral("markAllRead"));
        QTRY_VERIFY(!button->text().contains(QStringLiteral("Mark all")));
    }
};

int main(int argc, char** argv)
{
#ifdef Q_OS_LINUX
    hasOwnNetwork = server::test::enterOwnNetwork(); // before Qt makes a thread
#endif
    QApplication application(argc, argv);
    WindowsLookTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "windows_look_test.moc"
