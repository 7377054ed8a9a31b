// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <string_view>

namespace belfry::cli {

/// How a command ends (protocol.md, "The command line"). 4 is kept for a confirmation that did not come in time.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,      ///< the reason stands on stderr
    Usage = 2,       ///< called wrongly, or bad input
    TimedOut = 3,    ///< the time of `--timeout` is over
    Unreachable = 5, ///< the server cannot be reached, or does not answer
    SignedOut = 6,   ///< no token, or one that no longer counts
    Forbidden = 7,   ///< not for this account
    NoRecipient = 8, ///< nobody of that name or id
    Busy = 9,        ///< the server is full or busy: try again
};

/// What an error of a call to a server comes to: by its HTTP status, without one by what kept the answer away.
ExitCode exitCodeOf(const Error& error);

/// The list for `--help`.
std::string_view exitCodeHelp();

} // namespace belfry::cli
