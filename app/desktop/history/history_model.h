// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/history_source.h"
#include "app/desktop/history/history_words.h"
#include "app/desktop/history/list_steps.h"

#include <QAbstractListModel>
#include <QFuture>
#include <QHash>
#include <QSet>

#include <vector>

namespace belfry::desktop {

/// The history as a list: rows, newest first, with a heading before each day's first.
///
/// Holds a window of at most 1,000 rows around where one reads: pages come in at the end that one scrolls to, and go at
/// the other, so nothing here costs more with a million rows than with a thousand. Everything that happens becomes
/// inserted and removed rows, never a reset (screen readers hold on to rows), as long as the order of what stays is the
/// same.
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

    /// Filters and searches anew, from the newest. `before`, `after` and `limit` do not count.
    void setQuery(const client::RowQuery& query);
    const client::RowQuery& query() const { return m_query; }
    /// Reads the window again, keeping on screen what is still there.
    void refresh();
    enum class End { Newest, Oldest };
    /// Moves the window to one end of the history; answered by loaded().
    void moveTo(End end);

    /// Rows that stay although they stop matching: the selected ones.
    void setHeld(const QSet<client::RowId>& held);

    /// What was last asked for (a query, an end) is there.
    bool isLoaded() const { return m_isLoaded; }
    /// Messages that are loaded; headings do not count.
    int loadedCount() const { return static_cast<int>(m_order.size()); }
    /// Whether there are older ones below the window, and newer ones above it.
    bool hasMore() const { return m_hasMore; }
    bool hasNewer() const { return m_hasNewer; }

    /// The row of an index, or null for a heading. Valid until control returns to the event loop.
    const client::Row* rowAt(const QModelIndex& index) const;
    QModelIndex indexOf(client::RowId rowId) const;
    QModelIndex firstRow() const;
    QDateTime now() const { return m_now(); }

    /// Moves the window to where this row is; answered by sought().
    void seek(client::RowId rowId);

    /// As fetchMore(), at the other end.
    bool canFetchNewer() const;
    void fetchNewer();
    /// A page of newer ones is coming in: nothing new, only not looked at yet.
    bool isPagingUp() const { return m_isPagingUp; }

    /// Time went on: what is said relative to now is said anew.
    void tick();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    /// The window is being read anew: loaded() follows, unless another loading() does.
    void loading();
    /// The window is where it was to be moved to, or was read again.
    void loaded();
    void sought(belfry::client::RowId rowId, bool isFound);
    /// So many came that are newer than the window's newest.
    void arrivedAbove(int count);
    /// The one selected row is about to be left behind.
    void leftBehind(belfry::client::RowId rowId);

private:
    enum class Target { Newest, Oldest, Same, Sought };

    void insert(const QList<client::Row>& rows);
    void change(const QList<client::Row>& rows);
    void remove(const QList<client::RowId>& rows);
    void read(Target target);
    void takeWindow(const client::RowPage& page, Target target);
    void ask(const client::RowQuery& query, void (HistoryModel::*take)(const client::RowPage&));
    /// In place of what was asked for before.
    QFuture<client::RowPage> asked(const client::RowQuery& query);
    void takeOlder(const client::RowPage& page);
    void takeNewer(const client::RowPage& page);
    void takeSought(const client::RowPage& page);
    void trim(End from);
    void findArrived(const QList<client::Row>& rows);
    bool matches(const client::Row& row) const;
    bool place(const client::Row& row);
    void dropUnheld();
    /// Makes the entries what m_order says, by inserting and removing.
    void settle();
    std::vector<ListEntry> wantedEntries() const;
    void apply(const std::vector<ListEntry>& wanted);
    void tellChanged(const QSet<client::RowId>& rows);
    void answerSeek();

    HistorySource& m_source;
    words::Now m_now;
    client::RowQuery m_query;
    std::vector<client::RowId> m_order; // newest first
    QHash<client::RowId, client::Row> m_rows;
    std::vector<ListEntry> m_entries; // what views see
    QSet<client::RowId> m_held;
    QSet<client::RowId> m_lingering; // held, but no longer matching
    QList<client::Row> m_early;      // came while the first page was under way
    QFuture<client::RowPage> m_asked;
    quint64 m_generation = 0;
    client::RowId m_sought = 0;
    Target m_target = Target::Newest; // of what is being read
    bool m_isLoaded = false;
    bool m_isFetching = false;
    bool m_hasMore = false;
    bool m_hasNewer = false;
    bool m_isPagingUp = false;
};

} // namespace belfry::desktop
