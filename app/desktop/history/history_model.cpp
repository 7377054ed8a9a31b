// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_model.h"

#include "app/desktop/answers.h"
#include "app/desktop/screen_text.h"

#include <QKeySequence>

#include <algorithm>

namespace belfry::desktop {

using client::Row;
using client::RowId;

namespace {

constexpr int pageSize = 100;
constexpr int seekPageSize = 500;
/// 20 pages of 500: a row further down than the 10,000 that a first sign-in reads is shown without the list.
constexpr int mostSeekPages = 20;

/// The inbox gives out its row ids in the order of the history (client/row.h), and pages by them.
bool isNewer(const Row& a, const Row& b)
{
    return a.rowId > b.rowId;
}

} // namespace

HistoryModel::HistoryModel(HistorySource& source, words::Now now, QObject* parent)
    : QAbstractListModel(parent), m_source(source), m_now(std::move(now))
{
    connect(&source, &HistorySource::rowsInserted, this, &HistoryModel::insert);
    connect(&source, &HistorySource::rowsChanged, this, &HistoryModel::change);
    connect(&source, &HistorySource::rowsRemoved, this, &HistoryModel::remove);
    connect(&source, &HistorySource::historyReset, this, &HistoryModel::refresh);
}

void HistoryModel::setQuery(const client::RowQuery& query)
{
    m_query = query;
    m_lingering.clear();
    refresh();
}

void HistoryModel::refresh()
{
    ++m_generation;
    m_isLoaded = false;
    m_isFetching = true;
    m_early.clear();
    client::RowQuery query = m_query;
    query.before = 0;
    query.limit = pageSize;
    whenAnswered(m_source.rows(query), this, [this, generation = m_generation](const client::RowPage& page) {
        if (generation == m_generation)
            takePage(page, true);
    });
}

bool HistoryModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_hasMore && !m_isFetching && !m_order.empty();
}

void HistoryModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    m_isFetching = true;
    client::RowQuery query = m_query;
    query.before = m_order.back();
    query.limit = m_sought != 0 ? seekPageSize : pageSize;
    whenAnswered(m_source.rows(query), this, [this, generation = m_generation](const client::RowPage& page) {
        if (generation == m_generation)
            takePage(page, false);
    });
}

void HistoryModel::takePage(const client::RowPage& page, bool isFirst)
{
    m_isFetching = false;
    m_hasMore = page.hasMore;
    if (isFirst) {
        std::vector<RowId> kept;
        for (const RowId id : m_order) // a refresh under the same filter keeps what is being looked at
            if (m_lingering.contains(id))
                kept.push_back(id);
        m_order.clear();
        for (const Row& row : page.rows) {
            m_rows.insert(row.rowId, row);
            m_order.push_back(row.rowId);
            m_lingering.remove(row.rowId);
        }
        for (const RowId id : kept)
            if (m_lingering.contains(id))
                place(m_rows.value(id));
        m_isLoaded = true;
        const QList<Row> early = std::exchange(m_early, {});
        settle();
        if (!early.isEmpty())
            insert(early);
        Q_EMIT loaded();
    } else {
        QSet<RowId> known(m_order.begin(), m_order.end());
        for (const Row& row : page.rows) {
            m_rows.insert(row.rowId, row);
            if (!known.contains(row.rowId))
                m_order.push_back(row.rowId);
        }
        settle();
    }
    answerSeek();
}

void HistoryModel::seek(RowId rowId)
{
    m_sought = rowId;
    m_seekPages = 0;
    if (m_isLoaded)
        answerSeek();
}

void HistoryModel::answerSeek()
{
    if (m_sought == 0)
        return;
    const bool isFound = m_rows.contains(m_sought);
    if (!isFound && canFetchMore({}) && m_seekPages++ < mostSeekPages) {
        fetchMore({});
        return;
    }
    const RowId rowId = std::exchange(m_sought, 0);
    Q_EMIT sought(rowId, isFound);
}

bool HistoryModel::matches(const Row& row) const
{
    return (!m_query.type || row.type == *m_query.type) && (!m_query.unreadOnly || row.isUnread()) &&
           (m_query.category.isEmpty() || row.category == m_query.category) &&
           (!m_query.sender || row.senderId == *m_query.sender);
}

