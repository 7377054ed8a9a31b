// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_words.h"
#include "app/desktop/history/hit_ranges.h"
#include "app/desktop/history/link_words.h"
#include "app/desktop/history/message_html.h"
#include "app/desktop/history/reading.h"
#include "app/desktop/history/tones.h"
#include "client/sync_words.h"

#include <QApplication>
#include <QPalette>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using namespace std::chrono_literals;
using client::LinkState;

/// What the history says and decides without a window.
class HistoryWordsTest : public QObject
{
    Q_OBJECT

    const QDateTime noon{QDate(2026, 11, 23), QTime(12, 0)};

    static QString html(const QString& message, const QString& search = {})
    {
        return messageHtml(message, search, Qt::blue, Qt::yellow);
    }

private Q_SLOTS:
    void timesAreRelativeForADayThenDates_data()
    {
        QTest::addColumn<QDateTime>("moment");
        QTest::addColumn<QString>("said");
        const QLocale locale;
        QTest::newRow("just now") << noon.addSecs(-5) << QStringLiteral("now");
        QTest::newRow("a clock ahead") << noon.addSecs(20) << QStringLiteral("now");
        QTest::newRow("minutes") << noon.addSecs(-150) << QStringLiteral("2 min");
        QTest::newRow("today") << noon.addSecs(-7200) << locale.toString(QTime(10, 0), QLocale::ShortFormat);
        QTest::newRow("yesterday") << noon.addDays(-1) << locale.toString(QTime(12, 0), QLocale::ShortFormat);
        QTest::newRow("older") << noon.addDays(-3) << locale.toString(noon.date().addDays(-3), QLocale::ShortFormat);
    }
    void timesAreRelativeForADayThenDates()
    {
        QFETCH(QDateTime, moment);
        QFETCH(QString, said);
        QCOMPARE(words::briefTime(moment, noon), said);
    }

