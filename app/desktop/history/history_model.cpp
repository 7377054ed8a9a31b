// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_model.h"

#include "app/desktop/answers.h"
#include "app/desktop/screen_text.h"

#include <QKeySequence>

#include <algorithm>
#include <functional>

namespace belfry::desktop {

using client::Row;
using client::RowId;

HistoryModel::HistoryModel(HistorySource& source, words::Now now, QObject* parent)
    : QAbstractListModel(parent), m_source(source), m_now(std::move(now))
{
    connect(&source, &HistorySource::rowsInserted, this, &HistoryModel::insert);
    connect(&source, &HistorySource::rowsChanged, this, &HistoryModel::change);
    connect(&source, &HistorySource::rowsRemoved, this, &HistoryModel::remove);
    connect(&source, &HistorySource::historyReset, this, &HistoryModel::refresh);
}

// --- what happens to the rows
// -----------------------------------------------------------------------------------------

bool HistoryModel::matches(const Row& row) const
{
    return (!m_query.type || row.type == *m_query.type) && (!m_query.unreadOnly || row.isUnread()) &&
           (m_query.category.isEmpty() || row.category == m_query.category) &&
           (!m_query.sender || row.senderId == *m_query.sender);
}

/// @return false where it is outside the window: its page brings it
bool HistoryModel::place(const Row& row)
{
    // The inbox gives out its row ids in the order of the history (client/row.h), and pages by them.
    const auto at = std::lower_bound(m_order.begin(), m_order.end(), row.rowId, std::greater<>());
    if ((at == m_order.end() && m_hasMore) || (at == m_order.begin() && m_hasNewer))
        return false;
    m_rows.insert(row.rowId, row);
    m_order.insert(at, row.rowId);
    return true;
}

void HistoryModel::insert(const QList<Row>& rows)
{
    if (!m_isLoaded) {
        m_early += rows;
        return;
    }
    if (!m_query.text.isEmpty()) {
        findArrived(rows);
        return;
    }
    QList<Row> known;
    int above = 0;
    for (const Row& row : rows) {
        if (m_rows.contains(row.rowId))
            known.append(row);
        else if (matches(row) && !place(row) && !m_order.empty() && row.rowId > m_order.front())
            ++above;
    }
    settle();
    if (above > 0)
        Q_EMIT arrivedAbove(above);
    if (!known.isEmpty())
        change(known);
}

/// Only the inbox knows whether a search finds a row: asks for the newest hits and takes those that just arrived.
void HistoryModel::findArrived(const QList<Row>& rows)
{
    QSet<RowId> arrived;
    for (const Row& row : rows)
        arrived.insert(row.rowId);
    whenAnswered(m_source.rows(m_query), this, [this, arrived, generation = m_generation](const client::RowPage& page) {
        if (generation != m_generation)
            return;
        int above = 0;
        for (auto row = page.rows.crbegin(); row != page.rows.crend(); ++row)
            if (arrived.contains(row->rowId) && !m_rows.contains(row->rowId) && !place(*row) && !m_order.empty() &&
                row->rowId > m_order.front())
                ++above;
        settle();
        if (above > 0)
            Q_EMIT arrivedAbove(above);
    });
}

void HistoryModel::change(const QList<Row>& rows)
{
    if (!m_isLoaded) {
        // A page under way may hold the older state.
        for (const Row& row : rows)
            if (m_rows.contains(row.rowId))
                m_rows[row.rowId] = row;
        m_early += rows;
        return;
    }
    QList<Row> nowMatching;
    QSet<RowId> redrawn;
    for (const Row& row : rows) {
        if (!m_rows.contains(row.rowId)) {
            if (matches(row))
                nowMatching.append(row);
            continue;
        }
        m_rows[row.rowId] = row;
        if (matches(row))
            m_lingering.remove(row.rowId);
        else
            m_lingering.insert(row.rowId);
        redrawn.insert(row.rowId);
    }
    dropUnheld();
    tellChanged(redrawn);
    if (nowMatching.isEmpty())
        return;
    if (!m_query.text.isEmpty()) {
        findArrived(nowMatching);
        return;
    }
    for (const Row& row : std::as_const(nowMatching))
        place(row);
    settle();
}

/// Neighbours in one signal: a burst of changes costs views one look.
void HistoryModel::tellChanged(const QSet<RowId>& rows)
{
    const auto isOne = [&](const ListEntry& entry) { return entry.rowId != 0 && rows.contains(entry.rowId); };
    for (std::size_t at = 0; at < m_entries.size(); ++at) {
        if (!isOne(m_entries[at]))
            continue;
        const std::size_t first = at;
        while (at + 1 < m_entries.size() && isOne(m_entries[at + 1]))
            ++at;
        Q_EMIT dataChanged(index(static_cast<int>(first)), index(static_cast<int>(at)));
    }
}

void HistoryModel::remove(const QList<RowId>& rows)
{
    const QSet<RowId> gone(rows.begin(), rows.end());
    std::erase_if(m_order, [&](RowId id) { return gone.contains(id); });
    m_early.removeIf([&](const Row& row) { return gone.contains(row.rowId); });
    m_held -= gone;
    m_lingering -= gone;
    settle();
    if (m_isLoaded && m_order.empty() && (m_hasMore || m_hasNewer))
        read(Target::Newest);
}

void HistoryModel::setHeld(const QSet<RowId>& held)
{
    m_held = held;
    dropUnheld();
}

void HistoryModel::dropUnheld()
{
    const QSet<RowId> gone = m_lingering - m_held;
    if (gone.isEmpty())
        return;
    m_lingering -= gone;
    std::erase_if(m_order, [&](RowId id) { return gone.contains(id); });
    settle();
}

void HistoryModel::settle()
{
    apply(wantedEntries());
    if (m_rows.size() > static_cast<qsizetype>(m_order.size())) {
        const QSet<RowId> known(m_order.begin(), m_order.end());
        m_rows.removeIf([&](const QHash<RowId, Row>::iterator it) { return !known.contains(it.key()); });
    }
}

std::vector<ListEntry> HistoryModel::wantedEntries() const
{
    std::vector<ListEntry> wanted;
    wanted.reserve(m_order.size() + m_order.size() / 16 + 2);
    QDate heading;
    for (const RowId id : m_order) {
        const QDate day = m_rows.constFind(id)->createdAt.toLocalTime().date();
        // A wrong clock somewhere must not make a day appear twice: headings only go back in time.
        if (!heading.isValid() || day < heading) {
            heading = day;
            wanted.push_back({0, day});
        }
        wanted.push_back({id, {}});
    }
    return wanted;
}

void HistoryModel::apply(const std::vector<ListEntry>& wanted)
{
    const auto steps = stepsBetween(m_entries, wanted);
    if (!steps) {
        beginResetModel();
        m_entries = wanted;
        endResetModel();
        return;
    }
    const auto at = [](auto& entries, std::size_t place) {
        return entries.begin() + static_cast<std::ptrdiff_t>(place);
    };
    for (const ListStep& step : *steps) {
        const int first = static_cast<int>(step.first);
        const int last = static_cast<int>(step.last);
        if (step.isInsertion) {
            beginInsertRows({}, first, last);
            m_entries.insert(at(m_entries, step.first), at(wanted, step.first), at(wanted, step.last + 1));
            endInsertRows();
        } else {
            beginRemoveRows({}, first, last);
            m_entries.erase(at(m_entries, step.first), at(m_entries, step.last + 1));
            endRemoveRows();
        }
    }
}

// --- what views see
// -----------------------------------------------------------------------------------------------------

const Row* HistoryModel::rowAt(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= static_cast<int>(m_entries.size()))
        return nullptr;
    const auto found = m_rows.constFind(m_entries[static_cast<std::size_t>(index.row())].rowId);
    return found == m_rows.constEnd() ? nullptr : &*found;
}

