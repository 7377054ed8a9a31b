// SPDX-License-Identifier: GPL-3.0-or-later
// The model's window over the history: where it is, and how it moves.
#include "app/desktop/answers.h"
#include "app/desktop/history/history_model.h"

#include <algorithm>

namespace belfry::desktop {

using client::Row;
using client::RowId;

namespace {

constexpr int pageSize = 100;
constexpr std::size_t windowSize = 1000;

} // namespace

void HistoryModel::setQuery(const client::RowQuery& query)
{
    m_query = query;
    m_query.before = m_query.after = 0;
    m_query.limit = pageSize;
    m_lingering.clear();
    read(Target::Newest);
}

void HistoryModel::refresh()
{
    read(m_isLoaded ? Target::Same : m_target);
}

void HistoryModel::moveTo(End end)
{
    m_lingering.clear();
    read(end == End::Newest ? Target::Newest : Target::Oldest);
}

void HistoryModel::read(Target target)
{
    m_target = target;
    m_isLoaded = false;
    m_early.clear();
    client::RowQuery query = m_query;
    if (target == Target::Oldest) {
        query.after = client::belowAllRows;
    } else if (target == Target::Same) {
        query.before = m_hasNewer && !m_order.empty() ? m_order.front() + 1 : 0;
        query.limit = static_cast<int>(std::clamp(m_order.size(), std::size_t(pageSize), windowSize));
    }
    m_isFetching = true;
    whenAnswered(asked(query), this, [this, target, generation = ++m_generation](const client::RowPage& page) {
        if (generation == m_generation)
            takeWindow(page, target);
    });
    Q_EMIT loading();
}

void HistoryModel::takeWindow(const client::RowPage& page, Target target)
{
    m_isFetching = false;
    if (target == Target::Same && m_hasNewer && page.rows.isEmpty()) {
        read(Target::Newest); // all that was here is gone
        return;
    }
    m_hasNewer = target == Target::Oldest ? page.hasMore
                 : target == Target::Same ? m_hasNewer
                                          : target == Target::Sought;
    m_hasMore = target != Target::Oldest && page.hasMore;
    const std::vector<RowId> before = std::exchange(m_order, {});
    for (const Row& row : page.rows) {
        m_rows.insert(row.rowId, row);
        m_order.push_back(row.rowId);
        m_lingering.remove(row.rowId);
    }
    for (const RowId id : before) // read again under the same filter: what is being looked at stays
        if (m_lingering.contains(id))
            place(m_rows.value(id));
    m_isLoaded = true;
    const QList<Row> early = std::exchange(m_early, {});
    settle();
    if (!early.isEmpty())
        insert(early);
    Q_EMIT loaded();
    answerSeek();
}

bool HistoryModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_hasMore && !m_isFetching && !m_order.empty();
}

bool HistoryModel::canFetchNewer() const
{
    return m_hasNewer && !m_isFetching && !m_order.empty();
}

QFuture<client::RowPage> HistoryModel::asked(const client::RowQuery& query)
{
    m_asked.cancel();
    m_asked = m_source.rows(query);
    return m_asked;
}

void HistoryModel::ask(const client::RowQuery& query, void (HistoryModel::*take)(const client::RowPage&))
{
    m_isFetching = true;
    whenAnswered(asked(query), this, [this, take, generation = m_generation](const client::RowPage& page) {
        if (generation != m_generation)
            return;
        m_isFetching = false;
        (this->*take)(page);
    });
}

void HistoryModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    client::RowQuery query = m_query;
    query.before = m_order.back();
    ask(query, &HistoryModel::takeOlder);
}

void HistoryModel::fetchNewer()
{
    if (!canFetchNewer())
        return;
    client::RowQuery query = m_query;
    query.after = m_order.front();
    ask(query, &HistoryModel::takeNewer);
}

void HistoryModel::takeOlder(const client::RowPage& page)
{
    m_hasMore = page.hasMore;
    for (const Row& row : page.rows) {
        if (!m_rows.contains(row.rowId))
            m_order.push_back(row.rowId);
        m_rows.insert(row.rowId, row);
    }
    settle();
    trim(End::Newest);
}

void HistoryModel::takeNewer(const client::RowPage& page)
{
    m_hasNewer = page.hasMore;
    std::vector<RowId> newer;
    for (const Row& row : page.rows) {
        if (!m_rows.contains(row.rowId))
            newer.push_back(row.rowId);
        m_rows.insert(row.rowId, row);
    }
    m_order.insert(m_order.begin(), newer.begin(), newer.end());
    m_isPagingUp = true;
    settle();
    m_isPagingUp = false;
    trim(End::Oldest);
}

/// Lets go of what is beyond the window's size, at one end. Several rows that are selected stay, however many.
void HistoryModel::trim(End from)
{
    if (m_order.size() <= windowSize || m_held.size() > 1)
        return;
    const auto excess = static_cast<std::ptrdiff_t>(m_order.size() - windowSize);
    const auto first = from == End::Newest ? m_order.begin() : m_order.end() - excess;
    for (auto id = first; id != first + excess; ++id) {
        m_lingering.remove(*id);
        if (m_held.remove(*id))
            Q_EMIT leftBehind(*id);
    }
    m_order.erase(first, first + excess);
    (from == End::Newest ? m_hasNewer : m_hasMore) = true;
    settle();
}

void HistoryModel::seek(RowId rowId)
{
    m_sought = rowId;
    if (m_isLoaded)
        answerSeek();
}

void HistoryModel::answerSeek()
{
    if (m_sought == 0)
        return;
    if (m_rows.contains(m_sought)) {
        Q_EMIT sought(std::exchange(m_sought, 0), true);
        return;
    }
    ++m_generation; // pages of the old window are not waited for
    client::RowQuery query = m_query;
    query.before = m_sought + 1;
    ask(query, &HistoryModel::takeSought);
}

void HistoryModel::takeSought(const client::RowPage& page)
{
    const RowId rowId = std::exchange(m_sought, 0);
    const bool isFound = !page.rows.isEmpty() && page.rows.first().rowId == rowId;
    if (isFound)
        takeWindow(page, Target::Sought);
    Q_EMIT sought(rowId, isFound);
}

} // namespace belfry::desktop
