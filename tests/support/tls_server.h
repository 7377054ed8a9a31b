// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/certificates.h"

#include <QByteArray>
#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QUrl>

#include <optional>
#include <utility>

namespace belfry::tests {

/// A TLS server that answers each request as it was told to, and keeps every byte that came through the encryption.
/// Thread: its creator's. The last answer is repeated.
class TlsServer
{
public:
    explicit TlsServer(const Identity& identity)
    {
        show(identity);
        QObject::connect(&m_server, &QSslServer::startedEncryptionHandshake, &m_server, [this] {
            ++m_handshakes;
            if (m_afterwards)
                show(*std::exchange(m_afterwards, std::nullopt));
        });
        QObject::connect(&m_server, &QSslServer::pendingConnectionAvailable, &m_server, [this] {
            while (QTcpSocket* const socket = m_server.nextPendingConnection())
                serve(socket);
        });
        m_server.listen(QHostAddress::LocalHost);
    }

    /// From the next handshake on.
    void show(const Identity& identity)
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setLocalCertificateChain(QSslCertificate::fromData(identity.certificate + identity.chain, QSsl::Pem));
        const bool isRsa = identity.publicKey.size() > 200;
        tls.setPrivateKey(QSslKey(identity.key, isRsa ? QSsl::Rsa : QSsl::Ec));
        tls.setPeerVerifyMode(QSslSocket::VerifyNone);
        m_server.setSslConfiguration(tls);
    }

    /// After one more handshake with what it shows now.
    void showAfterwards(const Identity& identity) { m_afterwards = identity; }

    /// Raw bytes, sent when a request's head has come whole. @param closes  the connection ends after them
    void add(const QByteArray& bytes, bool closes = false) { m_answers.append({bytes, closes}); }
    void addAnswer(const QByteArray& status, const QByteArray& body, const QByteArray& fields = {}, bool closes = false)
    {
        add("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
                QByteArray::number(body.size()) + "\r\n" + fields + "\r\n" + body,
            closes);
    }

    QUrl url(const QString& path = {}) const
    {
        return QUrl(QStringLiteral("https://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(path));
    }
    int handshakes() const { return m_handshakes; }
    /// Everything that came, decrypted.
    const QByteArray& received() const { return m_received; }
    void forget() { m_received.clear(); }

private:
    struct Step
    {
        QByteArray bytes;
        bool closes = false;
    };

    void serve(QTcpSocket* socket)
    {
        const auto take = [this, socket] {
            const QByteArray bytes = socket->readAll();
            m_received += bytes;
            QByteArray pending = socket->property("pending").toByteArray() + bytes;
            const bool isWhole = pending.contains("\r\n\r\n");
            socket->setProperty("pending", isWhole ? QByteArray() : pending);
            if (!isWhole || m_answers.isEmpty())
                return;
            const Step step = m_answers.size() > 1 ? m_answers.takeFirst() : m_answers.first();
            socket->write(step.bytes);
            if (step.closes)
                socket->disconnectFromHost();
        };
        QObject::connect(socket, &QTcpSocket::readyRead, &m_server, take);
        QObject::connect(socket, &QTcpSocket::disconnected, &m_server, [this, socket] {
            m_received += socket->readAll();
            socket->deleteLater();
        });
        if (socket->bytesAvailable() > 0)
            take();
    }

    QSslServer m_server;
    QList<Step> m_answers;
    std::optional<Identity> m_afterwards;
    QByteArray m_received;
    int m_handshakes = 0;
};

} // namespace belfry::tests
