// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>

namespace belfry::server::test {

/// Moves the process into a network of its own, in which lo also has 10.77.0.0/16, fd77:1::1, fd77:1::2 and fd77:2::1:
/// addresses that are not loopback, and no packet can leave. Before any thread is made.
/// @return false where the system does not allow it
inline bool enterOwnNetwork()
{
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    const int v4 = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int v6 = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto set = [v4](const char* name, unsigned long what, const char* numeric) {
        ifreq request{};
        std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
        auto& address = reinterpret_cast<sockaddr_in&>(request.ifr_addr);
        address.sin_family = AF_INET;
        inet_pton(AF_INET, numeric, &address.sin_addr);
        return ::ioctl(v4, what, &request) == 0;
    };
    ifreq up{};
    std::strncpy(up.ifr_name, "lo", IFNAMSIZ - 1);
    up.ifr_flags = IFF_UP | IFF_RUNNING;
    bool isDone = ::ioctl(v4, SIOCSIFFLAGS, &up) == 0 && set("lo:1", SIOCSIFADDR, "10.77.0.1") &&
                  set("lo:1", SIOCSIFNETMASK, "255.255.0.0");
    for (const char* numeric : {"fd77:1::1", "fd77:1::2", "fd77:2::1"}) {
        in6_ifreq request{};
        inet_pton(AF_INET6, numeric, &request.ifr6_addr);
        request.ifr6_prefixlen = 64;
        request.ifr6_ifindex = static_cast<int>(if_nametoindex("lo"));
        isDone = isDone && ::ioctl(v6, SIOCSIFADDR, &request) == 0;
    }
    ::close(v4);
    ::close(v6);
    return isDone;
}

} // namespace belfry::server::test
