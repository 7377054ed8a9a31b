// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/event_source.h"
#include "protocol/result.h"
#include "protocol/time.h"

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <optional>

class QNetworkAccessManager;
class QNetworkReply;

namespace belfry::client {

class Handshake;

/// One attempt at a stream, from the first connect over its redirects to its end. EventSource makes a new one each
/// time.
///
/// Signals opened → bytesReceived… → ended, or ended alone; nothing after ended or drop().
/// Thread: its object's.
class StreamAttempt : public QObject
{
    Q_OBJECT
public:
    /// How an attempt came to its end.
    struct Ending
    {
        Error reason;
        bool isFinal = false;
        std::optional<std::chrono::milliseconds> retryAfter; ///< as the answer said
    };

    StreamAttempt(QNetworkAccessManager* network, const EventSourceOptions& options, const QByteArray& lastEventId,
                  QObject* parent);
    ~StreamAttempt() override;

    void start();
    /// Ends it without a signal; it deletes itself later.
    void drop();

    /// What time it was at the server when it answered (its header Date), where it said so.
    std::optional<Time> serverTime() const { return m_serverTime; }

Q_SIGNALS:
    void opened(const QString& log);
    void bytesReceived(const QByteArray& bytes);
    void ended(const belfry::client::StreamAttempt::Ending& ending);

private:
    void request(const QUrl& url);
    void releaseReply();
    void onHead();
    void onBytes();
    void onFinished();
    void onIdle();
    void follow(const QByteArray& location);
    void concludeStatus();
    void end(Ending ending);

    QNetworkAccessManager* m_network;
    EventSourceOptions m_options;
    QByteArray m_lastEventId;
    QPointer<QNetworkReply> m_reply;
    Handshake* m_handshake = nullptr; ///< the present reply's
    QUrl m_url;
    QTimer m_idle;
    QTimer m_bodyGrace;
    int m_status = 0;
    int m_redirects = 0;
    std::optional<Time> m_serverTime;
    bool m_isOpen = false;
    bool m_isOver = false;
};

} // namespace belfry::client
