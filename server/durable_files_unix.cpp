// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/durable_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace belfry::server {

namespace {

tl::unexpected<Error> fault(const std::string& path, int error)
{
    if (error == EEXIST)
        return failure(409, "file_exists", path + " is there already.");
    const bool isFull = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return failure(isFull ? 507 : 500, "file_failed", path + " can't be written: " + std::strerror(error) + ".");
}

bool writeAll(int descriptor, const char* bytes, std::size_t count)
{
    while (count > 0) {
        const ssize_t written = ::write(descriptor, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
    return true;
}

bool syncDirectoryOf(const std::string& path)
{
    const auto slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool isSynced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int error = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    errno = error;
    return isSynced;
}

} // namespace

Result<void> copyToNewFile(QFile& from, const std::string& to)
{
    const int descriptor = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fault(to, errno);
    std::vector<char> piece(1024 * 1024);
    qint64 got = 0;
    bool isWritten = true;
    while (isWritten && (got = from.read(piece.data(), qint64(piece.size()))) > 0)
        isWritten = writeAll(descriptor, piece.data(), static_cast<std::size_t>(got));
    if (got < 0) {
        ::close(descriptor);
        ::unlink(to.c_str());
        return failure(500, "file_failed",
                       from.fileName().toStdString() + " can't be read: " + from.errorString().toStdString() + ".");
    }
    isWritten = isWritten && ::fsync(descriptor) == 0;
    const int error = errno;
    if (::close(descriptor) == 0 && isWritten)
        return {};
    ::unlink(to.c_str());
    return fault(to, isWritten ? errno : error);
}

Result<void> giveName(const std::string& from, const std::string& to, bool mayReplace)
{
    if (mayReplace) {
        if (::rename(from.c_str(), to.c_str()) != 0)
            return fault(to, errno);
    } else if (::link(from.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
    } else if (errno == EEXIST || ::access(to.c_str(), F_OK) == 0) {
        return fault(to, EEXIST);
    } else if (::rename(from.c_str(), to.c_str()) != 0) { // a file system without links
        return fault(to, errno);
    }
    return syncDirectoryOf(to) ? Result<void>() : fault(to, errno);
}

Result<void> keepUnder(const std::string& file, const std::string& name)
{
    if (::link(file.c_str(), name.c_str()) == 0)
        return syncDirectoryOf(name) ? Result<void>() : fault(name, errno);
    if (errno == EEXIST)
        return fault(name, errno);
    QFile source(QString::fromStdString(file));
    if (!source.open(QIODevice::ReadOnly))
        return fault(file, errno);
    return copyToNewFile(source, name);
}

bool keepRoom(const std::string& path, std::int64_t bytes)
{
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (descriptor < 0)
        return false;
    struct stat status
    {
    };
    const bool isKept = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
                        ::ftruncate(descriptor, 0) == 0 &&
                        (bytes == 0 || ::posix_fallocate(descriptor, 0, off_t(bytes)) == 0);
    if (!isKept && bytes > 0) [[maybe_unused]]
        const int emptied = ::ftruncate(descriptor, 0); // no half room
    ::close(descriptor);
    return isKept;
}

void removeFile(const std::string& path)
{
    ::unlink(path.c_str());
}

} // namespace belfry::server
