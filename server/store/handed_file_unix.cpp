// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/handed_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace belfry::server {
namespace {

constexpr const char* handedVfsName = "belfry-handed";
constexpr const char* handedPrefix = "/handed/";

/// SQLite's file: of its kind of object the methods come first.
struct HandedFile
{
    sqlite3_file base;
    int descriptor; ///< -1: a rollback journal, which is not kept
};

int descriptorOf(sqlite3_file* file)
{
    return reinterpret_cast<HandedFile*>(file)->descriptor;
}

int closeHanded(sqlite3_file*)
{
    return SQLITE_OK;
}

int readHanded(sqlite3_file* file, void* to, int size, sqlite3_int64 from)
{
    auto* bytes = static_cast<char*>(to);
    int done = 0;
    while (descriptorOf(file) >= 0 && done < size) {
        const ssize_t got = ::pread(descriptorOf(file), bytes + done, std::size_t(size - done), off_t(from + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return SQLITE_IOERR_READ;
        }
        if (got == 0) {
            break;
        }
        done += static_cast<int>(got);
    }
    std::memset(bytes + done, 0, std::size_t(size - done)); // as SQLite wants it
    return done == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int writeHanded(sqlite3_file* file, const void* from, int size, sqlite3_int64 to)
{
    const auto* bytes = static_cast<const char*>(from);
    int done = 0;
    while (descriptorOf(file) >= 0 && done < size) {
        const ssize_t put = ::pwrite(descriptorOf(file), bytes + done, std::size_t(size - done), off_t(to + done));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            const bool isFull = put == 0 || errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
            return isFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        }
        done += static_cast<int>(put);
    }
    return SQLITE_OK;
}

int truncateHanded(sqlite3_file* file, sqlite3_int64 size)
{
    return descriptorOf(file) < 0 || ::ftruncate(descriptorOf(file), off_t(size)) == 0 ? SQLITE_OK
                                                                                       : SQLITE_IOERR_TRUNCATE;
}

int syncHanded(sqlite3_file*, int)
{
    return SQLITE_OK; // whoever opened it syncs it, once
}

int sizeOfHanded(sqlite3_file* file, sqlite3_int64* size)
{
    *size = descriptorOf(file) < 0 ? 0 : handedBytes(descriptorOf(file));
    return SQLITE_OK;
}

int lockHanded(sqlite3_file*, int)
{
    return SQLITE_OK; // nobody else has it
}

int isHandedReserved(sqlite3_file*, int* answer)
{
    *answer = 0;
    return SQLITE_OK;
}

int controlHanded(sqlite3_file*, int, void*)
{
    return SQLITE_NOTFOUND;
}

int sectorOfHanded(sqlite3_file*)
{
    return 4096;
}

int traitsOfHanded(sqlite3_file*)
{
    return 0;
}

const sqlite3_io_methods handedMethods{
    1,          closeHanded, readHanded,       writeHanded,   truncateHanded, syncHanded,     sizeOfHanded,
    lockHanded, lockHanded,  isHandedReserved, controlHanded, sectorOfHanded, traitsOfHanded, nullptr,
    nullptr,    nullptr,     nullptr,          nullptr,       nullptr};

int openHanded(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given)
{
    if (!name || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL)) == 0) {
        sqlite3_vfs* const system = sqlite3_vfs_find("unix"); // what is in no database
        return system->xOpen(system, name, file, flags, given);
    }
    auto* handed = reinterpret_cast<HandedFile*>(file);
    handed->base.pMethods = nullptr;
    handed->descriptor = -1;
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
        char* end = nullptr;
        const std::size_t start = std::strlen(handedPrefix);
        const long number = std::strncmp(name, handedPrefix, start) == 0 ? std::strtol(name + start, &end, 10) : -1;
        const int modes = end && *end == '\0' ? ::fcntl(static_cast<int>(number), F_GETFL) : -1;
        if (modes < 0) {
            return SQLITE_CANTOPEN;
        }
        handed->descriptor = static_cast<int>(number);
        if ((modes & O_ACCMODE) == O_RDONLY) {
            flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
        }
    }
    handed->base.pMethods = &handedMethods;
    if (given) {
        *given = flags;
    }
    return SQLITE_OK;
}

int removeHanded(sqlite3_vfs*, const char*, int)
{
    return SQLITE_OK;
}

int isBesideHanded(sqlite3_vfs*, const char*, int, int* answer)
{
    *answer = 0; // no file beside it
    return SQLITE_OK;
}

int nameOfHanded(sqlite3_vfs*, const char* name, int size, char* out)
{
    const std::size_t length = std::strlen(name);
    if (length + 1 > static_cast<std::size_t>(size)) {
        return SQLITE_CANTOPEN;
    }
    std::memcpy(out, name, length + 1);
    return SQLITE_OK;
}

int errorOfHanded(sqlite3_vfs*, int, char*)
{
    return errno;
}

const char* handedVfs()
{
    static sqlite3_vfs vfs;
    static std::once_flag once;
    std::call_once(once, [] {
        vfs = *sqlite3_vfs_find("unix");
        vfs.pNext = nullptr;
        vfs.zName = handedVfsName;
        vfs.szOsFile = std::max(vfs.szOsFile, static_cast<int>(sizeof(HandedFile)));
        vfs.xOpen = openHanded;
        vfs.xDelete = removeHanded;
        vfs.xAccess = isBesideHanded;
        vfs.xFullPathname = nameOfHanded;
        vfs.xGetLastError = errorOfHanded;
        sqlite3_vfs_register(&vfs, 0);
    });
    return handedVfsName;
}

} // namespace

DatabasePlace placeOfHanded(int descriptor)
{
    return {handedPrefix + std::to_string(descriptor), handedVfs()};
}

std::string uriOfHanded(int descriptor)
{
    return "file:" + placeOfHanded(descriptor).path + "?vfs=" + handedVfs();
}

bool isEmptyFile(int descriptor)
{
    struct stat status
    {
    };
    return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0 &&
           (::fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDWR;
}

std::int64_t handedBytes(int descriptor)
{
    struct stat status
    {
    };
    return ::fstat(descriptor, &status) == 0 ? std::int64_t(status.st_size) : 0;
}

} // namespace belfry::server
