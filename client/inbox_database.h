// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QHash>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

#include <optional>

namespace belfry::client {

/// One connection to inbox.db: opens it, brings its schema up to date, keeps statements prepared.
///
/// The schema only goes forward; a file of a newer program is refused unchanged. Thread: the one that opened it.
class InboxDatabase
{
public:
    InboxDatabase() = default;
    ~InboxDatabase();
    InboxDatabase(const InboxDatabase&) = delete;
    InboxDatabase& operator=(const InboxDatabase&) = delete;

    enum class Access { ReadWrite, ReadOnly };
    /// Errors: `inbox_newer`, `inbox_unusable`, each with a sentence for the window.
    Result<void> open(const QString& path, Access access);
    void close();
    bool isOpen() const { return m_isOpen; }

    /// Runs a statement with its values; the query stands before its first row. Prepared once for each text, so the
    /// answer is good until the next run of the same text. A failure gives an empty query and is kept: the first one is
    /// what commit() or takeFault() answers, so that a row of statements needs one look at its end.
    QSqlQuery& run(const char* sql, const QVariantList& values = {});
    /// As run(), for statements whose text is put together: not kept.
    QSqlQuery runOnce(const QString& sql, const QVariantList& values = {});
    /// The first failure since begin() or the last call, if any.
    Result<void> takeFault();

    Result<void> begin();
    /// Rolls back where a statement has failed since begin(), and says why.
    Result<void> commit();
    void rollBack();

private:
    void bringUpToDate();
    void remember(const QSqlError& error);
    Error notOpen() const;

    QString m_name;
    QSqlDatabase m_database;
    QHash<QByteArray, QSqlQuery*> m_prepared;
    QSqlQuery m_none;
    std::optional<Error> m_fault;
    std::optional<Error> m_refusal; ///< what the last open() failed with
    bool m_isOpen = false;
};

} // namespace belfry::client
