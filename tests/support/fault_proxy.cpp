// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fault_proxy.h"

#include <QDateTime>
#include <QLocale>
#include <QTcpSocket>
#include <QTimer>

#include <sys/socket.h>

namespace belfry::tests {
namespace {

using Flow = Fault::Flow;
using End = Fault::End;
using Place = Fault::Place;

constexpr int lateMilliseconds = 30;

QByteArray page(const char* status, const char* fields = "")
{
    const QByteArray body = "<!DOCTYPE html><title>Not what you asked for</title>";
    return QByteArray("HTTP/1.1 ") + status +
           "\r\nContent-Type: text/html\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + fields +
           "\r\n" + body;
}

void reset(QTcpSocket* socket)
{
    const linger now{1, 0};
    ::setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket->abort();
}

bool isCut(End end)
{
    return end == End::Reset || end == End::Finish || end == End::Stall || end == End::Swallow;
}

} // namespace

/// One connection of a client, with its own to the server. A child of the client's socket.
class FaultProxy::Leg : public QObject
{
public:
    Leg(FaultProxy& proxy, QTcpSocket* client) : QObject(client), m_proxy(proxy), m_client(client)
    {
        client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(client, &QTcpSocket::readyRead, this, &Leg::readClient);
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        m_flowTimer.setSingleShot(true);
        connect(&m_flowTimer, &QTimer::timeout, this, &Leg::flow);
    }

private:
    void readClient()
    {
        m_request += m_client->readAll();
        if (m_isSilent || m_isAnswering)
            return;
        const qsizetype head = m_request.indexOf("\r\n\r\n");
        if (head < 0)
            return;
        const qsizetype at = m_request.left(head).toLower().indexOf("\r\ncontent-length:");
        const qsizetype length = at < 0 ? 0 : m_request.mid(at + 17, 12).trimmed().split('\r')[0].toLongLong();
        if (m_request.size() < head + 4 + length)
            return;
        const QByteArray request = m_request.left(head + 4 + length);
        m_request.remove(0, request.size());
        handle(request);
    }

    void handle(const QByteArray& request)
    {
        ++m_proxy.m_requests;
        m_fault = m_proxy.m_decide ? m_proxy.m_decide(request) : Fault{};
        m_isStream = isStreamRequest(request);
        m_blocks = m_sinceLastBlock = m_passed = 0;
        m_tail.clear();
        m_answered = 0;
        if (m_isStream) {
            m_attempt = m_proxy.m_attempts.size();
            m_proxy.m_attempts.push_back({m_proxy.elapsed(), false, m_fault});
        }
        switch (m_fault.end) {
        case End::ResetRequest:
            reset(m_client);
            return;
        case End::SwallowRequest:
            m_isSilent = true;
            return;
        case End::BadGateway:
            m_client->write(page("502 Bad Gateway"));
            return;
        case End::Unavailable:
            m_client->write(page("503 Service Unavailable"));
            return;
        case End::GatewayTimeout:
            m_client->write(page("504 Gateway Timeout"));
            return;
        case End::Page:
            m_client->write(page("200 OK"));
            return;
        case End::Redirect:
            m_client->write(page("302 Found", "Location: /welcome\r\n"));
            return;
        case End::NotFoundPage:
            m_client->write(page("404 Not Found"));
            return;
        case End::HalfHead:
            m_client->write("HTTP/1.1 200 OK\r\nContent-Ty");
            m_client->disconnectFromHost();
            return;
        default:
            break;
        }
        m_isAnswering = true;
        if (m_fault.flow == Flow::Twice) {
            auto* again = new QTcpSocket(this);
            connect(again, &QTcpSocket::readyRead, again, [again] { again->readAll(); });
            again->connectToHost(QHostAddress::LocalHost, m_proxy.m_serverPort);
            again->write(request);
        }
        auto* server = new QTcpSocket(this); // a new one for each request: what is left of an answer goes with it
        m_server = server;
        connect(server, &QTcpSocket::readyRead, this, [this, server] {
            if (server == m_server && !m_isStalled)
                pass(server->readAll());
        });
        connect(server, &QTcpSocket::disconnected, this, [this, server] {
            if (server == m_server)
                endOfServer();
        });
        server->connectToHost(QHostAddress::LocalHost, m_proxy.m_serverPort);
        // The server's answer has no end that was to be looked for here: it closes, and so does this.
        server->write(QByteArray(request).replace("Connection: Keep-Alive\r\n", "Connection: close\r\n"));
    }

    void endOfServer()
    {
        m_isOver = true;
        if (m_isStalled || m_isSilent)
            return;
        if (m_waiting.isEmpty())
            m_client->disconnectFromHost();
    }

    void pass(const QByteArray& bytes)
    {
        if (m_isSilent || m_fault.end == End::SwallowAnswer)
            return;
        m_waiting += m_answered == 0 ? redated(bytes) : bytes;
        m_answered += bytes.size();
        if (m_fault.flow == Flow::Late || m_fault.flow == Flow::Drip) {
            if (!m_flowTimer.isActive())
                m_flowTimer.start(m_fault.flow == Flow::Late ? lateMilliseconds : 0);
            return;
        }
        flow();
    }

    /// The first bytes of an answer, its head in them, with the time that the server is to have.
    QByteArray redated(QByteArray bytes) const
    {
        const QString format = QStringLiteral("ddd, dd MMM yyyy hh:mm:ss");
        const qsizetype at = bytes.indexOf("\r\nDate: ") + 8;
        if (m_proxy.m_dateShift == std::chrono::seconds(0) || at < 8)
            return bytes;
        QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(bytes.mid(at, 25)), format);
        date = date.addSecs(m_proxy.m_dateShift.count());
        return bytes.replace(at, 25, QLocale::c().toString(date, format).toLatin1());
    }

