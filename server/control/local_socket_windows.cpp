// SPDX-License-Identifier: GPL-3.0-or-later
// Not run yet on Windows; see docs/ARCHITECTURE.md. Who may connect is decided by the directory's access list.
#include "server/control/local_socket.h"

#include <afunix.h>
#include <winsock2.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <utility>

namespace belfry::server {

namespace {

constexpr std::size_t longestLine = 1024 * 1024;

void startWinsock()
{
    static const int started = [] {
        WSADATA data{};
        return ::WSAStartup(MAKEWORD(2, 2), &data);
    }();
    static_cast<void>(started);
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

void removeSocket(const std::string& path)
{
    std::error_code ignored;
    std::filesystem::remove(std::filesystem::path(std::u8string(path.begin(), path.end())), ignored);
}

} // namespace

LocalConnection::LocalConnection(LocalConnection&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_wake(other.m_wake), m_read(std::move(other.m_read))
{
}

LocalConnection::~LocalConnection()
{
    if (m_descriptor >= 0)
        ::closesocket(SOCKET(m_descriptor));
}

std::optional<std::string> LocalConnection::readLine(std::chrono::milliseconds patience)
{
    const DWORD timeout = DWORD(patience.count());
    ::setsockopt(SOCKET(m_descriptor), SOL_SOCKET, SO_RCVTIMEO, reinterpret_cast<const char*>(&timeout),
                 sizeof timeout);
    std::array<char, 4096> part{};
    while (m_read.size() <= longestLine) {
        if (const auto end = m_read.find('\n'); end != std::string::npos) {
            std::string line = m_read.substr(0, end);
            m_read.erase(0, end + 1);
            return line;
        }
        const int size = ::recv(SOCKET(m_descriptor), part.data(), int(part.size()), 0);
        if (size <= 0)
            return std::nullopt;
        m_read.append(part.data(), std::size_t(size));
    }
    return std::nullopt;
}

int LocalConnection::takeFile()
{
    return -1;
}

bool LocalConnection::isGone() const
{
    fd_set waiting;
    FD_ZERO(&waiting);
    FD_SET(SOCKET(m_descriptor), &waiting);
    const timeval atOnce{0, 0};
    char byte = 0;
    return ::select(0, &waiting, nullptr, nullptr, &atOnce) > 0 &&
           ::recv(SOCKET(m_descriptor), &byte, 1, MSG_PEEK) <= 0;
}

bool LocalConnection::writeLine(std::string_view line, std::chrono::milliseconds patience, int file)
{
    if (file >= 0)
        return false; // local sockets take no files along there
    const DWORD timeout = DWORD(patience.count());
    ::setsockopt(SOCKET(m_descriptor), SOL_SOCKET, SO_SNDTIMEO, reinterpret_cast<const char*>(&timeout),
                 sizeof timeout);
    std::string bytes(line);
    bytes.push_back('\n');
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const int size = ::send(SOCKET(m_descriptor), bytes.data() + sent, int(bytes.size() - sent), 0);
        if (size <= 0)
            return false;
        sent += std::size_t(size);
    }
    return true;
}

Result<std::unique_ptr<LocalListener>> LocalListener::listen(const DataDirectory& directory, const std::string& name)
{
    startWinsock();
    const std::string path = directory.reach(name);
    const auto address = addressOf(path);
    if (!address)
        return failure(500, "control_socket", "The control socket can't be opened: the path is too long.");
    removeSocket(path);
    const SOCKET descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    std::unique_ptr<LocalListener> listener(new LocalListener(int(descriptor), -1, -1, path));
    if (descriptor == INVALID_SOCKET ||
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        ::listen(descriptor, 16) != 0)
        return failure(500, "control_socket", "The control socket can't be opened.");
    return listener;
}

LocalListener::~LocalListener()
{
    wake();
    removeSocket(m_path);
}

std::optional<LocalConnection> LocalListener::accept()
{
    const SOCKET descriptor = ::accept(SOCKET(m_descriptor), nullptr, nullptr);
    if (descriptor == INVALID_SOCKET)
        return std::nullopt;
    return LocalConnection(int(descriptor));
}

void LocalListener::wake()
{
    // Closing it is what ends a waiting accept() here.
    if (const int descriptor = std::exchange(m_descriptor, -1); descriptor >= 0)
        ::closesocket(SOCKET(descriptor));
}

std::optional<LocalConnection> connectLocal(const DataDirectory& directory, const std::string& name)
{
    startWinsock();
    const auto address = addressOf(directory.reach(name));
    const SOCKET descriptor = address ? ::socket(AF_UNIX, SOCK_STREAM, 0) : INVALID_SOCKET;
    if (descriptor == INVALID_SOCKET)
        return std::nullopt;
    LocalConnection connection{int(descriptor)};
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
        return std::nullopt;
    return connection;
}

} // namespace belfry::server