    void linksAreMadeByUsAndOnlyForTheWeb_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("link"); // empty: none
        QTest::newRow("plain") << QStringLiteral("see https://wiki.lan/x.") << QStringLiteral("https://wiki.lan/x");
        QTest::newRow("brackets") << QStringLiteral("(https://a.b/c_(d))") << QStringLiteral("https://a.b/c_(d)");
        QTest::newRow("query") << QStringLiteral("http://a.b/?x=1&y=2") << QStringLiteral("http://a.b/?x=1&amp;y=2");
        QTest::newRow("other scheme") << QStringLiteral("javascript:alert(1) file:///etc/passwd") << QString();
        QTest::newRow("no host") << QStringLiteral("https:///x") << QString();
        QTest::newRow("markup") << QStringLiteral("<a href=\"https://a.b\">x</a><img src=/dev/zero>")
                                << QStringLiteral("https://a.b");
    }
    void linksAreMadeByUsAndOnlyForTheWeb()
    {
        QFETCH(QString, message);
        QFETCH(QString, link);
        const QString made = html(message);
        QCOMPARE(made.count(QStringLiteral("<a href=")), link.isEmpty() ? 0 : 1);
        if (!link.isEmpty())
            QVERIFY2(made.contains(QStringLiteral("<a href=\"%1\"").arg(link)), qPrintable(made));
        QVERIFY(!made.contains(QStringLiteral("<img")));
    }

    void aHostThatIsNotWhatOneReadsIsSaid()
    {
        QVERIFY(html(QStringLiteral("https://bank.example@evil.example/")).contains(QStringLiteral("(evil.example)")));
        QVERIFY(html(QString::fromUtf8("https://bаnk.example/")).contains(QStringLiteral("(xn--")));
        QVERIFY(!html(QStringLiteral("https://wiki.lan:8443/x")).contains(QStringLiteral("(wiki.lan")));
    }

    void onlyTheWebIsOpened_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isOpened");
        QTest::newRow("https") << QStringLiteral("https://a.b") << true;
        QTest::newRow("file") << QStringLiteral("file:///etc/passwd") << false;
        QTest::newRow("script") << QStringLiteral("javascript:x") << false;
        QTest::newRow("none") << QString() << false;
    }
    void onlyTheWebIsOpened()
    {
        QFETCH(QString, url);
        QFETCH(bool, isOpened);
        QCOMPARE(openableUrl(url).isValid(), isOpened);
    }

    void hitsAreFoundAsTheInboxFindsThem_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("search");
        QTest::addColumn<QStringList>("marked");
        QTest::newRow("case") << QStringLiteral("Backup done") << QStringLiteral("backup")
                              << QStringList{QStringLiteral("Backup")};
        QTest::newRow("accents") << QString::fromUtf8("Thông báo Đơn hàng") << QStringLiteral("don hang")
                                 << QStringList{QString::fromUtf8("Đơn hàng")};
        QTest::newRow("decomposed") << QString::fromUtf8("cafe\u0301 x") << QStringLiteral("cafe")
                                    << QStringList{QString::fromUtf8("cafe\u0301")};
        QTest::newRow("words") << QStringLiteral("disk is full") << QStringLiteral("full disk")
                               << QStringList{QStringLiteral("disk"), QStringLiteral("full")};
        QTest::newRow("japanese") << QString::fromUtf8("会議は十時です") << QString::fromUtf8("十時")
                                  << QStringList{QString::fromUtf8("十時")};
        QTest::newRow("nothing") << QStringLiteral("abc") << QStringLiteral("  ") << QStringList();
    }
    void hitsAreFoundAsTheInboxFindsThem()
    {
        QFETCH(QString, text);
        QFETCH(QString, search);
        QFETCH(QStringList, marked);
        QStringList found;
        for (const HitRange& hit : hitRanges(text, search))
            found << text.mid(hit.start, hit.length);
        QCOMPARE(found, marked);
    }

    void readingTakesASecondInViewOfAChosenRow()
    {
        Reading reading;
        reading.setInView(true, 0ms);
        reading.show(7, true, 0ms);
        QCOMPARE(reading.dueIn(400ms), 600ms);
        QVERIFY(!reading.take(999ms));
        QCOMPARE(reading.take(1000ms), client::RowId{7});
        QVERIFY(!reading.take(3000ms)); // once
    }

    void whatTheProgramSelectedNeverCounts()
    {
        Reading reading;
        reading.setInView(true, 0ms);
        reading.show(7, false, 0ms);
        QVERIFY(!reading.dueIn(0ms));
        QVERIFY(!reading.take(60s));
    }

    void theSecondCountsOnlyInTheActiveWindow()
    {
        Reading reading;
        reading.setInView(true, 0ms);
        reading.show(7, true, 0ms);
        reading.setInView(false, 900ms);
        QVERIFY(!reading.take(5000ms));
        reading.setInView(true, 6000ms);
        QVERIFY(!reading.take(6500ms));
        QCOMPARE(reading.take(7000ms), client::RowId{7});
    }

    void movingOnBeginsAnew()
    {
        Reading reading;
        reading.setInView(true, 0ms);
        reading.show(7, true, 0ms);
        reading.show(8, true, 900ms);
        QVERIFY(!reading.take(1500ms));
        QCOMPARE(reading.take(1900ms), client::RowId{8});
    }

    void theLinkIsSaidWithWhatToDo_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("part");
        QTest::addColumn<int>("actions");
        QTest::newRow("live") << int(LinkState::Live) << QStringLiteral("Connected to") << 0;
        QTest::newRow("polling") << int(LinkState::Polling) << QStringLiteral("checking every 15 s") << 0;
        QTest::newRow("waiting") << int(LinkState::Waiting) << QStringLiteral("Trying again in 12 s.") << 1;
        QTest::newRow("signed out") << int(LinkState::SignedOut) << QStringLiteral("Please sign in again.") << 1;
        QTest::newRow("server off") << int(LinkState::LocalServerOff) << QStringLiteral("The local server is off.")
                                    << 1;
        QTest::newRow("keyring") << int(LinkState::WaitingForKeyring) << QStringLiteral("Waiting for your keyring.")
                                 << 2;
        QTest::newRow("nobody") << int(LinkState::NoConnection) << QStringLiteral("not signed in") << 2;
    }
    void theLinkIsSaidWithWhatToDo()
    {
        QFETCH(int, state);
        QFETCH(QString, part);
        QFETCH(int, actions);
        client::LinkStatus status;
        status.state = static_cast<LinkState>(state);
        status.serverName = QStringLiteral("office");
        status.nextAttempt = noon.addSecs(12);
        const LinkLine line = linkLine(status, 3, noon);
        QVERIFY2(line.sentence.contains(part), qPrintable(line.sentence));
        QCOMPARE(line.actions.size(), actions);
        QCOMPARE(line.isConnected, status.isConnected());
        QVERIFY(!line.isConnected || line.sentence.contains(QStringLiteral("3 unread")));
    }

    void whatTheKeyringDoesNotKeepIsSaidWithTheReason()
    {
        client::LinkStatus status;
        status.state = LinkState::Live;
        QVERIFY(linkLine(status, 0, noon).bar.isEmpty());
        status.notKept = QStringLiteral("No keyring answers: start one.");
        const LinkLine line = linkLine(status, 0, noon);
        QVERIFY2(line.bar.startsWith(QStringLiteral("You are signed in, but only until you quit")),
                 qPrintable(line.bar));
        QVERIFY(line.barAction == LinkAction::SayWhyNotKept);
        status.state = LinkState::WaitingForKeyring;
        status.reason = status.notKept;
        QCOMPARE(linkLine(status, 0, noon).sentence, status.reason);
    }

    void signedOutIsSaidOnce()
    {
        client::LinkStatus status;
        status.state = LinkState::SignedOut;
        status.reason = client::words::signInAgain(); // as the client says it
        QCOMPARE(linkLine(status, 0, noon).sentence, QStringLiteral("You are signed out. Please sign in again."));
    }

    void coloursReadWellInLightAndDark()
    {
        QPalette light(QColor(0xef, 0xef, 0xef));
        QPalette dark(QColor(0x35, 0x35, 0x35));
        dark.setColor(QPalette::Base, QColor(0x23, 0x23, 0x23));
        dark.setColor(QPalette::Text, Qt::white);
        dark.setColor(QPalette::WindowText, Qt::white);
        for (QPalette palette : {light, dark}) {
            tones::makeSelectionReadable(palette);
            QVERIFY(tones::contrast(palette.color(QPalette::Highlight), palette.color(QPalette::HighlightedText)) >=
                    4.5);
            const QColor base = palette.color(QPalette::Base), text = palette.color(QPalette::Text);
            QVERIFY(tones::contrast(tones::muted(text, base), base) >= 4.5);
            QVERIFY(tones::contrast(tones::accent(palette), base) >= 4.5);
            QVERIFY(tones::contrast(text, tones::hit(palette)) >= 4.5);
            QVERIFY(tones::contrast(palette.color(QPalette::WindowText), tones::noticeGround(palette)) >= 4.5);
            for (const Type type : {Type::Info, Type::Success, Type::Warning, Type::Error})
                QVERIFY(tones::contrast(tones::ofType(type, palette), base) >= 4.5);
        }
    }
};

QTEST_MAIN(HistoryWordsTest)
#include "history_words_test.moc"
