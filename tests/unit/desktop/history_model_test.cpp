// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_model.h"
#include "tests/unit/desktop/fake_history.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;
using client::RowId;
using client::RowQuery;

/// The list behind the history window: pages, days, what comes and goes.
class HistoryModelTest : public QObject
{
    Q_OBJECT

    const QDateTime noon{QDate(2026, 11, 23), QTime(12, 0)};
    FakeHistory source;

    std::unique_ptr<HistoryModel> loadedModel(const RowQuery& query = {})
    {
        auto model = std::make_unique<HistoryModel>(source, [this] { return noon; });
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        model->setQuery(query);
        if (!loaded.wait())
            return nullptr;
        return model;
    }
    static QStringList shown(const HistoryModel& model)
    {
        QStringList texts;
        for (int i = 0; i < model.rowCount(); ++i)
            texts << model.index(i).data().toString();
        return texts;
    }

private Q_SLOTS:
    void init()
    {
        source.log.clear();
        source.pagesAsked = 0;
        source.all.clear();
    }

    void opensAHundredThousandMessagesWithOnePage()
    {
        source.fill(100'000, noon, 60);
        QElapsedTimer time;
        time.start();
        auto model = loadedModel();
        QVERIFY(model);
        QCOMPARE(source.pagesAsked, 1);
        QCOMPARE(model->loadedCount(), 100);
        QVERIFY(model->hasMore());
        QVERIFY2(time.elapsed() < 200, qPrintable(QString::number(time.elapsed())));
    }

    void pagesAreAppendedByKeyUntilTheEnd()
    {
        source.fill(250, noon, 60);
        auto model = loadedModel();
        QSignalSpy resets(model.get(), &QAbstractItemModel::modelReset);
        while (model->canFetchMore({})) {
            const int before = model->loadedCount();
            model->fetchMore({});
            QTRY_VERIFY(model->loadedCount() > before);
        }
        QCOMPARE(model->loadedCount(), 250);
        QCOMPARE(source.pagesAsked, 3);
        QVERIFY(!model->hasMore());
        QCOMPARE(resets.count(), 0);
    }

    void daysHaveHeadings()
    {
        source.all = {FakeHistory::make(4, noon.addSecs(-60)), FakeHistory::make(3, noon.addSecs(-3600)),
                      FakeHistory::make(2, noon.addDays(-1)), FakeHistory::make(1, noon.addDays(-9))};
        auto model = loadedModel();
        QCOMPARE(
            shown(*model),
            (QStringList{QStringLiteral("Today"), QStringLiteral("Title 4"), QStringLiteral("Title 3"),
                         QStringLiteral("Yesterday"), QStringLiteral("Title 2"),
                         QLocale().toString(noon.date().addDays(-9), QLocale::LongFormat), QStringLiteral("Title 1")}));
        QVERIFY(!(model->flags(model->index(0)) & Qt::ItemIsSelectable));
        QVERIFY(!model->rowAt(model->index(3)));
    }

    void aWrongClockDoesNotMakeADayAppearTwice()
    {
        source.all = {FakeHistory::make(3, noon), FakeHistory::make(2, noon.addDays(-1)), FakeHistory::make(1, noon)};
        auto model = loadedModel();
        QCOMPARE(shown(*model).count(QStringLiteral("Today")), 1);
        QCOMPARE(model->loadedCount(), 3);
    }

    void newMessagesAreInsertedUnderTodayWithoutAReset()
    {
        source.fill(3, noon.addDays(-1), 60);
        auto model = loadedModel();
        QSignalSpy resets(model.get(), &QAbstractItemModel::modelReset);
        QSignalSpy removals(model.get(), &QAbstractItemModel::rowsRemoved);
        source.arrive({FakeHistory::make(10, noon), FakeHistory::make(11, noon)});
        QCOMPARE(shown(*model).mid(0, 4), (QStringList{QStringLiteral("Today"), QStringLiteral("Title 11"),
                                                       QStringLiteral("Title 10"), QStringLiteral("Yesterday")}));
        source.arrive({FakeHistory::make(11, noon)}); // the same again: shown once
        QCOMPARE(model->loadedCount(), 5);
        QCOMPARE(resets.count(), 0);
        QCOMPARE(removals.count(), 0);
    }

    void theLastOfADayTakesItsHeadingAlong()
    {
        source.all = {FakeHistory::make(2, noon), FakeHistory::make(1, noon.addDays(-1))};
        auto model = loadedModel();
        source.deleteRows({2});
        QCOMPARE(shown(*model), (QStringList{QStringLiteral("Yesterday"), QStringLiteral("Title 1")}));
        source.undoDelete();
        QCOMPARE(model->rowCount(), 4);
    }

    void filtersHoldForWhatArrives()
    {
        RowQuery query;
        query.type = Type::Error; // ids 3, 7, 11 …
        source.fill(8, noon, 60);
        auto model = loadedModel(query);
        QCOMPARE(model->loadedCount(), 2);
        source.arrive({FakeHistory::make(9, noon), FakeHistory::make(11, noon)});
        QCOMPARE(model->loadedCount(), 3);
        QVERIFY(model->indexOf(11).isValid());
        QVERIFY(!model->indexOf(9).isValid());
    }

    void aSearchIsAskedOfTheInboxForWhatArrives()
    {
        RowQuery query;
        query.text = QStringLiteral("title 1");
        source.fill(3, noon, 60);
        auto model = loadedModel(query);
        QCOMPARE(model->loadedCount(), 1);
        source.arrive({FakeHistory::make(20, noon), FakeHistory::make(12, noon)});
        QTRY_COMPARE(model->loadedCount(), 2);
        QVERIFY(model->indexOf(12).isValid());
    }

    void aHeldRowStaysUntilItIsLetGo()
    {
        RowQuery query;
        query.unreadOnly = true;
        source.fill(3, noon, 60);
        auto model = loadedModel(query);
        model->setHeld({2});
        source.setRead({1, 2}, noon);
        QVERIFY(!model->indexOf(1).isValid());
        QVERIFY(model->indexOf(2).isValid());
        model->setHeld({3});
        QVERIFY(!model->indexOf(2).isValid());
        QVERIFY(model->indexOf(3).isValid());
    }

    void aFilterChangeLetsHeldRowsGo()
    {
        RowQuery query;
        query.unreadOnly = true;
        source.fill(3, noon, 60);
        auto model = loadedModel(query);
        model->setHeld({2});
        source.setRead({2}, noon);
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        query.text = QStringLiteral("Title");
        model->setQuery(query);
        QVERIFY(loaded.wait());
        QVERIFY(!model->indexOf(2).isValid());
    }

    void aRowThatComesToMatchIsListed()
    {
        RowQuery query;
        query.unreadOnly = true;
        source.fill(3, noon, 60, false);
        auto model = loadedModel(query);
        QCOMPARE(model->loadedCount(), 0);
        source.setRead({2}, {});
        QCOMPARE(model->loadedCount(), 1);
    }

    void readingAnewKeepsWhatIsStillThere()
    {
        source.fill(5, noon, 60);
        auto model = loadedModel();
        const QPersistentModelIndex third = model->indexOf(3);
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        source.all.removeIf([](const client::Row& row) { return row.rowId == 4; });
        source.all.prepend(FakeHistory::make(9, noon));
        Q_EMIT source.historyReset();
        QVERIFY(loaded.wait());
        QVERIFY(third.isValid());
        QCOMPARE(model->rowAt(third)->rowId, 3);
        QCOMPARE(model->loadedCount(), 5);
    }

    void whatArrivesWhileAPageIsUnderWayIsNotLost()
    {
        source.fill(2, noon, 60);
        HistoryModel model(source, [this] { return noon; });
        QSignalSpy loaded(&model, &HistoryModel::loaded);
        model.setQuery({});
        source.arrive({FakeHistory::make(7, noon)});
        QVERIFY(loaded.wait());
        QCOMPARE(model.loadedCount(), 3);
        QVERIFY(model.indexOf(7).isValid());
    }

    void aRowFarDownIsSought()
    {
        source.fill(100'000, noon, 60);
        auto model = loadedModel();
        QSignalSpy sought(model.get(), &HistoryModel::sought);
        model->seek(60'000);
        QVERIFY(sought.wait());
        QCOMPARE(sought.first().at(1).toBool(), true);
        QVERIFY(model->indexOf(60'000).isValid());
        QCOMPARE(source.pagesAsked, 2);
        QVERIFY(model->hasNewer() && model->hasMore());
        model->seek(987'654);
        QTRY_COMPARE(sought.count(), 2);
        QCOMPARE(sought.last().at(1).toBool(), false);
        QVERIFY2(model->indexOf(60'000).isValid(), "what is in view stays");
    }

    void holdsAWindowHoweverFarOneScrolls()
    {
        source.fill(5'000, noon, 60);
        auto model = loadedModel();
        QSignalSpy resets(model.get(), &QAbstractItemModel::modelReset);
        while (model->hasMore()) {
            const int asked = source.pagesAsked;
            model->fetchMore({});
            QTRY_VERIFY(source.pagesAsked > asked && (model->canFetchMore({}) || !model->hasMore()));
            QVERIFY(model->loadedCount() <= 1'000);
        }
        QVERIFY(model->indexOf(1).isValid());
        QVERIFY(model->indexOf(1'000).isValid());
        QVERIFY(!model->indexOf(1'001).isValid());
        while (model->hasNewer()) {
            model->fetchNewer();
            QTRY_VERIFY(model->canFetchNewer() || !model->hasNewer());
            QVERIFY(model->loadedCount() <= 1'000);
        }
        QVERIFY(model->indexOf(5'000).isValid());
        QVERIFY(model->indexOf(4'001).isValid());
        QVERIFY(!model->indexOf(4'000).isValid());
        QCOMPARE(resets.count(), 0);
    }

    void bothEndsAreOnePageAway()
    {
        source.fill(100'000, noon, 60);
        auto model = loadedModel();
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        model->moveTo(HistoryModel::End::Oldest);
        QVERIFY(loaded.wait());
        QCOMPARE(model->rowAt(model->index(model->rowCount() - 1))->rowId, 1);
        QVERIFY(!model->hasMore() && model->hasNewer());
        model->moveTo(HistoryModel::End::Newest);
        QVERIFY(loaded.wait());
        QCOMPARE(model->rowAt(model->firstRow())->rowId, 100'000);
        QVERIFY(model->hasMore() && !model->hasNewer());
        QCOMPARE(source.pagesAsked, 3);
    }

    void whatArrivesAboveTheWindowIsCountedAndComesWithItsPage()
    {
        source.fill(3'000, noon, 60);
        auto model = loadedModel();
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        model->moveTo(HistoryModel::End::Oldest);
        QVERIFY(loaded.wait());
        QSignalSpy above(model.get(), &HistoryModel::arrivedAbove);
        source.arrive({FakeHistory::make(3'001, noon), FakeHistory::make(3'002, noon)});
        QCOMPARE(above.count(), 1);
        QCOMPARE(above.first().first().toInt(), 2);
        QVERIFY(!model->indexOf(3'001).isValid());
        model->moveTo(HistoryModel::End::Newest);
        QVERIFY(loaded.wait());
        QVERIFY(model->indexOf(3'002).isValid());
    }

    void readingAnewStaysWhereOneIs()
    {
        source.fill(3'000, noon, 60);
        auto model = loadedModel();
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        model->moveTo(HistoryModel::End::Oldest);
        QVERIFY(loaded.wait());
        const QPersistentModelIndex fiftieth = model->indexOf(50);
        Q_EMIT source.historyReset();
        QVERIFY(loaded.wait());
        QVERIFY(fiftieth.isValid());
        QVERIFY(model->hasNewer());
    }

    void theOneSelectedIsSaidToBeLeftBehindAndSeveralStay()
    {
        source.fill(3'000, noon, 60);
        auto model = loadedModel();
        const auto scroll = [&](int pages) {
            for (int i = 0; i < pages; ++i) {
                const RowId last = model->rowAt(model->index(model->rowCount() - 1))->rowId;
                model->fetchMore({});
                QTRY_VERIFY(!model->rowAt(model->index(model->rowCount() - 1)) ||
                            model->rowAt(model->index(model->rowCount() - 1))->rowId < last);
            }
        };
        QSignalSpy left(model.get(), &HistoryModel::leftBehind);
        model->setHeld({2'999, 3'000});
        scroll(10);
        QCOMPARE(model->loadedCount(), 1'100);
        QCOMPARE(left.count(), 0);
        model->setHeld({2'999});
        scroll(1);
        QCOMPARE(left.count(), 1);
        QCOMPARE(left.first().first().toLongLong(), 2'999);
        QCOMPARE(model->loadedCount(), 1'000);
    }

    void afterAllThatWasLoadedTheNextComes()
    {
        source.fill(250, noon, 60);
        auto model = loadedModel();
        QList<client::RowId> all;
        for (client::RowId id = 151; id <= 250; ++id)
            all << id;
        source.deleteRows(all);
        QTRY_VERIFY(model->indexOf(150).isValid());
    }

    void theAccessibleTextHoldsWhatTheRowShows()
    {
        client::Row row = FakeHistory::make(2, noon.addSecs(-120));
        row.type = Type::Warning;
        row.requireAck = true;
        row.change = client::ChangeState::Waiting;
        source.all = {row};
        auto model = loadedModel();
        const QString said = model->indexOf(2).data(Qt::AccessibleTextRole).toString();
        for (const char* part :
             {"Unread", "Warning", "Title 2", "Message 2", "ci", "2 min", "acknowledged", "will be sent"})
            QVERIFY2(said.contains(QLatin1String(part)), qPrintable(said));
    }

    void keepsTheRulesOfModelsWhateverHappens()
    {
        source.fill(150, noon, 3600);
        auto model = loadedModel();
        QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        source.arrive({FakeHistory::make(500, noon), FakeHistory::make(501, noon.addDays(1))});
        source.setRead({500, 140}, noon);
        source.deleteRows({501, 150, 149, 148, 147, 146, 145, 120});
        source.undoDelete();
        RowQuery query;
        query.type = Type::Warning;
        QSignalSpy loaded(model.get(), &HistoryModel::loaded);
        model->setQuery(query);
        QVERIFY(loaded.wait());
        model->setQuery({});
        QVERIFY(loaded.wait());
        QTRY_VERIFY(model->indexOf(501).isValid());
    }

    void toolTipsAreMarkupOfOurs()
    {
        source.all = {FakeHistory::make(1, noon)};
        auto model = loadedModel();
        QVERIFY(model->indexOf(1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("2026")));
    }
};

QTEST_MAIN(HistoryModelTest)
#include "history_model_test.moc"
