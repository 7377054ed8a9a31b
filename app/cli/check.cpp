// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "server/backup.h"

namespace belfry::cli {

ExitCode runCheck(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "check",
         .operands = "[FILE]",
         .about = "Looks at every page of the store, at what its tables say of each other, whether messages are as\n"
                  "they were stored (by this version or a later one), at the keys and at who may read them. Changes\n"
                  "nothing in the store; works beside a running server. With FILE, the same for a backup.",
         .options = {dataOption()},
         .optionalOperandCount = 1},
        arguments);
    if (!options)
        return options.error();
    const auto report = options->operandCount() > 0 ? server::checkBackupFile(options->operand(0).toStdString())
                                                    : server::check(dataDirectoryOf(*options));
    if (!report)
        return failed(report.error());
    for (const std::string& fault : report->faults)
        complain(QString::fromStdString(fault));
    if (!report->faults.empty())
        return ExitCode::Failed;
    return printLine(QString::fromStdString(report->summary)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
