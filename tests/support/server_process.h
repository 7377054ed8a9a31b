// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace belfry::test {

/// What a program printed, and how it ended.
struct Finished
{
    int exitCode = -1; ///< -1: it crashed, could not be started or took over 30 s
    QByteArray output;
    QByteArray errors;
};

/// Runs a program to its end.
Finished runProgram(const QString& program, const QStringList& arguments, const QByteArray& input = {});
/// The project's own `belfry`.
Finished runBelfry(const QStringList& arguments, const QByteArray& input = {});

/// `belfry serve` as its own process, on a port of its own, in a data directory of its own.
class ServerProcess
{
public:
    ServerProcess();
    ~ServerProcess();

    /// How many files it may have open, from the next start on.
    void setOpenFiles(int most);
    /// Starts it and waits until it says that it listens. The port stays the same over restarts.
    bool start(const QStringList& more = {});
    /// SIGTERM; the exit code, -1 where it took over 10 s.
    int stop();
    /// kill -9.
    void kill();

    QString directory() const { return m_directory.filePath(QStringLiteral("data")); }
    QString url() const { return m_url; }
    quint16 port() const;
    qint64 processId() const { return m_process.processId(); }
    QByteArray log();
    /// Resident memory, in bytes.
    qint64 residentBytes() const;
    /// A number of GET /metrics; -1 where there is none of that name.
    qint64 metric(const QByteArray& name);

    /// Adds an account; its id.
    int addUser(const QString& name, const QString& role);
    QByteArray token(const QString& name, int seconds = 0);

    /// curl on this server; the answer's body. `status` gets its status where given.
    QByteArray request(const QByteArray& token, const QStringList& arguments, int* status = nullptr);
    /// Triggers; the id, 0 where it was not answered with 200.
    qint64 trigger(const QByteArray& token, const QByteArray& body);

private:
    QTemporaryDir m_directory;
    QProcess m_process;
    QString m_url;
    QStringList m_listen{QStringLiteral("127.0.0.1:0")};
};

/// What `belfry check` finds wrong with a server's store, running or stopped: nothing where it is whole. Every scenario
/// of durability and retention ends with it.
QByteArray checkFaults(const ServerProcess& server);

} // namespace belfry::test
