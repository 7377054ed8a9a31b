// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <vector>

namespace belfry::cli {

std::span<const Command> commands()
{
    static const std::vector<Command> table{
#ifdef BELFRY_SERVER_COMMANDS
        {"serve", "Run the server in the foreground", runServe},
        {"user", "Add, list and remove accounts, set passwords", runUser},
        {"token", "Make, list and revoke access tokens", runToken},
#endif
    };
    return table;
}

} // namespace belfry::cli
