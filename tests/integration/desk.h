// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"
#include "client/sync.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace belfry::tests {

/// A desktop without a screen: a client on a directory of its own, and what it was told to show. Shows everything at
/// once, as a notification daemon would, and says so to the client.
class Desk
{
public:
    /// @param clock  outlives it
    explicit Desk(client::SyncTimes times = {}, const Clock& clock = systemClock()) : m_times(times), m_clock(clock)
    {
        open();
    }

    /// Starts the client (again), on the same directory.
    void open()
    {
        forget();
        m_client = std::make_unique<client::Client>(m_directory.filePath(QStringLiteral("desk")),
                                                    QStringLiteral("a test"), m_times, m_clock);
        client::Client* const at = m_client.get();
        QObject::connect(at, &client::Client::arrived, at, [this, at](const client::Row& row, client::Arrival how) {
            (how == client::Arrival::Live ? live : singles).append(row.title);
            at->markShown({row.rowId});
        });
        QObject::connect(at, &client::Client::replaced, at, [this, at](client::RowId earlier, const client::Row& row) {
            replaced.append({earlier, row.title});
            at->markShown({row.rowId});
        });
        QObject::connect(at, &client::Client::awaySummary, at, [this](int count) { summary = count; });
        QObject::connect(at, &client::Client::awaySummaryDropped, at, [this](int count) { summary = count; });
        QObject::connect(at, &client::Client::withdrawn, at,
                         [this](const QList<client::RowId>& rows) { withdrawn += rows; });
        QObject::connect(at, &client::Client::ownTokenWanted, at, [this] { ++tokensWanted; });
        QObject::connect(at, &client::Client::statusChanged, at, [this](const client::LinkStatus& status) {
            if (!status.limitation.isEmpty() && !limitations.contains(status.limitation))
                limitations.append(status.limitation);
        });
        bool isStarted = false;
        QObject::connect(at, &client::Client::started, at, [&isStarted] { isStarted = true; });
        at->start();
        (void)QTest::qWaitFor([&isStarted] { return isStarted; }, 10'000);
        QObject::disconnect(at, &client::Client::started, at, nullptr);
    }
    void close() { m_client.reset(); }
    void reopen()
    {
        close();
        open();
    }
    /// What was shown so far is no longer counted.
    void forget()
    {
        live.clear();
        singles.clear();
        withdrawn.clear();
        replaced.clear();
        summary = 0;
        tokensWanted = 0;
    }

    client::Client* operator->() const { return m_client.get(); }
    client::LinkState state() const { return m_client->status().state; }
    bool isLive() const { return state() == client::LinkState::Live; }

    /// The name's own password, for this session only: there may be no keyring. Empty, or why not.
    QByteArray signIn(const QString& url, const QString& name)
    {
        return ended(m_client->signIn({url, {}, true}, name, QStringLiteral("correct horse"), true));
    }
    QByteArray signInWithKey(const QString& url, const QByteArray& token)
    {
        return ended(m_client->signInWithKey({url, {}, true, true}, QString::fromLatin1(token), true));
    }

    /// The history, newest first.
    QList<client::Row> rows(int limit = 100) const
    {
        client::RowQuery query;
        query.limit = limit;
        const QFuture<client::RowPage> page = m_client->rows(query);
        (void)QTest::qWaitFor([&page] { return page.isFinished(); }, 10'000);
        return page.isFinished() ? page.result().rows : QList<client::Row>();
    }
    /// The row of that title; rowId 0: none, -1: more than one.
    client::Row row(const QString& title) const
    {
        client::Row found;
        for (const client::Row& one : rows(500)) {
            if (one.title == title) {
                const bool isFirst = found.rowId == 0;
                found = one;
                if (!isFirst)
                    found.rowId = -1;
            }
        }
        return found;
    }
    bool has(const QString& title) const { return row(title).rowId > 0; }
    /// How often a message was put before the person by itself.
    int shown(const QString& title) const { return int(live.count(title) + singles.count(title)); }

    QStringList live;
    QStringList singles;
    QStringList limitations;
    QList<client::RowId> withdrawn;
    QList<std::pair<client::RowId, QString>> replaced;
    int summary = 0;
    int tokensWanted = 0;

private:
    static QByteArray ended(const QFuture<Result<client::Connection>>& future)
    {
        if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 20'000))
            return "no answer";
        const Result<client::Connection> result = future.result();
        return result ? QByteArray() : QByteArray::fromStdString(result.error().message);
    }

    QTemporaryDir m_directory;
    client::SyncTimes m_times;
    const Clock& m_clock;
    std::unique_ptr<client::Client> m_client;
};

} // namespace belfry::tests
