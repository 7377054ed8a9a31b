// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace belfry::cli {

/// The store of the system's own Belfry service (packaging/systemd), which the superuser means unless another is named.
struct ServiceStore
{
    std::string directory;
    bool isThere = false; ///< the service has run, or somebody has begun its store
};

/// Nothing where no such service is installed.
std::optional<ServiceStore> serviceStore();
/// Whether the caller may use it: the superuser.
bool mayUseServiceStore();
/// Makes its directory, for the service's user, where the service has not run yet. False where that cannot be.
bool beginServiceStore(const ServiceStore& store);

} // namespace belfry::cli
