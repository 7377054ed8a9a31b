// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_store.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace belfry::cli {

namespace {

/// `StateDirectory=belfry` of packaging/systemd/belfry.service.
constexpr const char* stateDirectory = "/var/lib/belfry";
/// Where systemd looks for units of administrators and packages (systemd.unit(5)).
constexpr std::array units{"/etc/systemd/system/belfry.service", "/run/systemd/system/belfry.service",
                           "/usr/local/lib/systemd/system/belfry.service", "/usr/lib/systemd/system/belfry.service",
                           "/lib/systemd/system/belfry.service"};

bool exists(const char* path)
{
    struct stat status = {};
    return ::lstat(path, &status) == 0;
}

} // namespace

std::optional<ServiceStore> serviceStore()
{
    const bool isThere = exists(stateDirectory);
    if (!isThere && std::none_of(units.begin(), units.end(), exists))
        return std::nullopt;
    return ServiceStore{stateDirectory, isThere};
}

bool mayUseServiceStore()
{
    return ::geteuid() == 0;
}

bool beginServiceStore(const ServiceStore& store)
{
    const passwd* const user = ::getpwnam("belfry"); // packaging/systemd/belfry.sysusers
    if (user == nullptr || ::mkdir(store.directory.c_str(), 0700) != 0)
        return false;
    return ::chown(store.directory.c_str(), user->pw_uid, user->pw_gid) == 0;
}

} // namespace belfry::cli
