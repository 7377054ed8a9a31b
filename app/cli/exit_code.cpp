// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/exit_code.h"

namespace belfry::cli {

ExitCode exitCodeOf(const Error& error)
{
    switch (error.status) {
    case 0:
        if (error.code == "unreachable" || error.code == "timeout")
            return ExitCode::Unreachable;
        return error.code == "signed_out" || error.code == "no_keychain" ? ExitCode::SignedOut : ExitCode::Failed;
    case 400:
    case 413:
        return ExitCode::Usage;
    case 401:
        return ExitCode::SignedOut;
    case 403:
        return ExitCode::Forbidden;
    case 404:
        return error.code == "unknown_recipient" ? ExitCode::NoRecipient : ExitCode::Failed;
    case 502: // a proxy that does not reach the server
    case 504:
        return ExitCode::Unreachable;
    case 408:
    case 429:
    case 503:
    case 507:
        return ExitCode::Busy;
    default:
        return ExitCode::Failed;
    }
}

std::string_view exitCodeHelp()
{
    return "Exit codes:\n"
           "  0  done\n"
           "  1  failed: the reason stands on standard error\n"
           "  2  called wrongly, or bad input\n"
           "  3  the time given by --timeout is over\n"
           "  5  the server cannot be reached\n"
           "  6  not signed in, or the token no longer counts\n"
           "  7  not allowed for this account\n"
           "  8  no such recipient\n"
           "  9  the server is full or busy: try again (or say --retry)\n"
           "belfry run ends as the command that it runs.\n";
}

} // namespace belfry::cli
