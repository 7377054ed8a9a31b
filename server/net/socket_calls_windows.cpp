// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/socket_calls.h"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <algorithm>
#include <climits>
#include <cstring>

namespace belfry::server::sockets {

namespace {

SOCKET native(SocketHandle socket)
{
    return static_cast<SOCKET>(socket);
}

int length(std::size_t bytes)
{
    return static_cast<int>(std::min<std::size_t>(bytes, INT_MAX));
}

Outcome outcomeOfError()
{
    return WSAGetLastError() == WSAEWOULDBLOCK ? Outcome::WouldBlock : Outcome::Failed;
}

void setOption(SOCKET socket, int level, int name, int value)
{
    ::setsockopt(socket, level, name, reinterpret_cast<const char*>(&value), sizeof value);
}

void read(const sockaddr_storage& address, PeerAddress& into)
{
    if (address.ss_family == AF_INET6) {
        std::memcpy(into.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
    } else {
        into.bytes = {};
        into.bytes[10] = into.bytes[11] = 0xff;
        std::memcpy(into.bytes.data() + 12, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    }
}

} // namespace

Transfer receive(SocketHandle socket, std::span<char> room)
{
    const int got = ::recv(native(socket), room.data(), length(room.size()), 0);
    if (got > 0)
        return {Outcome::Done, static_cast<std::size_t>(got)};
    return {got == 0 ? Outcome::Ended : outcomeOfError(), 0};
}

Outcome peek(SocketHandle socket, char& first)
{
    const int got = ::recv(native(socket), &first, 1, MSG_PEEK);
    return got > 0 ? Outcome::Done : got == 0 ? Outcome::Ended : outcomeOfError();
}

Presence presence(SocketHandle socket)
{
    WSAPOLLFD look{static_cast<SOCKET>(socket), POLLRDNORM, 0};
    if (::WSAPoll(&look, 1, 0) <= 0)
        return Presence::Here;
    if ((look.revents & (POLLERR | POLLNVAL)) != 0)
        return Presence::Gone;
    return (look.revents & POLLHUP) != 0 ? Presence::SaidItsLast : Presence::Here;
}

Transfer send(SocketHandle socket, std::string_view bytes)
{
    const int sent = ::send(native(socket), bytes.data(), length(bytes.size()), 0);
    if (sent >= 0)
        return {Outcome::Done, static_cast<std::size_t>(sent)};
    return {outcomeOfError(), 0};
}

void endSending(SocketHandle socket)
{
    ::shutdown(native(socket), SD_SEND);
}

void close(SocketHandle socket)
{
    ::closesocket(native(socket));
}

bool prepareAccepted(SocketHandle handle, PeerAddress& peer)
{
    const SOCKET socket = native(handle);
    sockaddr_storage address{};
    int size = sizeof address;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return false;
    read(address, peer);
    u_long nonBlocking = 1;
    if (::ioctlsocket(socket, FIONBIO, &nonBlocking) != 0)
        return false;
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(socket, SOL_SOCKET, SO_SNDBUF, 128 * 1024);
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, 15);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, 4);
#endif
    return true;
}

bool isAtLoopback(SocketHandle socket)
{
    sockaddr_storage address{};
    int size = sizeof address;
    PeerAddress local;
    if (::getsockname(native(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return false;
    read(address, local);
    return local.isLoopback();
}

std::size_t raiseOpenFilesLimit()
{
    return 1'048'576; // handles are bounded by memory alone
}

} // namespace belfry::server::sockets
