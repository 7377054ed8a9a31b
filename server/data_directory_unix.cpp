// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/data_directory.h"
#include "server/log.h"
#include "server/store/database.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include <utility>
#include <vector>

namespace belfry::server {

namespace {

std::string reason(int error)
{
    return std::error_code(error, std::generic_category()).message();
}

/// What a server that was interrupted at its very first start may have left.
bool isOurs(std::string_view name)
{
    static constexpr std::array<std::string_view, 7> others{"control.sock", "signing.key", "signing.key.new", "tls.key",
                                                            "tls.key.new",  "tls.crt",     "tls.crt.new"};
    return name.starts_with(storeName) || std::find(others.begin(), others.end(), name) != others.end();
}

using Listing = std::unique_ptr<DIR, int (*)(DIR*)>;

Listing listingOf(int directory)
{
    const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const listing = copy < 0 ? nullptr : ::fdopendir(copy);
    if (!listing && copy >= 0)
        ::close(copy);
    return {listing, &::closedir};
}

bool isOneself(std::string_view name)
{
    return name == "." || name == "..";
}

/// Makes a directory and those above it, and has their names on disk: what is acknowledged in it must be found again.
bool makeDirectories(const std::filesystem::path& path, std::error_code& error)
{
    std::vector<std::filesystem::path> made;
    for (auto up = path; !up.empty() && !std::filesystem::exists(up, error); up = up.parent_path())
        made.push_back(up);
    std::filesystem::create_directories(path, error);
    if (error)
        return false;
    ::chmod(path.c_str(), 0700);
    for (const auto& each : made) {
        const int parent = ::open(each.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (parent >= 0) {
            ::fsync(parent);
            ::close(parent);
        }
    }
    return true;
}

/// Root gives up everything but being the directory's owner, for the rest of the process.
Result<void> become(const struct stat& owner, const std::string& path)
{
    if (::setgroups(0, nullptr) != 0 || ::setgid(owner.st_gid) != 0 || ::setuid(owner.st_uid) != 0)
        return DataDirectory::refused(path,
                                      "it belongs to somebody else, and becoming its owner failed: " + reason(errno));
#ifdef __linux__
    // A process that changed its user may not look into its own /proc otherwise; cores stay off by their size limit.
    ::prctl(PR_SET_DUMPABLE, 1);
#endif
    return {};
}

} // namespace

Result<DataDirectory::Contents> DataDirectory::contents(int directory, const std::string& path)
{
    const Listing listing = listingOf(directory);
    if (!listing)
        return DataDirectory::refused(path, reason(errno));
    Contents found;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name(entry->d_name);
        if (isOneself(name))
            continue;
        found.isEmpty = false;
        if (name == storeName) {
            struct stat status
            {
            };
            const bool isEmptyFile = ::fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                                     S_ISREG(status.st_mode) && status.st_size == 0;
            found.hasStore = !isEmptyFile;
        } else if (!isOurs(name)) {
            found.foreign = name;
        }
    }
    return found;
}

Result<DataDirectory> DataDirectory::open(const std::string& path, Owner owner, Missing missing)
{
    if (path.empty())
        return failure(400, "data_directory",
                       "HOME is not set: say where the data directory is (--data DIR or BELFRY_DATA).");
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    const bool isThere =
        std::filesystem::symlink_status(absolute, error).type() != std::filesystem::file_type::not_found;
    if (!isThere) {
        if (missing == Missing::Refuse)
            return DataDirectory::withoutStore(path);
        if (!makeDirectories(absolute.has_filename() ? absolute : absolute.parent_path(), error))
            return DataDirectory::refused(path, "it can't be made (" + error.message() + ")");
    }
    // A trailing slash would follow a link.
    const std::string plain = (absolute.has_filename() ? absolute : absolute.parent_path()).string();
    const int descriptor = ::open(plain.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) {
        const int reasonNumber = errno;
        if (reasonNumber == ENOTDIR || reasonNumber == ELOOP)
            return DataDirectory::refused(path, "it is no real directory");
        return DataDirectory::refused(path, reason(reasonNumber));
    }
    DataDirectory directory(descriptor, plain);

    struct stat status
    {
    };
    if (::fstat(descriptor, &status) != 0)
        return DataDirectory::refused(path, reason(errno));
    if (status.st_uid != ::geteuid()) {
        if (owner != Owner::Become || ::geteuid() != 0)
            return DataDirectory::refused(path, "it belongs to somebody else");
        if (const auto became = become(status, path); !became)
            return tl::unexpected(became.error());
    }
    auto found = contents(descriptor, path);
    if (!found)
        return tl::unexpected(found.error());
    if (!found->hasStore && !found->foreign.empty())
        return DataDirectory::refused(path, "it holds something else (" + found->foreign + ")");
    directory.m_contents = std::move(*found);
    return directory;
}

void DataDirectory::close(int descriptor)
{
    ::close(descriptor);
}

Result<void> DataDirectory::lock()
{
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0)
        return {};
    if (errno == EWOULDBLOCK)
        return failure(409, "in_use", "The data directory " + m_path + " is in use by another server.");
    return DataDirectory::refused(m_path, reason(errno));
}

Result<void> DataDirectory::tighten()
{
    const auto warn = [](const std::string& what) {
        log(LogLevel::Warn, "data", "was open to others, is not any more", {{"path", what}});
    };
    struct stat status
    {
    };
    if (::fstat(m_descriptor, &status) != 0 || ::fchmod(m_descriptor, 0700) != 0)
        return DataDirectory::refused(m_path, reason(errno));
    if (!m_contents.isEmpty && (status.st_mode & 077) != 0)
        warn(m_path);
    const Listing listing = listingOf(m_descriptor);
    if (!listing)
        return DataDirectory::refused(m_path, reason(errno));
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string name(entry->d_name);
        if (isOneself(name) || ::fstatat(m_descriptor, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode) || (status.st_mode & 077) == 0)
            continue;
        const int file = ::openat(m_descriptor, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
        const bool isTight = file >= 0 && ::fchmod(file, 0600) == 0;
        const int error = errno;
        if (file >= 0)
            ::close(file);
        if (!isTight)
            return DataDirectory::refused(m_path,
                                          name + " is open to others, which can't be changed (" + reason(error) + ")");
        warn(m_path + "/" + name);
    }
    return {};
}

std::string DataDirectory::reach(const std::string& name) const
{
#ifdef __linux__
    return "/proc/self/fd/" + std::to_string(m_descriptor) + "/" + name;
#else
    return m_path + "/" + name;
#endif
}

std::string defaultDataDirectory()
{
    if (const char* chosen = std::getenv("BELFRY_DATA"); chosen && *chosen)
        return chosen;
    if (const char* state = std::getenv("STATE_DIRECTORY"); state && *state)
        return std::string(state, std::strcspn(state, ":"));
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data == '/')
        return std::string(data) + "/belfry/server";
    const char* home = std::getenv("HOME");
    return home && *home == '/' ? std::string(home) + "/.local/share/belfry/server" : std::string();
}

} // namespace belfry::server
