// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_pane.h"

#include "app/desktop/answers.h"
#include "app/desktop/history/detail_pane.h"
#include "app/desktop/history/empty_page.h"
#include "app/desktop/history/filter_bar.h"
#include "app/desktop/history/history_delegate.h"
#include "app/desktop/history/history_list.h"
#include "app/desktop/history/history_model.h"
#include "app/desktop/history/key_list.h"
#include "app/desktop/history/message_html.h"
#include "app/desktop/history/notice_bar.h"
#include "app/desktop/history/status_strip.h"
#include "app/desktop/screen_text.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QEvent>
#include <QGuiApplication>
#include <QLocale>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace belfry::desktop {

using client::Row;
using client::RowId;
using namespace std::chrono_literals;

namespace {
constexpr auto undoTime = 10s;
constexpr auto slowAfter = 300ms;
constexpr auto settlingPause = 120ms;

QString remedyText(ShellTrouble::Remedy remedy)
{
    switch (remedy) {
    case ShellTrouble::Remedy::TryAgain:
        return HistoryPane::tr("&Try again");
    case ShellTrouble::Remedy::UseAnotherPort:
        return HistoryPane::tr("Use another &port");
    case ShellTrouble::Remedy::SignIn:
        return HistoryPane::tr("S&ign in…");
    case ShellTrouble::Remedy::None:
        break;
    }
    return {};
}

} // namespace

HistoryPane::HistoryPane(HistorySource& source, words::Now now, QWidget* parent)
    : QWidget(parent), m_source(source), m_now(now), m_model(new HistoryModel(source, now, this)),
      m_delegate(new HistoryDelegate(this)), m_filter(new FilterBar(this)),
      m_offline(new NoticeBar(QStringLiteral("offlineBar"), this)),
      m_trouble(new NoticeBar(QStringLiteral("troubleBar"), this)),
      m_fault(new NoticeBar(QStringLiteral("faultBar"), this)),
      m_offer(new NoticeBar(QStringLiteral("offerBar"), this)), m_stack(new QStackedWidget(this)),
      m_list(new HistoryList(m_stack)), m_empty(new EmptyPage(m_stack)), m_detail(new DetailPane(this)),
      m_splitter(new QSplitter(Qt::Vertical, this)), m_strip(new StatusStrip(now, this))
{
    setObjectName(QStringLiteral("historyPane"));
    m_clock.start();
    m_list->setHistory(m_model);
    m_list->setItemDelegate(m_delegate);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_empty);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setChildrenCollapsible(false);
    m_stack->setMinimumHeight(120);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_offline);
    column->addWidget(m_trouble);
    column->addWidget(m_fault);
    column->addWidget(m_filter);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_offer);
    column->addWidget(m_strip);

    m_readingTimer.setSingleShot(true);
    m_offerTimer.setSingleShot(true);
    m_slow.setSingleShot(true);
    m_slow.setInterval(slowAfter);
    m_settling.setSingleShot(true);
    m_settling.setInterval(settlingPause);
    m_minute.start(30s);
    connectParts();
    makeShortcuts();
    renewLink();
    renewFilterChoices();
    applyFilter();
}

HistoryPane::~HistoryPane() = default;

