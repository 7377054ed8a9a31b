// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct ssl_st; // OpenSSL's SSL

namespace belfry::test {

enum class Transport { Plain, Tls };

/// What the clients of this run speak: TLS where the environment says `BELFRY_TEST_TRANSPORT=tls`. So one program is
/// two tests.
Transport usualTransport();

/// A client that sends what it is told, byte by byte if need be: a blocking socket with a deadline, plain or TLS.
class RawClient
{
public:
    /// @param from  its own address; null: the system's choice
    explicit RawClient(std::uint16_t port, const char* address = "127.0.0.1", int receiveBufferBytes = 0,
                       const char* from = nullptr, Transport transport = usualTransport());
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient(const RawClient&) = delete;
    RawClient& operator=(RawClient&& other) noexcept;
    RawClient& operator=(const RawClient&) = delete;

    bool isConnected() const { return m_socket >= 0; }
    bool send(std::string_view bytes);
    void endSending();
    void reset(); ///< closes with RST

    /// Reads until what was read ends with (or holds) `text`, or the peer closes, or the time is over.
    std::string readUntil(std::string_view text);
    /// Reads one answer: head and body by its Content-Length or chunks.
    std::string readResponse(bool isHead = false);
    /// Reads until the peer closes. `isClosed` says whether it did.
    std::string readAll();
    bool isClosed() const { return m_isClosed; }
    /// Whether the peer has closed by now; does not wait.
    bool hasEnded() const;
    /// Whether there is something to read, or the end; does not wait.
    bool hasAnswer() const;
    /// It was no orderly end: a reset, or TLS that was cut off.
    bool wasReset() const { return m_wasReset; }
    /// Under TLS; null otherwise.
    ssl_st* ssl() const { return m_ssl; }
    int socket() const { return m_socket; }
    /// What comes next, whatever it is; empty at the end.
    std::string readSome();

private:
    bool readMore();
    void startTls();
    void close();

    int m_socket = -1;
    ssl_st* m_ssl = nullptr;
    std::string m_buffer;
    bool m_isClosed = false;
    bool m_wasReset = false;
};

int statusOf(std::string_view response);
std::string bodyOf(std::string_view response);
/// A field's value in a response's head, or empty.
std::string fieldOf(std::string_view response, std::string_view name);

} // namespace belfry::test
