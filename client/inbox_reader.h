// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/inbox_database.h"
#include "client/row.h"

#include <QObject>
#include <QPair>

#include <functional>

namespace belfry::client {

/// Looks into inbox.db for the history window, on a connection and a thread of its own: a long search delays no
/// message.
///
/// A search goes in slices and gives up between two where nobody waits for its answer any more.
/// Sees what was committed. Opens the file at its first question, and again where that failed.
/// Thread: its object's.
class InboxReader : public QObject
{
    Q_OBJECT
public:
    explicit InboxReader(QString path);
    ~InboxReader() override;

    /// How many row ids a search looks at before it asks again whether it is wanted: some milliseconds' worth.
    static constexpr RowId sliceRows = 50'000;
    using IsWanted = std::function<bool()>;

    RowPage rows(const QString& connectionId, const RowQuery& query, const IsWanted& isWanted = {});
    int count(const QString& connectionId, const RowQuery& query, const IsWanted& isWanted = {});
    QStringList categories(const QString& connectionId);
    QList<QPair<UserId, QString>> senders(const QString& connectionId);
    Row row(RowId rowId);

private:
    /// The connection's number in the file; 0 where it is not there or the file cannot be read.
    qint64 linkOf(const QString& connectionId);
    /// Runs `take` with the first and the last row id of each slice of what is asked for, from the newest or, where it
    /// is asked for above a row, from that one up; until it answers false or is not wanted.
    void inSlices(const RowQuery& query, bool isSearch, const IsWanted& isWanted,
                  const std::function<bool(RowId first, RowId last)>& take);

    QString m_path;
    InboxDatabase m_database;
};

} // namespace belfry::client
