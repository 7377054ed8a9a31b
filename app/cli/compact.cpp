// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "server/control_client.h"

#include <chrono>

namespace belfry::cli {

ExitCode runCompact(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "compact",
         .operands = {},
         .about = "Gives back to the disk what removed messages left in the store. Since this version that happens by\n"
                  "itself; a store made before is brought to it by this command, once, and needs room for a second\n"
                  "and third copy of what is in it (in TMPDIR and beside the store) while it runs. Works beside a\n"
                  "running server: sending waits for those seconds, reading goes on. May be broken off at any time.",
         .options = {dataOption()}},
        arguments);
    if (!options)
        return options.error();
    auto nextReport = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    const auto output =
        server::administer(dataDirectoryOf(*options), R"({"command":"compact"})", [&nextReport](double share) {
            if (const auto now = std::chrono::steady_clock::now(); now >= nextReport) {
                nextReport = now + std::chrono::seconds(1);
                complain(QStringLiteral("%1 % done").arg(int(share * 100)));
            }
            return true;
        });
    if (!output)
        return failed(output.error());
    return printLine(QString::fromStdString(*output)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
