// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/client.h"

#include "client/inbox_reader.h"
#include "client/keychain.h"
#include "client/session_core.h"

#include <QNetworkInformation>
#include <QPromise>
#include <QThread>

namespace belfry::client {
namespace {

/// Runs something in an object's thread; dropped where the object is gone before.
template <class Function> void post(QObject* object, Function&& function)
{
    QMetaObject::invokeMethod(object, std::forward<Function>(function), Qt::QueuedConnection);
}

/// A future and what fulfils it. Broken off (cancelled) where nobody is left to do so.
template <class T> std::shared_ptr<QPromise<T>> startedPromise()
{
    auto promise = std::make_shared<QPromise<T>>(); // shared: answers are copied on their way through std::function
    promise->start();
    return promise;
}

template <class T> Answer<T> answerInto(const std::shared_ptr<QPromise<Result<T>>>& promise)
{
    return [promise](Result<T> result) {
        promise->addResult(std::move(result));
        promise->finish();
    };
}

} // namespace

class Client::Parts
{
public:
    Parts(Client& client, const QString& directory, const QString& deviceName, const SyncTimes& times,
          const Clock& clock)
        : m_core(new Core(directory, deviceName, secrets(), clock, times)),
          m_reader(new InboxReader(Core::inboxPath(directory)))
    {
        m_coreThread.setObjectName(QStringLiteral("belfry-net"));
        m_readerThread.setObjectName(QStringLiteral("belfry-history"));
        for (const auto& [thread, object] : {std::pair<QThread*, QObject*>(&m_coreThread, m_core),
                                             std::pair<QThread*, QObject*>(&m_readerThread, m_reader)}) {
            object->moveToThread(thread);
            QObject::connect(thread, &QThread::finished, object, &QObject::deleteLater);
            thread->start();
        }
        QObject::connect(m_core, &Core::started, &client, &Client::started);
        QObject::connect(m_core, &Core::connectionsChanged, &client, [this, &client](const QList<Connection>& all) {
            m_connections = all;
            Q_EMIT client.connectionsChanged();
        });
        QObject::connect(m_core, &Core::activeChanged, &client, [this, &client](const Connection& connection) {
            m_active = connection;
            Q_EMIT client.activeChanged(connection);
        });
        QObject::connect(m_core, &Core::statusChanged, &client, [this, &client](const LinkStatus& status) {
            m_status = status;
            Q_EMIT client.statusChanged(status);
        });
        QObject::connect(m_core, &Core::unreadChanged, &client, [this, &client](int unread) {
            m_unread = unread;
            Q_EMIT client.unreadChanged(unread);
        });
        QObject::connect(m_core, &Core::rowsInserted, &client, &Client::rowsInserted);
        QObject::connect(m_core, &Core::rowsChanged, &client, &Client::rowsChanged);
        QObject::connect(m_core, &Core::rowsRemoved, &client, &Client::rowsRemoved);
        QObject::connect(m_core, &Core::historyReset, &client, &Client::historyReset);
        QObject::connect(m_core, &Core::arrived, &client, &Client::arrived);
        QObject::connect(m_core, &Core::awaySummary, &client, &Client::awaySummary);
        QObject::connect(m_core, &Core::awaySummaryDropped, &client, &Client::awaySummaryDropped);
        QObject::connect(m_core, &Core::withdrawn, &client, &Client::withdrawn);
        QObject::connect(m_core, &Core::replaced, &client, &Client::replaced);
        QObject::connect(m_core, &Core::faultChanged, &client, &Client::faultChanged);
        QObject::connect(m_core, &Core::ownTokenWanted, &client, &Client::ownTokenWanted);
        QObject::connect(&m_keychain, &Keychain::becameAvailable, &client,
                         [this] { toCore([](Core& core) { core.keyringAppeared(); }); });
    }

    ~Parts()
    {
        // What lives in the threads is deleted there, at their end; nothing of it is called after that.
        for (QThread* thread : {&m_coreThread, &m_readerThread}) {
            thread->quit();
        }
        for (QThread* thread : {&m_coreThread, &m_readerThread}) {
            thread->wait();
        }
    }

    template <class Function> void toCore(Function&& function)
    {
        post(m_core, [core = m_core, function = std::forward<Function>(function)]() mutable { function(*core); });
    }

    /// Asks the history, in its thread. Whoever cancels the future spares it the rest.
    template <class T, class Function> QFuture<T> ask(Function&& function)
    {
        const std::shared_ptr<QPromise<T>> promise = startedPromise<T>();
        post(m_reader,
             [reader = m_reader, promise, connection = m_active.id, function = std::forward<Function>(function)] {
                 const auto isWanted = [&promise] { return !promise->isCanceled(); };
                 if (isWanted()) {
                     promise->addResult(function(*reader, connection, isWanted));
                 }
                 promise->finish();
             });
        return promise->future();
    }

