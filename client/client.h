// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/connection.h"
#include "client/row.h"
#include "protocol/result.h"
#include "protocol/time.h"

#include <QFuture>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace belfry::client {

struct InviteLink;
struct SyncTimes;

/// What a person chooses who joins by an invite.
struct NewAccount
{
    QString name, password;
    bool sessionOnly = false;   ///< the token is not kept
    bool becomesActive = false; ///< at once, also where another connection is active; where none is it does anyway
};

/// An address that is signed in to, and what the person has confirmed about it.
struct SignInPlace
{
    QString typed;
    QString pin;                 ///< compared, and the same
    bool allowPlainHttp = false; ///< typed `http://`, and warned that it can be read on the way
    bool allowClassic = false;   ///< said yes to "This is not a Belfry server. Sign in anyway?"
};

/// How the link to the active connection's server stands; what the tray icon and the status line say.
enum class LinkState {
    NoConnection,      ///< nobody signed in anywhere
    LocalServerOff,    ///< the active connection is our own server, and that is off
    WaitingForKeyring, ///< the keychain has not answered, or there is none
    Connecting,
    Waiting, ///< lost; tries again at `nextAttempt`
    Live,
    Polling,   ///< connected, checking every 15 s
    SignedOut, ///< 401, 403, or no token: sign in again
    Refused,   ///< something final: another server at this address, a bad certificate …
};

/// The link as it is shown: its state and what there is to say of it.
struct LinkStatus
{
    LinkState state = LinkState::NoConnection;
    QString serverName;
    QString reason;        ///< a whole sentence for a person, where there is one; already translated
    QDateTime nextAttempt; ///< Waiting
    bool isClassic = false;
    QString notKept;    ///< signed in, but only until the program ends: why, a whole sentence; empty where it is kept
    QString limitation; ///< what this server cannot do, said once, where something was missed

    bool isConnected() const { return state == LinkState::Live || state == LinkState::Polling; }
};

/// How a row came, and so whether and how it is to be shown (client.md, "Collecting").
enum class Arrival {
    Live,   ///< now: a popup of its own
    Single, ///< the one collected message of under 2 minutes, or a critical one that still holds: a popup of its own
};

/// One person's desktop without a screen: connections, sign-in, stream or polling, inbox, and what waits to be sent.
///
/// The facade the desktop talks to. Network and disk run in threads of its own; every call returns at once.
/// Thread: lives in its creator's; signals arrive there.
class Client : public QObject
{
    Q_OBJECT
public:
    /// @param directory  where inbox.db, connections and the installation id are kept; made 0700 where it is not there
    /// @param deviceName what the server is told at sign-in
    Client(const QString& directory, const QString& deviceName, QObject* parent = nullptr);
    /// The same with other intervals than the contract's, and another clock (which outlives it): for tests, that need
    /// not wait for them then.
    Client(const QString& directory, const QString& deviceName, const SyncTimes& times,
           const Clock& clock = systemClock(), QObject* parent = nullptr);
    /// Stops the threads; what waits to be sent stays stored.
    ~Client() override;

    /// Opens the inbox, reads the connections, and signs in to the active one with the token from the keychain.
    /// An own local server's connection waits for useOwnServer().
    void start();

    // --- connections ----------------------------------------------------------------------------------------------
    Connection active() const;
    QList<Connection> connections() const;
    LinkStatus status() const;
    int unread() const;