void HistoryPane::connectParts()
{
    connect(m_filter, &FilterBar::changed, this, &HistoryPane::applyFilter);
    connect(m_filter, &FilterBar::listRequested, m_list, [this] { m_list->setFocus(Qt::OtherFocusReason); });

    connect(m_model, &HistoryModel::loaded, this, [this] {
        m_slow.stop();
        settleSelection();
        renewPage();
        m_settling.start();
    });
    connect(m_model, &HistoryModel::sought, this, [this](RowId row, bool isFound) {
        if (isFound) {
            const QModelIndex index = m_model->indexOf(row);
            select(index);
            m_list->scrollTo(index, QAbstractItemView::PositionAtCenter);
            m_list->prefetch();
            personChose(); // by its popup
            return;
        }
        m_isOurSelection = true;
        m_list->selectionModel()->clear();
        m_isOurSelection = false;
        m_outside = row;
        renewDetail();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_model, signal, this, [this] {
            renewPage();
            m_settling.start();
        });
    connect(m_model, &HistoryModel::leftBehind, this, [this](RowId row) {
        m_isOurSelection = true;
        m_list->selectionModel()->clear();
        m_isOurSelection = false;
        m_outside = row; // what is being read stays in the detail
    });
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& first, const QModelIndex& last) {
        const QModelIndexList chosen = m_list->selectionModel()->selectedIndexes();
        if (std::any_of(chosen.begin(), chosen.end(), [&](const QModelIndex& index) {
                return index.row() >= first.row() && index.row() <= last.row();
            }))
            renewDetail();
        m_settling.start();
    });
    connect(&m_settling, &QTimer::timeout, this, [this] {
        renewMarkable();
        renewFilterChoices();
    });

    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPane::selectionMoved);
    connect(m_list, &HistoryList::personChose, this, &HistoryPane::personChose);
    connect(m_list, &HistoryList::openRequested, this, &HistoryPane::open);
    connect(m_list, &HistoryList::answerRequested, this, [this] {
        if (const QList<RowId> rows = m_list->selectedRows(); rows.size() == 1)
            answer(rows.first());
    });
    connect(m_list, &HistoryList::toggleReadRequested, this, &HistoryPane::toggleRead);
    connect(m_list, &HistoryList::deleteRequested, this, &HistoryPane::deleteSelected);
    connect(m_list, &HistoryList::selectAllRequested, this, &HistoryPane::selectAll);
    connect(m_list, &HistoryList::copyRequested, this, &HistoryPane::copy);
    connect(m_delegate, &HistoryDelegate::answerClicked, this, &HistoryPane::answer);

    connect(m_detail, &DetailPane::acknowledged, this,
            [this](RowId row, const QString& answer) { m_source.acknowledge(row, answer); });
    connect(m_detail, &DetailPane::linkRequested, this, [](const QUrl& url) {
        if (isOpenable(url))
            QDesktopServices::openUrl(url);
    });
    connect(m_detail, &DetailPane::copyRequested, this, &HistoryPane::copy);
    connect(m_detail, &DetailPane::toggleReadRequested, this, &HistoryPane::toggleRead);
    connect(m_detail, &DetailPane::deleteRequested, this, &HistoryPane::deleteSelected);

    connect(m_strip, &StatusStrip::clearFilterRequested, m_filter, &FilterBar::clearAll);
    connect(m_strip, &StatusStrip::markAllReadRequested, this, &HistoryPane::markAllRead);
    connect(m_strip, &StatusStrip::actionRequested, this, [this](LinkAction action) {
        switch (action) {
        case LinkAction::TryNow:
        case LinkAction::AskKeyring:
            m_source.retryNow();
            break;
        case LinkAction::SignIn:
        case LinkAction::SignInForSession:
            Q_EMIT signInRequested();
            break;
        case LinkAction::TurnOnServer:
            Q_EMIT turnOnServerRequested();
            break;
        }
    });
    connect(m_empty, &EmptyPage::clicked, this, &HistoryPane::pageButton);
    connect(m_offer, &NoticeBar::clicked, this, [this] {
        if (m_offered == Offer::Undo) {
            undo();
        } else if (m_offered == Offer::SelectAll) {
            m_allMatching = true;
            m_offer->say(tr("All messages that match are selected."));
            m_list->setFocus(Qt::OtherFocusReason);
        }
    });
    connect(m_trouble, &NoticeBar::clicked, this, [this] { choose(m_shellTrouble.first); });
    connect(m_trouble, &NoticeBar::secondClicked, this, [this] { choose(m_shellTrouble.second); });
    connect(m_fault, &NoticeBar::clicked, this, [this] {
        m_testFault.clear();
        renewLink();
    });
    connect(&m_offerTimer, &QTimer::timeout, this, [this] {
        m_offered = Offer::None;
        m_offer->say({});
    });
    connect(&m_readingTimer, &QTimer::timeout, this, [this] {
        if (const auto row = m_reading.take(elapsed())) {
            const Row* shown = m_model->rowAt(m_model->indexOf(*row));
            if (shown && shown->isUnread())
                m_source.markRead({*row});
        }
        armReading();
    });
    connect(&m_minute, &QTimer::timeout, this, [this] {
        if (isVisible())
            m_model->tick();
    });
    connect(&m_slow, &QTimer::timeout, this, &HistoryPane::renewPage);

    connect(&m_source, &HistorySource::statusChanged, this, &HistoryPane::renewLink);
    connect(&m_source, &HistorySource::unreadChanged, this, [this] {
        renewLink();
        m_settling.start();
    });
    connect(&m_source, &HistorySource::activeChanged, this, [this] {
        m_outside = 0;
        m_filter->clearAll();
        renewLink();
        renewFilterChoices();
    });
    connect(&m_source, &HistorySource::faultChanged, this, [this](const QString& sentence) {
        m_clientFault = sentence;
        renewLink();
    });
    connect(&m_source, &HistorySource::rowsChanged, this, [this](const QList<Row>& rows) {
        if (m_outside != 0 && std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return r.rowId == m_outside; }))
            renewDetail();
    });
}

