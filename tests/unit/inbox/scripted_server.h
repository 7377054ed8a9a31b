// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QUrlQuery>

#include <map>

/// A server on loopback that says what a test tells it to: for faults and orders of events that a real one will not
/// produce.
class ScriptedServer : public QObject
{
public:
    enum class Stream { Open, Silent, Refused };

    QString id = QStringLiteral("S");
    QString log = QStringLiteral("L");
    std::map<qint64, QByteArray> items; ///< number → members without braces, after the id
    qint64 latest = 0;
    Stream stream = Stream::Open;
    QByteArray refusal = "401 Unauthorized";
    QByteArray ackStatus = "200 OK";
    QByteArray renewedToken;
    bool isClassic = false;
    bool pingsAtOnce = true;
    qint64 caughtUpTo = 0;          ///< the number that the first ping carries; 0: none, as older servers
    bool isListHeldBack = false;    ///< but for a glance at one item
    QByteArray replay;              ///< sent at the beginning of a stream
    QList<QByteArray> requests;     ///< `METHOD target body`
    QList<QByteArray> lastEventIds; ///< of each stream that was asked for
    QList<QByteArray> tokens;       ///< Authorization of each stream

    ScriptedServer()
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                m_sockets.append(socket);
                connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                    m_sockets.removeAll(socket);
                    m_buffers.remove(socket);
                    socket->deleteLater();
                });
            }
        });
        listen();
    }

    ~ScriptedServer() override { goAway(); }

    bool listen() { return m_server.listen(QHostAddress::LocalHost, m_port) && (m_port = m_server.serverPort()) != 0; }
    void goAway()
    {
        m_server.close();
        drop();
        const QList<QTcpSocket*> sockets = m_sockets; // those kept alive for the next call too
        for (QTcpSocket* socket : sockets) {
            socket->abort();
        }
    }
    QString address() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_port); }

    void add(qint64 number, const QByteArray& members)
    {
        items[number] = members;
        latest = std::max(latest, number);
    }
    static QByteArray event(qint64 number, const QByteArray& data)
    {
        return (number > 0 ? "id: " + QByteArray::number(number) + "\n" : QByteArray()) + "data: " + data + "\n\n";
    }
    static QByteArray notification(qint64 number, const QByteArray& members)
    {
        return event(number, "{\"type\":\"notification\",\"data\":{\"id\":" + QByteArray::number(number) + "," +
                                 members + "}}");
    }
    static QByteArray ping(qint64 number = 0)
    {
        return "event: ping\ndata: {\"type\":\"ping\"}\n" +
               (number > 0 ? "id: " + QByteArray::number(number) + "\n" : QByteArray()) + "\n";
    }
    void send(const QByteArray& bytes)
    {
        for (const QPointer<QTcpSocket>& socket : std::as_const(m_streams)) {
            if (socket) {
                socket->write(bytes);
            }
        }
    }
    void drop()
    {
        for (const QPointer<QTcpSocket>& socket : std::as_const(m_streams)) {
            if (socket) {
                socket->abort();
            }
        }
        m_streams.clear();
    }
    int count(const QByteArray& beginning) const
    {
        return static_cast<int>(std::count_if(requests.cbegin(), requests.cend(),
                                              [&](const QByteArray& r) { return r.startsWith(beginning); }));
    }

