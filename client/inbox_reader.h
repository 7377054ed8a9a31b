// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/inbox_database.h"
#include "client/row.h"

#include <QObject>
#include <QPair>

namespace belfry::client {

/// Looks into inbox.db for the history window, on a connection and a thread of its own: a long search delays no
/// message.
///
/// Sees what was committed. Opens the file at its first question, and again where that failed.
/// Thread: its object's.
class InboxReader : public QObject
{
    Q_OBJECT
public:
    explicit InboxReader(QString path);
    ~InboxReader() override;

    RowPage rows(const QString& connectionId, const RowQuery& query);
    int count(const QString& connectionId, const RowQuery& query);
    QStringList categories(const QString& connectionId);
    QList<QPair<UserId, QString>> senders(const QString& connectionId);
    Row row(RowId rowId);

private:
    /// The connection's number in the file; 0 where it is not there or the file cannot be read.
    qint64 linkOf(const QString& connectionId);

    QString m_path;
    InboxDatabase m_database;
};

} // namespace belfry::client
