// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_store.h"

namespace belfry::cli {

std::optional<ServiceStore> serviceStore()
{
    return std::nullopt;
}

bool mayUseServiceStore()
{
    return false;
}

bool beginServiceStore(const ServiceStore&)
{
    return false;
}

} // namespace belfry::cli
