// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/choice.h"

#include "app/desktop/answers.h"
#include "app/desktop/history/detail_pane.h"
#include "app/desktop/history/history_list.h"
#include "app/desktop/history/history_model.h"
#include "app/desktop/history/history_source.h"

#include <QItemSelectionModel>

#include <algorithm>

namespace belfry::desktop {

using client::Row;
using client::RowId;

Choice::Choice(HistorySource& source, HistoryModel& model, HistoryList& list, DetailPane& detail, QObject* parent)
    : QObject(parent), m_source(source), m_model(model), m_list(list), m_detail(detail)
{
    m_clock.start();
    m_readingTimer.setSingleShot(true);
    connect(&m_readingTimer, &QTimer::timeout, this, &Choice::readWhatIsDue);
    connect(m_list.selectionModel(), &QItemSelectionModel::selectionChanged, this, &Choice::selectionMoved);
    connect(&m_list, &HistoryList::personChose, this, &Choice::personChose);
    connect(&m_model, &HistoryModel::leftBehind, this, &Choice::leaveBehind);
    connect(&m_model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first, const QModelIndex& last) {
                const QModelIndexList chosen = m_list.selectionModel()->selectedIndexes();
                if (std::any_of(chosen.begin(), chosen.end(), [&](const QModelIndex& index) {
                        return index.row() >= first.row() && index.row() <= last.row();
                    }))
                    renewDetail();
            });
    connect(&m_source, &HistorySource::rowsChanged, this, [this](const QList<Row>& rows) {
        if (m_outside != 0 && std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return r.rowId == m_outside; }))
            renewDetail();
    });
}

QList<RowId> Choice::listed() const
{
    return m_list.selectedRows();
}

QList<RowId> Choice::rows() const
{
    const QList<RowId> rows = listed();
    return rows.isEmpty() && m_outside != 0 ? QList<RowId>{m_outside} : rows;
}

// --- choosing -------------------------------------------------------------------------------------------------------

void Choice::select(const QModelIndex& index)
{
    m_isOurs = true;
    m_outside = 0;
    m_list.selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    m_isOurs = false;
    selectionMoved();
}

void Choice::selectAll()
{
    m_isOurs = true;
    m_list.selectAll();
    m_isOurs = false;
    selectionMoved();
}

void Choice::settle()
{
    if (rows().isEmpty())
        select(m_model.firstRow());
}

void Choice::showOutside(RowId row)
{
    leaveBehind(row);
    renewDetail();
}

void Choice::leaveBehind(RowId row)
{
    m_isOurs = true;
    m_list.selectionModel()->clear();
    m_isOurs = false;
    m_outside = row;
}

void Choice::selectionMoved()
{
    if (m_isOurs)
        return;
    const QList<RowId> rows = listed();
    if (!rows.isEmpty())
        m_outside = 0;
    m_list.setHoldsPosition(false);
    setByHand();
    renewDetail();
    Q_EMIT changed();
    // Rows that only stayed because they were selected go now; not while the selection is still being told around.
    QMetaObject::invokeMethod(
        this,
        [this] {
            const QList<RowId> held = listed();
            m_model.setHeld(QSet<RowId>(held.begin(), held.end()));
        },
        Qt::QueuedConnection);
}

// --- reading --------------------------------------------------------------------------------------------------------

void Choice::personChose()
{
    const QList<RowId> rows = listed();
    if (rows.size() != 1)
        return;
    m_reading.show(rows.first(), true, elapsed());
    m_list.setHoldsPosition(m_isInView);
    armReading();
}

void Choice::setByHand()
{
    const QList<RowId> rows = listed();
    m_reading.show(rows.size() == 1 ? rows.first() : 0, false, elapsed());
    armReading();
}

void Choice::setInView(bool isInView)
{
    m_isInView = isInView;
    m_reading.setInView(isInView, elapsed());
    if (!isInView)
        m_list.setHoldsPosition(false);
    armReading();
}

void Choice::armReading()
{
    if (const auto due = m_reading.dueIn(elapsed()))
        m_readingTimer.start(*due);
    else
        m_readingTimer.stop();
}

void Choice::readWhatIsDue()
{
    if (const auto row = m_reading.take(elapsed())) {
        const Row* shown = m_model.rowAt(m_model.indexOf(*row));
        if (shown && shown->isUnread())
            m_source.markRead({*row});
    }
    armReading();
}

// --- the detail -----------------------------------------------------------------------------------------------------

void Choice::setSearch(const QString& text)
{
    if (text == m_search)
        return;
    m_search = text;
    renewDetail();
}

void Choice::renewDetail()
{
    const QList<RowId> rows = listed();
    if (rows.size() > 1) {
        m_detail.showSeveral(static_cast<int>(rows.size()));
    } else if (rows.size() == 1) {
        const Row* row = m_model.rowAt(m_model.indexOf(rows.first()));
        m_detail.show(row ? std::optional<Row>(*row) : std::nullopt, m_search);
    } else if (m_outside != 0) {
        whenAnswered(m_source.row(m_outside), this, [this, asked = m_outside](const Row& row) {
            if (asked == m_outside)
                m_detail.show(row.rowId != 0 ? std::optional<Row>(row) : std::nullopt, {});
        });
    } else {
        m_detail.show(std::nullopt, {});
    }
}

} // namespace belfry::desktop
