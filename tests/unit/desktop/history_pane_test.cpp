// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/detail_pane.h"
#include "app/desktop/history/filter_bar.h"
#include "app/desktop/history/history_list.h"
#include "app/desktop/history/history_pane.h"
#include "app/desktop/history/notice_bar.h"
#include "tests/unit/desktop/fake_history.h"

#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTextBrowser>

using namespace belfry;
using namespace belfry::desktop;

/// The history window's inside, by keyboard and pointer.
class HistoryPaneTest : public QObject
{
    Q_OBJECT

    const QDateTime noon{QDate(2026, 11, 23), QTime(12, 0)};
    std::unique_ptr<FakeHistory> source;
    std::unique_ptr<QMainWindow> window;
    HistoryPane* pane = nullptr;
    HistoryList* list = nullptr;

    void open(int rows, bool areUnread = true)
    {
        source = std::make_unique<FakeHistory>();
        source->fill(rows, noon, 60, areUnread);
        show();
    }
    void show()
    {
        window = std::make_unique<QMainWindow>();
        pane = new HistoryPane(*source, [this] { return noon; });
        window->setCentralWidget(pane);
        window->resize(760, 640);
        window->show();
        list = pane->findChild<HistoryList*>();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        if (!source->all.isEmpty())
            QTRY_VERIFY(!list->selectedRows().isEmpty());
        list->setFocus();
    }
    template <class T> T* part(const char* name) const { return pane->findChild<T*>(QLatin1String(name)); }
    client::RowId current() const { return list->selectedRows().value(0); }
    void key(int key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(list, Qt::Key(key), modifiers); }

private Q_SLOTS:
    void cleanup()
    {
        window.reset();
        source.reset();
    }

    void opensOnTheNewestAndDoesNotMarkItRead()
    {
        open(3);
        QCOMPARE(current(), 3);
        pane->setInView(true);
        QTest::qWait(1200); // the rule is about time that passes
        QVERIFY(source->log.isEmpty());
        QCOMPARE(part<QLabel>("detailTitle")->text(), QStringLiteral("Title 3"));
    }

