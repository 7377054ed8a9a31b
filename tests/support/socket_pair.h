// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

namespace belfry::test {

/// Two ends of one connection inside this process, both non-blocking.
class SocketPair
{
public:
    /// @param room  of the kernel's buffer, in bytes, about; 0: as the system likes it
    explicit SocketPair(int room = 0)
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_ends.data()) != 0) {
            m_ends = {-1, -1};
        } else if (room > 0) {
            ::setsockopt(m_ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        }
    }
    SocketPair(SocketPair&& other) noexcept : m_ends(std::exchange(other.m_ends, {-1, -1})) {}
    SocketPair& operator=(SocketPair&&) = delete;
    ~SocketPair()
    {
        close(m_ends[0]);
        close(m_ends[1]);
    }

    /// The end that is tested.
    server::SocketHandle near() const { return m_ends[0]; }
    /// Takes all that has arrived at the other end, or as much as is wanted.
    std::string read(std::size_t most = std::string::npos) const
    {
        std::string taken;
        std::array<char, 16 * 1024> buffer;
        while (taken.size() < most) {
            const auto got = ::recv(m_ends[1], buffer.data(), std::min(buffer.size(), most - taken.size()), 0);
            if (got <= 0) {
                break;
            }
            taken.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return taken;
    }
    void closeNear() { close(m_ends[0]); }
    void closeFar() { close(m_ends[1]); }

private:
    static void close(int& end)
    {
        if (end >= 0) {
            ::close(end);
        }
        end = -1;
    }
    std::array<int, 2> m_ends{-1, -1};
};

} // namespace belfry::test
