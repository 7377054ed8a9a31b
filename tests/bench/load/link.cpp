// SPDX-License-Identifier: GPL-3.0-or-later
#include "link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace belfry::bench {

namespace {

sockaddr_in loopback(int lastByte, int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(0x7f000000U + static_cast<unsigned>(lastByte));
    return address;
}

void setOption(int socket, int level, int name, int value)
{
    ::setsockopt(socket, level, name, &value, sizeof value);
}

} // namespace

Link::~Link()
{
    close();
}

void Link::close()
{
    if (m_tls) {
        SSL_free(m_tls);
        m_tls = nullptr;
    }
    if (m_socket >= 0) {
        ::close(m_socket);
        m_socket = -1;
    }
}

bool Link::open(int epoll, std::uint64_t name, int port, int address, SSL_CTX* tls, bool isDeaf)
{
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_socket < 0) {
        return false;
    }
    setOption(m_socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    setOption(m_socket, IPPROTO_TCP, TCP_NODELAY, 1);
    if (isDeaf) {
        setOption(m_socket, SOL_SOCKET, SO_RCVBUF, 4096);
    }
    const sockaddr_in from = loopback(2 + address, 0), to = loopback(1, port);
    if (::bind(m_socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
        (::connect(m_socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)) {
        return false;
    }
    if (tls) {
        m_tls = SSL_new(tls);
        SSL_set_fd(m_tls, m_socket);
        SSL_set_connect_state(m_tls);
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = name;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, m_socket, &event) == 0;
}

Link::Status Link::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(m_tls);
    if (result == 1) {
        return Status::Done;
    }
    const int error = SSL_get_error(m_tls, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Status::Later : Status::Ended;
}

Link::Status Link::send(std::string_view bytes)
{
    m_waiting += bytes;
    return m_isConnected ? goOn() : Status::Later;
}

Link::Status Link::goOn()
{
    if (!m_isConnected) {
        int error = 0;
        socklen_t size = sizeof error;
        tcp_info info{};
        socklen_t infoSize = sizeof info;
        ::getsockopt(m_socket, SOL_SOCKET, SO_ERROR, &error, &size);
        ::getsockopt(m_socket, IPPROTO_TCP, TCP_INFO, &info, &infoSize);
        if (error != 0) {
            return Status::Ended;
        }
        if (info.tcpi_state != TCP_ESTABLISHED && info.tcpi_state != TCP_CLOSE_WAIT) {
            return Status::Later;
        }
        m_isConnected = true;
    }
    if (m_tls && !SSL_is_init_finished(m_tls)) {
        if (const Status status = handshake(); status != Status::Done) {
            return status;
        }
    }
    while (!m_waiting.empty()) {
        long sent = 0;
        if (m_tls) {
            ERR_clear_error();
            sent = SSL_write(m_tls, m_waiting.data(), static_cast<int>(m_waiting.size()));
            if (sent <= 0) {
                const int error = SSL_get_error(m_tls, static_cast<int>(sent));
                return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Status::Later : Status::Ended;
            }
        } else {
            sent = ::send(m_socket, m_waiting.data(), m_waiting.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                return errno == EAGAIN ? Status::Later : Status::Ended;
            }
        }
        m_waiting.erase(0, static_cast<std::size_t>(sent));
    }
    if (m_waiting.capacity() > 64) {
        std::string().swap(m_waiting);
    }
    return Status::Done;
}

long Link::read(std::span<char> room)
{
    if (!m_tls) {
        const long got = ::recv(m_socket, room.data(), room.size(), 0);
        return got > 0 ? got : got < 0 && errno == EAGAIN ? 0 : -1;
    }
    if (!SSL_is_init_finished(m_tls)) {
        return 0;
    }
    ERR_clear_error();
    const int got = SSL_read(m_tls, room.data(), static_cast<int>(room.size()));
    if (got > 0) {
        return got;
    }
    const int error = SSL_get_error(m_tls, got);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

int Link::localPort() const
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

SSL_CTX* clientContext()
{
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return context;
}

} // namespace belfry::bench
