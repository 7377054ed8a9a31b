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
        if (!m_loop.mayShakeHands(m_id))
            return; // asked again when it is its turn
        const std::chrono::seconds waited(m_loop.seconds() - m_since);
        if (waited >= settings.handshakeTime || !m_wire.beginTls(*settings.tls)) {
            drop();
            return;
        }
        schedule(firstTime(settings.handshakeTime - waited)); // its bytes do not extend it
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

void HttpConnection::shakeHands()
{
    switch (m_wire.shakeHands()) {
    case Wire::Status::Done:
        m_loop.countHandshake(true);
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
