// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/server_process.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace belfry::test {

namespace {

constexpr int patienceMilliseconds = 30'000;

QJsonObject parsed(const QByteArray& json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

Finished runProgram(const QString& program, const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMilliseconds))
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

Finished runBelfry(const QStringList& arguments, const QByteArray& input)
{
    return runProgram(QStringLiteral(BELFRY_PROGRAM), arguments, input);
}

ServerProcess::ServerProcess()
{
    m_process.setStandardErrorFile(m_directory.filePath(QStringLiteral("server.log")), QIODevice::Append);
}

ServerProcess::~ServerProcess()
{
    kill();
}

bool ServerProcess::start(const QStringList& more)
{
    m_process.start(QStringLiteral(BELFRY_PROGRAM), QStringList{QStringLiteral("serve"), QStringLiteral("--data"),
                                                                directory(), QStringLiteral("--listen")} +
                                                        m_listen + more);
    const QByteArray greeting = "listening on ";
    while (m_process.state() != QProcess::NotRunning && !m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(patienceMilliseconds))
            return false;
    }
    const QByteArray line = m_process.readLine().trimmed();
    if (!line.startsWith(greeting))
        return false;
    m_url = QString::fromUtf8(line.mid(greeting.size()));
    m_listen = {QUrl(m_url).authority()};
    return true;
}

void ServerProcess::setOpenFiles(int most)
{
    m_process.setChildProcessModifier([most] {
        const rlimit limit{rlim_t(most), rlim_t(most)};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    });
}

qint64 ServerProcess::residentBytes() const
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(processId()));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

qint64 ServerProcess::metric(const QByteArray& name)
{
    for (const QByteArray& line : request({}, {QStringLiteral("/metrics")}).split('\n')) {
        if (line.startsWith(name + ' '))
            return line.mid(name.size() + 1).toLongLong();
    }
    return -1;
}

int ServerProcess::stop()
{
    m_process.terminate();
    if (!m_process.waitForFinished(10'000))
        return -1;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

void ServerProcess::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(patienceMilliseconds);
}

quint16 ServerProcess::port() const
{
    return quint16(QUrl(m_url).port());
}

QByteArray ServerProcess::log()
{
    QFile file(m_directory.filePath(QStringLiteral("server.log")));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

int ServerProcess::addUser(const QString& name, const QString& role)
{
    const auto added = runBelfry({QStringLiteral("user"), QStringLiteral("add"), name, QStringLiteral("--role"), role,
                                  QStringLiteral("--password-stdin"), QStringLiteral("--data"), directory()},
                                 "correct horse\n");
    return parsed(added.output).value(QStringLiteral("id")).toInt();
}

QByteArray ServerProcess::token(const QString& name, int seconds)
{
    QStringList arguments{QStringLiteral("token"), QStringLiteral("create"), name, QStringLiteral("--data"),
                          directory()};
    if (seconds > 0)
        arguments += {QStringLiteral("--ttl"), QString::number(seconds)};
    return runBelfry(arguments).output.trimmed();
}

QByteArray ServerProcess::request(const QByteArray& token, const QStringList& arguments, int* status)
{
    QStringList all{QStringLiteral("-sS"), QStringLiteral("-m"), QStringLiteral("20"), QStringLiteral("-w"),
                    QStringLiteral("\n%{http_code}")};
    if (!token.isEmpty())
        all += {QStringLiteral("-H"), QStringLiteral("Authorization: Bearer ") + QString::fromLatin1(token)};
    for (const QString& argument : arguments)
        all += argument.startsWith(QLatin1Char('/')) ? m_url + argument : argument;
    const QByteArray output = runProgram(QStringLiteral("curl"), all).output;
    const auto end = output.lastIndexOf('\n');
    if (status)
        *status = output.mid(end + 1).toInt();
    return output.left(end);
}

qint64 ServerProcess::trigger(const QByteArray& token, const QByteArray& body)
{
    int status = 0;
    const QByteArray answer =
        request(token,
                {QStringLiteral("/api/notifications/trigger/"), QStringLiteral("-H"),
                 QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"), QString::fromUtf8(body)},
                &status);
    return status == 200 ? qint64(parsed(answer).value(QStringLiteral("id")).toDouble()) : 0;
}

QByteArray checkFaults(const ServerProcess& server)
{
    const Finished checked = runBelfry({QStringLiteral("check"), QStringLiteral("--data"), server.directory()});
    return checked.exitCode == 0 ? QByteArray()
                                 : "exit " + QByteArray::number(checked.exitCode) + ": " + checked.errors;
}

} // namespace belfry::test