    /// Looks what is at an address, as one types: a Belfry (its name), a classic backend, nothing. Says nothing secret.
    /// An Error of code "certificate": nobody vouches for its certificate, or it is pinned to another key; `field` is
    /// the pin it shows. With that one, once the person has compared it, probe and sign-in go through: it is kept with
    /// the connection and alone decides from then on.
    struct Probe
    {
        Connection connection;
    };
    QFuture<Result<Probe>> probe(const QString& typedAddress, bool allowPlainHttp, const QString& pin = {});
    /// Signs in; the new (or known) connection becomes the active one. `sessionOnly`: the token is not kept. Looks
    /// first who is there, and sends nothing secret but to a Belfry, or, where that was allowed, to a classic backend.
    /// Codes of an Error: "tls_required" (`field`: the address to use), "not_belfry" (may be allowed), "stranger".
    QFuture<Result<Connection>> signIn(const SignInPlace& where, const QString& name, const QString& password,
                                       bool sessionOnly);
    QFuture<Result<Connection>> signInWithKey(const SignInPlace& where, const QString& token, bool sessionOnly);
    /// Makes an account by an invite and signs in to it. The link's pin alone says who the server is, in every
    /// handshake before a byte of a request. `field` of an Error: "username" or "password", where that one is at fault.
    /// May be done again after an answer that was lost: with the same name and password it leads to the same account.
    /// Cancelled, it may have been made all the same, and is among the connections then, but not active.
    QFuture<Result<Connection>> join(const InviteLink& link, const NewAccount& wish);
    /// The server in this app runs at `url`: signs in with the token it gave, kept in memory only.
    void useOwnServer(const QString& url, const QString& serverId, const QString& serverName, UserId userId,
                      const QString& userName, const QString& token);
    void ownServerStopped();
    void switchTo(const QString& connectionId);
    /// Its token goes, from here and from its server; what was received stays. Of any connection but our own server's.
    void signOut(const QString& connectionId);
    /// Signs out, and forgets the connection with all that was received by it. Where it was the active one, our own
    /// server's becomes that, or another. Of any connection but our own server's.
    void removeConnection(const QString& connectionId);
    void retryNow();                 ///< "Try now", "Try again"; also the keyring
    void machineWoke();              ///< wake-up, or the network came back
    void setWindowOpen(bool isOpen); ///< polling is 3 s with a window open

    // --- history: about the active connection ----------------------------------------------------------------------
    // Answered in order. A future that is cancelled answers never, and its search is broken off: so that the next one
    // need not wait for what nobody wants any more.
    QFuture<RowPage> rows(const RowQuery& query);
    QFuture<int> count(const RowQuery& query);
    QFuture<QStringList> categories();
    QFuture<QList<QPair<UserId, QString>>> senders();
    QFuture<Row> row(RowId rowId); ///< rowId 0 in the answer where it is no more

    void markRead(const QList<RowId>& rows);
    void markUnread(const QList<RowId>& rows);
    /// Up to the newest held now; with a filter: what matches it.
    void markAllRead(const RowQuery& matching = {});
    void acknowledge(RowId row, const QString& answer = {});
    /// Stored at once; undoDelete() within 10 s brings them back, else they are marked read too.
    void deleteRows(const QList<RowId>& rows);
    void deleteMatching(const RowQuery& matching);
    void undoDelete();
    void markShown(const QList<RowId>& rows);
    /// Popups that quitting has closed and nobody has looked at: to be shown again at the next start.
    void markNotShown(const QList<RowId>& rows);

    /// Answers "sent", or why not.
    QFuture<Result<int>> sendTest();

    // --- the account in use, while connected -----------------------------------------------------------------------
    /// Where it is signed in, as its server lists them; code "not_offered": it keeps no such list.
    QFuture<Result<QList<OpenSession>>> sessions();
    /// Ends one, with its streams; one that is no more is as good.
    QFuture<Result<void>> endSession(std::int64_t id);
    /// Ends the other sign-ins. `field` of an Error: "old_password" or "password", where that one is at fault.
    QFuture<Result<void>> changePassword(const QString& earlier, const QString& password);

Q_SIGNALS:
    void started();
    void connectionsChanged();
    void activeChanged(const belfry::client::Connection& connection);
    void statusChanged(const belfry::client::LinkStatus& status);
    void unreadChanged(int unread);

    void rowsInserted(const QList<belfry::client::Row>& rows); ///< newest last
    void rowsChanged(const QList<belfry::client::Row>& rows);
    void rowsRemoved(const QList<belfry::client::RowId>& rows);
    void historyReset(); ///< another connection, or much at once: read anew

    /// To be shown now, each on its own (subject to do-not-disturb and bursts, which are the desktop's).
    void arrived(const belfry::client::Row& row, belfry::client::Arrival how);
    /// What came while away: one summary that counts `count` (0: withdraw it). Replaces the one still on screen.
    void awaySummary(int count);
    /// Of the summary's messages some were read or taken back elsewhere: so many are left. For the one on screen only.
    void awaySummaryDropped(int count);
    /// Popups of these are to go: read elsewhere, retracted, replaced, expired, deleted.
    void withdrawn(const QList<belfry::client::RowId>& rows);
    /// This row takes the place of an earlier one with the same key: replace its popup.
    void replaced(belfry::client::RowId earlier, const belfry::client::Row& row);
    /// The inbox cannot be written, or another fault the window has to say; empty: over.
    void faultChanged(const QString& sentence);
    /// Our own server's token is half spent or refused: useOwnServer() with a new one.
    void ownTokenWanted();

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::client

Q_DECLARE_METATYPE(belfry::client::LinkStatus)
