// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/process.h"
#include "protocol/version.h"

#include <QCoreApplication>

#include <algorithm>

namespace belfry::cli {

namespace {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString helpText()
{
    QString out = QStringLiteral("Usage: belfry COMMAND [OPTION]…\n\n"
                                 "Notifications for an office: a server, and what sends to it and listens to it.\n\n"
                                 "Commands:\n");
    for (const Command& command : commands())
        out += QStringLiteral("  %1  %2\n").arg(text(command.name), -8).arg(text(command.summary));
    out += QStringLiteral("\nbelfry COMMAND --help tells more; belfry --version prints the version.\n"
                          "BELFRY_TOKEN, BELFRY_SERVER and BELFRY_DATA stand in for the options.\n\n");
    out += text(exitCodeHelp());
    return out;
}

ExitCode run(const QStringList& arguments)
{
    if (arguments.isEmpty()) {
        complain(u"a command is missing (see belfry --help).");
        return ExitCode::Usage;
    }
    const QString& name = arguments.constFirst();
    if (name == QLatin1StringView("--help"))
        return print(helpText().toUtf8()) ? ExitCode::Done : ExitCode::Failed;
    if (name == QLatin1StringView("--version"))
        return printLine(QStringLiteral("belfry ") + text(version)) ? ExitCode::Done : ExitCode::Failed;
    const auto all = commands();
    const auto command =
        std::find_if(all.begin(), all.end(), [&name](const Command& each) { return text(each.name) == name; });
    if (command == all.end()) {
        complain(QStringLiteral("there is no %1 \"%2\" (see belfry --help).")
                     .arg(name.startsWith(u'-') ? QStringLiteral("option") : QStringLiteral("command"), name));
        return ExitCode::Usage;
    }
    return command->run(arguments.mid(1));
}

} // namespace
} // namespace belfry::cli

int main(int argc, char** argv)
{
    belfry::app::prepareProcess();
    belfry::cli::takeTokenFromEnvironment();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("belfry"));
    return static_cast<int>(belfry::cli::run(QCoreApplication::arguments().mid(1)));
}
