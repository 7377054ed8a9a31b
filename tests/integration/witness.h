// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/raw_client.h"
#include "support/server_process.h"

#include <QElapsedTimer>

#include <algorithm>
#include <string>
#include <vector>

namespace belfry::test {

/// A request's bytes.
inline std::string requestOf(const char* method, const std::string& target, const QByteArray& token = {},
                             const std::string& body = {}, const std::string& more = {})
{
    std::string text = std::string(method) + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more;
    if (!token.isEmpty())
        text += "Authorization: Bearer " + token.toStdString() + "\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

/// An honest sender and an honest reader, while others misbehave: all that is sent arrives, once and in order. Tells
/// how long a message took, for people to read: no test depends on it.
class Witness
{
public:
    Witness(ServerProcess& server, const QByteArray& sender, const QByteArray& reader, int readerId)
        : m_sender(server.port()), m_stream(server.port()), m_token(sender), m_readerId(readerId)
    {
        m_stream.send(requestOf("GET", "/api/notifications/sse/", reader));
        m_isThere = m_stream.readUntil("event: ping").ends_with("event: ping");
    }

    bool isThere() const { return m_isThere; }
    /// Sends so many, one after the other. @return whether each came, in its turn.
    bool exchanges(int count)
    {
        for (int i = 0; i < count; ++i) {
            const std::string title = "witness " + std::to_string(++m_sent);
            QElapsedTimer timer;
            timer.start();
            m_sender.send(requestOf("POST", "/api/notifications/trigger/", m_token,
                                    "{\"user_id\":" + std::to_string(m_readerId) + ",\"title\":\"" + title + "\"}"));
            if (statusOf(m_sender.readResponse()) != 200)
                return false;
            const std::string seen = m_stream.readUntil("\"title\":\"" + title + "\"");
            if (!seen.ends_with("\"title\":\"" + title + "\"") ||
                seen.find("witness") != seen.rfind("witness")) // an earlier one again
                return false;
            m_microseconds.push_back(timer.nsecsElapsed() / 1000);
        }
        return true;
    }
    /// Of all that was exchanged since the last call: median and slowest, in milliseconds.
    std::string figures()
    {
        std::sort(m_microseconds.begin(), m_microseconds.end());
        const auto text = [](qint64 microseconds) {
            return QString::number(double(microseconds) / 1000, 'f', 1).toStdString();
        };
        const std::string answer = m_microseconds.empty()
                                       ? "none"
                                       : "median " + text(m_microseconds[m_microseconds.size() / 2]) + " ms, slowest " +
                                             text(m_microseconds.back()) + " ms";
        m_microseconds.clear();
        return answer;
    }

private:
    RawClient m_sender;
    RawClient m_stream;
    QByteArray m_token;
    int m_readerId;
    int m_sent = 0;
    bool m_isThere = false;
    std::vector<qint64> m_microseconds;
};

} // namespace belfry::test
