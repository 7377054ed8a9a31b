// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_list.h"

#include "app/desktop/history/history_model.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>

namespace belfry::desktop {

HistoryList::HistoryList(QWidget* parent) : QListView(parent), m_newAbove(new QPushButton(viewport()))
{
    setObjectName(QStringLiteral("historyList"));
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    setTabKeyNavigation(false);
    verticalScrollBar()->setSingleStep(24);
    m_newAbove->setObjectName(QStringLiteral("newAbove"));
    m_newAbove->setFocusPolicy(Qt::NoFocus); // Home does the same
    m_newAbove->setCursor(Qt::ArrowCursor);
    m_newAbove->hide();
    connect(m_newAbove, &QPushButton::clicked, this, &HistoryList::toTop);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value == 0 && m_history && !m_history->hasNewer())
            say(0);
        prefetch();
    });
    setAccessibleName(tr("Messages"));
}

void HistoryList::setHistory(HistoryModel* model)
{
    m_history = model;
    setModel(model);
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this, &HistoryList::rememberPlace);
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &HistoryList::rememberPlace);
    connect(model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) { keepPlace(true, first, last); });
    connect(model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex&, int first, int last) { keepPlace(false, first, last); });
    connect(model, &HistoryModel::loaded, this, &HistoryList::arrive);
    connect(model, &HistoryModel::arrivedAbove, this, [this](int count) { say(m_countAbove + count); });
}

QList<client::RowId> HistoryList::selectedRows() const
{
    QList<client::RowId> rows;
    if (!selectionModel())
        return rows;
    for (const QModelIndex& index : selectionModel()->selectedIndexes())
        if (const client::RowId id = index.data(HistoryModel::RowIdRole).toLongLong(); id != 0)
            rows.append(id);
    return rows;
}

void HistoryList::toTop()
{
    scrollToTop();
    say(0);
    if (m_history && m_history->hasNewer()) {
        m_going = Going::Top;
        m_history->moveTo(HistoryModel::End::Newest);
    }
}

/// The model is where it was to go.
void HistoryList::arrive()
{
    const Going going = std::exchange(m_going, Going::Nowhere);
    if (going == Going::First || going == Going::Last) {
        const int last = m_history->rowCount() - 1;
        const QModelIndex end = going == Going::First ? m_history->firstRow() : m_history->index(last);
        selectionModel()->setCurrentIndex(end, QItemSelectionModel::ClearAndSelect);
        Q_EMIT personChose();
    }
    if (going == Going::Top || going == Going::First)
        scrollToTop();
    else if (going == Going::Last)
        scrollToBottom();
    QMetaObject::invokeMethod(this, &HistoryList::prefetch, Qt::QueuedConnection);
}

bool HistoryList::goesToEnd(QKeyEvent* event)
{
    if (!m_history || event->modifiers() & ~Qt::KeypadModifier)
        return false;
    const bool isHome = event->key() == Qt::Key_Home && m_history->hasNewer();
    const bool isEnd = event->key() == Qt::Key_End && m_history->hasMore();
    if (!isHome && !isEnd)
        return false;
    m_going = isHome ? Going::First : Going::Last;
    if (isHome)
        say(0);
    m_history->moveTo(isHome ? HistoryModel::End::Newest : HistoryModel::End::Oldest);
    return true;
}

/// Which row is at the top of the view and where exactly, before rows come or go.
void HistoryList::rememberPlace()
{
    m_anchor = QPersistentModelIndex();
    const bool isAway = verticalScrollBar()->value() > 0 || m_history->isPagingUp();
    if (!isAway && !m_holdsPosition)
        return;
    for (int y = 1; y < viewport()->height(); y += 8) {
        const QModelIndex index = indexAt(QPoint(4, y));
        if (index.isValid() && m_history->rowAt(index)) {
            m_anchor = index;
            m_anchorTop = visualRect(index).top();
            return;
        }
    }
}

