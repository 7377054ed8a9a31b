// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <QStringList>

#include <initializer_list>
#include <string_view>

namespace belfry::cli {

/// Runs what the first argument names (`belfry user add …`); `--help` lists them. Anything else is Usage.
ExitCode runSubcommand(std::string_view command, std::string_view about, std::initializer_list<Command> subcommands,
                       const QStringList& arguments);

} // namespace belfry::cli
