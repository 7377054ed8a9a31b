// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

namespace belfry::tests {

/// A proxy between client and server that can be told to be like those in offices: it passes calls, but gathers what a
/// stream says and gives none of it away. Can also drop everybody. Thread: its creator's.
class HoldingProxy : public QObject
{
public:
    explicit HoldingProxy(quint16 serverPort) : m_serverPort(serverPort)
    {
        connect(&m_listener, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* client = m_listener.nextPendingConnection())
                join(client);
        });
        m_listener.listen(QHostAddress::LocalHost);
    }

    QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_listener.serverPort()); }
    int streams() const { return m_streams; } ///< that were asked for so far

    /// From the next stream on.
    void setHolding(bool isHolding) { m_isHolding = isHolding; }
    /// Nobody gets through, and who was connected is not any more.
    void setClosed(bool isClosed)
    {
        m_isClosed = isClosed;
        drop();
    }
    void drop()
    {
        const auto clients = m_clients;
        m_clients.clear();
        for (const QPointer<QTcpSocket>& client : clients) {
            if (client)
                client->abort();
        }
    }

private:
    void join(QTcpSocket* client)
    {
        if (m_isClosed) {
            client->abort();
            client->deleteLater();
            return;
        }
        m_clients.append(client);
        auto* server = new QTcpSocket(client);
        server->connectToHost(QHostAddress::LocalHost, m_serverPort);
        connect(client, &QTcpSocket::readyRead, server, [this, client, server] {
            const QByteArray request = client->readAll();
            if (request.contains("GET /api/notifications/sse/")) {
                ++m_streams;
                server->setProperty("held", m_isHolding);
            }
            server->write(request); // kept by the socket until it is connected
        });
        connect(server, &QTcpSocket::readyRead, client, [client, server] {
            const QByteArray answer = server->readAll();
            if (!server->property("held").toBool())
                client->write(answer);
        });
        connect(server, &QTcpSocket::disconnected, client, [client] { client->disconnectFromHost(); });
        connect(client, &QTcpSocket::disconnected, this, [client, server] {
            server->abort();
            client->deleteLater();
        });
    }

    QTcpServer m_listener;
    quint16 m_serverPort;
    QList<QPointer<QTcpSocket>> m_clients;
    bool m_isHolding = false;
    bool m_isClosed = false;
    int m_streams = 0;
};

} // namespace belfry::tests
