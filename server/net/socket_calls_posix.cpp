// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/socket_calls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace belfry::server::sockets {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int noSignal = MSG_NOSIGNAL;
#else
constexpr int noSignal = 0; // SO_NOSIGPIPE on the socket instead
#endif

/// What more would never be used by one process: some systems say "unlimited".
constexpr std::size_t mostOpenFiles = 1'048'576;

Outcome outcomeOfError()
{
    return errno == EAGAIN || errno == EWOULDBLOCK ? Outcome::WouldBlock : Outcome::Failed;
}

void setOption(int socket, int level, int name, int value)
{
    // Failing leaves the system's default, which is good enough for every one of them.
    ::setsockopt(socket, level, name, &value, sizeof value);
}

void setKeepAlive(int socket)
{
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(TCP_KEEPIDLE)
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
#elif defined(TCP_KEEPALIVE)
    setOption(socket, IPPROTO_TCP, TCP_KEEPALIVE, 60);
#endif
#ifdef TCP_KEEPINTVL
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, 15);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, 4);
#endif
#ifdef TCP_USER_TIMEOUT
    setOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
#endif
}

void read(const sockaddr_storage& address, PeerAddress& into)
{
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        std::memcpy(into.bytes.data(), &v6.sin6_addr, 16);
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        into.bytes = {};
        into.bytes[10] = into.bytes[11] = 0xff;
        std::memcpy(into.bytes.data() + 12, &v4.sin_addr, 4);
    }
}

bool readPeer(int socket, PeerAddress& peer)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return false;
    read(address, peer);
    return true;
}

} // namespace

Transfer receive(SocketHandle socket, std::span<char> room)
{
    ssize_t got = -1;
    do
        got = ::recv(static_cast<int>(socket), room.data(), room.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        return {Outcome::Done, static_cast<std::size_t>(got)};
    return {got == 0 ? Outcome::Ended : outcomeOfError(), 0};
}

Outcome peek(SocketHandle socket, char& first)
{
    ssize_t got = -1;
    do
        got = ::recv(static_cast<int>(socket), &first, 1, MSG_PEEK);
    while (got < 0 && errno == EINTR);
    return got > 0 ? Outcome::Done : got == 0 ? Outcome::Ended : outcomeOfError();
}

Presence presence(SocketHandle socket)
{
#ifdef POLLRDHUP
    constexpr short end = POLLRDHUP;
#else
    constexpr short end = 0; // told by POLLHUP there
#endif
    pollfd look{static_cast<int>(socket), end, 0};
    if (::poll(&look, 1, 0) <= 0)
        return Presence::Here;
    if ((look.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
        return Presence::Gone;
    return (look.revents & end) != 0 ? Presence::SaidItsLast : Presence::Here;
}

Transfer send(SocketHandle socket, std::string_view bytes)
{
    ssize_t sent = -1;
    do
        sent = ::send(static_cast<int>(socket), bytes.data(), bytes.size(), MSG_DONTWAIT | noSignal);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return {Outcome::Done, static_cast<std::size_t>(sent)};
    return {outcomeOfError(), 0};
}

void endSending(SocketHandle socket)
{
    ::shutdown(static_cast<int>(socket), SHUT_WR);
}

void close(SocketHandle socket)
{
    ::close(static_cast<int>(socket));
}

bool prepareAccepted(SocketHandle handle, PeerAddress& peer)
{
    const int socket = static_cast<int>(handle);
    if (!readPeer(socket, peer))
        return false;
    const int flags = ::fcntl(socket, F_GETFL, 0);
    if (flags < 0 || ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0)
        return false;
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    // Left to itself the kernel grows it to 4 MiB for a reader that does not read.
    setOption(socket, SOL_SOCKET, SO_SNDBUF, 128 * 1024);
    setKeepAlive(socket);
#ifdef SO_NOSIGPIPE
    setOption(socket, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
    return true;
}

bool isAtLoopback(SocketHandle socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    PeerAddress local;
    if (::getsockname(static_cast<int>(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return false;
    read(address, local);
    return local.isLoopback();
}

std::size_t raiseOpenFilesLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        rlimit raised = limit;
        raised.rlim_cur = std::min<rlim_t>(limit.rlim_max, mostOpenFiles);
        if (raised.rlim_cur > limit.rlim_cur && ::setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, mostOpenFiles));
}

} // namespace belfry::server::sockets
