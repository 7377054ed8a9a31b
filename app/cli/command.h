// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_code.h"

#include <QStringList>

#include <span>
#include <string_view>

namespace belfry::cli {

/// One entry of the table behind `belfry COMMAND`.
struct Command
{
    std::string_view name;
    std::string_view summary;
    /// @param arguments  those after the command's name. Runs in the main thread, with a QCoreApplication whose loop is
    ///                   not yet running. Prints by terminal.h, reads its arguments by options.h.
    ExitCode (*run)(const QStringList& arguments);
};

/// All of them, in the order in which `belfry --help` lists them.
std::span<const Command> commands();

// One file each: serve.cpp, user.cpp and so on.
ExitCode runServe(const QStringList& arguments);
ExitCode runUser(const QStringList& arguments);
ExitCode runToken(const QStringList& arguments);
ExitCode runAudit(const QStringList& arguments);
ExitCode runInvite(const QStringList& arguments);
ExitCode runPin(const QStringList& arguments);
ExitCode runCheck(const QStringList& arguments);
ExitCode runBackup(const QStringList& arguments);
ExitCode runRestore(const QStringList& arguments);
ExitCode runCompact(const QStringList& arguments);
ExitCode runLogin(const QStringList& arguments);
ExitCode runLogout(const QStringList& arguments);
ExitCode runSend(const QStringList& arguments);
ExitCode runRun(const QStringList& arguments);
ExitCode runList(const QStringList& arguments);
ExitCode runRetract(const QStringList& arguments);
ExitCode runStatus(const QStringList& arguments);
ExitCode runListen(const QStringList& arguments);

} // namespace belfry::cli