    void watchNetwork(Client& client)
    {
        // A hint only: it triggers an attempt, never withholds one.
        if (QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability)) {
            QObject::connect(QNetworkInformation::instance(), &QNetworkInformation::reachabilityChanged, &client,
                             [this](QNetworkInformation::Reachability reachability) {
                                 if (reachability != QNetworkInformation::Reachability::Disconnected) {
                                     toCore([](Core& core) { core.retryNow(); });
                                 }
                             });
        }
    }

    const Connection& active() const { return m_active; }
    const QList<Connection>& connections() const { return m_connections; }
    const LinkStatus& status() const { return m_status; }
    int unread() const { return m_unread; }

private:
    /// The keychain lives in the creator's thread (its library keeps one queue of jobs for all); asked and answered by
    /// posts.
    SecretStore secrets()
    {
        const auto answerInCore = [this](std::function<void(KeychainAnswer)> answer) {
            return [this, answer = std::move(answer)](const KeychainAnswer& found) {
                post(m_core, [answer, found] { answer(found); });
            };
        };
        SecretStore store;
        store.read = [this, answerInCore](const QString& entry, std::function<void(KeychainAnswer)> answer) {
            post(&m_keychain,
                 [this, entry, answer = answerInCore(std::move(answer))] { m_keychain.read(entry, answer); });
        };
        store.write = [this, answerInCore](const QString& entry, const QString& secret,
                                           std::function<void(KeychainAnswer)> answer) {
            post(&m_keychain, [this, entry, secret, answer = answerInCore(std::move(answer))] {
                m_keychain.write(entry, secret, answer);
            });
        };
        store.remove = [this](const QString& entry) {
            post(&m_keychain, [this, entry] { m_keychain.remove(entry, [](const KeychainAnswer&) {}); });
        };
        return store;
    }

    Keychain m_keychain;
    QThread m_coreThread;
    QThread m_readerThread;
    Core* m_core;          // owned by its thread's end
    InboxReader* m_reader; // likewise
    Connection m_active;
    QList<Connection> m_connections;
    LinkStatus m_status;
    int m_unread = 0;
};

Client::Client(const QString& directory, const QString& deviceName, QObject* parent)
    : Client(directory, deviceName, SyncTimes(), systemClock(), parent)
{
}

Client::Client(const QString& directory, const QString& deviceName, const SyncTimes& times, const Clock& clock,
               QObject* parent)
    : QObject(parent), m_parts(std::make_unique<Parts>(*this, directory, deviceName, times, clock))
{
}

Client::~Client() = default;

void Client::start()
{
    m_parts->toCore([](Core& core) { core.start(); });
    m_parts->watchNetwork(*this);
}

Connection Client::active() const
{
    return m_parts->active();
}

QList<Connection> Client::connections() const
{
    return m_parts->connections();
}

LinkStatus Client::status() const
{
    return m_parts->status();
}

int Client::unread() const
{
    return m_parts->unread();
}

QFuture<Result<Client::Probe>> Client::probe(const QString& typedAddress, bool allowPlainHttp, const QString& pin)
{
    const auto promise = startedPromise<Result<Probe>>();
    m_parts->toCore([promise, typedAddress, allowPlainHttp, pin](Core& core) {
        core.probe(typedAddress, allowPlainHttp, pin, [promise](Result<Connection> found) {
            promise->addResult(found ? Result<Probe>(Probe{std::move(*found)}) : tl::unexpected<Error>(found.error()));
            promise->finish();
        });
    });
    return promise->future();
}

QFuture<Result<Connection>> Client::signIn(const SignInPlace& where, const QString& name, const QString& password,
                                           bool sessionOnly)
{
    const auto promise = startedPromise<Result<Connection>>();
    m_parts->toCore(
        [=](Core& core) { core.signIn(where, name, password, sessionOnly, answerInto<Connection>(promise)); });
    return promise->future();
}

QFuture<Result<Connection>> Client::signInWithKey(const SignInPlace& where, const QString& token, bool sessionOnly)
{
    const auto promise = startedPromise<Result<Connection>>();
    m_parts->toCore(
        [=](Core& core) { core.signInWithKey(where, token, sessionOnly, answerInto<Connection>(promise)); });
    return promise->future();
}

QFuture<Result<Connection>> Client::join(const InviteLink& link, const NewAccount& wish)
{
    const auto promise = startedPromise<Result<Connection>>();
    m_parts->toCore([=](Core& core) {
        core.join(
            link, wish, [promise] { return !promise->isCanceled(); }, answerInto<Connection>(promise));
    });
    return promise->future();
}

void Client::useOwnServer(const QString& url, const QString& serverId, const QString& serverName, UserId userId,
                          const QString& userName, const QString& token)
{
    Connection own;
    own.address = QUrl(url);
    own.serverId = serverId;
    own.serverName = serverName;
    own.userId = userId;
    own.userName = userName;
    own.role = Role::Admin;
    m_parts->toCore([own, token](Core& core) { core.useOwnServer(own, token); });
}

