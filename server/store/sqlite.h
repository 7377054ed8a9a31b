// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "protocol/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace belfry::server {

/// Bytes to be bound as they are.
struct Blob
{
    std::string_view bytes;
};

class Connection;

/// The rows of one running query; ends it when it goes. Text and blobs are valid until the next row.
class Rows
{
public:
    Rows(Connection& connection, sqlite3_stmt* statement) : m_connection(connection), m_statement(statement) {}
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows();

    /// False at the end, and where the connection has failed.
    bool next();
    std::int64_t integer(int column) const;
    std::uint64_t bits(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string_view text(int column) const;
    bool isNull(int column) const;
    Time time(int column) const { return Time(std::chrono::milliseconds(integer(column))); }
    std::optional<Time> optionalTime(int column) const;

private:
    Connection& m_connection;
    sqlite3_stmt* m_statement; // null where preparing failed
};

/// One connection to the database. Like a stream, it remembers its first failure: from then on statements do nothing
/// and queries have no rows, until takeFailure(). So a transaction is written without a check after each line and
/// looked at once, at its end.
///
/// Thread: one at a time; interrupt() from any.
class Connection
{
public:
    struct Options
    {
        const char* vfs = nullptr; ///< null: the system's
        bool isReadOnly = false;   ///< statements that write are refused
        int busyMilliseconds = 5000;
        bool allowsUris = false; ///< in its name and those of databases that are attached
    };
    static Result<Connection> open(const std::string& path, const Options& options);

    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;
    ~Connection();

    /// Runs one prepared statement. @param sql  a literal: it is known again by its address
    /// @return how many rows it changed
    template <class... Values> int run(const char* sql, const Values&... values)
    {
        sqlite3_stmt* statement = prepared(sql);
        bindAll(statement, values...);
        return finish(statement);
    }
    /// Begins a query. One query of a text runs at a time.
    template <class... Values> Rows query(const char* sql, const Values&... values)
    {
        sqlite3_stmt* statement = prepared(sql);
        bindAll(statement, values...);
        return Rows(*this, statement);
    }
    /// The first column of the first row.
    template <class... Values> std::optional<std::int64_t> integer(const char* sql, const Values&... values)
    {
        Rows rows = query(sql, values...);
        return rows.next() && !rows.isNull(0) ? std::optional(rows.integer(0)) : std::nullopt;
    }
    /// Runs a script of several statements.
    bool execute(const std::string& sql);

    bool hasFailed() const { return m_failure.has_value(); }
    /// What went wrong first, as an answer; forgets it.
    Error takeFailure();
    /// SQLite ends a transaction by itself after some errors.
    bool isInTransaction() const;
    void interrupt();
    sqlite3* handle() const { return m_handle; }

private:
    friend class Rows;
    explicit Connection(sqlite3* handle) : m_handle(handle) {}
    sqlite3_stmt* prepared(const char* sql);
    int finish(sqlite3_stmt* statement);
    void fail(int code);

    template <class... Values> void bindAll(sqlite3_stmt* statement, const Values&... values)
    {
        if (!statement || hasFailed()) {
            return;
        }
        int place = 0;
        (bind(statement, ++place, values), ...);
    }
    void bind(sqlite3_stmt* statement, int place, std::string_view text);
    void bind(sqlite3_stmt* statement, int place, const std::string& text)
    {
        bind(statement, place, std::string_view(text));
    }
    void bind(sqlite3_stmt* statement, int place, const char* text) { bind(statement, place, std::string_view(text)); }
    void bind(sqlite3_stmt* statement, int place, Blob blob);
    void bind(sqlite3_stmt* statement, int place, std::nullptr_t);
    void bind(sqlite3_stmt* statement, int place, Time time)
    {
        bindInteger(statement, place, time.time_since_epoch().count());
    }
    template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
    void bind(sqlite3_stmt* statement, int place, T value)
    {
        bindInteger(statement, place, static_cast<std::int64_t>(value));
    }
    template <class T> void bind(sqlite3_stmt* statement, int place, const std::optional<T>& value)
    {
        if (value) {
            bind(statement, place, *value);
        } else {
            bind(statement, place, nullptr);
        }
    }
    void bindInteger(sqlite3_stmt* statement, int place, std::int64_t value);

    sqlite3* m_handle = nullptr;
    std::unordered_map<const char*, sqlite3_stmt*> m_statements;
    std::optional<Error> m_failure;
};

/// A part of a transaction that can be taken back. Ends taken back unless keep() was called.
class Savepoint
{
public:
    explicit Savepoint(Connection& connection);
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    ~Savepoint();
    void keep();

private:
    Connection& m_connection;
    bool m_isOpen = true;
};

/// A transaction for reading: everything in it is seen as of its first query.
class ReadTransaction
{
public:
    explicit ReadTransaction(Connection& connection);
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    ~ReadTransaction();

private:
    Connection& m_connection;
};

/// The answer for an error of SQLite: 507 where the disk is full, 503 where it may pass, 500 otherwise.
Error storeError(int code, int systemErrno, std::string_view what);

} // namespace belfry::server