    void aChosenMessageIsReadAfterASecondInView()
    {
        open(3);
        pane->setInView(true);
        key(Qt::Key_Down);
        QCOMPARE(current(), 2);
        QVERIFY(source->log.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(source->log, QStringList{QStringLiteral("read")}, 3000);
        QVERIFY(source->find(2)->readAt.isValid());
    }

    void aMessageShownByItsPopupIsReadAfterASecondInView()
    {
        open(300);
        pane->setInView(true);
        pane->showRow(17);
        QTRY_COMPARE(current(), 17);
        QTRY_VERIFY_WITH_TIMEOUT(source->find(17)->readAt.isValid(), 3000);
    }

    void aSlowSearchSaysThatItLooksAndCanBeStopped()
    {
        open(3);
        source->isSlow = true;
        auto* search = part<QLineEdit>("search");
        search->setText(QStringLiteral("zq"));
        auto* sentence = part<QLabel>("filterSentence");
        QTRY_COMPARE(sentence->text(), QStringLiteral("Looking …"));
        QVERIFY(list->isVisible()); // what was there stays meanwhile
        QCOMPARE(source->slowAnswers.size(), 1U);
        QVERIFY(!source->slowAnswers[0].isCanceled());

        search->setText(QStringLiteral("zqx"));
        QTRY_COMPARE(source->slowAnswers.size(), 2U);
        QVERIFY(source->slowAnswers[0].isCanceled()); // nobody waits for it any more

        source->isSlow = false;
        QTest::mouseClick(part<QPushButton>("clearFilter"), Qt::LeftButton);
        QTRY_VERIFY(!sentence->isVisible());
        QVERIFY(source->slowAnswers[1].isCanceled());
        QTRY_COMPARE(list->selectedRows().size(), 1);
    }

    void aChoiceThatIsOpenIsNotFilledAnew()
    {
        open(3);
        auto* senders = part<QComboBox>("senderFilter");
        QTRY_VERIFY(senders->count() > 2);
        QSignalSpy refilled(senders->model(), &QAbstractItemModel::rowsRemoved);
        source->arrive({FakeHistory::make(4, noon, true)});
        QTRY_VERIFY(list->model()->rowCount() > 4);
        QTest::qWait(300); // longer than it takes to look for choices again
        QCOMPARE(refilled.count(), 0);
    }

    void theKeysDoWhatF1Says()
    {
        open(4);
        key(Qt::Key_Space);
        QCOMPARE(source->log, QStringList{QStringLiteral("read")});
        key(Qt::Key_Space);
        QCOMPARE(source->log.last(), QStringLiteral("unread"));
        key(Qt::Key_Delete);
        QCOMPARE(source->log.last(), QStringLiteral("delete"));
        QCOMPARE(current(), 3);
        QTest::keyClick(pane, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(source->log.last(), QStringLiteral("undo"));
        QVERIFY(source->find(4));
        key(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Message 3")));
        QTest::keyClick(pane, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(source->log.last().startsWith(QStringLiteral("all read")));
        QTest::keyClick(pane, Qt::Key_F, Qt::ControlModifier);
        QCOMPARE(window->focusWidget(), part<QLineEdit>("search"));
        QTest::keyClick(pane, Qt::Key_F1);
        QTRY_VERIFY(pane->findChild<QDialog*>(QStringLiteral("keyList")));
    }

    void enterOpensAndMarksRead()
    {
        open(2);
        key(Qt::Key_Return);
        QCOMPARE(source->log, QStringList{QStringLiteral("read")});
        QCOMPARE(window->focusWidget(), part<QTextBrowser>("detailMessage"));
    }

    void headingsAreSkippedByTheArrows()
    {
        source = std::make_unique<FakeHistory>();
        source->all = {FakeHistory::make(2, noon), FakeHistory::make(1, noon.addDays(-1))};
        show();
        key(Qt::Key_Down);
        QCOMPARE(current(), 1);
        key(Qt::Key_Up);
        QCOMPARE(current(), 2);
        key(Qt::Key_End);
        QCOMPARE(current(), 1);
        key(Qt::Key_Home);
        QCOMPARE(current(), 2);
    }

    void deletionCanBeUndoneByAButton()
    {
        open(3);
        key(Qt::Key_Delete);
        auto* bar = part<NoticeBar>("offerBar");
        QVERIFY(bar->sentence().contains(QLatin1Char('1')));
        QTest::mouseClick(bar->findChild<QPushButton*>(), Qt::LeftButton);
        QCOMPARE(source->log.last(), QStringLiteral("undo"));
        QVERIFY(bar->isHidden());
    }

    void selectAllOffersWhatIsNotLoaded()
    {
        open(500);
        key(Qt::Key_A, Qt::ControlModifier);
        auto* bar = part<NoticeBar>("offerBar");
        QTRY_VERIFY(!bar->isHidden());
        QVERIFY(bar->findChild<QPushButton*>()->text().contains(QLocale().toString(500)));
        QTest::mouseClick(bar->findChild<QPushButton*>(), Qt::LeftButton);
        key(Qt::Key_Delete);
        QTRY_COMPARE(source->log, QStringList{QStringLiteral("delete matching")});
    }

    void searchWaitsForAPauseAndIsSaidWithOneClickToClear()
    {
        open(30);
        const int asked = source->pagesAsked;
        auto* search = part<QLineEdit>("search");
        QTest::keyClicks(search, QStringLiteral("title 12"));
        QCOMPARE(source->pagesAsked, asked);
        QTRY_COMPARE(list->selectedRows(), QList<client::RowId>{12});
        QVERIFY(part<QLabel>("filterSentence")->text().contains(QStringLiteral("title 12")));
        QTest::mouseClick(part<QPushButton>("clearFilter"), Qt::LeftButton);
        QVERIFY(search->text().isEmpty());
        QVERIFY(part<QLabel>("filterSentence")->isHidden());
    }

    void escapeClearsTheSearchFirst()
    {
        open(3);
        part<QLineEdit>("search")->setText(QStringLiteral("x"));
        QVERIFY(pane->clearSearch());
        QVERIFY(part<QLineEdit>("search")->text().isEmpty());
        QVERIFY(!pane->clearSearch());
    }

    void markAllReadUnderAFilterSaysHowMany()
    {
        open(12);
        auto* type = part<QComboBox>("typeFilter");
        type->setCurrentIndex(type->findText(QStringLiteral("Warning")));
        auto* button = part<QPushButton>("markAllRead");
        QTRY_VERIFY2(button->text().contains(QLatin1Char('3')), qPrintable(button->text()));
        button->click();
        QTRY_VERIFY(!button->isEnabled());
        QCOMPARE(source->unread(), 9);
    }

    void aRowReadUnderUnreadOnlyStaysWhileSelected()
    {
        open(3);
        part<QCheckBox>("unreadFilter")->setChecked(true);
        QTRY_COMPARE(list->model()->rowCount(), 4);
        key(Qt::Key_Space);
        QTest::qWait(0);
        QCOMPARE(list->model()->rowCount(), 4);
        key(Qt::Key_Down);
        QTRY_COMPARE(list->model()->rowCount(), 3);
        QCOMPARE(current(), 2);
    }

    void whatArrivesAboveDoesNotMoveWhatOneReads()
    {
        open(80);
        list->verticalScrollBar()->setValue(list->verticalScrollBar()->maximum() / 2);
        const QModelIndex seen = list->indexAt(QPoint(20, 40));
        const QPersistentModelIndex kept(seen);
        const int top = list->visualRect(seen).top();
        source->arrive({FakeHistory::make(100, noon), FakeHistory::make(101, noon)});
        QCOMPARE(list->visualRect(kept).top(), top);
        auto* above = part<QPushButton>("newAbove");
        QVERIFY(above->isVisible());
        QVERIFY(above->text().contains(QLatin1Char('2')));
        above->click();
        QCOMPARE(list->verticalScrollBar()->value(), 0);
        QVERIFY(!above->isVisible());
    }

    void atTheTopNewMessagesAreSeen()
    {
        open(80);
        source->arrive({FakeHistory::make(100, noon)});
        QCOMPARE(list->verticalScrollBar()->value(), 0);
        QVERIFY(!part<QPushButton>("newAbove")->isVisible());
    }

    void anEmptyHistoryOffersATestMessage()
    {
        open(0);
        auto* button = part<QPushButton>("emptyButton");
        QTRY_VERIFY(button->isVisible());
        source->testAnswer = failure(0, "unreachable", "Can't reach office.");
        button->click();
        QCOMPARE(source->log, QStringList{QStringLiteral("test")});
        QTRY_VERIFY(part<NoticeBar>("faultBar")->sentence().contains(QStringLiteral("Can't reach office.")));
        source->arrive({FakeHistory::make(1, noon)});
        QTRY_VERIFY(!button->isVisible());
    }

    void theFirstThatComesIsChosenAsAtOpening()
    {
        open(0);
        QTRY_VERIFY(part<QPushButton>("emptyButton")->isVisible());
        pane->setInView(true);
        source->arrive({FakeHistory::make(1, noon)});
        QTRY_COMPARE(current(), 1);
        QCOMPARE(part<QLabel>("detailTitle")->text(), QStringLiteral("Title 1"));
        source->arrive({FakeHistory::make(2, noon)});
        QTRY_COMPARE(list->model()->rowCount(), 3);
        QCOMPARE(current(), 1); // what one reads stays
        key(Qt::Key_Space);
        QCOMPARE(source->log, QStringList{QStringLiteral("read")});
    }

    void noHitsAreSaid()
    {
        open(3);
        part<QLineEdit>("search")->setText(QStringLiteral("<b>zzz"));
        QTRY_VERIFY(part<QLabel>("emptySentence")->isVisible());
        QVERIFY(part<QLabel>("emptySentence")->text().contains(QStringLiteral("<b>zzz")));
        part<QPushButton>("emptyButton")->click();
        QTRY_VERIFY(list->isVisible());
    }

    void answersAreRealButtonsAndOutsideTextIsNoMnemonic()
    {
        source = std::make_unique<FakeHistory>();
        client::Row row = FakeHistory::make(1, noon);
        row.answers = {QStringLiteral("I come"), QStringLiteral("R&D goes")};
        source->all = {row};
        show();
        QPushButton* second = nullptr;
        for (QPushButton* button : part<DetailPane>("detailPane")->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("R&&D goes"))
                second = button;
        QVERIFY(second);
        second->click();
        QCOMPARE(source->log, QStringList{QStringLiteral("ack 1 R&D goes")});
    }

    void grayRowsHaveNoButtons()
    {
        source = std::make_unique<FakeHistory>();
        client::Row row = FakeHistory::make(1, noon);
        row.requireAck = true;
        row.isExpired = true;
        source->all = {row};
        show();
        for (QPushButton* button : part<DetailPane>("detailPane")->findChildren<QPushButton*>())
            QVERIFY(!button->isVisible() || !button->text().contains(QStringLiteral("knowledge")));
        QVERIFY(!part<QPushButton>("toggleRead")->isEnabled());
    }

    void offlineIsAThinBarAndTheStripSaysWhatToDo()
    {
        open(2);
        client::LinkStatus status;
        status.state = client::LinkState::Waiting;
        status.reason = QStringLiteral("Can't reach office.lan:8000.");
        status.nextAttempt = noon.addSecs(12);
        source->setLink(status);
        QVERIFY(part<NoticeBar>("offlineBar")->isVisible());
        QVERIFY(part<QLabel>("linkSentence")->text().contains(QStringLiteral("Trying again in 12 s.")));
        for (QPushButton* button : part<QWidget>("statusStrip")->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("&Try now"))
                button->click();
        QCOMPARE(source->log, QStringList{QStringLiteral("retry")});
        source->setLink({client::LinkState::Live, QStringLiteral("office"), {}, {}, false, {}, {}});
        QVERIFY(!part<NoticeBar>("offlineBar")->isVisible());
    }

    void filtersComeBack()
    {
        open(12);
        part<QCheckBox>("unreadFilter")->setChecked(true);
        part<QComboBox>("typeFilter")->setCurrentIndex(2);
        const QVariantMap state = pane->state();
        HistoryPane again(*source, [this] { return noon; });
        again.setState(state);
        QVERIFY(again.findChild<QCheckBox*>(QStringLiteral("unreadFilter"))->isChecked());
        QCOMPARE(again.findChild<QComboBox*>(QStringLiteral("typeFilter"))->currentIndex(), 2);
    }

    void everythingHasANameForAScreenReader()
    {
        open(2);
        for (QWidget* widget : pane->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible())
                continue;
            QAccessibleInterface* seen = QAccessible::queryAccessibleInterface(widget);
            if (!seen || seen->role() == QAccessible::Splitter || seen->role() == QAccessible::ScrollBar)
                continue;
            QVERIFY2(!seen->text(QAccessible::Name).isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + widget->objectName()));
        }
    }
};

QTEST_MAIN(HistoryPaneTest)
#include "history_pane_test.moc"
