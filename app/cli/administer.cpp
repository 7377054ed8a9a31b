// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"

#include "app/cli/service_store.h"
#include "app/cli/terminal.h"
#include "server/control_client.h"
#include "server/data_directory.h"

#include <QFileInfo>
#include <QJsonDocument>

#include <string>

namespace belfry::cli {

Option dataOption()
{
    return {.name = "data", .value = "DIR", .help = "the server's data directory", .environment = "BELFRY_DATA"};
}

std::string dataDirectoryOf(const Options& options)
{
    if (options.has("data"))
        return options.value("data").toStdString();
    const std::string own = server::defaultDataDirectory();
    const auto service = serviceStore();
    if (!service || qEnvironmentVariableIsSet("STATE_DIRECTORY"))
        return own;
    const bool hasOwn = !own.empty() && QFileInfo::exists(QString::fromStdString(own) + QStringLiteral("/belfry.db"));
    const auto shown = [](const std::string& directory) { return QString::fromStdString(directory); };
    if (mayUseServiceStore() && !hasOwn) {
        complain(QStringLiteral("the store meant is the service's, %1 (another: --data DIR).")
                     .arg(shown(service->directory)));
        return service->directory;
    }
    if (!own.empty())
        complain(QStringLiteral("the store meant is %1; the service's is %2%3.")
                     .arg(shown(own), shown(service->directory),
                          mayUseServiceStore() ? QStringLiteral(" (--data %1)").arg(shown(service->directory))
                                               : QStringLiteral(" (sudo belfry …)")));
    return own;
}

ExitCode administer(const Options& options, const QJsonObject& command)
{
    const std::string directory = dataDirectoryOf(options);
    if (command.value(QLatin1StringView("command")) == QLatin1StringView("user add")) {
        if (const auto service = serviceStore(); service && !service->isThere && service->directory == directory)
            beginServiceStore(*service); // where it cannot be, what follows says so
    }
    const auto output =
        server::administer(directory, QJsonDocument(command).toJson(QJsonDocument::Compact).toStdString());
    if (!output)
        return failed(output.error());
    return printLine(QString::fromStdString(*output)) ? ExitCode::Done : ExitCode::Failed;
}

} // namespace belfry::cli
