// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/server.h"

#include "server/control/wait.h"
#include "server/engine.h"
#include "server/log.h"
#include "server/memory.h"

#include <QMetaObject>

#include <new>
#include <thread>

namespace belfry::server {

/// What runs, and the one thread that brings it up or down.
class Server::Parts
{
public:
    ServerSettings settings;
    std::unique_ptr<Engine> engine;
    QStringList urls;
    QString localUrl;
    QString serverId;
    int streams = 0;
    std::thread worker;
    bool isChanging = false; ///< on its way up or down
    bool stopsWhenUp = false;

    void run(std::function<void()> work)
    {
        join();
        worker = std::thread(std::move(work));
    }
    void join()
    {
        if (worker.joinable())
            worker.join();
    }
};

Server::Server(ServerSettings settings, QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>())
{
    m_parts->settings = std::move(settings);
    qRegisterMetaType<belfry::Error>("belfry::Error");
    qRegisterMetaType<belfry::server::OwnerSignIn>("belfry::server::OwnerSignIn");
}

Server::~Server()
{
    m_parts->join();
    m_parts->engine.reset();
}

bool Server::isRunning() const
{
    return m_parts->engine && !m_parts->isChanging;
}

QString Server::url() const
{
    return m_parts->urls.value(0);
}

QStringList Server::urls() const
{
    return m_parts->urls;
}

QString Server::localUrl() const
{
    return m_parts->localUrl;
}

QString Server::pin() const
{
    return isRunning() ? QString::fromStdString(m_parts->engine->pin()) : QString();
}

QString Server::serverId() const
{
    return m_parts->serverId;
}

int Server::streamCount() const
{
    return m_parts->streams;
}

void Server::start()
{
    m_parts->stopsWhenUp = false;
    if (m_parts->engine || m_parts->isChanging)
        return;
    m_parts->isChanging = true;
    m_parts->run([this, settings = m_parts->settings] {
        const auto streamsChanged = [this](std::size_t streams) {
            QMetaObject::invokeMethod(
                this,
                [this, streams] {
                    m_parts->streams = int(streams);
                    Q_EMIT streamCountChanged(int(streams));
                },
                Qt::QueuedConnection);
        };
        auto shared = std::make_shared<Result<std::unique_ptr<Engine>>>(notEnoughMemory());
        try {
            *shared = Engine::start(settings, streamsChanged);
        } catch (const std::bad_alloc&) {
            // What it is made of has been taken down again.
        }
        QMetaObject::invokeMethod(
            this,
            [this, shared] {
                m_parts->isChanging = false;
                if (!*shared) {
                    Q_EMIT failed(shared->error());
                    return;
                }
                m_parts->engine = std::move(**shared);
                for (const std::string& url : m_parts->engine->urls())
                    m_parts->urls.append(QString::fromStdString(url));
                m_parts->localUrl = QString::fromStdString(m_parts->engine->localUrl());
                m_parts->serverId = QString::fromStdString(m_parts->engine->store().serverId());
                if (m_parts->stopsWhenUp)
                    stop();
                else
                    Q_EMIT started(url());
            },
            Qt::QueuedConnection);
    });
}

void Server::stop()
{
    if (m_parts->isChanging) {
        m_parts->stopsWhenUp = true;
        return;
    }
    if (!m_parts->engine)
        return;
    m_parts->isChanging = true;
    m_parts->urls.clear();
    m_parts->run([this, engine = m_parts->engine.get()] {
        engine->stop();
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_parts->join();
                m_parts->engine.reset();
                m_parts->isChanging = false;
                m_parts->streams = 0;
                Q_EMIT stopped();
            },
            Qt::QueuedConnection);
    });
}

void Server::reloadCertificate()
{
    if (!isRunning())
        return;
    m_parts->run([engine = m_parts->engine.get()] {
        const auto isRead = engine->reloadCertificate();
        if (!isRead)
            log(LogLevel::Error, "net", "the certificate was not changed: " + isRead.error().message);
        else if (*isRead)
            log(LogLevel::Info, "net", "certificate read", {{"pin", engine->pin()}});
        else
            log(LogLevel::Info, "net", "no certificate to read again: the server shows its own");
    });
}

bool Server::isAlive() const
{
    return isRunning() && m_parts->engine->isAlive();
}

void Server::signInOwner(const QString& loginName)
{
    if (!isRunning()) {
        Q_EMIT ownerRefused({503, "stopped", "The local server is off.", {}, 0});
        return;
    }
    m_parts->run([this, engine = m_parts->engine.get(), name = loginName.toStdString()] {
        const auto account =
            waitFor<Account>([&](Reply<Account> reply) { engine->store().ensureOwner(name, std::move(reply)); });
        const auto token = account.and_then([engine](const Account& owner) {
            return engine->tokens().makeCreatedToken(owner, std::chrono::days(1)).map([&owner](const MadeToken& made) {
                return OwnerSignIn{QString::fromStdString(made.token), owner.id, QString::fromStdString(owner.name)};
            });
        });
        QMetaObject::invokeMethod(
            this,
            [this, token] {
                if (token)
                    Q_EMIT ownerSignedIn(*token);
                else
                    Q_EMIT ownerRefused(token.error());
            },
            Qt::QueuedConnection);
    });
}

void Server::setPassword(UserId user, const QString& password)
{
    if (!isRunning()) {
        Q_EMIT passwordRefused({503, "stopped", "The local server is off.", {}, 0});
        return;
    }
    m_parts->run([this, engine = m_parts->engine.get(), user, password = password.toStdString()] {
        const auto changed = validPassword(password)
                                 .and_then([&] { return hashPassword(password); })
                                 .and_then([&](const std::string& hash) {
                                     UserPatch patch;
                                     patch.passwordHash = hash;
                                     return waitFor<Account>([&](Reply<Account> reply) {
                                         engine->store().patchUser(std::nullopt, user, patch, std::move(reply));
                                     });
                                 });
        QMetaObject::invokeMethod(
            this,
            [this, changed] {
                if (changed)
                    Q_EMIT passwordSet();
                else
                    Q_EMIT passwordRefused(changed.error());
            },
            Qt::QueuedConnection);
    });
}

} // namespace belfry::server
