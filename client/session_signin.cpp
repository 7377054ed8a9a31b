// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in and out: how a connection is made.
#include "client/session_core.h"
#include "client/sync_words.h"

namespace belfry::client {
namespace {

/// An answer that names the address, where none came from there.
Error inWords(const Error& error, const QUrl& address)
{
    if (error.status != 0) {
        return error;
    }
    Error told = error;
    told.message =
        (error.code == "certificate" ? words::refused(error, address) : words::lost(error, address)).toStdString();
    return told;
}

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
    api->server([api, answer, place](Result<ServerCard> card) {
        api->deleteLater();
        Connection found = place;
        const QUrl& address = place.address;
        if (card) {
            found.serverId = card->id;
            found.takesDeviceName = card->takesDeviceName();
            found.takesInvites = card->takesInvites();
            found.serverName = card->name.isEmpty() ? words::place(address) : card->name;
            answer(found);
        } else if (card.error().status == 0 || card.error().status >= 500 || card.error().status == 429) {
            answer(tl::unexpected<Error>(inWords(card.error(), address)));
        } else {
            // It answers, but has no such page: a backend of the older kind.
            found.kind = ServerKind::Classic;
            found.serverName = words::place(address);
            answer(found);
        }
    });
}

void Core::signIn(const QString& typed, bool allowPlainHttp, const QString& name, const QString& password,
                  bool sessionOnly, const QString& pin, Answer<Connection> answer)
{
    probe(typed, allowPlainHttp, pin, [this, name, password, sessionOnly, pin, answer](Result<Connection> found) {
        if (!found) {
            answer(std::move(found));
            return;
        }
        Api* api = passingApi(*found);
        api->signIn(name, password, found->takesDeviceName ? m_deviceName : QString(),
                    [this, api, name, sessionOnly, pin, answer, connection = *found](Result<SignIn> in) mutable {
                        api->deleteLater();
                        if (!in) {
                            answer(tl::unexpected<Error>(inWords(in.error(), connection.address)));
                            return;
                        }
                        connection.userId = in->userId;
                        connection.userName = in->userName.isEmpty() ? name : in->userName;
                        connection.role = in->role;
                        enter(connection, {in->key.token, sessionOnly, !pin.isEmpty()}, answer);
                    });
    });
}

void Core::signInWithKey(const QString& typed, bool allowPlainHttp, const QString& token, bool sessionOnly,
                         const QString& pin, Answer<Connection> answer)
{
    const QString key = token.trimmed();
    const Result<TokenCard> card = readToken(key);
    if (!card) {
        answer(tl::unexpected<Error>(card.error()));
        return;
    }
    probe(typed, allowPlainHttp, pin, [this, card = *card, key, sessionOnly, pin, answer](Result<Connection> found) {
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
                answer(tl::unexpected<Error>(inWords(list.error(), connection.address)));
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
    if (Result<void> saved = m_book.save(); !saved) {
        say(QString::fromStdString(saved.error().message));
    }
    m_session->remember(connection, how.token, how.sessionOnly);
    Q_EMIT connectionsChanged(m_book.all());
    if (isActive) {
        startLink(connection);
    }
    answer(connection);
}

void Core::signOut()
{
    if (!m_active.isValid() || m_active.isOwnServer) {
        return;
    }
    if (const QString token = m_session->token(); !token.isEmpty() && m_active.kind == ServerKind::Belfry) {
        Api* api = passingApi(m_active);
        api->setToken(token);
        api->signOut([api](const Result<void>&) { api->deleteLater(); });
    }
    m_outbox->stop();
    m_sync->stop();
    m_session->forget(m_active);
    setPlainStatus(LinkState::SignedOut, words::signInAgain());
}

} // namespace belfry::client
