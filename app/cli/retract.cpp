// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/server_calls.h"
#include "app/cli/terminal.h"

namespace belfry::cli {

ExitCode runRetract(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "retract",
         .operands = "ID",
         .about = "Takes a notification back, by the id that belfry send printed: it goes from every screen and list.",
         .options = {serverOption(), tokenFileOption(), plainHttpOption(), pinOption()},
         .operandCount = 1},
        arguments);
    if (!options)
        return options.error();
    bool isNumber = false;
    const qlonglong id = options->operand(0).toLongLong(&isNumber);
    if (!isNumber || id < 1)
        return options->usageError(QStringLiteral("ID is a number, as belfry send prints it"));
    if (const Result<QUrl> server = serverFor(*options); !server)
        return options->usageError(QString::fromStdString(server.error().message));
    ServerCalls calls(*options);
    return runUntilEnd(&calls, [&calls, id] {
        calls.signedIn([&calls, id](const Access& access) {
            calls.ask(access, "DELETE", QStringLiteral("/api/notifications/%1/").arg(id), {}, [id](const auto&) {
                ServerCalls::end(printLine(QStringLiteral("Retracted %1.").arg(id)) ? ExitCode::Done
                                                                                    : ExitCode::Failed);
            });
        });
    });
}

} // namespace belfry::cli