private:
    void read(QTcpSocket* socket)
    {
        QByteArray& buffer = m_buffers[socket];
        buffer += socket->readAll();
        for (;;) {
            const qsizetype end = buffer.indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            const QList<QByteArray> lines = buffer.left(end).split('\n');
            QHash<QByteArray, QByteArray> headers;
            for (qsizetype i = 1; i < lines.size(); ++i) {
                const qsizetype colon = lines[i].indexOf(':');
                headers.insert(lines[i].left(colon).toLower(), lines[i].mid(colon + 1).trimmed());
            }
            const qsizetype length = headers.value("content-length").toLongLong();
            if (buffer.size() < end + 4 + length) {
                return;
            }
            const QByteArray body = buffer.mid(end + 4, length);
            buffer.remove(0, end + 4 + length);
            const QList<QByteArray> first = lines[0].trimmed().split(' ');
            handle(socket, first.value(0), first.value(1), headers, body);
        }
    }

    void answer(QTcpSocket* socket, const QByteArray& status, const QByteArray& body)
    {
        socket->write("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
                      QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    void handle(QTcpSocket* socket, const QByteArray& method, const QByteArray& target,
                const QHash<QByteArray, QByteArray>& headers, const QByteArray& body)
    {
        requests.append(method + ' ' + target + ' ' + body);
        const QUrl url(QString::fromLatin1(target));
        const QString path = url.path();
        const QUrlQuery query(url);
        if (path == QStringLiteral("/api/server/") && !isClassic) {
            answer(socket, "200 OK",
                   "{\"name\":\"office\",\"id\":\"" + id.toUtf8() + "\",\"log\":\"" + log.toUtf8() +
                       "\",\"version\":\"1\",\"protocol\":1,\"features\":[]}");
        } else if (path == QStringLiteral("/api/notifications/sse/")) {
            lastEventIds.append(headers.value("last-event-id"));
            tokens.append(headers.value("authorization"));
            if (isClassic && !query.hasQueryItem(QStringLiteral("token"))) {
                answer(socket, "401 Unauthorized", "{\"error\":\"no\"}");
            } else if (stream == Stream::Refused) {
                answer(socket, refusal, "{\"error\":\"no\",\"code\":\"no\"}");
            } else if (stream == Stream::Open) {
                socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" +
                              (isClassic ? QByteArray() : "Belfry-Log: " + log.toUtf8() + "\r\n") + "\r\n" +
                              (isClassic ? QByteArray() : QByteArray("retry: 1\n\n")) + replay +
                              (pingsAtOnce ? ping(caughtUpTo) : QByteArray()));
                m_streams.append(socket);
            }
        } else if (path == QStringLiteral("/api/notifications/") && !isClassic) {
            list(socket, query);
        } else if (path == QStringLiteral("/api/auth/refresh/") && !renewedToken.isEmpty()) {
            answer(socket, "200 OK",
                   "{\"token\":\"" + renewedToken +
                       "\",\"expires_at\":\"2099-01-01T00:00:00.000Z\","
                       "\"user\":{\"id\":3,\"name\":\"ann\",\"role\":\"receiver\"}}");
        } else if (path.endsWith(QStringLiteral("/ack/"))) {
            answer(socket, ackStatus,
                   ackStatus.startsWith("200")
                       ? QByteArray("{\"id\":1,\"acked_at\":\"2026-11-23T08:00:00.000Z\",\"answer\":null}")
                       : QByteArray("{\"error\":\"Already answered.\",\"code\":\"conflict\"}"));
        } else if (path.startsWith(QStringLiteral("/api/notifications/"))) {
            answer(socket, "200 OK", "{\"unread\":0}");
        } else {
            answer(socket, "404 Not Found", "{\"error\":\"no such page\"}");
        }
    }

    void list(QTcpSocket* socket, const QUrlQuery& query)
    {
        const auto number = [&query](const char* member, qint64 fallback) {
            const QString text = query.queryItemValue(QLatin1String(member));
            return text.isEmpty() ? fallback : text.toLongLong();
        };
        const qint64 since = number("since_id", -1);
        const qint64 before = number("before_id", std::numeric_limits<qint64>::max());
        const qint64 limit = number("limit", 50);
        if (isListHeldBack && limit > 1) {
            return;
        }
        QList<QByteArray> found;
        const auto take = [&](const auto& entry) {
            if (entry.first > since && entry.first < before && found.size() < limit) {
                found.append("{\"id\":" + QByteArray::number(entry.first) + "," + entry.second + "}");
            }
        };
        if (since >= 0) {
            std::for_each(items.cbegin(), items.cend(), take);
        } else {
            std::for_each(items.crbegin(), items.crend(), take);
        }
        answer(socket, "200 OK",
               "{\"notifications\":[" + found.join(',') + "],\"latest_id\":" + QByteArray::number(latest) +
                   ",\"unread\":0}");
    }

    QTcpServer m_server;
    quint16 m_port = 0;
    QList<QTcpSocket*> m_sockets;
    QHash<QTcpSocket*, QByteArray> m_buffers;
    QList<QPointer<QTcpSocket>> m_streams;
};
