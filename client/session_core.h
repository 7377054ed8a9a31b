// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"
#include "client/inbox.h"
#include "client/invite_link.h"
#include "client/outbox.h"
#include "client/session.h"
#include "client/session_book.h"
#include "client/sync.h"
#include "client/wakeup.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>
#include <optional>

class QNetworkAccessManager;

namespace belfry::client {

/// What Client does, done: joins connections, session, sync, outbox and inbox, in the network thread.
///
/// The functions mean what Client's of the same name do; the signals go out as Client's. Everything inside is made by
/// start() and lives in the thread that runs it. Thread: its object's.
class Core : public QObject
{
    Q_OBJECT
public:
    Core(QString directory, QString deviceName, SecretStore secrets, const Clock& clock, SyncTimes times);
    ~Core() override;

    static constexpr std::chrono::milliseconds undoTime{10'000};

    void start();
    void probe(const QString& typed, bool allowPlainHttp, const QString& pin, Answer<Connection> answer);
    void signIn(const SignInPlace& where, const QString& name, const QString& password, bool sessionOnly,
                Answer<Connection> answer);
    void signInWithKey(const SignInPlace& where, const QString& token, bool sessionOnly, Answer<Connection> answer);
    void join(const InviteLink& link, const NewAccount& wish, const std::function<bool()>& isWaitedFor,
              Answer<Connection> answer);
    void useOwnServer(Connection own, const QString& token);
    void ownServerStopped();
    void switchTo(const QString& connectionId);
    void signOut(const QString& connectionId);
    void removeConnection(const QString& connectionId);
    void retryNow();
    void keyringAppeared();
    void machineWoke();
    void setWindowOpen(bool isOpen);

    void markRead(const QList<RowId>& rows);
    void markUnread(const QList<RowId>& rows);
    void markAllRead(const RowQuery& matching);
    void acknowledge(RowId row, const QString& answer);
    void deleteRows(const QList<RowId>& rows);
    void deleteMatching(const RowQuery& matching);
    void undoDelete();
    void setShown(const QList<RowId>& rows, bool isShown);
    void sendTest(Answer<int> answer);
    void sessions(Answer<QList<OpenSession>> answer);
    void endSession(std::int64_t id, Answer<void> answer);
    void changePassword(const QString& earlier, const QString& password, Answer<void> answer);

    int unread() const { return m_unread; }
    const LinkStatus& status() const { return m_status; }
    Connection active() const { return m_book.active(); }
    /// Where the history is kept, under the directory.
    static QString inboxPath(const QString& directory);

Q_SIGNALS:
    void started();
    void connectionsChanged(const QList<belfry::client::Connection>& all);
    void activeChanged(const belfry::client::Connection& connection);
    void statusChanged(const belfry::client::LinkStatus& status);
    void unreadChanged(int unread);
    void rowsInserted(const QList<belfry::client::Row>& rows);
    void rowsChanged(const QList<belfry::client::Row>& rows);
    void rowsRemoved(const QList<belfry::client::RowId>& rows);
    void historyReset();
    void arrived(const belfry::client::Row& row, belfry::client::Arrival how);
    void awaySummary(int count);
    void awaySummaryDropped(int count);
    void withdrawn(const QList<belfry::client::RowId>& rows);
    void replaced(belfry::client::RowId earlier, const belfry::client::Row& row);
    void faultChanged(const QString& sentence);
    void ownTokenWanted();

private:
    void probeForSignIn(const SignInPlace& where, Answer<Connection> answer);
    void startLink(const Connection& connection);
    void stopLink();
    void tokenFound(const QString& token);
    void setStatus(const LinkStatus& status);
    void endSignIn(const Connection& connection);
    void saveBook();
    void clearRemoved();
    void setPlainStatus(LinkState state, const QString& reason = {});
    void publish(const Effects& effects);
    void did(Result<Effects> effects);
    void updateUnread();
    void refreshLink();
    void goOnDeleting();
    void goOnUndoing(LinkId link, qint64 batch);
    void told(Result<ChangedPart> part);
    void finishAfterUndo(qint64 batch);
    void finishDeletions(qint64 batch);
    void retain();
    bool isHostedHere(const Connection& connection) const;
    bool isTold() const { return m_active.kind == ServerKind::Belfry; }
    Row asSeen(Row row) const;
    QList<Row> asSeen(const QList<Row>& rows) const;
    void say(const QString& fault);
    /// How a connection that was just made is entered.
    struct Entering
    {
        QString token;
        bool sessionOnly = false;
        bool isPinAsked = false;   ///< the person has confirmed the pin
        bool becomesActive = true; ///< also where another is; where none is it does anyway
    };
    void enter(Connection connection, const Entering& how, const Answer<Connection>& answer);
    /// Calls made before there is a connection; to be deleted after their answer.
    Api* passingApi(const Connection& to);
    /// The active connection's, while it is connected; else why not. Never kept.
    Result<Api*> connectedApi();

    QString m_directory;
    QString m_deviceName;
    SecretStore m_secrets;
    const Clock& m_clock;
    SyncTimes m_times;

    ConnectionBook m_book;
    Connection m_active;
    LinkId m_link = 0;
    LinkStatus m_status;
    int m_unread = 0;
    std::deque<Deletion> m_deletions; // of many rows, under way; the first is being worked on
    int m_undoing = 0;                // so many are coming back
    QString m_fault;
    bool m_isOwnRunning = false;
    QString m_ownServerId;

    std::unique_ptr<QNetworkAccessManager> m_network;
    std::unique_ptr<Inbox> m_inbox;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Sync> m_sync;
    std::unique_ptr<Outbox> m_outbox;
    std::unique_ptr<WakeupWatch> m_wakeup;
    QTimer* m_retention = nullptr;
};

} // namespace belfry::client
