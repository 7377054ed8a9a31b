// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::server {

/// A socket as the system names it: a descriptor, or a SOCKET on Windows.
using SocketHandle = std::intptr_t;

/// Bytes that are ready to go out on a socket.
struct Parcel
{
    SocketHandle socket = -1;
    std::string_view bytes;
    std::size_t taken = 0; ///< by the kernel, once it was sent (BatchSender)
};

/// Who is at the other end, as 16 bytes (an IPv4 address is kept in its mapped form).
struct PeerAddress
{
    std::array<std::uint8_t, 16> bytes{};

    bool isIpv4() const;
    bool isLoopback() const;
    /// Numeric, IPv4-mapped ones as IPv4.
    std::string text() const;
    /// Nothing where it is no numeric address.
    static std::optional<PeerAddress> fromText(const std::string& text);
};

/// The few calls on sockets that differ from system to system: one file each (engine.md, section 2).
/// All are non-blocking, none throws or raises SIGPIPE. Thread: any.
namespace sockets {

enum class Outcome { Done, WouldBlock, Ended, Failed };
struct Transfer
{
    Outcome outcome = Outcome::Done;
    std::size_t bytes = 0;
};

Transfer receive(SocketHandle socket, std::span<char> room);
/// Whether the peer has sent its last byte (Ended) or is gone (Failed), without taking a byte from it.
/// @param first  Done: the next byte
Outcome peek(SocketHandle socket, char& first);
/// Whether the peer is there, has said its last (and waits, or has gone), or is known to have gone; what it said and
/// was not read yet does not matter.
enum class Presence { Here, SaidItsLast, Gone };
Presence presence(SocketHandle socket);
Transfer send(SocketHandle socket, std::string_view bytes);
/// No more will be sent; the peer reads to the end.
void endSending(SocketHandle socket);
void close(SocketHandle socket);

/// An accepted socket made ready: non-blocking, no delay, keep-alive and user timeout of a minute, a bounded send
/// buffer.
/// @return false where the peer has gone already.
bool prepareAccepted(SocketHandle socket, PeerAddress& peer);

/// Whether what is said over it stays on this machine, by the accepted socket's own address; false where that cannot be
/// told.
bool isAtLoopback(SocketHandle socket);

/// Raises the soft limit of open files to the hard one. @return how many may be open.
std::size_t raiseOpenFilesLimit();

} // namespace sockets
} // namespace belfry::server
