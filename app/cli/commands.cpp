// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <vector>

namespace belfry::cli {

std::span<const Command> commands()
{
    static const std::vector<Command> table{
        {"serve", "Run the server in the foreground", runServe},
        {"user", "Add, list and remove accounts, set passwords", runUser},
        {"token", "Make, list and revoke access tokens", runToken},
        {"audit", "Print who did what on the server", runAudit},
        {"invite", "Print a link that lets one person join", runInvite},
        {"pin", "Print the pin of the server's certificate", runPin},
        {"check", "Look whether a server's data is whole", runCheck},
        {"backup", "Put a server's data into one file", runBackup},
        {"restore", "Bring a backup back", runRestore},
        {"compact", "Give back what removed messages left in the store", runCompact},
        {"login", "Sign in to a server and keep the token", runLogin},
        {"logout", "Sign out and forget the token", runLogout},
        {"send", "Send a notification", runSend},
        {"run", "Run a command, and send a notification when it fails", runRun},
        {"list", "Print your notifications", runList},
        {"retract", "Take a notification back", runRetract},
        {"status", "Say whether the server is there, and who you are", runStatus},
        {"listen", "Print what arrives, from Belfry or any SSE server", runListen},
    };
    return table;
}

} // namespace belfry::cli
