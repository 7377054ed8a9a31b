// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/message_actions.h"

#include "app/desktop/answers.h"
#include "app/desktop/history/choice.h"
#include "app/desktop/history/detail_pane.h"
#include "app/desktop/history/filter_bar.h"
#include "app/desktop/history/history_list.h"
#include "app/desktop/history/history_model.h"
#include "app/desktop/history/history_source.h"
#include "app/desktop/history/history_words.h"
#include "app/desktop/history/notice_bar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLocale>

#include <algorithm>
#include <chrono>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;
using client::Row;
using client::RowId;

constexpr auto undoTime = 10s;

} // namespace

MessageActions::MessageActions(const Place& place, QObject* parent) : QObject(parent), m_at(place)
{
    m_offerTimer.setSingleShot(true);
    connect(&m_offerTimer, &QTimer::timeout, this, &MessageActions::endOffer);
    connect(&m_at.offer, &NoticeBar::clicked, this, &MessageActions::take);
    connect(&m_at.choice, &Choice::changed, this, &MessageActions::endSelectAll);
}

void MessageActions::open()
{
    const QList<RowId> rows = m_at.choice.listed();
    if (rows.size() != 1)
        return;
    const Row* row = m_at.model.rowAt(m_at.model.indexOf(rows.first()));
    if (row && row->isUnread())
        m_at.source.markRead(rows);
    m_at.detail.focusMessage();
}

void MessageActions::toggleRead()
{
    const QList<RowId> rows = m_at.choice.listed();
    if (rows.isEmpty() && m_at.choice.outside() != 0) {
        whenAnswered(m_at.source.row(m_at.choice.outside()), this, [this](const Row& row) {
            if (row.rowId == 0)
                return;
            if (row.isUnread())
                m_at.source.markRead({row.rowId});
            else
                m_at.source.markUnread({row.rowId});
        });
        return;
    }
    QList<RowId> unread, read;
    for (const RowId id : rows) {
        const Row* row = m_at.model.rowAt(m_at.model.indexOf(id));
        if (!row || row->isExpired || row->isLocalOnly)
            continue;
        (row->isUnread() ? unread : read).append(id);
    }
    m_at.choice.setByHand();
    if (m_allMatching && !unread.isEmpty())
        m_at.source.markAllRead(m_at.filter.query());
    else if (!unread.isEmpty())
        m_at.source.markRead(unread);
    else if (!read.isEmpty())
        m_at.source.markUnread(read);
}

void MessageActions::answer(RowId rowId)
{
    const Row* row = m_at.model.rowAt(m_at.model.indexOf(rowId));
    if (!row || !row->canAnswer())
        return;
    if (row->answers.isEmpty())
        m_at.source.acknowledge(rowId, {});
    else
        m_at.detail.focusAnswer(); // the row is the selected one
}

void MessageActions::answerChosen()
{
    if (const QList<RowId> rows = m_at.choice.listed(); rows.size() == 1)
        answer(rows.first());
}

void MessageActions::copy()
{
    QModelIndexList indexes = m_at.list.selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    QStringList texts;
    for (const QModelIndex& index : std::as_const(indexes))
        if (const Row* row = m_at.model.rowAt(index))
            texts << words::copyText(*row);
    if (!texts.isEmpty()) {
        QGuiApplication::clipboard()->setText(texts.join(QLatin1Char('\n')));
        return;
    }
    if (const RowId outside = m_at.choice.outside(); outside != 0)
        whenAnswered(m_at.source.row(outside), this, [](const Row& row) {
            if (row.rowId != 0)
                QGuiApplication::clipboard()->setText(words::copyText(row));
        });
}

void MessageActions::selectAll()
{
    m_at.choice.selectAll();
    if (!m_at.model.hasMore() && !m_at.model.hasNewer())
        return;
    whenAnswered(m_at.source.count(m_at.filter.query()), this, [this](int count) {
        const int chosen = static_cast<int>(m_at.choice.listed().size());
        if (count <= chosen || chosen < 2)
            return;
        m_offerTimer.stop();
        m_offered = Offer::SelectAll;
        m_at.offer.say(tr("%Ln message(s) selected.", nullptr, chosen),
                       tr("Select &all %1").arg(QLocale().toString(count)));
    });
}

void MessageActions::markAllRead()
{
    m_at.source.markAllRead(m_at.filter.isFiltering() ? m_at.filter.query() : client::RowQuery());
}

void MessageActions::deleteChosen()
{
    const QList<RowId> rows = m_at.choice.rows();
    if (rows.isEmpty())
        return;
    if (m_allMatching) {
        const client::RowQuery query = m_at.filter.query();
        whenAnswered(m_at.source.count(query), this, [this, query](int count) {
            m_at.source.deleteMatching(query);
            deleted(count);
        });
        return;
    }
    HistoryModel& model = m_at.model;
    int last = -1, first = model.rowCount();
    for (const RowId id : rows) {
        const int at = model.indexOf(id).row();
        last = std::max(last, at);
        first = at >= 0 ? std::min(first, at) : first;
    }
    QModelIndex next;
    for (int row = last + 1; row < model.rowCount() && !next.isValid(); ++row)
        if (model.rowAt(model.index(row)))
            next = model.index(row);
    for (int row = first - 1; row >= 0 && !next.isValid(); --row)
        if (model.rowAt(model.index(row)))
            next = model.index(row);
    m_at.choice.select(next);
    m_at.list.scrollTo(next);
    m_at.source.deleteRows(rows);
    deleted(static_cast<int>(rows.size()));
}

void MessageActions::undo()
{
    if (m_offered != Offer::Undo)
        return;
    endOffer();
    m_at.source.undoDelete();
    m_at.list.setFocus(Qt::OtherFocusReason);
}

// --- what is offered ------------------------------------------------------------------------------------------------

void MessageActions::deleted(int count)
{
    m_offered = Offer::Undo;
    m_at.offer.say(tr("%Ln message(s) deleted from this history.", nullptr, count), tr("Und&o"));
    m_offerTimer.start(undoTime);
}

void MessageActions::take()
{
    if (m_offered == Offer::Undo) {
        undo();
    } else if (m_offered == Offer::SelectAll) {
        m_allMatching = true;
        m_at.offer.say(tr("All messages that match are selected."));
        m_at.list.setFocus(Qt::OtherFocusReason);
    }
}

void MessageActions::endSelectAll()
{
    m_allMatching = false;
    if (m_offered == Offer::SelectAll)
        endOffer();
}

void MessageActions::endOffer()
{
    m_offerTimer.stop();
    m_offered = Offer::None;
    m_at.offer.say({});
}

} // namespace belfry::desktop