void HistoryList::keepPlace(bool isInsertion, int first, int last)
{
    if (!m_anchor.isValid())
        return;
    const bool isAbove = first <= m_anchor.row();
    if (!isAbove)
        return;
    int arrived = 0;
    if (isInsertion)
        for (int row = first; row <= last; ++row)
            if (m_history->rowAt(m_history->index(row)))
                ++arrived;
    doItemsLayout();
    QScrollBar* bar = verticalScrollBar();
    bar->setValue(bar->value() + visualRect(m_anchor).top() - m_anchorTop);
    if (isInsertion && bar->value() > 0 && !m_history->isPagingUp())
        say(m_countAbove + arrived);
}

void HistoryList::say(int newAbove)
{
    m_countAbove = newAbove;
    m_newAbove->setVisible(newAbove > 0);
    if (newAbove == 0)
        return;
    m_newAbove->setText(tr("↑ %Ln new message(s)", nullptr, newAbove));
    placeButton();
}

void HistoryList::placeButton()
{
    m_newAbove->adjustSize();
    m_newAbove->move((viewport()->width() - m_newAbove->width()) / 2, 6);
}

void HistoryList::prefetch()
{
    if (!m_history || !isVisible())
        return;
    const QScrollBar* bar = verticalScrollBar();
    if (bar->value() > bar->maximum() - 2 * bar->pageStep())
        m_history->fetchMore({});
    else if (bar->value() < 2 * bar->pageStep())
        m_history->fetchNewer();
}

void HistoryList::resizeEvent(QResizeEvent* event)
{
    QListView::resizeEvent(event);
    placeButton();
}

void HistoryList::changeEvent(QEvent* event)
{
    QListView::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        setAccessibleName(tr("Messages"));
        say(m_countAbove);
    }
}

QModelIndex HistoryList::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    if (m_history && !currentIndex().isValid()) { // what was chosen was left behind: go on from what is in view
        for (int y = 1; y < viewport()->height(); y += 8)
            if (const QModelIndex seen = indexAt(QPoint(4, y)); m_history->rowAt(seen))
                return seen;
    }
    const QModelIndex at = QListView::moveCursor(action, modifiers);
    if (!at.isValid() || !m_history || m_history->rowAt(at))
        return at;
    const int down = m_history->rowCount();
    const bool goesUp = action == MoveUp || action == MovePrevious || action == MovePageUp;
    if (goesUp)
        for (int row = at.row(); row >= 0; --row)
            if (m_history->rowAt(m_history->index(row)))
                return m_history->index(row);
    for (int row = at.row(); row < down; ++row)
        if (m_history->rowAt(m_history->index(row)))
            return m_history->index(row);
    return currentIndex();
}

void HistoryList::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = !(event->modifiers() & ~Qt::KeypadModifier);
    if (event->matches(QKeySequence::SelectAll)) {
        Q_EMIT selectAllRequested();
    } else if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyRequested();
    } else if ((event->modifiers() & ~Qt::KeypadModifier) == Qt::ControlModifier &&
               (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        Q_EMIT answerRequested();
    } else if (isPlain && event->key() == Qt::Key_Space) {
        Q_EMIT toggleReadRequested();
    } else if (isPlain && (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)) {
        Q_EMIT deleteRequested();
    } else if (isPlain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        Q_EMIT openRequested();
    } else if (!goesToEnd(event)) {
        const QModelIndex before = currentIndex();
        QListView::keyPressEvent(event);
        if (event->isAccepted() && currentIndex() != before)
            Q_EMIT personChose();
        if (event->key() == Qt::Key_Home && isPlain)
            toTop();
        return;
    }
    event->accept();
}

void HistoryList::mousePressEvent(QMouseEvent* event)
{
    QListView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && m_history && m_history->rowAt(indexAt(event->pos())))
        Q_EMIT personChose();
}

void HistoryList::mouseDoubleClickEvent(QMouseEvent* event)
{
    QListView::mouseDoubleClickEvent(event);
    if (event->button() == Qt::LeftButton && m_history && m_history->rowAt(indexAt(event->pos())))
        Q_EMIT openRequested();
}

} // namespace belfry::desktop
