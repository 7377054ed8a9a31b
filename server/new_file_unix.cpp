// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/new_file.h"
#include "server/store/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

namespace belfry::server {

namespace {

tl::unexpected<Error> newFileFault(const std::string& path, int error)
{
    if (error == EEXIST)
        return failure(409, "file_exists", path + " is there already.");
    const bool isFull = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return failure(isFull ? 507 : 500, "file_failed", path + " can't be written: " + std::strerror(error) + ".");
}

std::string lastNameOf(const std::string& path)
{
    return path.substr(path.rfind('/') + 1); // all of it where there is none
}

/// What a signal that ends the process removes on its way.
volatile std::sig_atomic_t passingDirectory = -1;
std::array<char, 256> passingName{};

void removeAndEnd(int signal)
{
    if (passingDirectory >= 0)
        ::unlinkat(passingDirectory, passingName.data(), 0);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void removeOnSignals(int directory, const std::string& name)
{
    passingDirectory = -1;
    if (name.size() >= passingName.size())
        return;
    std::memcpy(passingName.data(), name.c_str(), name.size() + 1);
    passingDirectory = directory;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction was
        {
        };
        if (::sigaction(signal, nullptr, &was) == 0 && was.sa_handler == SIG_DFL)
            std::signal(signal, removeAndEnd);
    }
}

int openWithoutName(int directory)
{
#ifdef O_TMPFILE
    return ::openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#else
    static_cast<void>(directory);
    errno = EOPNOTSUPP;
    return -1;
#endif
}

} // namespace

Result<NewFile> NewFile::make(const std::string& path)
{
    const auto slash = path.rfind('/');
    const std::string above = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int directory = ::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return newFileFault(path, errno);
    std::string passing;
    int descriptor = openWithoutName(directory);
    if (descriptor < 0) {
        passing = "." + lastNameOf(path).substr(0, 180) + ".part-" + newUuid();
        descriptor = ::openat(directory, passing.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
    if (descriptor < 0) {
        const int error = errno;
        ::close(directory);
        return newFileFault(path, error);
    }
    if (!passing.empty())
        removeOnSignals(directory, passing);
    return NewFile(directory, descriptor, path, passing);
}

NewFile::NewFile(NewFile&& other) noexcept
    : m_directory(std::exchange(other.m_directory, -1)), m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_path(std::move(other.m_path)), m_passing(std::exchange(other.m_passing, {}))
{
}

NewFile::~NewFile()
{
    if (!m_passing.empty()) {
        ::unlinkat(m_directory, m_passing.c_str(), 0);
        passingDirectory = -1;
    }
    for (const int descriptor : {m_descriptor, m_directory}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

Result<void> NewFile::giveName(bool mayReplace)
{
    const std::string name = lastNameOf(m_path);
    if (::fsync(m_descriptor) != 0)
        return newFileFault(m_path, errno);
    if (m_passing.empty()) {
        // A name of its own first where another file's is to be taken: a link replaces nothing.
        const std::string first = mayReplace ? "." + name.substr(0, 180) + ".part-" + newUuid() : name;
        const std::string self = "/proc/self/fd/" + std::to_string(m_descriptor);
        if (::linkat(AT_FDCWD, self.c_str(), m_directory, first.c_str(), AT_SYMLINK_FOLLOW) != 0)
            return newFileFault(m_path, errno);
        if (mayReplace)
            m_passing = first;
    }
    if (!m_passing.empty()) {
        if (!mayReplace && ::linkat(m_directory, m_passing.c_str(), m_directory, name.c_str(), 0) == 0) {
            ::unlinkat(m_directory, m_passing.c_str(), 0);
        } else if (!mayReplace && (errno == EEXIST || ::faccessat(m_directory, name.c_str(), F_OK, 0) == 0)) {
            return newFileFault(m_path, EEXIST);
        } else if (::renameat(m_directory, m_passing.c_str(), m_directory, name.c_str()) != 0) {
            return newFileFault(m_path, errno); // replaced, or a file system without links
        }
        m_passing.clear();
    }
    passingDirectory = -1;
    return ::fsync(m_directory) == 0 ? Result<void>() : newFileFault(m_path, errno);
}

} // namespace belfry::server
