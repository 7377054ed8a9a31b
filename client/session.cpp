// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/session.h"

#include "client/words.h"

#include <algorithm>

namespace belfry::client {
namespace {

/// "Daily" for the 30 days of a sign-in; our own server's token lives one day.
constexpr std::chrono::hours lookEvery{1};
/// A keyring that is open answers sooner: nothing to say about it.
constexpr std::chrono::milliseconds patience{1000};
/// One that has not answered by then may never: the person is told.
constexpr std::chrono::milliseconds longPatience{5000};

QString orSilent(const QString& reason)
{
    return reason.isEmpty() ? LinkWords::tr("Your keyring does not answer: it may be asking for its password, or hang.")
                            : reason;
}

} // namespace

Session::Session(SecretStore secrets, QString installationId, const Clock& clock, std::function<Time()> serverNow,
                 QObject* parent)
    : QObject(parent), m_secrets(std::move(secrets)), m_installationId(std::move(installationId)), m_clock(clock),
      m_serverNow(std::move(serverNow))
{
    m_daily.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_daily, &QTimer::timeout, this, [this] {
        if (m_api != nullptr) {
            renewIfDue(m_api);
        }
    });
}

QString Session::entryOf(const Connection& connection) const
{
    return keychainEntry(m_installationId, connection.serverId, connection.userId, connection.id);
}

void Session::begin(const Connection& connection)
{
    end();
    m_connection = connection;
    if (const QString known = m_inMemory.value(connection.id); !known.isEmpty()) {
        m_token = known;
        Q_EMIT tokenFound(known);
        return;
    }
    if (connection.isOwnServer) {
        return; // its token comes from the app
    }
    if (connection.isSignedOut) {
        Q_EMIT signedOut(); // by the person: no keyring is asked
        return;
    }
    read();
}

void Session::end()
{
    ++m_generation;
    m_connection = Connection();
    m_token.clear();
    m_api = nullptr;
    m_renewalTried.reset();
    m_daily.stop();
    m_isWaiting = m_isRenewing = false;
}

void Session::tryAgain()
{
    const QStringList unkept = m_notKept.keys();
    for (const QString& id : unkept)
        keep(m_toKeep.value(id));
    if (m_connection.isValid() && m_token.isEmpty() && !m_connection.isOwnServer && !m_connection.isSignedOut)
        read();
}

void Session::read()
{
    // Waiting is the state until it answers: a locked keyring asks the person first.
    m_isWaiting = true;
    const int generation = ++m_generation;
    const auto sayAfter = [this, generation](std::chrono::milliseconds time, const QString& reason) {
        QTimer::singleShot(time, this, [this, generation, reason] {
            if (generation == m_generation && m_isWaiting)
                Q_EMIT waitingForKeyring(reason);
        });
    };
    sayAfter(patience, {});
    sayAfter(longPatience, orSilent({}));
    m_secrets.read(entryOf(m_connection), [this, generation](const KeychainAnswer& answer) {
        if (generation != m_generation)
            return;
        if (answer.outcome == KeychainOutcome::Found && !answer.secret.isEmpty()) {
            m_isWaiting = false;
            m_token = answer.secret;
            m_inMemory.insert(m_connection.id, m_token);
            Q_EMIT tokenFound(m_token);
        } else if (answer.outcome == KeychainOutcome::Unavailable) {
            ++m_generation; // it has answered: its silence is not said any more
            Q_EMIT waitingForKeyring(orSilent(answer.reason));
        } else {
            m_isWaiting = false;
            Q_EMIT signedOut();
        }
    });
}

void Session::remember(const Connection& connection, const QString& token, bool sessionOnly)
{
    m_inMemory.insert(connection.id, token);
    m_sessionOnly.insert(connection.id, sessionOnly);
    if (!sessionOnly && !connection.isOwnServer) {
        keep(connection);
    } else {
        m_writing.remove(connection.id);
        setNotKept(connection.id, {});
    }
}

void Session::keep(const Connection& connection)
{
    const QString& id = connection.id;
    m_toKeep.insert(id, connection);
    const int write = ++m_writes;
    m_writing.insert(id, write);
    QTimer::singleShot(longPatience, this, [this, id, write] {
        if (m_writing.value(id) == write)
            setNotKept(id, orSilent({}));
    });
    m_secrets.write(entryOf(connection), m_inMemory.value(id), [this, id, write](const KeychainAnswer& answer) {
        if (m_writing.value(id) != write)
            return;
        m_writing.remove(id);
        setNotKept(id, answer.outcome == KeychainOutcome::Found ? QString() : orSilent(answer.reason));
    });
}

void Session::setNotKept(const QString& connectionId, const QString& reason)
{
    if (reason == m_notKept.value(connectionId))
        return;
    if (reason.isEmpty())
        m_notKept.remove(connectionId);
    else
        m_notKept.insert(connectionId, reason);
    Q_EMIT keepingChanged();
}

void Session::forget(const Connection& connection, std::function<void(const QString& token)> last)
{
    const QString id = connection.id;
    const QString known = m_inMemory.take(id);
    m_writing.remove(id);
    m_toKeep.remove(id);
    setNotKept(id, {});
    if (id == m_connection.id) {
        m_token.clear();
        m_connection.isSignedOut = true;
        m_isWaiting = false;
        ++m_generation;
    }
    if (!known.isEmpty())
        last(known);
    if (connection.isOwnServer)
        return;
    const QString entry = entryOf(connection);
    if (!known.isEmpty()) {
        m_secrets.remove(entry);
        return;
    }
    m_secrets.read(entry, [this, id, entry, last = std::move(last)](const KeychainAnswer& answer) {
        if (m_inMemory.contains(id))
            return; // signed in again meanwhile: the entry is the new one's
        if (answer.outcome == KeychainOutcome::Found && !answer.secret.isEmpty())
            last(answer.secret);
        m_secrets.remove(entry);
    });
}

void Session::renewIfDue(Api* api)
{
    m_api = api;
    if (!m_daily.isActive()) {
        m_daily.start(lookEvery);
    }
    if (m_isRenewing || m_token.isEmpty() || api == nullptr || m_connection.kind == ServerKind::Classic) {
        return;
    }
    const Result<TokenCard> card = readToken(m_token);
    if (!card || card->key.expiresAt == Time{} || card->key.issuedAt == Time{}) {
        return;
    }
    const auto life = card->key.expiresAt - card->key.issuedAt;
    if (m_serverNow() < card->key.issuedAt + life / 2) {
        return;
    }
    const auto now = m_clock.monotonic();
    if (m_renewalTried && now - *m_renewalTried < std::min<std::chrono::milliseconds>(lookEvery, life / 4)) {
        return;
    }
    m_renewalTried = now;
    if (!card->key.isRenewable) {
        if (m_connection.isOwnServer) {
            Q_EMIT ownTokenWanted();
        }
        return;
    }
    m_isRenewing = true;
    api->refresh([this, generation = m_generation](const Result<SignIn>& answer) { takeRenewal(answer, generation); });
}

void Session::takeRenewal(const Result<SignIn>& answer, int generation)
{
    if (generation != m_generation) {
        return;
    }
    m_isRenewing = false;
    if (!answer || answer->key.token.isEmpty()) {
        if (m_connection.isOwnServer) {
            Q_EMIT ownTokenWanted();
        }
        return; // looked at again later; the old one goes on meanwhile
    }
    renewed(answer->key.token);
}

void Session::renewed(const QString& token)
{
    m_token = token;
    remember(m_connection, token, m_sessionOnly.value(m_connection.id, false));
    Q_EMIT tokenRenewed(token);
}

} // namespace belfry::client
