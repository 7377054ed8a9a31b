// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "server/control_client.h"

namespace belfry::cli {

ExitCode runPin(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "pin",
         .operands = {},
         .about = "Prints the pin of the server's certificate: SHA-256 of its public key, in base64. Whoever connects\n"
                  "for the first time compares it; curl takes it as --pinnedpubkey sha256//PIN.",
         .options = {dataOption()}},
        arguments);
    if (!options)
        return options.error();
    const auto pin = server::pinOf(dataDirectoryOf(*options));
    if (!pin)
        return failed(pin.error());
    return printLine(QString::fromStdString(*pin)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
