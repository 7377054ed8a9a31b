// SPDX-License-Identifier: GPL-3.0-or-later
// Not run yet on Windows; see docs/ARCHITECTURE.md.
#include "server/log_outlet.h"

#include <cstdio>

namespace belfry::server {

bool writeLogLine(std::string_view line)
{
    return std::fwrite(line.data(), 1, line.size(), stderr) == line.size();
}

} // namespace belfry::server
