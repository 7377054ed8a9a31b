// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <mutex>

namespace belfry::server {
namespace {

/// SQLite would resolve `/proc/self/fd/N` to the directory's path of the moment and open everything by that. Ours
/// leaves a name as it stands, so that the descriptor decides, also after a rename.
int nameAsItStands(sqlite3_vfs*, const char* name, int size, char* out)
{
    const std::size_t length = std::strlen(name);
    if (length + 1 > static_cast<std::size_t>(size)) {
        return SQLITE_CANTOPEN;
    }
    std::memcpy(out, name, length + 1);
    return SQLITE_OK;
}

constexpr const char* vfsName = "belfry-descriptor";

const char* descriptorVfs()
{
    static sqlite3_vfs vfs;
    static std::once_flag once;
    std::call_once(once, [] {
        vfs = *sqlite3_vfs_find("unix");
        vfs.pNext = nullptr;
        vfs.zName = vfsName;
        vfs.xFullPathname = nameAsItStands;
        sqlite3_vfs_register(&vfs, 0);
    });
    return vfsName;
}

Result<void> wantOrdinaryFile(int directory, const char* name, const std::string& directoryPath)
{
    struct stat status
    {
    };
    if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? Result<void>()
                               : failure(500, "store_failed",
                                         std::string(name) + " in " + directoryPath +
                                             " cannot be looked at: " + std::strerror(errno) + ".");
    }
    if (!S_ISREG(status.st_mode)) {
        return failure(500, "store_failed", std::string(name) + " in " + directoryPath + " is not an ordinary file.");
    }
    return {};
}

} // namespace

Result<DatabasePlace> placeDatabase(int directory, const std::string& directoryPath)
{
    const int base = directory >= 0 ? directory : AT_FDCWD;
    const std::string prefix = directory >= 0 ? std::string() : directoryPath + '/';
    for (const char* name : {"belfry.db", "belfry.db-wal", "belfry.db-shm"}) {
        if (const auto looked = wantOrdinaryFile(base, (prefix + name).c_str(), directoryPath); !looked) {
            return tl::unexpected(looked.error());
        }
    }
    const int file = ::openat(base, (prefix + "belfry.db").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return failure(500, "store_failed",
                       "The store in " + directoryPath + " cannot be opened: " + std::strerror(errno) + ".");
    }
    struct stat status
    {
    };
    if (::fstat(file, &status) == 0 && status.st_size == 0 && directory >= 0) {
        ::fsync(directory); // its name
    }
    ::close(file);
    return placeOf(directory, directoryPath, storeName);
}

DatabasePlace placeOf(int directory, const std::string& directoryPath, const std::string& name)
{
    if (directory < 0) {
        return {directoryPath + '/' + name, nullptr};
    }
    return {"/proc/self/fd/" + std::to_string(directory) + '/' + name, descriptorVfs()};
}

Result<DatabasePlace> placeNewFile(int directory, const std::string& directoryPath, const std::string& name)
{
    const int base = directory >= 0 ? directory : AT_FDCWD;
    const std::string path = directory >= 0 ? name : directoryPath + '/' + name;
    const int file = ::openat(base, path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return failure(errno == EEXIST ? 409 : 500, "store_failed",
                       name + " in " + directoryPath + " cannot be made: " + std::strerror(errno) + ".");
    }
    ::close(file);
    return placeOf(directory, directoryPath, name);
}

} // namespace belfry::server
