// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"
#include "server/net/tls_channel.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace belfry::server {

/// The bytes of one connection, in and out, on a descriptor that somebody else closes: plain, or TLS once it was begun.
///
/// A connection sees only these outcomes, so TLS on the descriptor (engine.md, section 7) is this class' business
/// alone: a read may want to write and the other way round, and after a blocked write the same bytes have to come first
/// again (mustRepeat). Plain, it is a descriptor and an empty pointer. Thread: the loop's. Never blocks, never throws.
class Wire
{
public:
    using Status = WireStatus;
    using Transfer = WireTransfer;

    explicit Wire(SocketHandle socket) : m_socket(socket) {}

    /// From here on TLS, beginning with the client's first byte. @return false where there is no memory for it.
    bool beginTls(const TlsContext& context)
    {
        m_tls = TlsChannel::open(context, m_socket);
        return isTls();
    }
    bool isTls() const { return m_tls != nullptr; }
    /// Under TLS, before anything else: Done when it is complete.
    Status shakeHands() { return m_tls->shakeHands(); }

    /// Done with at least one byte, WantRead (or WantWrite), Ended after the peer's last byte, or Failed.
    Transfer read(std::span<char> room);
    /// Done with all bytes, WantWrite (or WantRead) with those that were taken, or Failed.
    Transfer write(std::string_view bytes);
    /// The two halves of a write whose bytes go out together with others' (Sink::pack, finish).
    std::optional<Parcel> pack(std::string_view bytes);
    Transfer finish(std::string_view bytes, std::size_t taken);
    /// Takes what the peer still sends, unread: nobody wants to know what it is.
    Transfer discard(std::span<char> room);
    /// Whether the peer is still there, without taking a byte from it: Done (it sent something; `first` is its next
    /// byte on the way), WantRead, Ended, Failed.
    Status peek(char& first) const;
    /// How many of the bytes last given must be given again first.
    std::size_t mustRepeat() const { return m_tls ? m_tls->mustRepeat() : 0; }
    /// Nothing more will be written; the peer sees an orderly end. WantWrite: call again when there is room.
    Status endWriting();

private:
    SocketHandle m_socket;
    std::unique_ptr<TlsChannel> m_tls;
};

} // namespace belfry::server