void Client::ownServerStopped()
{
    m_parts->toCore([](Core& core) { core.ownServerStopped(); });
}

void Client::switchTo(const QString& connectionId)
{
    m_parts->toCore([connectionId](Core& core) { core.switchTo(connectionId); });
}

void Client::signOut(const QString& connectionId)
{
    m_parts->toCore([connectionId](Core& core) { core.signOut(connectionId); });
}

void Client::removeConnection(const QString& connectionId)
{
    m_parts->toCore([connectionId](Core& core) { core.removeConnection(connectionId); });
}

void Client::retryNow()
{
    m_parts->toCore([](Core& core) { core.retryNow(); });
}

void Client::machineWoke()
{
    m_parts->toCore([](Core& core) { core.machineWoke(); });
}

void Client::setWindowOpen(bool isOpen)
{
    m_parts->toCore([isOpen](Core& core) { core.setWindowOpen(isOpen); });
}

QFuture<RowPage> Client::rows(const RowQuery& query)
{
    const bool isConnected = m_parts->status().isConnected();
    return m_parts->ask<RowPage>(
        [query, isConnected](InboxReader& reader, const QString& connection, const InboxReader::IsWanted& isWanted) {
            RowPage page = reader.rows(connection, query, isWanted);
            for (Row& row : page.rows) {
                if (isConnected && row.change == ChangeState::Waiting) {
                    row.change = ChangeState::None;
                }
            }
            return page;
        });
}

QFuture<int> Client::count(const RowQuery& query)
{
    return m_parts->ask<int>(
        [query](InboxReader& reader, const QString& connection, const InboxReader::IsWanted& isWanted) {
            return reader.count(connection, query, isWanted);
        });
}

QFuture<QStringList> Client::categories()
{
    return m_parts->ask<QStringList>(
        [](InboxReader& reader, const QString& connection, const auto&) { return reader.categories(connection); });
}

QFuture<QList<QPair<UserId, QString>>> Client::senders()
{
    return m_parts->ask<QList<QPair<UserId, QString>>>(
        [](InboxReader& reader, const QString& connection, const auto&) { return reader.senders(connection); });
}

QFuture<Row> Client::row(RowId rowId)
{
    return m_parts->ask<Row>([rowId](InboxReader& reader, const QString&, const auto&) { return reader.row(rowId); });
}

void Client::markRead(const QList<RowId>& rows)
{
    m_parts->toCore([rows](Core& core) { core.markRead(rows); });
}

void Client::markUnread(const QList<RowId>& rows)
{
    m_parts->toCore([rows](Core& core) { core.markUnread(rows); });
}

void Client::markAllRead(const RowQuery& matching)
{
    m_parts->toCore([matching](Core& core) { core.markAllRead(matching); });
}

void Client::acknowledge(RowId row, const QString& answer)
{
    m_parts->toCore([row, answer](Core& core) { core.acknowledge(row, answer); });
}

void Client::deleteRows(const QList<RowId>& rows)
{
    m_parts->toCore([rows](Core& core) { core.deleteRows(rows); });
}

void Client::deleteMatching(const RowQuery& matching)
{
    m_parts->toCore([matching](Core& core) { core.deleteMatching(matching); });
}

void Client::undoDelete()
{
    m_parts->toCore([](Core& core) { core.undoDelete(); });
}

void Client::markShown(const QList<RowId>& rows)
{
    m_parts->toCore([rows](Core& core) { core.setShown(rows, true); });
}

void Client::markNotShown(const QList<RowId>& rows)
{
    m_parts->toCore([rows](Core& core) { core.setShown(rows, false); });
}

QFuture<Result<int>> Client::sendTest()
{
    const auto promise = startedPromise<Result<int>>();
    m_parts->toCore([promise](Core& core) { core.sendTest(answerInto<int>(promise)); });
    return promise->future();
}

QFuture<Result<QList<OpenSession>>> Client::sessions()
{
    const auto promise = startedPromise<Result<QList<OpenSession>>>();
    m_parts->toCore([promise](Core& core) { core.sessions(answerInto<QList<OpenSession>>(promise)); });
    return promise->future();
}

QFuture<Result<void>> Client::endSession(std::int64_t id)
{
    const auto promise = startedPromise<Result<void>>();
    m_parts->toCore([promise, id](Core& core) { core.endSession(id, answerInto<void>(promise)); });
    return promise->future();
}

QFuture<Result<void>> Client::changePassword(const QString& earlier, const QString& password)
{
    const auto promise = startedPromise<Result<void>>();
    m_parts->toCore([promise, earlier, password](Core& core) {
        core.changePassword(earlier, password, answerInto<void>(promise));
    });
    return promise->future();
}

} // namespace belfry::client
