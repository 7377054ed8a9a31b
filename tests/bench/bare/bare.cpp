// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel allows: one thread, one epoll loop, one shared buffer, one send() a subscriber. No sign-in, no JSON,
// no disk, no limits, no back-pressure. The measure beside which servers are put, not one to be used.
//
//   GET /sub/CHANNEL    a stream          POST /pub/CHANNEL    to all its streams
//   bare PORT            one send() each
//   bare PORT batches    128 of them by one call (io_uring): what the kernel allows who collects first
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr int pingSeconds = 30;
constexpr std::string_view ping = "23\r\nevent: ping\ndata: {\"type\":\"ping\"}\n\n\r\n";
constexpr std::string_view streamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
    "Transfer-Encoding: chunked\r\n\r\ne\r\nretry: 5000\n\n\r\n";
constexpr std::string_view done = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

std::unordered_map<std::string, std::vector<int>> channels;
std::array<std::vector<int>, pingSeconds> pings; // whose turn is at which second: spread evenly
std::array<char, 64 * 1024> input;
std::string shared;
constexpr std::size_t batch = 128;
io_uring* batches = nullptr; // where they are wanted

void sendTo(int socket, std::string_view bytes)
{
    ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// Each is over when the submission returns, for nothing here waits.
void sendToAll(const std::vector<int>& sockets, std::string_view bytes)
{
    if (!batches) {
        for (const int socket : sockets) {
            sendTo(socket, bytes);
        }
        return;
    }
    for (std::size_t begin = 0; begin < sockets.size(); begin += batch) {
        const std::size_t end = std::min(begin + batch, sockets.size());
        for (std::size_t place = begin; place < end; ++place) {
            ::io_uring_prep_send(::io_uring_get_sqe(batches), sockets[place], bytes.data(), bytes.size(),
                                 MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        ::io_uring_submit(batches);
        ::io_uring_cq_advance(batches, static_cast<unsigned>(end - begin));
    }
}

void publish(const std::string& channel, std::string_view body)
{
    std::array<char, 16> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", body.size() + 8);
    shared = size.data();
    shared.append("data: ").append(body).append("\n\n\r\n");
    const auto found = channels.find(channel);
    if (found != channels.end()) {
        sendToAll(found->second, shared);
    }
}

/// A request fits into one read here: the generator sends it in one piece.
void serve(int socket)
{
    const long got = ::recv(socket, input.data(), input.size(), 0);
    if (got <= 0) {
        ::close(socket);
        return;
    }
    const std::string_view request(input.data(), static_cast<std::size_t>(got));
    const auto begin = request.find("b/");
    if (begin == std::string_view::npos) {
        return;
    }
    const std::string channel(request.substr(begin + 2, request.find(' ', begin) - begin - 2));
    if (request.starts_with("POST")) {
        publish(channel, request.substr(request.find("\r\n\r\n") + 4));
        sendTo(socket, done);
        return;
    }
    channels[channel].push_back(socket);
    pings[static_cast<std::size_t>(socket) % pings.size()].push_back(socket);
    sendTo(socket, streamHead);
}

void acceptAll(int epoll, int listener)
{
    for (int socket = 0; (socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
    }
}

} // namespace

int main(int argc, char** argv)
{
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0));
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 4096) != 0) {
        std::perror("bare");
        return 1;
    }
    io_uring ring{};
    if (argc > 2) {
        if (::io_uring_queue_init(batch, &ring, 0) != 0) {
            std::fputs("bare: this kernel allows no io_uring\n", stderr);
            return 1;
        }
        batches = &ring;
    }
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const itimerspec everySecond{{1, 0}, {1, 0}};
    ::timerfd_settime(timer, 0, &everySecond, nullptr);

    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    for (const int descriptor : {listener, timer}) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
    }
    std::size_t turn = 0;
    std::array<epoll_event, 256> events;
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor == listener) {
                acceptAll(epoll, listener);
            } else if (descriptor == timer) {
                std::uint64_t expirations = 0;
                if (::read(timer, &expirations, sizeof expirations) > 0) {
                    sendToAll(pings[turn++ % pings.size()], ping);
                }
            } else {
                serve(descriptor);
            }
        }
    }
}
