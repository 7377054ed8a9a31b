// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "protocol/sse_parser.h"
#include "protocol/time.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>

class QNetworkAccessManager;

namespace belfry::client {

struct EventSourceOptions
{
    QUrl url;                  ///< of the stream itself, or of any SSE server
    QString token;             ///< sent as Authorization: Bearer, to this origin only; empty: none
    QString pin;               ///< of the server (pin.h); empty: the system's authorities decide
    bool tokenInQuery = false; ///< a classic backend that wants `?token=`
    QString lastEventId;       ///< where to resume; empty: none is sent
    std::optional<std::chrono::milliseconds> reconnectDelay; ///< fixed base; else `retry:`, else 5 s
    std::chrono::milliseconds idleTimeout{75'000};
    std::chrono::seconds longestRetryAfter{3600}; ///< the desktop: 300
    bool allowPlainHttp = false;
};

/// One SSE connection that heals (protocol.md, "The client's rules"; WHATWG HTML 9.2).
///
/// Connects, resumes by Last-Event-ID, reconnects after losses with the contract's delays, drops a link without a byte
/// for `idleTimeout`, and tells what is final from what is retried. Redirects are followed here, by the contract. Life
/// cycle: start() → (opened → event… → waiting)* until stop() or failed(). Thread: its own object's; needs an event
/// loop. Owns its replies, not the network access manager.
class EventSource : public QObject
{
    Q_OBJECT
public:
    enum class State { Stopped, Connecting, Open, Waiting, Failed };

    explicit EventSource(QNetworkAccessManager* network, QObject* parent = nullptr);
    ~EventSource() override;

    void start(const EventSourceOptions& options);
    void stop();
    /// Tries at once: the network came back, the machine woke, the person said so. While open it drops the link and
    /// reconnects only with `evenIfOpen` (a wake-up: the link may be dead).
    void reconnectNow(bool evenIfOpen = false);
    /// A renewed token: used from the next connect on.
    void setToken(const QString& token);

    State state() const;
    QString lastEventId() const;
    void setLastEventId(const QString& id);
    /// What time it was at the server when this connection was opened (its header Date), where it said so.
    std::optional<Time> serverTime() const;
    /// How many attempts ended in a row without a byte of an event.
    int failuresInARow() const;

Q_SIGNALS:
    /// The answer's head is there and is a stream. `log`: the header Belfry-Log, empty where absent.
    void opened(const QString& log);
    /// The first byte of this connection's body: nothing on the way holds the stream back.
    void firstByteReceived();
    void eventReceived(const belfry::SseEvent& event);
    void stateChanged(belfry::client::EventSource::State state);
    /// Lost, or not had: the reason, and when it tries again.
    void waiting(const belfry::Error& reason, std::chrono::milliseconds delay);
    /// Final: it does not try again by itself. 401 and 403: sign in again.
    void failed(const belfry::Error& reason);

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::client