QModelIndex HistoryModel::indexOf(RowId rowId) const
{
    if (rowId == 0)
        return {};
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const ListEntry& e) { return e.rowId == rowId; });
    return found == m_entries.end() ? QModelIndex() : index(static_cast<int>(found - m_entries.begin()));
}

QModelIndex HistoryModel::firstRow() const
{
    return m_order.empty() ? QModelIndex() : indexOf(m_order.front());
}

void HistoryModel::tick()
{
    if (!m_entries.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DisplayRole, Qt::AccessibleTextRole});
}

int HistoryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

Qt::ItemFlags HistoryModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    return rowAt(index) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                        : Qt::ItemFlags(Qt::ItemNeverHasChildren);
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= static_cast<int>(m_entries.size()))
        return {};
    const Row* row = rowAt(index);
    switch (role) {
    case Qt::DisplayRole:
        return row ? words::title(*row)
                   : words::day(m_entries[static_cast<std::size_t>(index.row())].day, m_now().toLocalTime().date());
    case Qt::AccessibleTextRole:
        return row ? words::accessibleText(*row, m_now()) : data(index, Qt::DisplayRole);
    case Qt::AccessibleDescriptionRole:
        return row && row->canAnswer()
                   ? (row->answers.isEmpty() ? tr("%1 acknowledges it.") : tr("%1 goes to its answers."))
                         .arg(QKeySequence(Qt::CTRL | Qt::Key_Return).toString(QKeySequence::NativeText))
                   : QVariant();
    case Qt::ToolTipRole:
        return row ? screen::tooltip(words::exactTime(row->createdAt)) : QVariant();
    case RowIdRole:
        return row ? row->rowId : RowId{0};
    default:
        return {};
    }
}

} // namespace belfry::desktop
