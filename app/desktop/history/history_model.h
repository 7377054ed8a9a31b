// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/history_source.h"
#include "app/desktop/history/history_words.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

#include <vector>

namespace belfry::desktop {

/// The history as a list: rows, newest first, with a heading before each day's first.
///
/// Holds the pages that were scrolled to and no more. Everything that happens becomes inserted and removed rows, never
/// a reset (screen readers hold on to rows), as long as the order of what stays is the same.
/// A row that stops matching the filter stays while it is held (selected). Thread: GUI.
class HistoryModel : public QAbstractListModel
{
    Q_OBJECT
public:
    /// What QAbstractItemModel::data() knows besides Display (title or day), ToolTip and AccessibleText.
    enum Role {
        RowIdRole = Qt::UserRole + 1, ///< 0 for a heading
    };

    HistoryModel(HistorySource& source, words::Now now, QObject* parent = nullptr);

    /// Filters and searches anew. `before` and `limit` do not count.
    void setQuery(const client::RowQuery& query);
    const client::RowQuery& query() const { return m_query; }
    /// Reads again from the newest, keeping on screen what is still there.
    void refresh();

    /// Rows that stay although they stop matching: the selected ones.
    void setHeld(const QSet<client::RowId>& held);

    /// The first page of the present query is there.
    bool isLoaded() const { return m_isLoaded; }
    /// Messages that are loaded; headings do not count.
    int loadedCount() const { return static_cast<int>(m_order.size()); }
    bool hasMore() const { return m_hasMore; }

    /// The row of an index, or null for a heading. Valid until control returns to the event loop.
    const client::Row* rowAt(const QModelIndex& index) const;
    QModelIndex indexOf(client::RowId rowId) const;
    QModelIndex firstRow() const;
    QDateTime now() const { return m_now(); }

    /// Loads pages until this row is there; answered by sought().
    void seek(client::RowId rowId);

    /// Time went on: what is said relative to now is said anew.
    void tick();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    /// The first page of a query came.
    void loaded();
    void sought(belfry::client::RowId rowId, bool isFound);

private:
    struct Entry
    {
        client::RowId rowId = 0; ///< 0: the heading of `day`
        QDate day;

        bool operator==(const Entry&) const = default;
    };

    void insert(const QList<client::Row>& rows);
    void change(const QList<client::Row>& rows);
    void remove(const QList<client::RowId>& rows);
    void takePage(const client::RowPage& page, bool isFirst);
    void findArrived(const QList<client::Row>& rows);
    bool matches(const client::Row& row) const;
    bool place(const client::Row& row);
    void dropUnheld();
    /// Makes the entries what m_order says, by inserting and removing.
    void settle();
    std::vector<Entry> wantedEntries() const;
    void apply(const std::vector<Entry>& wanted);
    void answerSeek();

    HistorySource& m_source;
    words::Now m_now;
    client::RowQuery m_query;
    std::vector<client::RowId> m_order; // newest first
    QHash<client::RowId, client::Row> m_rows;
    std::vector<Entry> m_entries; // what views see
    QSet<client::RowId> m_held;
    QSet<client::RowId> m_lingering; // held, but no longer matching
    QList<client::Row> m_early;      // came while the first page was under way
    quint64 m_generation = 0;
    client::RowId m_sought = 0;
    int m_seekPages = 0;
    bool m_isLoaded = false;
    bool m_isFetching = false;
    bool m_hasMore = false;
};

} // namespace belfry::desktop
