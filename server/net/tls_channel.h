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
    /// The bytes of the SSL_write that is not finished: they have to be given again first, all of them.
    std::size_t mustRepeat() const { return m_mustRepeat; }
    /// Sends close_notify. WantWrite: it did not fit yet.
    WireStatus endWriting();

private:
    struct Release
    {
        void operator()(ssl_st* ssl) const;
    };
    explicit TlsChannel(ssl_st* ssl) : m_ssl(ssl) {}
    WireStatus outcomeOf(int returned);

    std::unique_ptr<ssl_st, Release> m_ssl;
    std::uint32_t m_mustRepeat = 0;
};

} // namespace belfry::server
