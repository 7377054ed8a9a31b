// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace belfry::bench {

/// One of the generator's sockets, plain or TLS, non-blocking, watched edge-triggered by its epoll descriptor.
class Link
{
public:
    enum class Status { Done, Later, Ended };

    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link();

    /// Begins to connect to 127.0.0.1:port from 127.0.0.(2 + address). `isDeaf`: with the least room for what it never
    /// reads. @return false where the system has no more sockets or ports.
    bool open(int epoll, std::uint64_t name, int port, int address, SSL_CTX* tls, bool isDeaf);
    bool isOpen() const { return m_socket >= 0; }
    void close();

    /// Gives bytes to be sent once it is connected, and goes on with those given before.
    Status send(std::string_view bytes);
    /// On every readiness: Done once it is connected, through its handshake, and all is sent.
    Status goOn();
    /// Bytes read, or 0 for nothing now, or -1 where it ended.
    long read(std::span<char> room);
    int localPort() const;

private:
    Status handshake();

    int m_socket = -1;
    bool m_isConnected = false;
    SSL* m_tls = nullptr;
    std::string m_waiting;
};

/// A client's context that believes any certificate: what is measured is the server's work.
SSL_CTX* clientContext();

} // namespace belfry::bench
