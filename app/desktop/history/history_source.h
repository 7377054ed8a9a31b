// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"

#include <QObject>

namespace belfry::desktop {

class Hosting;

/// What the history window needs of the client, and no more: pages of rows, what happens to them, how the link stands.
///
/// The window talks to this instead of client::Client so that a test can feed it 100,000 rows without a server.
/// Names and meanings are those of client/client.h. Thread: GUI; every call returns at once.
class HistorySource : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    virtual client::Connection active() const = 0;
    virtual client::LinkStatus status() const = 0;
    virtual int unread() const = 0;

    virtual QFuture<client::RowPage> rows(const client::RowQuery& query) = 0;
    virtual QFuture<int> count(const client::RowQuery& query) = 0;
    virtual QFuture<QStringList> categories() = 0;
    virtual QFuture<QList<QPair<UserId, QString>>> senders() = 0;
    virtual QFuture<client::Row> row(client::RowId rowId) = 0;

    virtual void markRead(const QList<client::RowId>& rows) = 0;
    virtual void markUnread(const QList<client::RowId>& rows) = 0;
    virtual void markAllRead(const client::RowQuery& matching) = 0;
    virtual void acknowledge(client::RowId row, const QString& answer) = 0;
    virtual void deleteRows(const QList<client::RowId>& rows) = 0;
    virtual void deleteMatching(const client::RowQuery& matching) = 0;
    virtual void undoDelete() = 0;

    virtual void retryNow() = 0;
    virtual QFuture<Result<int>> sendTest() = 0;

Q_SIGNALS:
    /// Another connection is the active one than was; not told of the first.
    void activeChanged();
    void statusChanged(const belfry::client::LinkStatus& status);
    void unreadChanged(int unread);
    void rowsInserted(const QList<belfry::client::Row>& rows);
    void rowsChanged(const QList<belfry::client::Row>& rows);
    void rowsRemoved(const QList<belfry::client::RowId>& rows);
    void historyReset();
    void faultChanged(const QString& sentence);
};

/// The real one: hands everything on to the client; both outlive it. What is said of the link to our own server is
/// hosting's too (own_link.h).
class ClientHistory final : public HistorySource
{
    Q_OBJECT
public:
    ClientHistory(client::Client& client, Hosting& hosting, QObject* parent = nullptr);

    client::Connection active() const override { return m_client.active(); }
    client::LinkStatus status() const override;
    int unread() const override { return m_client.unread(); }
    QFuture<client::RowPage> rows(const client::RowQuery& query) override { return m_client.rows(query); }
    QFuture<int> count(const client::RowQuery& query) override { return m_client.count(query); }
    QFuture<QStringList> categories() override { return m_client.categories(); }
    QFuture<QList<QPair<UserId, QString>>> senders() override { return m_client.senders(); }
    QFuture<client::Row> row(client::RowId rowId) override { return m_client.row(rowId); }
    void markRead(const QList<client::RowId>& rows) override { m_client.markRead(rows); }
    void markUnread(const QList<client::RowId>& rows) override { m_client.markUnread(rows); }
    void markAllRead(const client::RowQuery& matching) override { m_client.markAllRead(matching); }
    void acknowledge(client::RowId row, const QString& answer) override { m_client.acknowledge(row, answer); }
    void deleteRows(const QList<client::RowId>& rows) override { m_client.deleteRows(rows); }
    void deleteMatching(const client::RowQuery& matching) override { m_client.deleteMatching(matching); }
    void undoDelete() override { m_client.undoDelete(); }
    void retryNow() override;
    QFuture<Result<int>> sendTest() override { return m_client.sendTest(); }

private:
    client::Client& m_client;
    Hosting& m_hosting;
    QString m_activeId;
};

} // namespace belfry::desktop
