// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace belfry::server {

/// The bytes of one connection, in and out, on a descriptor that somebody else closes.
///
/// A connection sees only these outcomes, so TLS on the descriptor (engine.md, section 7) is this class' business
/// alone: a read may want to write and the other way round, the handshake happens inside the first reads, and after a
/// blocked write the same bytes have to come first again (mustRepeat). Thread: the loop's. Never blocks, never throws.
class Wire
{
public:
    enum class Status { Done, WantRead, WantWrite, Ended, Failed };
    struct Transfer
    {
        Status status = Status::Done;
        std::size_t bytes = 0;
    };

    explicit Wire(SocketHandle socket) : m_socket(socket) {}

    /// Done with at least one byte, WantRead (or WantWrite), Ended after the peer's last byte, or Failed.
    Transfer read(std::span<char> room);
    /// Done with all bytes, WantWrite (or WantRead) with those that were taken, or Failed.
    Transfer write(std::string_view bytes);
    /// Whether the peer is still there, without taking a byte from it: Done (it sent something), WantRead, Ended,
    /// Failed.
    Status peek() const;
    /// How many of the bytes last given must be given again first.
    std::size_t mustRepeat() const { return 0; }
    /// Nothing more will be written; the peer sees an orderly end.
    void endWriting();
    bool isTls() const { return false; }

private:
    SocketHandle m_socket;
};

} // namespace belfry::server
