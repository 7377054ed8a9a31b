// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/invite_place.h"
#include "client/invite_link.h"
#include "server/control_client.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>
#include <QUrl>

namespace belfry::cli {

namespace {

constexpr int defaultPort = 8000;

/// HOST or HOST:PORT as typed; nothing where it is neither.
std::optional<app::Place> placeFrom(const QString& typed)
{
    const bool isBareIpv6 = QHostAddress(typed).protocol() == QAbstractSocket::IPv6Protocol;
    const QUrl url(QStringLiteral("belfry://") + (isBareIpv6 ? u'[' + typed + u']' : typed), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || !url.path().isEmpty() ||
        url.hasQuery() || url.hasFragment())
        return std::nullopt;
    return app::Place{url.host(), url.port(defaultPort), false};
}

/// Where the link leads: as asked for, else where the server listens; where none runs, at this machine's usual port.
app::Place placeOf(const QJsonArray& urls)
{
    QStringList listening;
    for (const auto& url : urls)
        listening.append(url.toString());
    if (listening.isEmpty()) {
        complain(u"no server runs on this directory: the link takes this machine's name and port 8000 (or say "
                 u"--address HOST:PORT).");
        return {QSysInfo::machineHostName(), defaultPort, false};
    }
    const QList<app::Place> places = app::placesFor(listening);
    if (places.constFirst().isThisMachineOnly)
        complain(u"the server listens on this machine only: others cannot use the link (start it with --listen "
                 u"'*:8000', or say --address HOST:PORT).");
    return places.constFirst();
}

} // namespace

ExitCode runInvite(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "invite",
         .operands = {},
         .about = "Prints a link that lets one person make an account, within 24 hours. Hand it over in private:\n"
                  "whoever opens it first is in.",
         .options = {{.name = "role", .value = "ROLE", .help = "admin, sender or receiver (the default)"},
                     {.name = "address", .value = "HOST:PORT", .help = "Where the other computer reaches the server"},
                     dataOption()}},
        arguments);
    if (!options)
        return options.error();
    const QString role = options->value("role", QStringLiteral("receiver"));
    if (!QStringList{QStringLiteral("admin"), QStringLiteral("sender"), QStringLiteral("receiver")}.contains(role))
        return options->usageError(QStringLiteral("--role must be admin, sender or receiver"));
    std::optional<app::Place> place;
    if (options->has("address")) {
        place = placeFrom(options->value("address").trimmed());
        if (!place)
            return options->usageError(
                QStringLiteral("--address needs HOST:PORT, not \"%1\"").arg(options->value("address")));
    }

    const std::string directory = dataDirectoryOf(*options);
    const auto pin = server::pinOf(directory);
    if (!pin)
        return failed(pin.error());
    const QJsonObject command{{QStringLiteral("command"), QStringLiteral("invite")}, {QStringLiteral("role"), role}};
    const auto made =
        server::administer(directory, QJsonDocument(command).toJson(QJsonDocument::Compact).toStdString());
    if (!made)
        return failed(made.error());
    const QJsonObject invite = QJsonDocument::fromJson(QByteArray::fromStdString(*made)).object();
    if (!place)
        place = placeOf(invite.value(QLatin1StringView("urls")).toArray());
    return printLine(client::inviteLink(place->host, place->port, QString::fromStdString(*pin),
                                        invite.value(QLatin1StringView("code")).toString()))
               ? ExitCode::Done
               : ExitCode::Failed;
}

} // namespace belfry::cli
