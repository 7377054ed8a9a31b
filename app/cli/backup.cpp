// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/backup.h"

#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"

namespace belfry::cli {

ExitCode runBackup(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "backup",
         .operands = "FILE",
         .about = "Puts all of a server into one file: store, signing key, certificate and its key. Works beside a\n"
                  "running server. Whoever has the file can sign in as anybody: it is readable by its owner alone.",
         .options = {{.name = "overwrite", .value = {}, .help = "replace FILE, once the new backup is whole"},
                     dataOption()},
         .operandCount = 1},
        arguments);
    if (!options)
        return options.error();
    const auto output = server::backUp({.dataDirectory = dataDirectoryOf(*options),
                                        .file = options->operand(0).toStdString(),
                                        .mayReplace = options->has("overwrite")});
    if (!output)
        return failed(output.error());
    return printLine(QString::fromStdString(*output)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
