// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace belfry::test {

namespace {

constexpr int patienceMilliseconds = 20'000;

} // namespace

Transport usualTransport()
{
    const char* const wanted = std::getenv("BELFRY_TEST_TRANSPORT");
    return wanted && std::strcmp(wanted, "tls") == 0 ? Transport::Tls : Transport::Plain;
}

RawClient::RawClient(std::uint16_t port, const char* address, int receiveBufferBytes, const char* from,
                     Transport transport)
{
    const auto fill = [](sockaddr_storage& storage, const char* numeric, std::uint16_t number) -> socklen_t {
        if (std::strchr(numeric, ':')) {
            auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
            v6.sin6_family = AF_INET6;
            v6.sin6_port = htons(number);
            inet_pton(AF_INET6, numeric, &v6.sin6_addr);
            return sizeof v6;
        }
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(number);
        inet_pton(AF_INET, numeric, &v4.sin_addr);
        return sizeof v4;
    };
    sockaddr_storage storage{};
    const socklen_t size = fill(storage, address, port);
    m_socket = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Each byte goes when it is given; else a request after a handshake waits 40 ms for a delayed acknowledgement.
    const int isAtOnce = 1;
    ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &isAtOnce, sizeof isAtOnce);
    if (receiveBufferBytes > 0)
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, sizeof receiveBufferBytes);
    sockaddr_storage own{};
    bool isBound = true;
    if (from) {
        const socklen_t ownSize = fill(own, from, 0);
        isBound = ::bind(m_socket, reinterpret_cast<sockaddr*>(&own), ownSize) == 0;
    }
    if (!isBound || ::connect(m_socket, reinterpret_cast<sockaddr*>(&storage), size) != 0) {
        close();
        return;
    }
    if (transport == Transport::Tls)
        startTls();
}

/// Whom it speaks to is not looked at: the tests that want to know ask ssl().
void RawClient::startTls()
{
    static SSL_CTX* const context = [] {
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes with write()
        return SSL_CTX_new(TLS_client_method());
    }();
    const timeval patience{patienceMilliseconds / 1000, 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    m_ssl = SSL_new(context);
    SSL_set_fd(m_ssl, m_socket);
    if (SSL_connect(m_ssl) != 1)
        close();
    ERR_clear_error();
}

RawClient::RawClient(RawClient&& other) noexcept
    : m_socket(std::exchange(other.m_socket, -1)), m_ssl(std::exchange(other.m_ssl, nullptr)),
      m_buffer(std::move(other.m_buffer)), m_isClosed(other.m_isClosed), m_wasReset(other.m_wasReset)
{
}

RawClient& RawClient::operator=(RawClient&& other) noexcept
{
    std::swap(m_socket, other.m_socket);
    std::swap(m_ssl, other.m_ssl);
    std::swap(m_buffer, other.m_buffer);
    std::swap(m_isClosed, other.m_isClosed);
    std::swap(m_wasReset, other.m_wasReset);
    return *this;
}

RawClient::~RawClient()
{
    close();
}

void RawClient::close()
{
    SSL_free(std::exchange(m_ssl, nullptr));
    if (m_socket >= 0)
        ::close(std::exchange(m_socket, -1));
}

bool RawClient::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        ERR_clear_error();
        const ssize_t sent = m_ssl ? SSL_write(m_ssl, bytes.data(), static_cast<int>(bytes.size()))
                                   : ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::endSending()
{
    if (m_ssl)
        SSL_shutdown(m_ssl);
    ::shutdown(m_socket, SHUT_WR);
}

void RawClient::reset()
{
    const linger now{1, 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

bool RawClient::readMore()
{
    if (m_isClosed || m_socket < 0)
        return false;
    pollfd wait{m_socket, POLLIN, 0};
    if (!(m_ssl && SSL_pending(m_ssl) > 0) && ::poll(&wait, 1, patienceMilliseconds) <= 0)
        return false;
    char bytes[16384];
    ERR_clear_error();
    const ssize_t got = m_ssl ? SSL_read(m_ssl, bytes, sizeof bytes) : ::recv(m_socket, bytes, sizeof bytes, 0);
    if (got <= 0) {
        m_isClosed = true;
        m_wasReset = m_ssl ? SSL_get_error(m_ssl, static_cast<int>(got)) != SSL_ERROR_ZERO_RETURN : got < 0;
        return false;
    }
    m_buffer.append(bytes, static_cast<std::size_t>(got));
    return true;
}

std::string RawClient::readSome()
{
    if (m_buffer.empty())
        readMore();
    return std::exchange(m_buffer, {});
}

bool RawClient::hasEnded() const
{
    char byte = 0;
    const ssize_t got = ::recv(m_socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

bool RawClient::hasAnswer() const
{
    char byte = 0;
    return !m_buffer.empty() || ::recv(m_socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

std::string RawClient::readUntil(std::string_view text)
{
    std::size_t at = 0;
    while ((at = m_buffer.find(text)) == std::string::npos)
        if (!readMore())
            return std::exchange(m_buffer, {});
    std::string read = m_buffer.substr(0, at + text.size());
    m_buffer.erase(0, at + text.size());
    return read;
}

std::string RawClient::readResponse(bool isHead)
{
    std::string response = readUntil("\r\n\r\n");
    if (isHead)
        return response;
    if (fieldOf(response, "Transfer-Encoding") == "chunked")
        return response + readUntil("0\r\n\r\n");
    const std::string length = fieldOf(response, "Content-Length");
    const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
    while (m_buffer.size() < wanted && readMore()) {
    }
    const std::size_t taken = std::min(wanted, m_buffer.size());
    response += m_buffer.substr(0, taken);
    m_buffer.erase(0, taken);
    return response;
}

std::string RawClient::readAll()
{
    while (readMore()) {
    }
    return std::exchange(m_buffer, {});
}

int statusOf(std::string_view response)
{
    return response.starts_with("HTTP/1.1 ") ? std::atoi(std::string(response.substr(9, 3)).c_str()) : 0;
}

std::string bodyOf(std::string_view response)
{
    const std::size_t end = response.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string() : std::string(response.substr(end + 4));
}

std::string fieldOf(std::string_view response, std::string_view name)
{
    const std::string_view head = response.substr(0, response.find("\r\n\r\n"));
    const std::string begin = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(begin);
    if (at == std::string_view::npos)
        return {};
    const std::string_view value = head.substr(at + begin.size());
    return std::string(value.substr(0, value.find("\r\n")));
}

} // namespace belfry::test
