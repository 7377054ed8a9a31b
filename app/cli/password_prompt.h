// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "protocol/result.h"

#include <QString>

namespace belfry::cli {

/// Whether a person sits at standard input.
bool isAtTerminal();

/// Asks for a line at the terminal, which shows nothing of what is typed. An Error where it was broken off (Ctrl-C,
/// Ctrl-D) or there is no terminal. Blocks.
Result<QString> askUnseen(const QString& question);

/// The option by which a script hands a password over.
Option passwordOption();

/// A password that is there already: asked for at a terminal, else, with `--password-stdin`, the first line of
/// standard input. What goes wrong is said on stderr.
tl::expected<QString, ExitCode> knownPassword(const Options& options);
/// A new one: at a terminal it is asked for twice.
tl::expected<QString, ExitCode> newPassword(const Options& options);

} // namespace belfry::cli
