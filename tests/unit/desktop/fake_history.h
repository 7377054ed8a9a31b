// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/history_source.h"

#include <QPromise>

#include <algorithm>
#include <vector>

/// A history in memory, newest first, that answers as the inbox does and writes down what it was asked to do.
class FakeHistory final : public belfry::desktop::HistorySource
{
    Q_OBJECT
public:
    using Row = belfry::client::Row;
    using RowId = belfry::client::RowId;
    using RowQuery = belfry::client::RowQuery;

    static Row make(RowId id, const QDateTime& at, bool isUnread = true)
    {
        Row row;
        row.rowId = id;
        row.id = id;
        row.log = QStringLiteral("log");
        row.title = QStringLiteral("Title %1").arg(id);
        row.message = QStringLiteral("Message %1").arg(id);
        row.senderId = 1 + id % 2;
        row.senderName = id % 2 ? QStringLiteral("ops") : QStringLiteral("ci");
        row.createdAt = at;
        row.type = static_cast<belfry::Type>(id % 4);
        if (!isUnread)
            row.readAt = at;
        return row;
    }

    bool matches(const Row& row, const RowQuery& query) const
    {
        return (!query.type || row.type == *query.type) && (!query.unreadOnly || row.isUnread()) &&
               (query.category.isEmpty() || row.category == query.category) &&
               (!query.sender || row.senderId == *query.sender) &&
               (query.text.isEmpty() || (row.title + row.message).contains(query.text, Qt::CaseInsensitive));
    }

    // --- what the window asks
    // -----------------------------------------------------------------------------------------
    belfry::client::Connection active() const override { return {}; }
    belfry::client::LinkStatus status() const override { return link; }
    int unread() const override
    {
        return static_cast<int>(std::count_if(all.begin(), all.end(), [](const Row& row) { return row.isUnread(); }));
    }
    QFuture<belfry::client::RowPage> rows(const RowQuery& query) override
    {
        ++pagesAsked;
        if (isSlow) {
            slowAnswers.emplace_back().start();
            return slowAnswers.back().future();
        }
        belfry::client::RowPage page;
        if (query.after != 0) {
            for (auto row = all.crbegin(); row != all.crend(); ++row) {
                if (row->rowId <= query.after || !matches(*row, query))
                    continue;
                if (page.rows.size() == query.limit) {
                    page.hasMore = true;
                    break;
                }
                page.rows.prepend(*row);
            }
            return QtFuture::makeReadyFuture(page);
        }
        auto row = query.before == 0
                       ? all.begin()
                       : std::find_if(all.begin(), all.end(), [&](const Row& r) { return r.rowId < query.before; });
        for (; row != all.end(); ++row) {
            if (!matches(*row, query))
                continue;
            if (page.rows.size() == query.limit) {
                page.hasMore = true;
                break;
            }
            page.rows.append(*row);
        }
        return QtFuture::makeReadyFuture(page);
    }
    QFuture<int> count(const RowQuery& query) override
    {
        return QtFuture::makeReadyFuture(static_cast<int>(
            std::count_if(all.begin(), all.end(), [&](const Row& row) { return matches(row, query); })));
    }
    QFuture<QStringList> categories() override { return QtFuture::makeReadyFuture(knownCategories); }
    QFuture<QList<QPair<belfry::UserId, QString>>> senders() override
    {
        return QtFuture::makeReadyFuture(
            QList<QPair<belfry::UserId, QString>>{{1, QStringLiteral("ci")}, {2, QStringLiteral("ops")}});
    }
    QFuture<Row> row(RowId rowId) override
    {
        const Row* found = find(rowId);
        return QtFuture::makeReadyFuture(found ? *found : Row());
    }

    // --- what the window does
    // -----------------------------------------------------------------------------------------
    void markRead(const QList<RowId>& rows) override
    {
        log << QStringLiteral("read");
        setRead(rows, QDateTime::currentDateTimeUtc());
    }
    void markUnread(const QList<RowId>& rows) override
    {
        log << QStringLiteral("unread");
        setRead(rows, {});
    }
    void markAllRead(const RowQuery& matching) override
    {
        log << QStringLiteral("all read %1").arg(matching.unreadOnly ? QStringLiteral("filtered") : matching.text);
        QList<RowId> rows;
        for (const Row& row : std::as_const(all))
            if (matches(row, matching))
                rows << row.rowId;
        setRead(rows, QDateTime::currentDateTimeUtc());
    }
    void acknowledge(RowId row, const QString& answer) override
    {
        log << QStringLiteral("ack %1 %2").arg(row).arg(answer);
    }
    void deleteRows(const QList<RowId>& rows) override
    {
        log << QStringLiteral("delete");
        deletedRows.clear();
        for (const RowId id : rows)
            if (const Row* row = find(id))
                deletedRows << *row;
        all.removeIf([&](const Row& row) { return rows.contains(row.rowId); });
        Q_EMIT rowsRemoved(rows);
    }
    void deleteMatching(const RowQuery&) override { log << QStringLiteral("delete matching"); }
    void undoDelete() override
    {
        log << QStringLiteral("undo");
        arrive(std::exchange(deletedRows, {}));
    }
    void retryNow() override { log << QStringLiteral("retry"); }
    QFuture<belfry::Result<int>> sendTest() override
    {
        log << QStringLiteral("test");
        return QtFuture::makeReadyFuture(testAnswer);
    }

    // --- what a test makes happen
    // -------------------------------------------------------------------------------------
    void fill(int rows, const QDateTime& newest, int secondsApart, bool areUnread = true)
    {
        all.clear();
        for (int i = 0; i < rows; ++i)
            all.append(make(rows - i, newest.addSecs(-static_cast<qint64>(i) * secondsApart), areUnread));
    }
    void arrive(const QList<Row>& rows)
    {
        all += rows;
        std::sort(all.begin(), all.end(), [](const Row& a, const Row& b) { return a.rowId > b.rowId; });
        Q_EMIT rowsInserted(rows);
        Q_EMIT unreadChanged(unread());
    }
    void setRead(const QList<RowId>& rows, const QDateTime& at)
    {
        QList<Row> changed;
        for (Row& row : all)
            if (rows.contains(row.rowId)) {
                row.readAt = at;
                changed << row;
            }
        Q_EMIT rowsChanged(changed);
        Q_EMIT unreadChanged(unread());
    }
    void setLink(belfry::client::LinkStatus status)
    {
        link = std::move(status);
        Q_EMIT statusChanged(link);
    }
    const Row* find(RowId id) const
    {
        const auto found = std::find_if(all.begin(), all.end(), [&](const Row& row) { return row.rowId == id; });
        return found == all.end() ? nullptr : &*found;
    }

    QList<Row> all; // newest first
    QList<Row> deletedRows;
    QStringList log;
    QStringList knownCategories;
    belfry::client::LinkStatus link{belfry::client::LinkState::Live, QStringLiteral("office"), {}, {}, false, {}, {}};
    belfry::Result<int> testAnswer = 1;
    int pagesAsked = 0;
    bool isSlow = false; ///< pages are asked for and do not come
    std::vector<QPromise<belfry::client::RowPage>> slowAnswers;
};
