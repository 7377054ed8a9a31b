// SPDX-License-Identifier: GPL-3.0-or-later
// What the shell says and keeps: text from outside, popups' words, the tray's face, options, preferences,
// do-not-disturb.
#include "app/desktop/options.h"
#include "app/desktop/popups/compose.h"
#include "app/desktop/popups/quiet.h"
#include "app/desktop/preferences.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/tray/tray_face.h"

#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using client::LinkState;
using client::LinkStatus;

class ShellWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void closesWhatTextFromOutsideLeavesOpen_data()
    {
        QTest::addColumn<QString>("outside");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << QStringLiteral("Đơn hàng 十時") << QStringLiteral("Đơn hàng 十時");
        QTest::newRow("control") << QStringLiteral("a\u0007b\u001B[31mc\u0085d") << QStringLiteral("ab[31mcd");
        QTest::newRow("newline and tab stay") << QStringLiteral("a\r\nb\tc\rd") << QStringLiteral("a\nb\tc\nd");
        QTest::newRow("override") << QStringLiteral("a\u202Egnp.exe") << QStringLiteral("a\u202Egnp.exe\u202C");
        QTest::newRow("isolate") << QStringLiteral("a\u2067b") << QStringLiteral("a\u2067b\u2069");
        QTest::newRow("nested") << QStringLiteral("\u2067a\u202Eb\u2069c")
                                << QStringLiteral("\u2067a\u202Eb\u202C\u2069c");
        QTest::newRow("closers of nothing") << QStringLiteral("a\u2069\u202Cb") << QStringLiteral("ab");
        QTest::newRow("each paragraph") << QStringLiteral("a\u202Eb\nc") << QStringLiteral("a\u202Eb\u202C\nc");
        QTest::newRow("lone surrogate") << (QString(QChar(0xD800)) + u'x') << QStringLiteral("\uFFFDx");
    }
    void closesWhatTextFromOutsideLeavesOpen()
    {
        QFETCH(QString, outside);
        QFETCH(QString, shown);
        QCOMPARE(screen::plain(outside), shown);
    }

    void escapesWhereMarkupIsRead()
    {
        const QString nasty = QStringLiteral("<img src=\"/dev/zero\">&");
        QVERIFY(!screen::escaped(nasty).contains(u'<'));
        QCOMPARE(screen::tooltip(QStringLiteral("<b>\nx")), QStringLiteral("<qt>&lt;b&gt;<br/>x</qt>"));
        QCOMPARE(screen::label(QStringLiteral("R&D\nx")), QStringLiteral("R&&D x"));
        QCOMPARE(screen::isolated(QStringLiteral("a\u2069b")), QStringLiteral("\u2068ab\u2069"));
    }

    void cutsWithoutBreakingACharacter()
    {
        QCOMPARE(screen::line(QStringLiteral("abcdef"), 4), QStringLiteral("abc…"));
        const QString emoji = QStringLiteral("ab\U0001F514cd");
        QVERIFY(!screen::line(emoji, 4).contains(QChar(0xD83D)) ||
                screen::line(emoji, 4).contains(QStringLiteral("\U0001F514")));
        // A character beyond the Basic Multilingual Plane is one, as senders count.
        const QString bells = QStringLiteral("\U0001F514").repeated(250);
        QCOMPARE(screen::line(bells, 250), bells);
        QCOMPARE(screen::line(bells, 249), bells.left(2 * 248) + QChar(0x2026));
        QCOMPARE(screen::lines(bells, 4, 80), bells);
        QCOMPARE(screen::lines(QStringLiteral("1\n\n2\n3\n4\n5"), 4, 80), QStringLiteral("1\n2\n3\n4…"));
        QCOMPARE(screen::lines(QString(1000, u'x'), 4, 80).size(), 320);
        QCOMPARE(screen::lines(QString(170, u'x') + QStringLiteral("\na\nb"), 4, 80),
                 QString(170, u'x') + QStringLiteral("\na…"));
    }

    void aPopupHasTheButtonsThatItsMessageAsksFor_data()
    {
        QTest::addColumn<QStringList>("answers");
        QTest::addColumn<bool>("requireAck");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QStringList>("buttons");
        const QStringList none;
        QTest::newRow("nothing") << none << false << QString()
                                 << QStringList{QStringLiteral("default"), QStringLiteral("read")};
        QTest::newRow("ack") << none << true << QString()
                             << QStringList{QStringLiteral("default"), QStringLiteral("acknowledge"),
                                            QStringLiteral("read")};
        QTest::newRow("answers") << QStringList{QStringLiteral("Yes"), QStringLiteral("No")} << true << QString()
                                 << QStringList{QStringLiteral("default"), QStringLiteral("answer:0"),
                                                QStringLiteral("answer:1"), QStringLiteral("read")};
        QTest::newRow("link") << none << false << QStringLiteral("https://x.example/a")
                              << QStringList{QStringLiteral("default"), QStringLiteral("link"), QStringLiteral("read")};
        QTest::newRow("no link") << none << false << QStringLiteral("file:///etc/passwd")
                                 << QStringList{QStringLiteral("default"), QStringLiteral("read")};
    }
    void aPopupHasTheButtonsThatItsMessageAsksFor()
    {
        QFETCH(QStringList, answers);
        QFETCH(bool, requireAck);
        QFETCH(QString, url);
        QFETCH(QStringList, buttons);
        client::Row row;
        row.title = QStringLiteral("t");
        row.answers = answers;
        row.requireAck = requireAck;
        row.url = url;
        QStringList names;
        for (const PopupButton& one : composePopup(row, false, {}).buttons)
            names.append(one.name);
        QCOMPARE(names, buttons);
    }

    void theBellNeverLooksCalmWithoutALink_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("unread");
        QTest::addColumn<bool>("isQuiet");
        QTest::addColumn<int>("bell");
        QTest::addColumn<QString>("tooltip");
        const auto add = [](const char* name, LinkState state, int unread, bool isQuiet, Bell bell,
                            const char* tooltip) {
            QTest::newRow(name) << int(state) << unread << isQuiet << int(bell) << QString::fromUtf8(tooltip);
        };
        add("live", LinkState::Live, 0, false, Bell::Plain, "Belfry – connected to \u2068office\u2069");
        add("polling", LinkState::Polling, 0, false, Bell::Plain,
            "Belfry – connected to \u2068office\u2069, checking every 15 s");
        add("unread", LinkState::Live, 3, false, Bell::Dot, "Belfry – 3 unread");
        add("quiet", LinkState::Live, 3, true, Bell::Bar, "Belfry – 3 unread – quiet");
        add("waiting", LinkState::Waiting, 0, false, Bell::Hollow, "Belfry – reconnecting in 12 s");
        add("waiting, unread, quiet", LinkState::Waiting, 2, true, Bell::Hollow,
            "Belfry – 2 unread – reconnecting in 12 s – quiet");
        add("connecting", LinkState::Connecting, 0, false, Bell::Hollow, "Belfry – connecting");
        add("signed out", LinkState::SignedOut, 0, false, Bell::Exclamation, "Belfry – please sign in again");
        add("own server off", LinkState::LocalServerOff, 0, false, Bell::Hollow, "Belfry – the local server is off");
    }
    void theBellNeverLooksCalmWithoutALink()
    {
        QFETCH(int, state);
        QFETCH(int, unread);
        QFETCH(bool, isQuiet);
        QFETCH(int, bell);
        QFETCH(QString, tooltip);
        const QDateTime now = QDateTime::currentDateTime();
        LinkStatus status;
        status.state = LinkState(state);
        status.serverName = QStringLiteral("office");
        status.nextAttempt = now.addSecs(12);
        const TrayFace face = trayFace(status, unread, Quiet{isQuiet, {}}, now);
        QCOMPARE(int(face.bell), bell);
        QCOMPARE(face.tooltip, tooltip);
    }

    void aKeyringThatSaysNoNeedsThePerson()
    {
        LinkStatus status;
        status.state = LinkState::WaitingForKeyring;
        const QDateTime now = QDateTime::currentDateTime();
        QCOMPARE(trayFace(status, 0, {}, now).bell, Bell::Hollow); // it comes right by itself
        status.reason = QStringLiteral("No keyring answers: start one.");
        const TrayFace face = trayFace(status, 0, {}, now);
        QCOMPARE(face.bell, Bell::Exclamation);
        QVERIFY2(face.tooltip.contains(status.reason), qPrintable(face.tooltip));
    }

    void aServersNameIsNoMarkupInTheTooltip()
    {
        LinkStatus status;
        status.state = LinkState::Live;
        status.serverName = QStringLiteral("<img src=/dev/zero>");
        const QString tooltip = trayFace(status, 0, {}, QDateTime::currentDateTime()).tooltip;
        QVERIFY(!tooltip.contains(u'<'));
    }

    void readsOptions_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("none") << QStringList{} << true;
        QTest::newRow("all") << QStringList{QStringLiteral("--data"), QStringLiteral("/tmp/x"),
                                            QStringLiteral("--hidden")}
                             << true;
        QTest::newRow("equals") << QStringList{QStringLiteral("--data=/tmp/x")} << true;
        QTest::newRow("no folder") << QStringList{QStringLiteral("--data")} << false;
        QTest::newRow("empty folder") << QStringList{QStringLiteral("--data"), QString()} << false;
        QTest::newRow("unknown") << QStringList{QStringLiteral("--style")} << false;
        QTest::newRow("positional") << QStringList{QStringLiteral("x")} << false;
        QTest::newRow("a link") << QStringList{QStringLiteral("belfry://office.lan:8000/join#pin=x&code=y")} << true;
        QTest::newRow("two links") << QStringList{QStringLiteral("belfry://a"), QStringLiteral("belfry://b")} << false;
        QTest::newRow("another scheme") << QStringList{QStringLiteral("https://office.lan")} << false;
    }
    void readsOptions()
    {
        QFETCH(QStringList, arguments);
        QFETCH(bool, isGood);
        const Result<Options> options = readOptions(arguments, {});
        QCOMPARE(options.has_value(), isGood);
        if (arguments.size() > 2)
            QVERIFY(options->isHidden && options->directory == QStringLiteral("/tmp/x"));
        if (isGood && arguments.size() == 1 && arguments.first().startsWith(QStringLiteral("belfry:")))
            QCOMPARE(options->link, arguments.first());
        // What is no link for its length alone is told on the screen, as any that is malformed.
        const QString endless = QStringLiteral("belfry://") + QString(100'000, u'x');
        QCOMPARE(readOptions({endless}, {})->link, QStringLiteral("belfry:"));
        QCOMPARE(readOptions({}, QStringLiteral("/tmp/y"))->directory, QStringLiteral("/tmp/y"));
        QCOMPARE(readOptions({QStringLiteral("--data=/tmp/x")}, QStringLiteral("/tmp/y"))->directory,
                 QStringLiteral("/tmp/x"));
    }

    void keepsNothingAnywhereWithoutAHome()
    {
        const QByteArray home = qgetenv("HOME");
        const QByteArray data = qgetenv("XDG_DATA_HOME");
        const auto putBack = qScopeGuard([&] {
            qputenv("HOME", home);
            if (!data.isNull())
                qputenv("XDG_DATA_HOME", data);
        });
        qunsetenv("HOME");
        qunsetenv("XDG_DATA_HOME");
        QVERIFY(!readOptions({}, {}));
        QVERIFY(readOptions({}, QStringLiteral("/tmp/y")));
        qputenv("XDG_DATA_HOME", "/tmp/x");
        QCOMPARE(readOptions({}, {})->directory, QStringLiteral("/tmp/x/belfry"));
    }

    void keepsChoicesOverARestart()
    {
        QTemporaryDir directory;
        const QString file = directory.filePath(QStringLiteral("desktop.ini"));
        const QDateTime until = QDateTime::currentDateTime().addSecs(600);
        {
            Preferences preferences(file);
            QVERIFY(preferences.hostsLocalServer());
            QVERIFY(!preferences.popsUp(Priority::Low));
            QVERIFY(preferences.popsUp(Priority::Normal));
            QSignalSpy quiet(&preferences, &Preferences::quietChanged);
            preferences.setQuiet({true, until});
            preferences.setQuiet({true, until});
            QCOMPARE(quiet.count(), 1);
            preferences.setPopsUp(Priority::Normal, false);
            preferences.setPopsUp(Priority::Critical, false);
            preferences.setLocalServerPort(8003);
            preferences.setLanguage(QStringLiteral("vi"));
            preferences.remember(QStringLiteral("history/geometry"), QByteArray("\x00\x01", 2));
        }
        Preferences preferences(file);
        QVERIFY(preferences.quiet().isOn);
        QCOMPARE(preferences.quiet().until, until);
        QVERIFY(!preferences.popsUp(Priority::Normal));
        QVERIFY(preferences.popsUp(Priority::Critical));
        QCOMPARE(preferences.localServerPort(), 8003);
        QCOMPARE(preferences.language(), QStringLiteral("vi"));
        QCOMPARE(preferences.remembered(QStringLiteral("history/geometry")).toByteArray(), QByteArray("\x00\x01", 2));
    }

    void startsWithTheSessionAsTheSessionSays()
    {
        QTemporaryDir directory;
        qputenv("XDG_CONFIG_HOME", directory.path().toUtf8());
        Preferences preferences(directory.filePath(QStringLiteral("desktop.ini")));
        preferences.setSessionArguments({QStringLiteral("--data"), QStringLiteral("/tmp/with space/50%\"$x")});
        QVERIFY(!preferences.startsWithSession());
        QVERIFY(preferences.setStartsWithSession(true).has_value());
        QVERIFY(preferences.startsWithSession());
        QFile entry(directory.filePath(QStringLiteral("autostart/belfry.desktop")));
        QVERIFY(entry.open(QIODevice::ReadOnly));
        const QByteArray text = entry.readAll();
        QVERIFY(text.contains("\"--hidden\" \"--data\" \"/tmp/with space/50%%\\\\\"\\\\$x\""));
        QVERIFY(preferences.setStartsWithSession(false).has_value());
        QVERIFY(!preferences.startsWithSession());
    }

    void tomorrowIsEightInTheMorning()
    {
        const QDateTime now(QDate(2026, 11, 23), QTime(17, 45));
        QCOMPARE(quietFrom(QuietChoice::UntilTomorrow, now).until, QDateTime(QDate(2026, 11, 24), QTime(8, 0)));
        QCOMPARE(quietFrom(QuietChoice::HalfAnHour, now).until, now.addSecs(1800));
        QVERIFY(!quietFrom(QuietChoice::UntilTurnedOff, now).until.isValid());
        QVERIFY(holds(quietFrom(QuietChoice::UntilTurnedOff, now), now.addYears(1)));
        QVERIFY(!holds(quietFrom(QuietChoice::OneHour, now), now.addSecs(3600)));
    }
};

QTEST_GUILESS_MAIN(ShellWordsTest)
#include "shell_words_test.moc"
