// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/single_instance.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSocketNotifier>

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;

constexpr char lockName[] = "desktop.lock";
constexpr char socketName[] = "desktop.sock";
constexpr auto longestWait = 5s; // the first one holds the lock, and its socket is not ready yet
constexpr auto patience = 200ms;

/// A file descriptor that closes itself.
class Descriptor
{
public:
    explicit Descriptor(int fd = -1) : m_fd(fd) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        reset(std::exchange(other.m_fd, -1));
        return *this;
    }
    int get() const { return m_fd; }
    explicit operator bool() const { return m_fd >= 0; }
    void reset(int fd = -1)
    {
        if (m_fd >= 0)
            ::close(m_fd);
        m_fd = fd;
    }

private:
    int m_fd;
};

tl::unexpected<Error> refused(const QString& why)
{
    return failure(500, "data_directory", why.toStdString());
}

/// Said on stderr before any translation is loaded.
QString sentence(const char* text)
{
    return QString::fromUtf8(text);
}

/// Whether what lies in a directory is of our making: the desktop's own files, or nothing but a server's directory.
bool isOurs(int directory)
{
    const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const entries = copy >= 0 ? ::fdopendir(copy) : nullptr;
    if (!entries) {
        if (copy >= 0)
            ::close(copy);
        return false;
    }
    bool hasMark = false, hasOther = false;
    while (const dirent* const entry = ::readdir(entries)) {
        const std::string_view name(entry->d_name);
        if (name == "." || name == "..")
            continue;
        if (name == lockName)
            hasMark = true;
        else if (name != "server")
            hasOther = true;
    }
    ::closedir(entries);
    return hasMark || !hasOther;
}

/// A real directory of our own, opened once; made where it is not there. Root becomes its owner first.
Result<Descriptor> openDirectory(const QString& path)
{
    const QByteArray encoded = QFile::encodeName(QDir::cleanPath(path));
    if (!QDir().mkpath(QFileInfo(QDir::cleanPath(path)).path()) ||
        (::mkdir(encoded.constData(), 0700) != 0 && errno != EEXIST))
        return refused(sentence("Belfry cannot make its folder %1. Choose another one with --data.").arg(path));
    Descriptor directory(::open(encoded.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status
    {
    };
    if (!directory || ::fstat(directory.get(), &status) != 0)
        return refused(sentence("%1 is not a folder that Belfry can open. Choose another one with --data.").arg(path));
    if (::geteuid() == 0 && status.st_uid != 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(status.st_gid) != 0 || ::setuid(status.st_uid) != 0))
        return refused(sentence("%1 belongs to somebody else. Choose another folder with --data.").arg(path));
    if (status.st_uid != ::geteuid())
        return refused(sentence("%1 belongs to somebody else. Choose another folder with --data.").arg(path));
    if (!isOurs(directory.get()))
        return refused(sentence("%1 holds other files. Choose a new or empty folder with --data.").arg(path));
    return directory;
}

sockaddr_un addressIn(int directory)
{
    // A path of its own would end at 107 bytes; this one is short whatever the directory is called.
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, socketName);
    return address;
}

/// Our own user or root at the other end.
bool isTrustedPeer(int fd)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == ::geteuid() || peer.uid == 0);
}

/// Tells the one that runs. False where its socket is not there (yet).
bool tell(int directory, const InstanceWord& word)
{
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = addressIn(directory);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        !isTrustedPeer(socket.get()))
        return false;
    const QByteArray line = word.line();
    if (::send(socket.get(), line.constData(), std::size_t(line.size()), MSG_NOSIGNAL) != line.size())
        return false;
    pollfd answer{socket.get(), POLLIN, 0};
    char byte = 0;
    return ::poll(&answer, 1, 2000) == 1 && ::recv(socket.get(), &byte, 1, 0) == 1;
}

/// A start writes its line right after it connected; whoever does not is not waited for.
std::optional<InstanceWord> readWord(int peer)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    QByteArray line;
    while (!line.endsWith('\n') && line.size() <= InstanceWord::longestLine) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd question{peer, POLLIN, 0};
        char bytes[1024];
        if (left.count() <= 0 || ::poll(&question, 1, int(left.count())) != 1)
            return std::nullopt;
        const ssize_t got = ::recv(peer, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got <= 0)
            return std::nullopt;
        line.append(bytes, got);
    }
    return InstanceWord::fromLine(line);
}

} // namespace

class SingleInstance::Parts
{
public:
    Descriptor directory, lock, listener;
    std::unique_ptr<QSocketNotifier> notifier;
};

SingleInstance::SingleInstance(QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>()) {}

SingleInstance::~SingleInstance()
{
    if (m_parts->listener)
        ::unlinkat(m_parts->directory.get(), socketName, 0);
}

Result<SingleInstance::Outcome> SingleInstance::claim(const QString& directory, const InstanceWord& word)
{
    Result<Descriptor> opened = openDirectory(directory);
    if (!opened)
        return tl::unexpected(opened.error());
    m_parts->directory = std::move(*opened);
    const int folder = m_parts->directory.get();

    m_parts->lock.reset(::openat(folder, lockName, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!m_parts->lock)
        return refused(sentence("Belfry cannot write in its folder %1.").arg(directory));

    const auto until = std::chrono::steady_clock::now() + longestWait;
    while (::flock(m_parts->lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return refused(sentence("Belfry cannot lock its folder %1.").arg(directory));
        if (tell(folder, word))
            return Outcome::Second;
        if (std::chrono::steady_clock::now() >= until)
            return refused(sentence("Belfry is running already in %1, but does not answer.").arg(directory));
        ::poll(nullptr, 0, 50); // it is starting or ending just now
    }
    ::fchmod(folder, 0700);

    ::unlinkat(folder, socketName, 0);
    m_parts->listener.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sockaddr_un address = addressIn(folder);
    if (!m_parts->listener ||
        ::bind(m_parts->listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(m_parts->listener.get(), 8) != 0)
        return refused(sentence("Belfry cannot open its socket in %1.").arg(directory));

    m_parts->notifier = std::make_unique<QSocketNotifier>(m_parts->listener.get(), QSocketNotifier::Read);
    connect(m_parts->notifier.get(), &QSocketNotifier::activated, this, [this] {
        const Descriptor peer(::accept4(m_parts->listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!peer || !isTrustedPeer(peer.get()))
            return;
        const std::optional<InstanceWord> told = readWord(peer.get());
        if (told && ::send(peer.get(), "k", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
            heed(*told);
    });
    return Outcome::First;
}

} // namespace belfry::desktop
