// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;

namespace belfry::server {

class TlsContext;

/// What a read or write on a connection came to, plain or TLS.
enum class WireStatus : std::uint8_t { Done, WantRead, WantWrite, Ended, Failed };
struct WireTransfer
{
    WireStatus status = WireStatus::Done;
    std::size_t bytes = 0;
};

/// The server's end of TLS on one non-blocking socket that somebody else closes (engine.md, section 7).
/// Holds no buffer while it is idle. Thread: the loop's. Never blocks, throws or raises SIGPIPE.
class TlsChannel
{
public:
    /// @return null where there is no memory for it
    static std::unique_ptr<TlsChannel> open(const TlsContext& context, SocketHandle socket);

    /// One step of the handshake: Done when it is complete.
    WireStatus shakeHands();
    /// As Wire::read(): at most one record. WantRead may come although there is more to read.
    WireTransfer read(std::span<char> room);
    /// As Wire::write(): in records of 16 KiB.
    WireTransfer write(std::string_view bytes);
    /// Encrypts without sending: what is to go out by other means, before anything else does. It lies there until the
    /// same bytes are given to write(), which comes next. Empty: they can only be written.
    std::string_view seal(std::string_view bytes);
    /// How many bytes of what was sealed went out.
    void sealedTaken(std::size_t bytes) { m_outlet.taken = bytes; }
    /// The bytes of the SSL_write that is not finished: they have to be given again first, all of them.
    std::size_t mustRepeat() const { return m_mustRepeat; }
    /// Sends close_notify. WantWrite: it did not fit yet.
    WireStatus endWriting();

    /// Where OpenSSL's records go; public for the functions that it calls.
    struct Outlet
    {
        SocketHandle socket;
        bool holdsBack = false; // the next record is not sent: `held` tells where it lies
        std::string_view held;
        std::size_t taken = 0; // bytes of it that went out by other means
    };

private:
    struct Release
    {
        void operator()(ssl_st* ssl) const;
    };
    TlsChannel(ssl_st* ssl, SocketHandle socket) : m_ssl(ssl), m_outlet{socket, false, {}, 0} {}
    WireStatus outcomeOf(int returned);

    std::unique_ptr<ssl_st, Release> m_ssl;
    Outlet m_outlet;
    std::uint32_t m_mustRepeat = 0;
};

} // namespace belfry::server
