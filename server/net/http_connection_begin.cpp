// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/http_connection.h"
#include "server/net/request_reader.h"

#include <algorithm>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// How long who is refused for the number of connections may take to say what it wants.
constexpr std::chrono::seconds overLimitTime = 5s;
/// What a TLS client says first: a handshake record (RFC 8446 §5.1). No request begins with it.
constexpr char handshakeRecord = 0x16;

} // namespace

bool HttpConnection::begin()
{
    if (!m_socket.is_open())
        return false;
    const NetworkSettings& settings = m_loop.surroundings().settings;
    m_since = m_loop.seconds();
    m_mustBeTls = settings.tls && !settings.allowPlainHttp &&
                  !sockets::isAtLoopback(static_cast<SocketHandle>(m_socket.native_handle()));
    // Beyond this machine the first byte begins a handshake, and that is over within its time from here.
    schedule(m_mustBeTls ? firstTime(settings.handshakeTime) : firstTime(settings.limits.idleTime));
    armRead();
    return true;
}

std::chrono::seconds HttpConnection::firstTime(std::chrono::seconds time) const
{
    return m_isOverLimit ? std::min(time, overLimitTime) : time;
}

/// The first byte tells TLS from plain (protocol.md, "Common rules"; engine.md, section 7).
void HttpConnection::readFirst()
{
    char first = 0;
    switch (m_wire.peek(first)) {
    case Wire::Status::Done:
        break;
    case Wire::Status::WantRead:
    case Wire::Status::WantWrite:
        armRead();
        return;
    case Wire::Status::Ended:
    case Wire::Status::Failed:
        drop();
        return;
    }
    const NetworkSettings& settings = m_loop.surroundings().settings;
    if (first == handshakeRecord && settings.tls) {
        if (!mayShakeHands())
            return; // asked again when it is its turn
        if (!m_wire.beginTls(*settings.tls)) {
            drop();
            return;
        }
        const std::chrono::seconds used(m_loop.seconds() - m_since);
        schedule(firstTime(std::max(settings.handshakeTime - used, 1s))); // its bytes do not extend it
        m_state = State::Handshake;
        shakeHands();
        return;
    }
    m_state = State::Head;
    if (m_mustBeTls)
        fail(Error{400, "tls_required", "This server speaks TLS here: use an https:// address.", {}, 0});
    else
        readRequest();
}

/// As others of its address let it, and so many a turn. While it waits for them its own time stands still.
bool HttpConnection::mayShakeHands()
{
    const bool isItsTurn =
        (!m_place || m_loop.surroundings().waitingRoom.mayShakeHands(m_place)) && m_loop.mayShakeHands(m_id);
    if (isItsTurn == m_isQueued) {
        m_since = m_loop.seconds() - m_since;
        m_isQueued = !isItsTurn;
        if (m_isQueued)
            m_loop.wheel().cancel(*this);
    }
    return isItsTurn;
}

/// What lies here unread is looked at before it is said that it came too late.
void HttpConnection::handshakeTimePassed()
{
    char first = 0;
    const bool hasUnread = m_wire.peek(first) == Wire::Status::Done;
    const State before = m_state;
    if (hasUnread && before == State::First)
        readFirst();
    else if (hasUnread)
        shakeHands();
    if (!hasUnread || (before == State::Handshake && m_state == before))
        drop();
}

void HttpConnection::shakeHands()
{
    switch (m_wire.shakeHands()) {
    case Wire::Status::Done:
        m_loop.countHandshake(true);
        if (m_place) {
            if (const auto next = m_loop.surroundings().waitingRoom.handshakeDone(m_place))
                next->loop->letShakeHands(next->id);
        }
        m_state = State::Head;
        schedule(firstTime(m_loop.surroundings().settings.limits.idleTime));
        readRequest();
        break;
    case Wire::Status::WantRead:
        armRead();
        break;
    case Wire::Status::WantWrite:
        awaitRoomToRead();
        break;
    case Wire::Status::Ended:
    case Wire::Status::Failed:
        m_loop.countHandshake(false);
        drop();
        break;
    }
}

} // namespace belfry::server
