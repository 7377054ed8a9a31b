// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "server/backup.h"

namespace belfry::cli {

ExitCode runRestore(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "restore",
         .operands = "FILE",
         .about =
             "Brings a backup back while no server runs. Messages are the backup's. Accounts, passwords, what was\n"
             "ended or revoked, and invites stay those of the store that is there, so that nobody is let in\n"
             "again; where that cannot be read they are the backup's, under a new signing key. The store that\n"
             "is there is kept beside it.",
         .options = {{.name = "accounts-too",
                      .value = {},
                      .help = "accounts as in the backup; lists whom that lets in again"},
                     {.name = "keep-sign-ins",
                      .value = {},
                      .help = "keep the backup's signing key where the store that is there cannot be read"},
                     dataOption()},
         .operandCount = 1},
        arguments);
    if (!options)
        return options.error();
    const auto output = server::restore({.dataDirectory = dataDirectoryOf(*options),
                                         .file = options->operand(0).toStdString(),
                                         .accountsToo = options->has("accounts-too"),
                                         .keepSignIns = options->has("keep-sign-ins")});
    if (!output)
        return failed(output.error());
    return printLine(QString::fromStdString(*output)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
