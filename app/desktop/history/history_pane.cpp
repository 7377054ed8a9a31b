// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_pane.h"

#include "app/desktop/answers.h"
#include "app/desktop/history/choice.h"
#include "app/desktop/history/detail_pane.h"
#include "app/desktop/history/empty_page.h"
#include "app/desktop/history/filter_bar.h"
#include "app/desktop/history/history_delegate.h"
#include "app/desktop/history/history_list.h"
#include "app/desktop/history/history_model.h"
#include "app/desktop/history/key_list.h"
#include "app/desktop/history/link_words.h"
#include "app/desktop/history/message_actions.h"
#include "app/desktop/history/message_html.h"
#include "app/desktop/history/notice_bar.h"
#include "app/desktop/history/status_strip.h"
#include "app/desktop/screen_text.h"

#include <QDesktopServices>
#include <QEvent>
#include <QMessageBox>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <chrono>

namespace belfry::desktop {

using client::Row;
using client::RowId;
using namespace std::chrono_literals;

namespace {
constexpr auto slowAfter = 300ms;
constexpr auto settlingPause = 120ms;
} // namespace

HistoryPane::HistoryPane(HistorySource& source, words::Now now, QWidget* parent)
    : QWidget(parent), m_source(source), m_now(now), m_model(new HistoryModel(source, now, this)),
      m_delegate(new HistoryDelegate(this)), m_troubles(new TroubleBars(this)), m_filter(new FilterBar(this)),
      m_offer(new NoticeBar(QStringLiteral("offerBar"), this)), m_stack(new QStackedWidget(this)),
      m_list(new HistoryList(m_stack)), m_empty(new EmptyPage(m_stack)), m_detail(new DetailPane(this)),
      m_splitter(new QSplitter(Qt::Vertical, this)), m_strip(new StatusStrip(now, this))
{
    setObjectName(QStringLiteral("historyPane"));
    m_list->setHistory(m_model);
    m_list->setItemDelegate(m_delegate);
    m_choice = new Choice(source, *m_model, *m_list, *m_detail, this);
    m_actions = new MessageActions({source, *m_model, *m_list, *m_filter, *m_detail, *m_offer, *m_choice}, this);
    layOut();

    m_slow.setSingleShot(true);
    m_slow.setInterval(slowAfter);
    m_settling.setSingleShot(true);
    m_settling.setInterval(settlingPause);
    m_minute.start(30s);
    connectList();
    connectParts();
    connectSource();
    makeShortcuts();
    renewLink();
    renewFilterChoices();
    applyFilter();
}

HistoryPane::~HistoryPane() = default;

void HistoryPane::layOut()
{
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
    column->addWidget(m_troubles);
    column->addWidget(m_filter);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_offer);
    column->addWidget(m_strip);
}

void HistoryPane::connectList()
{
    connect(m_model, &HistoryModel::loading, &m_slow, qOverload<>(&QTimer::start));
    connect(m_model, &HistoryModel::loaded, this, [this] {
        m_slow.stop();
        m_choice->settle();
        renewPage();
        m_settling.start();
    });
    connect(m_model, &HistoryModel::sought, this, [this](RowId row, bool isFound) {
        if (!isFound) {
            m_choice->showOutside(row);
            return;
        }
        const QModelIndex index = m_model->indexOf(row);
        m_choice->select(index);
        m_list->scrollTo(index, QAbstractItemView::PositionAtCenter);
        m_list->prefetch();
        m_choice->personChose(); // by its popup
    });
    const auto rowsChanged = [this] {
        renewPage();
        m_settling.start();
    };
    connect(m_model, &QAbstractItemModel::rowsInserted, this, rowsChanged);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, rowsChanged);
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this] { m_settling.start(); });
    connect(&m_settling, &QTimer::timeout, this, [this] {
        renewMarkable();
        renewFilterChoices();
    });
    connect(&m_minute, &QTimer::timeout, this, [this] {
        if (isVisible())
            m_model->tick();
    });
    connect(&m_slow, &QTimer::timeout, this, &HistoryPane::renewPage);

    connect(m_list, &HistoryList::openRequested, m_actions, &MessageActions::open);
    connect(m_list, &HistoryList::answerRequested, m_actions, &MessageActions::answerChosen);
    connect(m_list, &HistoryList::toggleReadRequested, m_actions, &MessageActions::toggleRead);
    connect(m_list, &HistoryList::deleteRequested, m_actions, &MessageActions::deleteChosen);
    connect(m_list, &HistoryList::selectAllRequested, m_actions, &MessageActions::selectAll);
    connect(m_list, &HistoryList::copyRequested, m_actions, &MessageActions::copy);
    connect(m_delegate, &HistoryDelegate::answerClicked, m_actions, &MessageActions::answer);
}

