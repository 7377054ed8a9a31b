// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

#include <sys/socket.h>

namespace belfry::tests {

/// What a ScriptedServer does with one request.
struct Step
{
    enum class Then { Close, Stall, Reset };

    QByteArray bytes; ///< the raw answer, head and all
    Then then = Then::Close;
    int pieceBytes = 0; ///< above 0: sent in pieces so long, one a turn of the event loop
};

/// A server that answers each request as it was told to, byte for byte, and remembers what was asked.
/// Thread: its creator's. The last step is repeated.
class ScriptedServer
{
public:
    ScriptedServer()
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            while (QTcpSocket* const socket = m_server.nextPendingConnection())
                serve(socket);
        });
        m_server.listen(QHostAddress::LocalHost);
    }

    QUrl url(const QString& path = QStringLiteral("/stream")) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(path));
    }

    void add(const QByteArray& bytes, Step::Then then = Step::Then::Close, int pieceBytes = 0)
    {
        m_steps.append({bytes, then, pieceBytes});
    }
    /// An answer with a body and its length.
    void addAnswer(const QByteArray& status, const QByteArray& body, const QByteArray& fields = {})
    {
        add("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
            QByteArray::number(body.size()) + "\r\n" + fields + "\r\n" + body);
    }
    void addStream(const QByteArray& body, Step::Then then = Step::Then::Close, int pieceBytes = 0)
    {
        add("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body, then, pieceBytes);
    }
    void addRedirect(const QByteArray& location, const QByteArray& status = "302 Found")
    {
        addAnswer(status, {}, "Location: " + location + "\r\n");
    }

    /// As it was at first: nothing is to be answered, nothing was asked.
    void clear()
    {
        m_steps.clear();
        m_requests.clear();
        m_next = 0;
    }

    const QList<QByteArray>& requests() const { return m_requests; }
    int openConnections() const { return m_open; }
    /// A header field of a request; empty where it is not there.
    QByteArray field(int request, const QByteArray& name) const
    {
        for (const QByteArray& line : m_requests.value(request).split('\n')) {
            if (line.toLower().startsWith(name.toLower() + ':'))
                return line.mid(name.size() + 1).trimmed();
        }
        return {};
    }

private:
    void serve(QTcpSocket* socket)
    {
        ++m_open;
        QObject::connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
            --m_open;
            socket->deleteLater();
        });
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
            const QByteArray request = socket->property("got").toByteArray() + socket->readAll();
            socket->setProperty("got", request);
            const qsizetype head = request.indexOf("\r\n\r\n");
            if (head < 0)
                return;
            const qsizetype at = request.toLower().indexOf("content-length:");
            const qsizetype length =
                at < 0 || at > head ? 0 : request.mid(at + 15, 10).trimmed().split('\r')[0].toLongLong();
            if (request.size() < head + 4 + length)
                return;
            socket->setProperty("got", QByteArray());
            m_requests.append(request);
            const Step step = m_steps.isEmpty() ? Step() : m_steps.value(std::min(m_next, m_steps.size() - 1));
            ++m_next;
            send(socket, step, 0);
        });
    }

    void send(QTcpSocket* socket, const Step& step, qsizetype from)
    {
        const qsizetype piece = step.pieceBytes > 0 ? step.pieceBytes : step.bytes.size();
        socket->write(step.bytes.mid(from, piece));
        socket->flush();
        if (from + piece < step.bytes.size())
            QTimer::singleShot(0, socket, [this, socket, step, from, piece] { send(socket, step, from + piece); });
        else if (step.then == Step::Then::Close)
            socket->disconnectFromHost();
        else if (step.then == Step::Then::Reset)
            reset(socket);
    }

    static void reset(QTcpSocket* socket)
    {
        const linger now{1, 0};
        ::setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        socket->abort();
    }

    QTcpServer m_server;
    QList<Step> m_steps;
    QList<QByteArray> m_requests;
    qsizetype m_next = 0;
    int m_open = 0;
};

} // namespace belfry::tests
