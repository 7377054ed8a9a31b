// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>

namespace belfry::test {

/// Moves the process among mounts of its own, in which nothing that it mounts is seen by others. Before any thread is
/// made.
/// @return false where the system does not allow it
inline bool enterOwnMounts()
{
    const auto say = [](const char* path, const std::string& text) {
        const int file = ::open(path, O_WRONLY | O_CLOEXEC);
        const bool isSaid = file >= 0 && ::write(file, text.data(), text.size()) == ssize_t(text.size());
        if (file >= 0)
            ::close(file);
        return isSaid;
    };
    const std::string uid = std::to_string(::getuid()), gid = std::to_string(::getgid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    say("/proc/self/setgroups", "deny");
    return say("/proc/self/uid_map", "0 " + uid + " 1") && say("/proc/self/gid_map", "0 " + gid + " 1") &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// A small disk at a directory of the process's own mounts.
inline bool mountDisk(const std::string& directory, int mebibytes)
{
    return ::mount("none", directory.c_str(), "tmpfs", 0, ("size=" + std::to_string(mebibytes) + "m").c_str()) == 0;
}

} // namespace belfry::test
