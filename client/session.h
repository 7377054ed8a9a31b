// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api.h"
#include "client/connection.h"
#include "client/keychain.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>

namespace belfry::client {

/// The keychain as the session sees it, whichever thread it lives in: answers come on the session's.
struct SecretStore
{
    std::function<void(const QString& entry, std::function<void(KeychainAnswer)>)> read;
    std::function<void(const QString& entry, const QString& secret, std::function<void(KeychainAnswer)>)> write;
    std::function<void(const QString& entry)> remove;
};

/// The active connection's token: out of the keychain, in memory, renewed at half its life, stored again.
///
/// Only "not found" means signed out; any other outcome waits for the keyring and is tried again. Nothing is ever
/// deleted but by forget() (client.md, "Signed in"). Thread: its object's.
class Session : public QObject
{
    Q_OBJECT
public:
    /// @param serverNow  what time it is at the active connection's server
    Session(SecretStore secrets, QString installationId, const Clock& clock, std::function<Time()> serverNow,
            QObject* parent = nullptr);

    /// Looks for the connection's token; answers by a signal, at once where it is in memory.
    void begin(const Connection& connection);
    void end();
    /// A token was given for this connection: in memory, and kept unless for this session only or our own server.
    /// keepingChanged() follows where it could not be, or could after all.
    void remember(const Connection& connection, const QString& token, bool sessionOnly);
    /// The app has given the active connection, our own server's, another token.
    void renewed(const QString& token);
    /// Signed out by the person: removed from memory and keychain. `last` is called with the token that goes, where
    /// there was one, so that its server can be told.
    void forget(const Connection& connection, std::function<void(const QString& token)> last);
    /// The keyring may be there now: what is to be read from it, and what could not be kept.
    void tryAgain();
    bool isWaitingForKeyring() const { return m_isWaiting; }
    const QString& token() const { return m_token; }
    /// Why this connection's token is in memory only, though it was to be kept: a sentence; empty else.
    QString notKept(const QString& connectionId) const { return m_notKept.value(connectionId); }

    /// Looks at the token's age, on each connect and daily: renews it at half its life, by the clock of the server that
    /// made it, and once in an hour at most (of a token that lives shorter, in a quarter of its life), whatever the
    /// clocks say.
    void renewIfDue(Api* api);

Q_SIGNALS:
    void tokenFound(const QString& token);
    void tokenRenewed(const QString& token);
    void signedOut();
    /// @param reason  what stands in the way and what to do, a sentence; empty while it has time to answer
    void waitingForKeyring(const QString& reason);
    void keepingChanged();
    /// Our own server's token is half spent and only the app can give another.
    void ownTokenWanted();

private:
    QString entryOf(const Connection& connection) const;
    void read();
    void keep(const Connection& connection);
    void setNotKept(const QString& connectionId, const QString& reason);
    void takeRenewal(const Result<SignIn>& answer, int generation);

    SecretStore m_secrets;
    QString m_installationId;
    const Clock& m_clock;
    std::function<Time()> m_serverNow;
    QHash<QString, QString> m_inMemory; // connection id → token
    QHash<QString, bool> m_sessionOnly;
    QHash<QString, QString> m_notKept;   // connection id → why
    QHash<QString, Connection> m_toKeep; // those that have been given to the keychain since the start
    QHash<QString, int> m_writing;       // connection id → the last write that has not answered
    int m_writes = 0;
    Connection m_connection;
    QString m_token;
    QTimer m_daily;
    Api* m_api = nullptr;
    int m_generation = 0;
    std::optional<std::chrono::steady_clock::time_point> m_renewalTried;
    bool m_isWaiting = false;
    bool m_isRenewing = false;
};

} // namespace belfry::client
