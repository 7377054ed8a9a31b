// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/subcommands.h"

#include "app/cli/terminal.h"

#include <QString>

namespace belfry::cli {

namespace {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

} // namespace

ExitCode runSubcommand(std::string_view command, std::string_view about, std::initializer_list<Command> subcommands,
                       const QStringList& arguments)
{
    const QString name = arguments.value(0);
    for (const Command& subcommand : subcommands) {
        if (name == text(subcommand.name))
            return subcommand.run(arguments.mid(1));
    }
    if (name == QLatin1StringView("--help")) {
        QString help =
            QStringLiteral("Usage: belfry %1 COMMAND …\n\n%2\n\nCommands:\n").arg(text(command), text(about));
        for (const Command& subcommand : subcommands)
            help += QStringLiteral("  %1  %2\n").arg(text(subcommand.name), -8).arg(text(subcommand.summary));
        help += QStringLiteral("\nbelfry %1 COMMAND --help tells more.\n").arg(text(command));
        return print(help.toUtf8()) ? ExitCode::Done : ExitCode::Failed;
    }
    complain(name.isEmpty()
                 ? QStringLiteral("say what to do (see belfry %1 --help).").arg(text(command))
                 : QStringLiteral("there is no command \"%1 %2\" (see belfry %1 --help).").arg(text(command), name));
    return ExitCode::Usage;
}

} // namespace belfry::cli
