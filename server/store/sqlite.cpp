// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace belfry::server {

Error storeError(int code, int systemErrno, std::string_view what)
{
    const int primary = code & 0xff;
    bool isFull = primary == SQLITE_FULL;
#ifdef EDQUOT
    isFull = isFull || (primary == SQLITE_IOERR && systemErrno == EDQUOT);
#endif
    isFull = isFull || (primary == SQLITE_IOERR && (systemErrno == ENOSPC || systemErrno == EFBIG));
    if (isFull) {
        return {507, "store_full", "The server has no room left to store anything.", {}, 0};
    }
    const bool mayPass =
        primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_NOMEM || primary == SQLITE_INTERRUPT;
    Error error{mayPass ? 503 : 500, "store_failed", "The server's store failed: ", {}, mayPass ? 1 : 0};
    error.message += what;
    if (primary == SQLITE_IOERR && systemErrno != 0) {
        error.message += " (" + std::error_code(systemErrno, std::generic_category()).message() + ')';
    }
    error.message += '.';
    return error;
}

Rows::~Rows()
{
    if (m_statement) {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
    }
}

bool Rows::next()
{
    if (!m_statement || m_connection.hasFailed()) {
        return false;
    }
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        m_connection.fail(code);
    }
    sqlite3_reset(m_statement);
    m_statement = nullptr;
    return false;
}

std::int64_t Rows::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::string_view Rows::text(int column) const
{
    const void* bytes = sqlite3_column_blob(m_statement, column);
    const int size = sqlite3_column_bytes(m_statement, column);
    return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size))
                 : std::string_view();
}

bool Rows::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::optional<Time> Rows::optionalTime(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(time(column));
}

Result<Connection> Connection::open(const std::string& path, const Options& options)
{
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                      (options.allowsUris ? SQLITE_OPEN_URI : 0);
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, options.vfs);
    Connection connection(handle);
    if (code != SQLITE_OK) {
        return tl::unexpected(storeError(code, handle ? sqlite3_system_errno(handle) : 0, sqlite3_errstr(code)));
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, options.busyMilliseconds);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (options.isReadOnly && !connection.execute("PRAGMA query_only = 1")) {
        return tl::unexpected(connection.takeFailure());
    }
    return connection;
}

Connection::Connection(Connection&& other) noexcept
    : m_handle(std::exchange(other.m_handle, nullptr)), m_statements(std::move(other.m_statements)),
      m_failure(std::move(other.m_failure))
{
}

Connection& Connection::operator=(Connection&& other) noexcept
{
    std::swap(m_handle, other.m_handle);
    m_statements.swap(other.m_statements);
    m_failure.swap(other.m_failure);
    return *this;
}

Connection::~Connection()
{
    for (const auto& [sql, statement] : m_statements) {
        sqlite3_finalize(statement);
    }
    sqlite3_close_v2(m_handle);
}

bool Connection::execute(const std::string& sql)
{
    if (hasFailed()) {
        return false;
    }
    const int code = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
    return code == SQLITE_OK;
}

Error Connection::takeFailure()
{
    Error error = m_failure.value_or(storeError(SQLITE_ERROR, 0, "it does not say why"));
    m_failure.reset();
    return error;
}

bool Connection::isInTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

void Connection::interrupt()
{
    sqlite3_interrupt(m_handle);
}

sqlite3_stmt* Connection::prepared(const char* sql)
{
    if (hasFailed()) {
        return nullptr;
    }
    sqlite3_stmt*& statement = m_statements[sql];
    if (!statement) {
        const int code = sqlite3_prepare_v3(m_handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) {
            fail(code);
        }
    }
    return statement;
}

int Connection::finish(sqlite3_stmt* statement)
{
    if (!statement || hasFailed()) {
        return 0;
    }
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) {
        code = sqlite3_step(statement);
    }
    if (code != SQLITE_DONE) {
        fail(code);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return code == SQLITE_DONE ? sqlite3_changes(m_handle) : 0;
}

void Connection::fail(int code)
{
    const int lastErrno = errno; // SQLite keeps it for some of its failures only, not for that of a commit
    if (!m_failure) {
        const int systemErrno = sqlite3_system_errno(m_handle);
        m_failure = storeError(code, systemErrno != 0 ? systemErrno : lastErrno, sqlite3_errmsg(m_handle));
    }
}

void Connection::bind(sqlite3_stmt* statement, int place, std::string_view text)
{
    // Not copied: whoever calls keeps it alive until the statement is done. A null pointer would bind NULL.
    sqlite3_bind_text(statement, place, text.data() ? text.data() : "", static_cast<int>(text.size()), SQLITE_STATIC);
}

void Connection::bind(sqlite3_stmt* statement, int place, Blob blob)
{
    sqlite3_bind_blob(statement, place, blob.bytes.data() ? blob.bytes.data() : "", static_cast<int>(blob.bytes.size()),
                      SQLITE_STATIC);
}

void Connection::bind(sqlite3_stmt* statement, int place, std::nullptr_t)
{
    sqlite3_bind_null(statement, place);
}

void Connection::bindInteger(sqlite3_stmt* statement, int place, std::int64_t value)
{
    sqlite3_bind_int64(statement, place, value);
}

Savepoint::Savepoint(Connection& connection) : m_connection(connection)
{
    m_connection.run("SAVEPOINT entry");
}

Savepoint::~Savepoint()
{
    // After an error SQLite may have ended the whole transaction: then there is nothing to take back.
    if (m_isOpen && m_connection.isInTransaction()) {
        sqlite3_exec(m_connection.handle(), "ROLLBACK TO entry; RELEASE entry", nullptr, nullptr, nullptr);
    }
}

void Savepoint::keep()
{
    m_connection.run("RELEASE entry");
    m_isOpen = m_connection.hasFailed();
}

ReadTransaction::ReadTransaction(Connection& connection) : m_connection(connection)
{
    m_connection.run("BEGIN");
}

ReadTransaction::~ReadTransaction()
{
    if (m_connection.isInTransaction()) {
        sqlite3_exec(m_connection.handle(), "COMMIT", nullptr, nullptr, nullptr);
    }
}

} // namespace belfry::server
