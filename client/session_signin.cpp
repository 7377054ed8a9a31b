// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in and out: how a connection is made.
#include "client/answer_words.h"
#include "client/session_core.h"
#include "client/sync_words.h"

#include <algorithm>

namespace belfry::client {
namespace {

constexpr int removedAtOnce = 300;

} // namespace

Api* Core::passingApi(const Connection& to)
{
    Api* const api = new Api(m_network.get(), to.address, this);
    api->setKind(to.kind);
    api->setPin(to.pin);
    return api;
}

void Core::probe(const QString& typed, bool allowPlainHttp, const QString& pin, Answer<Connection> answer)
{
    const Result<QUrl> completed = completedAddress(typed, allowPlainHttp, pin);
    if (!completed) {
        answer(tl::unexpected<Error>(completed.error()));
        return;
    }
    Connection place;
    place.address = *completed;
    place.pin = pin.isEmpty() ? m_book.pinAt(*completed) : pin;
    Api* api = passingApi(place);
    api->greet([this, api, answer, place](const Result<Greeting>& greeting) {
        api->deleteLater();
        Connection found = place;
        const QUrl& address = place.address;
        if ((greeting ? greeting->kind == ServerKind::Classic : greeting.error().code == "bad_answer") &&
            m_book.isBelfryAt(address)) {
            // A hotel's page, a proxy's: who was a Belfry has not become another kind of server.
            answer(failure(0, "stranger",
                           tr("Something else answers at %1 than the Belfry server that you have signed in to. Nothing "
                              "was sent to it. Are you in the right network?")
                               .arg(words::place(address))
                               .toStdString()));
            return;
        }
        if (!greeting) {
            answer(tl::unexpected<Error>(greeting.error()));
            return;
        }
        const ServerCard& card = greeting->card;
        found.kind = greeting->kind;
        found.serverId = card.id;
        found.takesDeviceName = card.takesDeviceName();
        found.takesInvites = card.takesInvites();
        found.serverName = card.name.isEmpty() ? words::place(address) : card.name;
        answer(found);
    });
}

/// What is there, where it may be sent a secret.
void Core::probeForSignIn(const SignInPlace& where, Answer<Connection> answer)
{
    probe(where.typed, where.allowPlainHttp, where.pin,
          [allowClassic = where.allowClassic, answer = std::move(answer)](Result<Connection> found) {
              if (found && found->kind == ServerKind::Classic && !allowClassic)
                  answer(failure(0, "not_belfry", tr("This is not a Belfry server. Sign in anyway?").toStdString()));
              else
                  answer(std::move(found));
          });
}

void Core::signIn(const SignInPlace& where, const QString& name, const QString& password, bool sessionOnly,
                  Answer<Connection> answer)
{
    probeForSignIn(where, [this, name, password, sessionOnly, pin = where.pin, answer](Result<Connection> found) {
        if (!found) {
            answer(std::move(found));
            return;
        }
        Api* api = passingApi(*found);
        api->signIn(name, password, found->takesDeviceName ? m_deviceName : QString(),
                    [this, api, name, sessionOnly, pin, answer, connection = *found](Result<SignIn> in) mutable {
                        api->deleteLater();
                        if (!in) {
                            answer(tl::unexpected<Error>(words::told(in.error(), connection.address)));
                            return;
                        }
                        connection.userId = in->userId;
                        connection.userName = in->userName.isEmpty() ? name : in->userName;
                        connection.role = in->role;
                        enter(connection, {in->key.token, sessionOnly, !pin.isEmpty()}, answer);
                    });
    });
}

void Core::signInWithKey(const SignInPlace& where, const QString& token, bool sessionOnly, Answer<Connection> answer)
{
    const QString key = token.trimmed();
    const Result<TokenCard> card = readToken(key);
    if (!card) {
        answer(tl::unexpected<Error>(card.error()));
        return;
    }
    probeForSignIn(where, [this, card = *card, key, sessionOnly, pin = where.pin, answer](Result<Connection> found) {
        if (!found) {
            answer(std::move(found));
            return;
        }
        Connection connection = *found;
        connection.userId = card.userId;
        connection.userName = card.name.isEmpty() ? tr("person %1").arg(card.userId) : card.name;
        connection.role = card.role;
        const Entering how{key, sessionOnly, !pin.isEmpty()};
        if (connection.kind == ServerKind::Classic) {
            enter(connection, how, answer); // only its stream can tell
            return;
        }
        Api* api = passingApi(connection);
        api->setToken(key);
        ListRequest glance;
        glance.limit = 1;
        api->list(glance, [this, api, connection, how, answer](Result<ListAnswer> list) {
            api->deleteLater();
            if (list) {
                enter(connection, how, answer);
            } else if (list.error().status == 401 || list.error().status == 403) {
                answer(failure(list.error().status, "unauthorized",
                               tr("This access key is not accepted there. Please ask for a new one.").toStdString()));
            } else {
                answer(tl::unexpected<Error>(words::told(list.error(), connection.address)));
            }
        });
    });
}

void Core::enter(Connection connection, const Entering& how, const Answer<Connection>& answer)
{
    connection = m_book.enter(connection, how.isPinAsked);
    const bool isActive = how.becomesActive || !m_book.active().isValid() || connection.id == m_book.active().id;
    if (isActive) {
        m_book.setActive(connection.id);
    }
    m_session->remember(connection, how.token, how.sessionOnly);
    saveBook();
    if (isActive) {
        startLink(connection);
    }
    answer(connection);
}

void Core::saveBook()
{
    if (Result<void> saved = m_book.save(); !saved)
        say(QString::fromStdString(saved.error().message));
    Q_EMIT connectionsChanged(m_book.all());
}

/// Its token goes, here and at its server.
void Core::endSignIn(const Connection& connection)
{
    m_session->forget(connection, [this, connection](const QString& token) {
        if (connection.kind != ServerKind::Belfry)
            return; // it has no such call
        Api* api = passingApi(connection);
        api->setToken(token);
        api->signOut([api](const Result<void>&) { api->deleteLater(); });
    });
}

void Core::signOut(const QString& connectionId)
{
    const Connection connection = m_book.byId(connectionId);
    if (!connection.isValid() || connection.isOwnServer)
        return;
    const bool isActive = connection.id == m_active.id;
    if (isActive) {
        m_outbox->stop();
        m_sync->stop();
    }
    endSignIn(connection);
    m_book.setSignedOut(connection.id);
    saveBook();
    if (isActive) {
        m_active.isSignedOut = true;
        setPlainStatus(LinkState::SignedOut, words::signInAgain());
    }
}

void Core::removeConnection(const QString& connectionId)
{
    const Connection connection = m_book.byId(connectionId);
    if (!connection.isValid() || connection.isOwnServer)
        return;
    // First what may fail: a history that is nobody's could not be reached any more.
    if (Result<void> removed = m_inbox->remove(connection.id); !removed) {
        say(QString::fromStdString(removed.error().message));
        return;
    }
    const bool isActive = connection.id == m_active.id;
    if (isActive)
        stopLink();
    endSignIn(connection);
    m_book.remove(connection.id);
    if (isActive) {
        // To our own server's account, else to any: the one that is left after most removals.
        const QList<Connection>& all = m_book.all();
        const auto own = std::find_if(all.cbegin(), all.cend(), [](const Connection& c) { return c.isOwnServer; });
        const Connection next = own != all.cend() ? *own : all.isEmpty() ? Connection() : all.constFirst();
        m_book.setActive(next.id);
        saveBook();
        startLink(next);
    } else {
        saveBook();
    }
    clearRemoved();
}

/// What is left of connections that were removed, a slice at a time.
void Core::clearRemoved()
{
    if (!m_inbox->isOpen())
        return;
    const Result<bool> more = m_inbox->clearRemoved(removedAtOnce);
    if (!more)
        say(QString::fromStdString(more.error().message));
    else if (*more)
        QTimer::singleShot(0, this, &Core::clearRemoved);
}

} // namespace belfry::client
