// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace belfry::server {

namespace {

class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    int number() const { return m_number; }
    bool close()
    {
        const int number = std::exchange(m_number, -1);
        return number < 0 || ::close(number) == 0;
    }

private:
    int m_number;
};

tl::unexpected<Error> fault(const std::string& path, const std::string& name, std::string_view what)
{
    return failure(500, "key_file", path + "/" + name + " " + std::string(what));
}

tl::unexpected<Error> systemFault(const std::string& path, const std::string& name, std::string_view what)
{
    return fault(path, name, std::string(what) + ": " + std::strerror(errno) + ".");
}

bool writeAll(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

Result<std::optional<std::string>> readKeyFile(int directory, const std::string& path, const std::string& name,
                                               std::size_t limitBytes)
{
    const Descriptor file(::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) {
        if (errno == ENOENT)
            return std::nullopt;
        if (errno == ELOOP)
            return fault(path, name, "is a link; it must be a file of its own.");
        return systemFault(path, name, "cannot be read");
    }
    struct stat state
    {
    };
    if (::fstat(file.number(), &state) != 0)
        return systemFault(path, name, "cannot be read");
    if (!S_ISREG(state.st_mode))
        return fault(path, name, "is no regular file.");
    if (state.st_uid != ::geteuid())
        return fault(path, name, "belongs to somebody else.");
    if ((state.st_mode & 077) != 0 && ::fchmod(file.number(), 0600) != 0)
        return systemFault(path, name, "can be read by others, which cannot be changed");

    std::string bytes(limitBytes + 1, '\0');
    std::size_t length = 0;
    while (length < bytes.size()) {
        const ssize_t got = ::read(file.number(), bytes.data() + length, bytes.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return systemFault(path, name, "cannot be read");
        if (got == 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    if (length > limitBytes)
        return fault(path, name, "is longer than it should be.");
    bytes.resize(length);
    return bytes;
}

Result<void> writeKeyFile(int directory, const std::string& path, const std::string& name, std::string_view bytes)
{
    const std::string fresh = name + ".new";
    ::unlinkat(directory, fresh.c_str(), 0); // what a start that was cut off left behind
    Descriptor file(::openat(directory, fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    const bool isWritten = file.number() >= 0 && writeAll(file.number(), bytes) && ::fsync(file.number()) == 0 &&
                           file.close() && ::renameat(directory, fresh.c_str(), directory, name.c_str()) == 0 &&
                           ::fsync(directory) == 0;
    if (isWritten)
        return {};
    auto error = systemFault(path, name, "cannot be written");
    ::unlinkat(directory, fresh.c_str(), 0);
    return error;
}

} // namespace belfry::server
