// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace belfry::server {

/// Told now and then how far a long work is, 0 to 1, by the thread that does it. False: give up.
using Progress = std::function<bool(double share)>;

} // namespace belfry::server
