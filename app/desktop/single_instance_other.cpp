// SPDX-License-Identifier: GPL-3.0-or-later
// Windows and macOS: a lock file that goes with its process, and a local socket in a place of this person's own (a
// named pipe; the person's own TMPDIR).
#include "app/desktop/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>

namespace belfry::desktop {
namespace {

/// Said on stderr before any translation is loaded.
QString sentence(const char* text)
{
    return QString::fromUtf8(text);
}

bool isOurs(const QDir& directory)
{
    const QStringList entries = directory.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    return entries.isEmpty() || entries == QStringList{QStringLiteral("server")} ||
           entries.contains(QStringLiteral("desktop.lock")) || entries.contains(QStringLiteral("desktop.ini"));
}

} // namespace

class SingleInstance::Parts
{
public:
    std::unique_ptr<QLockFile> lock;
    QLocalServer server;
};

SingleInstance::SingleInstance(QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>()) {}

SingleInstance::~SingleInstance() = default;

Result<SingleInstance::Outcome> SingleInstance::claim(const QString& directory, const InstanceWord& word)
{
    const QDir folder(directory);
    if (!folder.mkpath(QStringLiteral(".")))
        return failure(
            500, "data_directory",
            sentence("Belfry cannot make its folder %1. Choose another one with --data.").arg(directory).toStdString());
    if (!isOurs(folder))
        return failure(
            500, "data_directory",
            sentence("%1 holds other files. Choose a new or empty folder with --data.").arg(directory).toStdString());

    const QByteArray name =
        QCryptographicHash::hash(folder.canonicalPath().toUtf8(), QCryptographicHash::Sha256).toHex();
    const QString pipe = QStringLiteral("belfry-desktop-") + QLatin1StringView(name.left(32));
    m_parts->lock = std::make_unique<QLockFile>(folder.filePath(QStringLiteral("desktop.lock")));
    m_parts->lock->setStaleLockTime(0);
    if (!m_parts->lock->tryLock(0)) {
        QLocalSocket socket;
        socket.connectToServer(pipe);
        if (!socket.waitForConnected(5000))
            return failure(
                500, "data_directory",
                sentence("Belfry is running already in %1, but does not answer.").arg(directory).toStdString());
        socket.write(word.line());
        socket.waitForBytesWritten(2000);
        socket.waitForReadyRead(2000);
        return Outcome::Second;
    }
    m_parts->server.setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_parts->server.listen(pipe))
        return failure(500, "data_directory",
                       sentence("Belfry cannot open its socket in %1.").arg(directory).toStdString());
    connect(&m_parts->server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* const socket = m_parts->server.nextPendingConnection()) {
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
                if (!socket->canReadLine() && socket->bytesAvailable() <= InstanceWord::longestLine)
                    return; // the rest is on its way
                const std::optional<InstanceWord> told =
                    InstanceWord::fromLine(socket->readLine(InstanceWord::longestLine + 1));
                if (told) {
                    socket->write("k");
                    socket->flush();
                }
                socket->disconnectFromServer();
                if (told)
                    heed(*told);
            });
        }
    });
    return Outcome::First;
}

} // namespace belfry::desktop
