// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/api/api.h"
#include "server/stream/store_source.h"
#include "unit/api/turned_clock.h"

#include <QByteArray>
#include <QMessageAuthenticationCode>

#include <fcntl.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>

namespace belfry::server::test {

inline const std::string backendSecret(32, 'b');
inline const QByteArray origin = "https://intranet.example";

/// A mailbox that runs what is posted at once, on the poster's thread: for answers that a test waits for.
class Doorstep final : public Mailbox
{
public:
    void post(Task task) override { task(); }
};

/// A whole server but for its facade: real store, hub, network and API, in a directory of its own. It takes tokens of a
/// backend, too.
class ApiServer
{
public:
    explicit ApiServer(const std::string& path, const Clock& clock = systemClock()) : m_throttle(clock)
    {
        m_directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        StoreSettings kept;
        kept.directory = m_directory;
        kept.path = path;
        kept.hasExternalKey = true;
        m_store = std::move(Store::open(kept).value());
        m_source = std::make_unique<StoreSource>(*m_store);
        m_hub = std::make_unique<Hub>(m_store->newest(), m_store->logId());
        m_tokens = std::make_unique<Tokens>(JwtKey(JwtAlgorithm::HS256, std::string(32, 'k')),
                                            ExternalIssuer{JwtKey(JwtAlgorithm::HS256, backendSecret), {}, {}, false});
        for (const KnownPlace& place : m_store->takeKnownPlaces())
            m_throttle.remember(place.user, place.address, clock.now() - place.signedInAt);
        ApiSettings settings;
        settings.serverName = "Office";
        settings.serverId = m_store->serverId();
        settings.logId = m_store->logId();
        settings.corsOrigins = {origin.toStdString()};
        m_api = std::make_unique<Api>(settings, *m_store, *m_hub, *m_tokens, m_pool, m_throttle);
        NetworkSettings network;
        network.listen = {{"127.0.0.1", 0}};
        network.loops = 2;
        m_network = std::make_unique<Network>(network, *m_api, *m_hub, *m_source, m_store->logId(), systemClock());
        m_api->setNetworkFigures([this] { return m_network->figures(); });
        m_store->start(*m_hub);
        m_port = m_network->start().value().front().port;
        m_api->setState(Api::State::Ready);
    }
    ~ApiServer()
    {
        m_api->setState(Api::State::Stopping);
        m_network->stopAccepting();
        m_pool.stop();
        m_store->stop();
        m_network->stop();
        ::close(m_directory);
    }

    quint16 port() const { return m_port; }
    Api& api() { return *m_api; }
    Store& store() { return *m_store; }
    Throttle& throttle() { return m_throttle; }

    /// Calls `ask` with a Reply and waits for its answer.
    template <class T, class Ask> Result<T> wait(Ask ask)
    {
        std::promise<Result<T>> answer;
        ask(Reply<T>{&m_doorstep, [&answer](Result<T> result) { answer.set_value(std::move(result)); }});
        return answer.get_future().get();
    }

    /// An account with a token of its own. The password is PASSWORD.
    QByteArray add(const std::string& name, Role role)
    {
        static const std::string hash = hashPassword("PASSWORD").value();
        wait<Account>([&](auto reply) { m_store->createUser(std::nullopt, name, hash, role, std::move(reply)); });
        return createdToken(name, createdTokenTime);
    }
    /// A token as of `belfry token create`.
    QByteArray createdToken(const std::string& name, std::chrono::seconds timeToLive)
    {
        const auto accounts = m_store->accounts();
        const Account& account = *accounts->findByName(name);
        const MadeToken made = m_tokens->makeCreatedToken(account, timeToLive).value();
        wait<Done>([&](auto reply) { m_store->recordToken(account.id, made.record, std::move(reply)); });
        return QByteArray::fromStdString(made.token);
    }
    UserId idOf(const std::string& name) const { return m_store->accounts()->findByName(name)->id; }
    const Tokens& tokens() const { return *m_tokens; }

private:
    Doorstep m_doorstep;
    int m_directory = -1;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<StoreSource> m_source;
    std::unique_ptr<Hub> m_hub;
    std::unique_ptr<Tokens> m_tokens;
    PasswordPool m_pool;
    Throttle m_throttle;
    std::unique_ptr<Api> m_api;
    std::unique_ptr<Network> m_network;
    quint16 m_port = 0;
};

/// A token of the backend: HS256, an expiry far away, and these members.
inline QByteArray externalToken(const QByteArray& members)
{
    const auto part = [](const QByteArray& bytes) {
        return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    const QByteArray head = part("{\"alg\":\"HS256\"}") + '.' + part("{\"exp\":4102444800," + members + '}');
    const QByteArray key = QByteArray::fromStdString(backendSecret);
    return head + '.' + part(QMessageAuthenticationCode::hash(head, key, QCryptographicHash::Sha256));
}

} // namespace belfry::server::test
