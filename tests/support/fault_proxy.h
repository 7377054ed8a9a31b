// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTcpServer>

#include <chrono>
#include <functional>
#include <random>
#include <vector>

namespace belfry::tests {

/// What is to happen to one request on its way, and to its answer.
struct Fault
{
    /// How bytes travel until the end.
    enum class Flow {
        Plain,
        Drip,  ///< a byte at a time
        Late,  ///< each piece some time later
        Twice, ///< the request reaches the server a second time, over another connection
    };
    /// How it ends.
    enum class End {
        Never,
        ResetRequest,   ///< RST before anything was passed on
        SwallowRequest, ///< taken, and never answered
        SwallowAnswer,  ///< done, and never answered
        BadGateway,     ///< 502, a page
        Unavailable,    ///< 503, a page
        GatewayTimeout, ///< 504, a page
        Page,           ///< 200, a page: somebody's sign-in to the Wi-Fi
        Redirect,       ///< 302 to such a page
        NotFoundPage,   ///< 404, a page: a proxy that was told wrongly
        HalfHead,       ///< a part of a head, and the end
        Reset,          ///< RST in the midst of the answer
        Finish,         ///< FIN in the midst of the answer
        Stall,          ///< stops reading from the server, keeps the socket
        Swallow,        ///< goes on reading, passes nothing on, keeps the socket
    };
    /// Where in a stream Reset, Finish, Stall and Swallow come, after so many blocks.
    enum class Place { BetweenEvents, InFrame, InEvent, InCharacter };

    Flow flow = Flow::Plain;
    End end = End::Never;
    Place place = Place::BetweenEvents;
    int afterBlocks = 1; ///< the first one holds `retry:` and the ping
};

/// A proxy between a client and a real server that does to each request what it is told. Real sockets.
/// Thread: its creator's, which needs an event loop.
class FaultProxy : public QObject
{
public:
    /// A stream that was asked for.
    struct Attempt
    {
        qint64 at = 0;         ///< milliseconds since the proxy began
        bool hadEvent = false; ///< an event or a ping came through whole
        Fault fault;
    };
    using Decide = std::function<Fault(const QByteArray& request)>;

    explicit FaultProxy(quint16 serverPort);
    ~FaultProxy() override;

    QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_listener.serverPort()); }
    /// What becomes of requests from now on.
    void setFaults(Decide decide) { m_decide = std::move(decide); }
    /// What the server is said to have for a time: added to the header Date of its answers.
    void setDateShift(std::chrono::seconds shift) { m_dateShift = shift; }
    /// Whoever is connected is not any more.
    void dropAll();
    /// From now on all goes well; what hangs is let go.
    void heal();

    const std::vector<Attempt>& attempts() const { return m_attempts; }
    int requests() const { return m_requests; }
    int connections() const { return m_connections; }
    qint64 elapsed() const { return m_time.elapsed(); }

private:
    class Leg;

    QTcpServer m_listener;
    quint16 m_serverPort;
    Decide m_decide;
    QElapsedTimer m_time;
    std::vector<Attempt> m_attempts;
    QList<QPointer<QTcpSocket>> m_clients;
    std::chrono::seconds m_dateShift{0};
    int m_requests = 0;
    int m_connections = 0;
};

/// Faults by chance, the same for the same seed: what an office's network may do on its worst day.
class WorstDay
{
public:
    explicit WorstDay(unsigned seed) : m_random(seed) {}
    /// @param isFinalToo  also what is no network's fault: a page instead of a stream
    Fault streamFault(bool isFinalToo);
    Fault callFault();

private:
    bool oneIn(int n) { return std::uniform_int_distribution<int>(1, n)(m_random) == 1; }
    template <class T> T oneOf(std::initializer_list<T> list)
    {
        return *(list.begin() + std::uniform_int_distribution<std::ptrdiff_t>(0, std::ssize(list) - 1)(m_random));
    }
    std::mt19937 m_random;
};

inline bool isStreamRequest(const QByteArray& request)
{
    return request.startsWith("GET /api/notifications/sse/");
}

} // namespace belfry::tests