void HistoryPane::connectParts()
{
    connect(m_troubles, &TroubleBars::signInRequested, this, &HistoryPane::signInRequested);
    connect(m_troubles, &TroubleBars::remedyChosen, this, &HistoryPane::remedyChosen);
    connect(m_filter, &FilterBar::changed, this, &HistoryPane::applyFilter);
    connect(m_filter, &FilterBar::listRequested, m_list, [this] { m_list->setFocus(Qt::OtherFocusReason); });
    connect(m_empty, &EmptyPage::clicked, this, &HistoryPane::pageButton);

    connect(m_detail, &DetailPane::acknowledged, this,
            [this](RowId row, const QString& answer) { m_source.acknowledge(row, answer); });
    connect(m_detail, &DetailPane::linkRequested, this, [](const QUrl& url) {
        if (isOpenable(url))
            QDesktopServices::openUrl(url);
    });
    connect(m_detail, &DetailPane::copyRequested, m_actions, &MessageActions::copy);
    connect(m_detail, &DetailPane::toggleReadRequested, m_actions, &MessageActions::toggleRead);
    connect(m_detail, &DetailPane::deleteRequested, m_actions, &MessageActions::deleteChosen);

    connect(m_strip, &StatusStrip::clearFilterRequested, m_filter, &FilterBar::clearAll);
    connect(m_strip, &StatusStrip::markAllReadRequested, m_actions, &MessageActions::markAllRead);
    connect(m_strip, &StatusStrip::actionRequested, this, &HistoryPane::act);
    connect(m_troubles, &TroubleBars::actionRequested, this, &HistoryPane::act);
}

void HistoryPane::connectSource()
{
    connect(&m_source, &HistorySource::statusChanged, this, &HistoryPane::renewLink);
    connect(&m_source, &HistorySource::unreadChanged, this, [this] {
        renewLink();
        m_settling.start();
    });
    connect(&m_source, &HistorySource::activeChanged, this, [this] {
        m_choice->forgetOutside();
        m_filter->clearAll();
        renewLink();
        renewFilterChoices();
    });
    connect(&m_source, &HistorySource::faultChanged, m_troubles, &TroubleBars::setInboxFault);
}

void HistoryPane::makeShortcuts()
{
    const auto on = [this](const QKeySequence& key, auto slot) {
        auto* shortcut = new QShortcut(key, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    on(QKeySequence(Qt::CTRL | Qt::Key_F), [this] { m_filter->focusSearch(); });
    on(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A), [this] { m_actions->markAllRead(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_Z), [this] { m_actions->undo(); });
    on(QKeySequence(Qt::Key_F1), [this] { (new KeyList(this))->open(); });
}

// --- list and filter ------------------------------------------------------------------------------------------------

void HistoryPane::applyFilter()
{
    m_actions->endSelectAll();
    m_choice->forgetOutside();
    m_choice->setSearch(m_filter->searchText());
    m_strip->setFilterSentence(m_filter->sentence());
    m_delegate->setSearch(m_filter->searchText());
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
        m_counted.cancel();
        m_strip->setMarkable(m_source.unread(), -1);
        return;
    }
    client::RowQuery query = m_filter->query();
    query.unreadOnly = true;
    m_counted.cancel();
    m_counted = m_source.count(query);
    whenAnswered(m_counted, this, [this](int count) {
        if (m_filter->isFiltering())
            m_strip->setMarkable(m_source.unread(), count);
    });
}

void HistoryPane::renewPage()
{
    const bool isLooking = !m_model->isLoaded() && !m_slow.isActive();
    // What was there before stays on screen; the line below it says that it is not the answer, beside a way to stop.
    m_strip->setFilterSentence(isLooking && m_filter->isFiltering() ? tr("Looking …") : m_filter->sentence());
    if (m_model->loadedCount() > 0) {
        const bool areFirst = m_stack->currentWidget() != m_list;
        m_stack->setCurrentWidget(m_list);
        if (areFirst)
            m_choice->settle();
        return;
    }
    if (!m_model->isLoaded()) {
        if (isLooking) {
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
    m_troubles->setTestFault({});
    renewPage();
    whenAnswered(m_source.sendTest(), this, [this](const Result<int>& sent) {
        m_isSendingTest = false;
        if (!sent)
            m_troubles->setTestFault(QString::fromStdString(sent.error().message));
        renewPage();
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
    m_troubles->setLink(linkLine(status, m_source.unread(), m_now()));
    if (!m_filter->isFiltering())
        m_strip->setMarkable(m_source.unread(), -1);
}

void HistoryPane::act(LinkAction action)
{
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
    case LinkAction::SayWhyNotKept: {
        auto* const box =
            new QMessageBox(QMessageBox::Information, tr("Keyring"), notKeptSentence(), QMessageBox::Close, window());
        box->setObjectName(QStringLiteral("whyNotKept"));
        box->setTextFormat(Qt::PlainText);
        box->setInformativeText(screen::line(m_source.status().notKept, 300));
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
        break;
    }
    }
}

void HistoryPane::setShellTrouble(const ShellTrouble& trouble)
{
    m_troubles->setShellTrouble(trouble);
}

// --- what is shown --------------------------------------------------------------------------------------------------

void HistoryPane::setInView(bool isInView)
{
    m_choice->setInView(isInView);
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
    if (m_choice->listed().isEmpty())
        m_choice->select(m_model->firstRow());
    m_list->setFocus(Qt::OtherFocusReason);
}

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
    renewPage();
    m_strip->setFilterSentence(m_filter->sentence());
    m_model->tick();
}

} // namespace belfry::desktop
