// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace belfry::server {

/// Lets the calling thread stand back behind the others where there are too few cores: hashing never delays a delivery.
/// One implementation a platform.
void lowerThreadPriority();

} // namespace belfry::server
