// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "server/limits.h"

#include <vector>

namespace belfry::cli {

/// The options of `belfry serve` that say what the server bears: `--max-…`.
std::vector<Option> limitOptions();
/// Their values. One that does not fit is said on stderr: Usage.
tl::expected<server::ServerLimits, ExitCode> limitsFrom(const Options& options);

} // namespace belfry::cli
