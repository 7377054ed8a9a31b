// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"

#include "app/cli/terminal.h"
#include "server/control_client.h"
#include "server/data_directory.h"

#include <QJsonDocument>

#include <string>

namespace belfry::cli {

Option dataOption()
{
    return {.name = "data", .value = "DIR", .help = "the server's data directory", .environment = "BELFRY_DATA"};
}

std::string dataDirectoryOf(const Options& options)
{
    return options.value("data", QString::fromStdString(server::defaultDataDirectory())).toStdString();
}

tl::expected<QString, ExitCode> passwordFromStandardInput()
{
    auto password = readLineFromStdin();
    if (!password)
        return tl::unexpected(failed(password.error()));
    return *password;
}

ExitCode administer(const Options& options, const QJsonObject& command)
{
    const auto output = server::administer(dataDirectoryOf(options),
                                           QJsonDocument(command).toJson(QJsonDocument::Compact).toStdString());
    if (!output)
        return failed(output.error());
    return printLine(QString::fromStdString(*output)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