bool HistoryModel::place(const Row& row)
{
    const auto at =
        std::find_if(m_order.begin(), m_order.end(), [&](RowId other) { return !isNewer(m_rows.value(other), row); });
    if (at == m_order.end() && m_hasMore)
        return false; // its page brings it
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
    for (const Row& row : rows) {
        if (m_rows.contains(row.rowId))
            known.append(row);
        else if (matches(row))
            place(row);
    }
    settle();
    if (!known.isEmpty())
        change(known);
}

/// Only the inbox knows whether a search finds a row: asks for the newest hits and takes those that just arrived.
void HistoryModel::findArrived(const QList<Row>& rows)
{
    QSet<RowId> arrived;
    for (const Row& row : rows)
        arrived.insert(row.rowId);
    client::RowQuery query = m_query;
    query.before = 0;
    query.limit = pageSize;
    whenAnswered(m_source.rows(query), this, [this, arrived, generation = m_generation](const client::RowPage& page) {
        if (generation != m_generation)
            return;
        for (auto row = page.rows.crbegin(); row != page.rows.crend(); ++row)
            if (arrived.contains(row->rowId) && !m_rows.contains(row->rowId))
                place(*row);
        settle();
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
    QList<RowId> redrawn;
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
        redrawn.append(row.rowId);
    }
    dropUnheld();
    for (const RowId id : std::as_const(redrawn))
        if (const QModelIndex index = indexOf(id); index.isValid())
            Q_EMIT dataChanged(index, index);
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

void HistoryModel::remove(const QList<RowId>& rows)
{
    const QSet<RowId> gone(rows.begin(), rows.end());
    std::erase_if(m_order, [&](RowId id) { return gone.contains(id); });
    m_early.removeIf([&](const Row& row) { return gone.contains(row.rowId); });
    m_held -= gone;
    m_lingering -= gone;
    settle();
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

std::vector<HistoryModel::Entry> HistoryModel::wantedEntries() const
{
    std::vector<Entry> wanted;
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

void HistoryModel::apply(const std::vector<Entry>& wanted)
{
    const auto key = [](const Entry& e) { return e.rowId != 0 ? e.rowId : -e.day.toJulianDay(); };
    const auto shorter = std::min(m_entries.size(), wanted.size());
    std::size_t head = 0;
    while (head < shorter && m_entries[head] == wanted[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && m_entries[m_entries.size() - 1 - tail] == wanted[wanted.size() - 1 - tail])
        ++tail;

    QSet<qint64> staying, had;
    for (std::size_t i = head; i < wanted.size() - tail; ++i)
        staying.insert(key(wanted[i]));
    for (std::size_t end = m_entries.size() - tail; end > head;) {
        if (staying.contains(key(m_entries[end - 1]))) {
            had.insert(key(m_entries[--end]));
            continue;
        }
        std::size_t begin = end - 1;
        while (begin > head && !staying.contains(key(m_entries[begin - 1])))
            --begin;
        beginRemoveRows({}, static_cast<int>(begin), static_cast<int>(end - 1));
        m_entries.erase(m_entries.begin() + static_cast<std::ptrdiff_t>(begin),
                        m_entries.begin() + static_cast<std::ptrdiff_t>(end));
        endRemoveRows();
        end = begin;
    }
    for (std::size_t i = head; i < wanted.size() - tail;) {
        if (had.contains(key(wanted[i]))) {
            if (m_entries[i] != wanted[i]) { // what stays changed its order: there is no honest way but a reset
                beginResetModel();
                m_entries = wanted;
                endResetModel();
                return;
            }
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        while (end < wanted.size() - tail && !had.contains(key(wanted[end])))
            ++end;
        beginInsertRows({}, static_cast<int>(i), static_cast<int>(end - 1));
        m_entries.insert(m_entries.begin() + static_cast<std::ptrdiff_t>(i),
                         wanted.begin() + static_cast<std::ptrdiff_t>(i),
                         wanted.begin() + static_cast<std::ptrdiff_t>(end));
        endInsertRows();
        i = end;
    }
}

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
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.rowId == rowId; });
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
