// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox_database.h"

#include "client/inbox_schema.h"
#include "client/words.h"

#include <QUuid>

#include <memory>
#include <span>

namespace belfry::client {

InboxDatabase::~InboxDatabase()
{
    close();
}

void InboxDatabase::close()
{
    qDeleteAll(m_prepared);
    m_prepared.clear();
    m_isOpen = false;
    if (!m_name.isEmpty()) {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_name);
        m_name.clear();
    }
}

Result<void> InboxDatabase::open(const QString& path, Access access)
{
    close();
    m_refusal.reset();
    m_name = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    m_database.setDatabaseName(path);
    m_database.setConnectOptions(access == Access::ReadOnly
                                     ? QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000")
                                     : QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!m_database.open()) {
        remember(m_database.lastError());
    } else if (access == Access::ReadWrite) {
        bringUpToDate();
    }
    Result<void> opened = takeFault();
    if (!opened) {
        close();
        m_refusal = opened.error();
        return opened;
    }
    m_isOpen = true;
    return {};
}

void InboxDatabase::bringUpToDate()
{
    // The version first: a newer program's file is left exactly as it is.
    QSqlQuery version = runOnce(QStringLiteral("PRAGMA user_version"));
    const int found = version.next() ? version.value(0).toInt() : 0;
    version.finish();
    const std::span<const InboxMigration> migrations = inboxMigrations();
    const int newest = static_cast<int>(migrations.size());
    if (found > newest) {
        m_fault = Error{
            500,
            "inbox_newer",
            InboxWords::tr("Your history was written by a newer version of Belfry. Please update Belfry to read it.")
                .toStdString(),
            {},
            0};
    }
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA temp_store=MEMORY",
                               "PRAGMA secure_delete=FAST", "PRAGMA cache_size=-8000"}) {
        if (!m_fault) {
            runOnce(QString::fromLatin1(pragma));
        }
    }
    for (int next = found; next < newest && !m_fault; ++next) {
        if (!begin()) {
            return;
        }
        for (const char* statement : migrations[static_cast<std::size_t>(next)]) {
            if (!m_fault) {
                runOnce(QString::fromLatin1(statement));
            }
        }
        if (!m_fault) {
            runOnce(QStringLiteral("PRAGMA user_version=%1").arg(next + 1));
        }
        if (Result<void> done = commit(); !done) {
            m_fault = done.error();
        }
    }
}

void InboxDatabase::remember(const QSqlError& error)
{
    if (m_fault) {
        return;
    }
    const QString reason = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    m_fault = Error{
        500,
        "inbox_unusable",
        InboxWords::tr("Belfry can't use its history on this computer (%1). Please check that the disk is not full "
                       "and the file can be written.")
            .arg(reason.simplified())
            .toStdString(),
        {},
        0};
}

Result<void> InboxDatabase::takeFault()
{
    if (!m_fault) {
        return {};
    }
    Error error = std::move(*m_fault);
    m_fault.reset();
    return tl::unexpected<Error>(std::move(error));
}

QSqlQuery& InboxDatabase::run(const char* sql, const QVariantList& values)
{
    if (!m_database.isOpen()) {
        if (!m_fault) {
            m_fault = notOpen();
        }
        return m_none;
    }
    const QByteArray text = QByteArray::fromRawData(sql, static_cast<qsizetype>(qstrlen(sql)));
    QSqlQuery* query = m_prepared.value(text);
    if (query == nullptr) {
        auto fresh = std::make_unique<QSqlQuery>(m_database);
        fresh->setForwardOnly(true);
        if (!fresh->prepare(QString::fromUtf8(text))) {
            remember(fresh->lastError());
            return m_none;
        }
        query = fresh.release();
        m_prepared.insert(text, query);
    }
    query->finish();
    for (int i = 0; i < values.size(); ++i) {
        query->bindValue(i, values.at(i));
    }
    if (!query->exec()) {
        remember(query->lastError());
        query->finish();
        return m_none;
    }
    return *query;
}

QSqlQuery InboxDatabase::runOnce(const QString& sql, const QVariantList& values)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(sql)) {
        remember(query.lastError());
        return QSqlQuery();
    }
    for (int i = 0; i < values.size(); ++i) {
        query.bindValue(i, values.at(i));
    }
    if (!query.exec()) {
        remember(query.lastError());
        return QSqlQuery();
    }
    return query;
}

/// Why nothing can be done with it: what open() has said, for as long as that holds.
Error InboxDatabase::notOpen() const
{
    if (m_refusal) {
        return *m_refusal;
    }
    return {500, "inbox_unusable", InboxWords::tr("The history on this computer is not open.").toStdString(), {}, 0};
}

Result<void> InboxDatabase::begin()
{
    m_fault.reset();
    if (!m_database.isOpen()) {
        return tl::unexpected<Error>(notOpen());
    }
    run("BEGIN IMMEDIATE");
    return takeFault();
}

Result<void> InboxDatabase::commit()
{
    // A statement that still stands on a row would hold the transaction open.
    for (QSqlQuery* query : std::as_const(m_prepared)) {
        query->finish();
    }
    if (!m_fault) {
        run("COMMIT");
    }
    Result<void> done = takeFault();
    if (!done) {
        rollBack();
    }
    return done;
}

void InboxDatabase::rollBack()
{
    for (QSqlQuery* query : std::as_const(m_prepared)) {
        query->finish();
    }
    run("ROLLBACK");
    m_fault.reset();
}

} // namespace belfry::client
