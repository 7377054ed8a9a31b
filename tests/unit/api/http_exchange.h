// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QTcpSocket>

#include <boost/json/object.hpp>

#include <memory>
#include <utility>

/// An answer as it came over the wire, its chunks put together.
struct Answered
{
    int status = 0; ///< 0: none came
    QList<std::pair<QByteArray, QByteArray>> fields = {};
    QByteArray body = {};

    QByteArray field(const QByteArray& name) const;
    boost::json::object json() const; ///< empty where the body is no object
    QByteArray text(const char* member) const;
    qint64 number(const char* member) const;
};

/// What is asked: one request on a connection of its own.
struct Asked
{
    QByteArray method = "GET";
    QByteArray target = "/";
    QByteArray token = {};
    QByteArray body = {};
    QList<std::pair<QByteArray, QByteArray>> fields = {};
    QByteArray host = "127.0.0.1";
    bool hasMediaType = true; ///< where there is a body
};

/// Asks over a real socket; blocks until the answer is whole (at most 10 s).
Answered ask(quint16 port, const Asked& asked);

/// A stream that stays open. Null where the answer is none of 200; `head` holds it then.
class OpenStream
{
public:
    OpenStream(quint16 port, const QByteArray& target, const QList<std::pair<QByteArray, QByteArray>>& fields);
    const QByteArray& head() const { return m_head; }
    /// Reads on until the text came; false after 10 s or the end.
    bool waitFor(const QByteArray& text);
    /// Whether the server closes it within 10 s.
    bool waitForEnd();
    const QByteArray& bytes() const { return m_bytes; }

private:
    QTcpSocket m_socket;
    QByteArray m_head;
    QByteArray m_bytes;
};
