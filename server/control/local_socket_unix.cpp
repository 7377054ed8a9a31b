// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/local_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace belfry::server {

namespace {

constexpr std::size_t longestLine = 1024 * 1024;

#ifdef MSG_NOSIGNAL
constexpr int noSignal = MSG_NOSIGNAL;
#else
constexpr int noSignal = 0; // SIGPIPE is ignored (prepareProcess)
#endif

/// The directory's owner, who runs this, or root.
bool isTrusted(int descriptor)
{
#ifdef __linux__
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    const uid_t uid = peer.uid;
#else
    uid_t uid = 0;
    gid_t gid = 0;
    if (::getpeereid(descriptor, &uid, &gid) != 0)
        return false;
#endif
    return uid == ::geteuid() || uid == 0;
}

#ifdef MSG_CMSG_CLOEXEC
constexpr int closedOnExec = MSG_CMSG_CLOEXEC;
#else
constexpr int closedOnExec = 0;
#endif

/// Room for one descriptor beside the bytes (unix(7), SCM_RIGHTS).
union Beside {
    cmsghdr head;
    std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

/// recv(), and the file that came along: the first one is kept in `file`, others are closed.
ssize_t receive(int descriptor, char* to, std::size_t size, int& file)
{
    iovec where{to, size};
    Beside beside{};
    msghdr message{};
    message.msg_iov = &where;
    message.msg_iovlen = 1;
    message.msg_control = beside.bytes.data();
    message.msg_controllen = beside.bytes.size();
    const ssize_t got = ::recvmsg(descriptor, &message, closedOnExec);
    for (cmsghdr* part = got < 0 ? nullptr : CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        for (std::size_t at = 0; at + sizeof(int) <= part->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
            int came = -1;
            std::memcpy(&came, CMSG_DATA(part) + at, sizeof came);
            ::fcntl(came, F_SETFD, FD_CLOEXEC);
            if (file >= 0)
                ::close(came);
            else
                file = came;
        }
    }
    return got;
}

/// send(), and a file along with it where there is one.
ssize_t handOver(int descriptor, const char* from, std::size_t size, int flags, int file)
{
    iovec where{const_cast<char*>(from), size};
    Beside beside{};
    msghdr message{};
    message.msg_iov = &where;
    message.msg_iovlen = 1;
    if (file >= 0) {
        message.msg_control = beside.bytes.data();
        message.msg_controllen = beside.bytes.size();
        cmsghdr* const part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof file);
        std::memcpy(CMSG_DATA(part), &file, sizeof file);
    }
    return ::sendmsg(descriptor, &message, flags | noSignal);
}

int localSocket()
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor >= 0)
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return descriptor;
}

std::optional<sockaddr_un> addressOf(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return std::nullopt;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

tl::unexpected<Error> unavailable(int error)
{
    return failure(500, "control_socket",
                   "The control socket can't be opened: " + std::error_code(error, std::generic_category()).message() +
                       ".");
}

} // namespace

LocalConnection::LocalConnection(LocalConnection&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_wake(other.m_wake),
      m_file(std::exchange(other.m_file, -1)), m_read(std::move(other.m_read))
{
}

LocalConnection::~LocalConnection()
{
    for (const int descriptor : {m_descriptor, m_file}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

int LocalConnection::takeFile()
{
    return std::exchange(m_file, -1);
}

bool LocalConnection::isGone() const
{
    pollfd waiting{m_descriptor, POLLIN, 0};
    if (::poll(&waiting, 1, 0) <= 0)
        return false;
    char byte = 0;
    return ::recv(m_descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

/// Waits until it is readable (POLLIN) or writable (POLLOUT).
bool LocalConnection::await(short what, Deadline deadline) const
{
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        std::array<pollfd, 2> waiting{{{m_descriptor, what, 0}, {m_wake, POLLIN, 0}}};
        const int ready = left.count() > 0 ? ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        return ready > 0 && waiting[1].revents == 0;
    }
}

std::optional<std::string> LocalConnection::readLine(std::chrono::milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::array<char, 4096> part{};
    while (m_read.size() <= longestLine) {
        if (const auto end = m_read.find('\n'); end != std::string::npos) {
            std::string line = m_read.substr(0, end);
            m_read.erase(0, end + 1);
            return line;
        }
        if (!await(POLLIN, deadline))
            return std::nullopt;
        const ssize_t size = receive(m_descriptor, part.data(), part.size(), m_file);
        if (size <= 0)
            return std::nullopt;
        m_read.append(part.data(), std::size_t(size));
    }
    return std::nullopt;
}

bool LocalConnection::writeLine(std::string_view line, std::chrono::milliseconds patience, int file)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::string bytes(line);
    bytes.push_back('\n');
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t size = handOver(m_descriptor, bytes.data() + sent, bytes.size() - sent, MSG_DONTWAIT, file);
        if (size > 0) {
            sent += std::size_t(size);
            file = -1;
            continue;
        }
        const bool isFull = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        if (!isFull || !await(POLLOUT, deadline))
            return false;
    }
    return true;
}

Result<std::unique_ptr<LocalListener>> LocalListener::listen(const DataDirectory& directory, const std::string& name)
{
    const std::string path = directory.reach(name);
    const auto address = addressOf(path);
    if (!address)
        return unavailable(ENAMETOOLONG);
    std::array<int, 2> wake{};
    if (::pipe(wake.data()) != 0)
        return unavailable(errno);
    for (const int end : wake)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    const int descriptor = localSocket();
    std::unique_ptr<LocalListener> listener(new LocalListener(descriptor, wake[0], wake[1], path));
    ::unlink(path.c_str());
    if (descriptor < 0 || ::bind(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        ::chmod(path.c_str(), 0600) != 0 || ::listen(descriptor, 16) != 0)
        return unavailable(errno);
    return listener;
}

LocalListener::~LocalListener()
{
    for (const int descriptor : {m_descriptor, m_wakeRead, m_wakeWrite}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
    ::unlink(m_path.c_str());
}

std::optional<LocalConnection> LocalListener::accept()
{
    while (true) {
        std::array<pollfd, 2> waiting{{{m_descriptor, POLLIN, 0}, {m_wakeRead, POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
            return std::nullopt;
        if (waiting[1].revents != 0)
            return std::nullopt;
        if (waiting[0].revents == 0)
            continue;
        const int descriptor = ::accept(m_descriptor, nullptr, nullptr);
        if (descriptor < 0)
            continue;
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        LocalConnection connection(descriptor, m_wakeRead);
        if (isTrusted(descriptor))
            return connection;
    }
}

void LocalListener::wake()
{
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(m_wakeWrite, &byte, 1);
}

std::optional<LocalConnection> connectLocal(const DataDirectory& directory, const std::string& name)
{
    const auto address = addressOf(directory.reach(name));
    const int descriptor = address ? localSocket() : -1;
    if (descriptor < 0)
        return std::nullopt;
    LocalConnection connection(descriptor);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        !isTrusted(descriptor))
        return std::nullopt;
    return connection;
}

} // namespace belfry::server