void HistoryPane::makeShortcuts()
{
    const auto on = [this](const QKeySequence& key, auto slot) {
        auto* shortcut = new QShortcut(key, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    on(QKeySequence(Qt::CTRL | Qt::Key_F), [this] { m_filter->focusSearch(); });
    on(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A), [this] { markAllRead(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_Z), [this] { undo(); });
    on(QKeySequence(Qt::Key_F1), [this] { (new KeyList(this))->open(); });
}

std::chrono::milliseconds HistoryPane::elapsed() const
{
    return std::chrono::milliseconds(m_clock.elapsed());
}

// --- list and filter ------------------------------------------------------------------------------------------------

void HistoryPane::applyFilter()
{
    m_allMatching = false;
    m_outside = 0;
    if (m_offered == Offer::SelectAll) {
        m_offered = Offer::None;
        m_offer->say({});
    }
    m_strip->setFilterSentence(m_filter->sentence());
    m_delegate->setSearch(m_filter->searchText());
    m_slow.start();
    m_model->setQuery(m_filter->query());
    m_list->viewport()->update();
    renewMarkable();
    Q_EMIT filtersChanged();
}

void HistoryPane::renewFilterChoices()
{
    whenAnswered(m_source.categories(), this, [this](const QStringList& found) { m_filter->setCategories(found); });
    whenAnswered(m_source.senders(), this,
                 [this](const QList<QPair<UserId, QString>>& found) { m_filter->setSenders(found); });
}

void HistoryPane::renewMarkable()
{
    if (!m_filter->isFiltering()) {
        m_matching = -1;
        m_strip->setMarkable(m_source.unread(), -1);
        return;
    }
    client::RowQuery query = m_filter->query();
    query.unreadOnly = true;
    whenAnswered(m_source.count(query), this, [this](int count) {
        if (!m_filter->isFiltering())
            return;
        m_matching = count;
        m_strip->setMarkable(m_source.unread(), count);
    });
}

void HistoryPane::renewPage()
{
    if (m_model->loadedCount() > 0) {
        m_stack->setCurrentWidget(m_list);
        return;
    }
    if (!m_model->isLoaded()) {
        if (!m_slow.isActive()) {
            m_empty->say(tr("Looking …"));
            m_stack->setCurrentWidget(m_empty);
        }
        return;
    }
    if (!m_filter->searchText().isEmpty())
        m_empty->say(tr("Nothing found for “%1”.").arg(screen::isolated(m_filter->searchText(), 60)),
                     tr("Clear &search"));
    else if (m_filter->isFiltering())
        m_empty->say(tr("Nothing here matches the filters."), tr("&Show everything"));
    else
        m_empty->say(m_isSendingTest ? tr("Nothing here yet. Your test message is on its way …")
                                     : tr("Nothing here yet."),
                     m_isSendingTest ? QString() : tr("&Send yourself a test message"));
    m_stack->setCurrentWidget(m_empty);
}

void HistoryPane::pageButton()
{
    if (!m_filter->searchText().isEmpty())
        m_filter->clearSearch();
    else if (m_filter->isFiltering())
        m_filter->clearAll();
    else
        sendTest();
    m_list->setFocus(Qt::OtherFocusReason);
}

void HistoryPane::sendTest()
{
    m_isSendingTest = true;
    m_testFault.clear();
    renewPage();
    renewLink();
    whenAnswered(m_source.sendTest(), this, [this](const Result<int>& sent) {
        m_isSendingTest = false;
        if (!sent)
            m_testFault = QString::fromStdString(sent.error().message);
        renewPage();
        renewLink();
    });
}

bool HistoryPane::clearSearch()
{
    if (m_filter->searchText().isEmpty())
        return false;
    m_filter->clearSearch();
    return true;
}

// --- link -----------------------------------------------------------------------------------------------------------

void HistoryPane::renewLink()
{
    const client::LinkStatus status = m_source.status();
    m_strip->setLink(status, m_source.unread());
    m_offline->say(linkLine(status, m_source.unread(), m_now()).bar);
    QStringList faults;
    for (const QString& fault : {m_clientFault, m_testFault})
        if (!fault.isEmpty())
            faults << screen::line(fault, 400);
    m_fault->say(faults.join(QLatin1Char(' ')), m_testFault.isEmpty() ? QString() : tr("&Hide"));
    if (!m_filter->isFiltering())
        m_strip->setMarkable(m_source.unread(), -1);
}

void HistoryPane::setShellTrouble(const ShellTrouble& trouble)
{
    m_shellTrouble = trouble;
    renewTrouble();
}

void HistoryPane::renewTrouble()
{
    m_trouble->say(screen::line(m_shellTrouble.sentence, 400), remedyText(m_shellTrouble.first),
                   remedyText(m_shellTrouble.second));
}

void HistoryPane::choose(ShellTrouble::Remedy remedy)
{
    if (remedy == ShellTrouble::Remedy::SignIn)
        Q_EMIT signInRequested();
    else
        Q_EMIT remedyChosen(remedy);
}

// --- selection and detail -------------------------------------------------------------------------------------------

void HistoryPane::select(const QModelIndex& index)
{
    m_isOurSelection = true;
    m_outside = 0;
    m_list->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    m_isOurSelection = false;
    selectionMoved();
}

/// After a page came: something is selected, and what was stays.
void HistoryPane::settleSelection()
{
    if (m_outside == 0 && m_list->selectedRows().isEmpty())
        select(m_model->firstRow());
}

void HistoryPane::selectionMoved()
{
    if (m_isOurSelection)
        return;
    m_allMatching = false;
    if (m_offered == Offer::SelectAll) {
        m_offered = Offer::None;
        m_offer->say({});
    }
    const QList<RowId> rows = m_list->selectedRows();
    if (!rows.isEmpty())
        m_outside = 0;
    m_reading.show(rows.size() == 1 ? rows.first() : 0, false, elapsed());
    m_list->setHoldsPosition(false);
    armReading();
    renewDetail();
    // Rows that only stayed because they were selected go now; not while the selection is still being told around.
    QMetaObject::invokeMethod(
        this,
        [this] {
            const QList<RowId> held = m_list->selectedRows();
            m_model->setHeld(QSet<RowId>(held.begin(), held.end()));
        },
        Qt::QueuedConnection);
}

void HistoryPane::personChose()
{
    const QList<RowId> rows = m_list->selectedRows();
    if (rows.size() != 1)
        return;
    m_reading.show(rows.first(), true, elapsed());
    m_list->setHoldsPosition(m_isInView);
    armReading();
}

void HistoryPane::setInView(bool isInView)
{
    m_isInView = isInView;
    m_reading.setInView(isInView, elapsed());
    if (!isInView)
        m_list->setHoldsPosition(false);
    armReading();
}

void HistoryPane::armReading()
{
    if (const auto due = m_reading.dueIn(elapsed()))
        m_readingTimer.start(*due);
    else
        m_readingTimer.stop();
}

void HistoryPane::renewDetail()
{
    const QList<RowId> rows = m_list->selectedRows();
    if (rows.size() > 1) {
        m_detail->showSeveral(static_cast<int>(rows.size()));
    } else if (rows.size() == 1) {
        const Row* row = m_model->rowAt(m_model->indexOf(rows.first()));
        m_detail->show(row ? std::optional<Row>(*row) : std::nullopt, m_filter->searchText());
    } else if (m_outside != 0) {
        whenAnswered(m_source.row(m_outside), this, [this, asked = m_outside](const Row& row) {
            if (asked == m_outside)
                m_detail->show(row.rowId != 0 ? std::optional<Row>(row) : std::nullopt, {});
        });
    } else {
        m_detail->show(std::nullopt, {});
    }
}

void HistoryPane::showRow(RowId rowId)
{
    whenAnswered(m_source.row(rowId), this, [this, rowId](const Row& row) {
        if (row.rowId == 0) {
            showList();
            return;
        }
        const client::RowQuery query = m_filter->query();
        const bool isHidden = !query.text.isEmpty() || (query.type && *query.type != row.type) ||
                              (query.unreadOnly && !row.isUnread()) ||
                              (!query.category.isEmpty() && query.category != row.category) ||
                              (query.sender && *query.sender != row.senderId);
        if (isHidden)
            m_filter->clearAll();
        m_model->seek(rowId);
    });
    m_list->setFocus(Qt::OtherFocusReason);
}

void HistoryPane::showList()
{
    m_list->toTop();
    if (m_outside != 0 || m_list->selectedRows().isEmpty())
        select(m_model->firstRow());
    m_list->setFocus(Qt::OtherFocusReason);
}

// --- what a person does ---------------------------------------------------------------------------------------------

void HistoryPane::open()
{
    const QList<RowId> rows = m_list->selectedRows();
    if (rows.size() != 1)
        return;
    const Row* row = m_model->rowAt(m_model->indexOf(rows.first()));
    if (row && row->isUnread())
        m_source.markRead(rows);
    m_detail->focusMessage();
}

void HistoryPane::toggleRead()
{
    QList<RowId> unread, read;
    const QList<RowId> rows = m_list->selectedRows();
    if (rows.isEmpty() && m_outside != 0) {
        whenAnswered(m_source.row(m_outside), this, [this](const Row& row) {
            if (row.rowId == 0)
                return;
            if (row.isUnread())
                m_source.markRead({row.rowId});
            else
                m_source.markUnread({row.rowId});
        });
        return;
    }
    for (const RowId id : rows) {
        const Row* row = m_model->rowAt(m_model->indexOf(id));
        if (!row || row->isExpired || row->isLocalOnly)
            continue;
        (row->isUnread() ? unread : read).append(id);
    }
    // What was just set by hand is not undone by looking at it.
    m_reading.show(rows.size() == 1 ? rows.first() : 0, false, elapsed());
    armReading();
    if (m_allMatching && !unread.isEmpty())
        m_source.markAllRead(m_filter->query());
    else if (!unread.isEmpty())
        m_source.markRead(unread);
    else if (!read.isEmpty())
        m_source.markUnread(read);
}

void HistoryPane::selectAll()
{
    m_isOurSelection = true;
    m_list->selectAll();
    m_isOurSelection = false;
    selectionMoved();
    if (!m_model->hasMore() && !m_model->hasNewer())
        return;
    whenAnswered(m_source.count(m_filter->query()), this, [this](int count) {
        const int chosen = static_cast<int>(m_list->selectedRows().size());
        if (count <= chosen || chosen < 2)
            return;
        m_offerTimer.stop();
        m_offered = Offer::SelectAll;
        m_offer->say(tr("%n message(s) selected.", nullptr, chosen),
                     tr("Select &all %1").arg(QLocale().toString(count)));
    });
}

void HistoryPane::deleteSelected()
{
    QList<RowId> rows = m_list->selectedRows();
    if (rows.isEmpty() && m_outside != 0)
        rows = {m_outside};
    if (rows.isEmpty())
        return;
    if (m_allMatching) {
        const client::RowQuery query = m_filter->query();
        whenAnswered(m_source.count(query), this, [this, query](int count) {
            m_source.deleteMatching(query);
            deleted(count);
        });
        return;
    }
    int last = -1, first = m_model->rowCount();
    for (const RowId id : std::as_const(rows)) {
        const int at = m_model->indexOf(id).row();
        last = std::max(last, at);
        first = at >= 0 ? std::min(first, at) : first;
    }
    QModelIndex next;
    for (int row = last + 1; row < m_model->rowCount() && !next.isValid(); ++row)
        if (m_model->rowAt(m_model->index(row)))
            next = m_model->index(row);
    for (int row = first - 1; row >= 0 && !next.isValid(); --row)
        if (m_model->rowAt(m_model->index(row)))
            next = m_model->index(row);
    select(next);
    m_list->scrollTo(next);
    m_source.deleteRows(rows);
    deleted(static_cast<int>(rows.size()));
}

void HistoryPane::deleted(int count)
{
    m_offered = Offer::Undo;
    m_offer->say(tr("%n message(s) deleted from this history.", nullptr, count), tr("Und&o"));
    m_offerTimer.start(undoTime);
}

void HistoryPane::undo()
{
    if (m_offered != Offer::Undo)
        return;
    m_offerTimer.stop();
    m_offered = Offer::None;
    m_offer->say({});
    m_source.undoDelete();
    m_list->setFocus(Qt::OtherFocusReason);
}

void HistoryPane::copy()
{
    QModelIndexList indexes = m_list->selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    QStringList texts;
    for (const QModelIndex& index : std::as_const(indexes))
        if (const Row* row = m_model->rowAt(index))
            texts << words::copyText(*row);
    if (!texts.isEmpty()) {
        QGuiApplication::clipboard()->setText(texts.join(QLatin1Char('\n')));
        return;
    }
    if (m_outside != 0)
        whenAnswered(m_source.row(m_outside), this, [](const Row& row) {
            if (row.rowId != 0)
                QGuiApplication::clipboard()->setText(words::copyText(row));
        });
}

void HistoryPane::markAllRead()
{
    if (m_filter->isFiltering())
        m_source.markAllRead(m_filter->query());
    else
        m_source.markAllRead({});
}

void HistoryPane::answer(RowId rowId)
{
    const Row* row = m_model->rowAt(m_model->indexOf(rowId));
    if (!row || !row->canAnswer())
        return;
    if (row->answers.isEmpty()) {
        m_source.acknowledge(rowId, {});
        return;
    }
    m_detail->focusAnswer(); // the row is the selected one
}

// --- what comes back ------------------------------------------------------------------------------------------------

QVariantMap HistoryPane::state() const
{
    QVariantMap state = m_filter->state();
    state[QStringLiteral("splitter")] = m_splitter->saveState();
    return state;
}

void HistoryPane::setState(const QVariantMap& state)
{
    m_splitter->restoreState(state.value(QStringLiteral("splitter")).toByteArray());
    m_filter->setState(state);
}

void HistoryPane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::LanguageChange)
        return;
    renewLink();
    renewTrouble();
    renewPage();
    m_strip->setFilterSentence(m_filter->sentence());
    m_model->tick();
}

} // namespace belfry::desktop