    void flow()
    {
        if (m_client->state() != QAbstractSocket::ConnectedState)
            return;
        qsizetype size = m_waiting.size();
        if (m_fault.flow == Flow::Drip)
            size = std::min<qsizetype>(size, 1);
        QByteArray now = m_waiting.left(size);
        m_waiting.remove(0, size);
        const qsizetype cut = cutIn(now);
        if (cut >= 0)
            now.truncate(cut);
        m_client->write(now);
        m_client->flush();
        if (cut >= 0) {
            end();
            return;
        }
        if (!m_waiting.isEmpty())
            m_flowTimer.start(0);
        else if (m_isOver)
            m_client->disconnectFromHost();
    }

    /// Looks at what is passed on. @return how much of it is passed on before the end; -1: all
    qsizetype cutIn(const QByteArray& bytes)
    {
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            const auto byte = static_cast<unsigned char>(bytes[i]);
            ++m_passed;
            m_tail = (m_tail + bytes[i]).right(4);
            if (!m_isStream) {
                if (isCut(m_fault.end) && m_passed > 100 * m_fault.afterBlocks)
                    return i;
                continue;
            }
            ++m_sinceLastBlock;
            if (m_tail.endsWith("\n\n")) {
                m_sinceLastBlock = 0;
                ++m_blocks;
                if (m_attempt < m_proxy.m_attempts.size())
                    m_proxy.m_attempts[m_attempt].hadEvent = true;
            }
            if (!isCut(m_fault.end) || m_blocks < m_fault.afterBlocks)
                continue;
            const bool isThere = m_fault.place == Place::BetweenEvents ? true
                                 : m_fault.place == Place::InFrame     ? m_sinceLastBlock == 3 // \r\n and a digit
                                 : m_fault.place == Place::InEvent     ? m_sinceLastBlock == 40
                                                                       : byte >= 0xC2;
            if (isThere)
                return i + 1;
        }
        return -1;
    }

    void end()
    {
        m_waiting.clear();
        m_flowTimer.stop();
        switch (m_fault.end) {
        case End::Reset:
            reset(m_client);
            break;
        case End::Finish:
            m_client->disconnectFromHost();
            break;
        case End::Stall:
            m_isStalled = true;
            if (m_server)
                m_server->setReadBufferSize(1);
            break;
        default:
            m_isSilent = true;
            break;
        }
    }

    FaultProxy& m_proxy;
    QTcpSocket* m_client;
    QPointer<QTcpSocket> m_server;
    QByteArray m_request;
    QByteArray m_waiting;
    QByteArray m_tail;
    QTimer m_flowTimer;
    Fault m_fault;
    std::size_t m_attempt = 0;
    int m_blocks = 0;
    int m_sinceLastBlock = 0;
    int m_passed = 0;
    qsizetype m_answered = 0;
    bool m_isStream = false;
    bool m_isAnswering = false;
    bool m_isSilent = false;
    bool m_isStalled = false;
    bool m_isOver = false;
};

FaultProxy::FaultProxy(quint16 serverPort) : m_serverPort(serverPort)
{
    m_time.start();
    connect(&m_listener, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket* client = m_listener.nextPendingConnection()) {
            ++m_connections;
            m_clients.append(client);
            new Leg(*this, client);
        }
    });
    m_listener.listen(QHostAddress::LocalHost);
}

FaultProxy::~FaultProxy() = default;

void FaultProxy::heal()
{
    m_decide = nullptr;
    dropAll();
}

void FaultProxy::dropAll()
{
    const auto clients = std::exchange(m_clients, {});
    for (const QPointer<QTcpSocket>& client : clients) {
        if (client)
            client->abort();
    }
}

Fault WorstDay::streamFault(bool isFinalToo)
{
    Fault fault;
    fault.flow = oneOf({Flow::Plain, Flow::Plain, Flow::Drip, Flow::Late, Flow::Twice});
    if (oneIn(6)) {
        fault.end = oneOf({End::ResetRequest, End::BadGateway, End::Unavailable, End::GatewayTimeout, End::HalfHead});
    } else if (oneIn(14)) {
        fault.end = oneOf({End::SwallowRequest, End::SwallowAnswer, End::Stall, End::Swallow});
    } else if (isFinalToo && oneIn(14)) {
        fault.end = oneOf({End::Page, End::Redirect});
    } else {
        fault.end = oneOf({End::Reset, End::Finish});
    }
    fault.place = oneOf({Place::BetweenEvents, Place::InFrame, Place::InEvent, Place::InCharacter});
    fault.afterBlocks = oneOf({1, 1, 2, 4, 7});
    return fault;
}

Fault WorstDay::callFault()
{
    Fault fault;
    if (oneIn(3))
        return fault;
    fault.flow = oneOf({Flow::Plain, Flow::Drip, Flow::Late, Flow::Twice, Flow::Twice});
    fault.end = oneOf({End::Never, End::Never, End::ResetRequest, End::SwallowRequest, End::SwallowAnswer,
                       End::BadGateway, End::Unavailable, End::GatewayTimeout, End::Page, End::Redirect, End::HalfHead,
                       End::Reset, End::Finish, End::Stall});
    fault.afterBlocks = oneOf({1, 2, 3});
    return fault;
}

} // namespace belfry::tests
