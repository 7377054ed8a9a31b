// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/history_data.h"

#include "client/session_book.h"
#include "server/server.h"
#include "tests/bench/inbox_rows.h"

#include <QDir>
#include <QEventLoop>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <cstdio>

namespace belfry::bench {

namespace {

/// The server's first run: its store, its owner. Nothing where it does not start.
client::Connection firstRun(const QString& directory)
{
    server::ServerSettings settings;
    settings.dataDirectory = directory;
    settings.listen = {QStringLiteral("127.0.0.1:0")};
    server::Server server(settings);
    client::Connection own;
    QEventLoop loop;
    QObject::connect(&server, &server::Server::started, &loop, [&] { server.signInOwner(QStringLiteral("ann")); });
    QObject::connect(&server, &server::Server::ownerSignedIn, &loop, [&](const server::OwnerSignIn& owner) {
        own.address = QUrl(server.url());
        own.serverId = server.serverId();
        own.serverName = QStringLiteral("here");
        own.userId = owner.id;
        own.userName = owner.name;
        own.isOwnServer = true;
        server.stop();
    });
    QObject::connect(&server, &server::Server::stopped, &loop, &QEventLoop::quit);
    QObject::connect(&server, &server::Server::failed, &loop, [&](const Error& error) {
        std::fprintf(stderr, "%s\n", error.message.c_str());
        loop.quit();
    });
    server.start();
    loop.exec();
    return own;
}

/// The log goes on above what the inbox holds. @return its name; null where the store cannot be changed
QString moveLogTo(qint64 newest, const QString& store)
{
    QString log;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("store"));
        database.setDatabaseName(store);
        database.open();
        QSqlQuery query(database);
        if (query.exec(QStringLiteral("UPDATE settings SET value = %1 WHERE name = 'newest'").arg(newest)) &&
            query.exec(QStringLiteral("SELECT value FROM settings WHERE name = 'log_id'")) && query.next())
            log = query.value(0).toString();
        else
            std::fprintf(stderr, "%s\n", qUtf8Printable(query.lastError().text()));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("store"));
    return log;
}

} // namespace

bool makeHistory(const QString& directory, qint64 rows)
{
    const QString store = directory + QStringLiteral("/server");
    const client::Connection own = firstRun(store);
    if (own.userId == 0)
        return false;
    const QString log = moveLogTo(rows, store + QStringLiteral("/belfry.db"));
    client::ConnectionBook book;
    if (log.isNull() || !book.open(directory))
        return false;
    const client::Connection entered = book.enter(own);
    book.setActive(entered.id);
    return book.save() && fillInbox(directory + QStringLiteral("/inbox.db"), entered.id, log, rows);
}

} // namespace belfry::bench
