// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/api/http_exchange.h"

#include "protocol/json.h"

#include <QElapsedTimer>

namespace {

constexpr int patienceMs = 10'000;

QByteArray written(const Asked& asked)
{
    QByteArray request =
        asked.method + ' ' + asked.target + " HTTP/1.1\r\nHost: " + asked.host + "\r\nConnection: close\r\n";
    if (!asked.token.isEmpty())
        request += "Authorization: Bearer " + asked.token + "\r\n";
    for (const auto& [name, value] : asked.fields)
        request += name + ": " + value + "\r\n";
    if (!asked.body.isEmpty() && asked.hasMediaType)
        request += "Content-Type: application/json\r\n";
    if (!asked.body.isEmpty())
        request += "Content-Length: " + QByteArray::number(asked.body.size()) + "\r\n";
    return request + "\r\n" + asked.body;
}

Answered parsed(const QByteArray& bytes)
{
    Answered answered;
    const auto end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return answered;
    const auto lines = bytes.left(end).split('\n');
    answered.status = lines.front().split(' ').value(1).toInt();
    for (const QByteArray& line : lines.mid(1)) {
        const auto colon = line.indexOf(':');
        answered.fields.append({line.left(colon).toLower(), line.mid(colon + 1).trimmed()});
    }
    QByteArray rest = bytes.mid(end + 4);
    if (answered.field("transfer-encoding") != "chunked") {
        answered.body = rest;
        return answered;
    }
    while (true) {
        const auto line = rest.indexOf("\r\n");
        const auto size = rest.left(line).toLongLong(nullptr, 16);
        if (line < 0 || size == 0)
            return answered;
        answered.body += rest.mid(line + 2, size);
        rest = rest.mid(line + 2 + size + 2);
    }
}

} // namespace

QByteArray Answered::field(const QByteArray& name) const
{
    for (const auto& [found, value] : fields) {
        if (found == name)
            return value;
    }
    return {};
}

boost::json::object Answered::json() const
{
    auto object = belfry::parseJsonObject({body.constData(), static_cast<std::size_t>(body.size())});
    return object ? std::move(*object) : boost::json::object();
}

QByteArray Answered::text(const char* member) const
{
    const auto object = json();
    const auto* value = object.if_contains(member);
    if (!value || !value->is_string())
        return {};
    return QByteArray(value->get_string().data(), static_cast<qsizetype>(value->get_string().size()));
}

qint64 Answered::number(const char* member) const
{
    const auto object = json();
    const auto* value = object.if_contains(member);
    return value && value->is_int64() ? value->get_int64() : -1;
}

Answered ask(quint16 port, const Asked& asked)
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    if (!socket.waitForConnected(patienceMs))
        return {};
    socket.write(written(asked));
    QByteArray bytes;
    while (socket.waitForReadyRead(patienceMs))
        bytes += socket.readAll();
    return parsed(bytes);
}

OpenStream::OpenStream(quint16 port, const QByteArray& target, const QList<std::pair<QByteArray, QByteArray>>& fields)
{
    m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    if (!m_socket.waitForConnected(patienceMs))
        return;
    QByteArray request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : fields)
        request += name + ": " + value + "\r\n";
    m_socket.write(request + "\r\n");
    if (waitFor("\r\n\r\n")) {
        const auto end = m_bytes.indexOf("\r\n\r\n");
        m_head = m_bytes.left(end + 2);
        m_bytes.remove(0, end + 4);
    }
}

bool OpenStream::waitFor(const QByteArray& text)
{
    QElapsedTimer timer;
    timer.start();
    while (!m_bytes.contains(text)) {
        if (timer.elapsed() > patienceMs || !m_socket.waitForReadyRead(patienceMs))
            return false;
        m_bytes += m_socket.readAll();
    }
    return true;
}

bool OpenStream::waitForEnd()
{
    QElapsedTimer timer;
    timer.start();
    while (m_socket.state() == QAbstractSocket::ConnectedState && timer.elapsed() < patienceMs) {
        if (m_socket.waitForReadyRead(1000))
            m_bytes += m_socket.readAll();
    }
    return m_socket.state() != QAbstractSocket::ConnectedState;
}
