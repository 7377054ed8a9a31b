// SPDX-License-Identifier: GPL-3.0-or-later
// Read by hand: --help and --version need no display, and so no application object, which QCommandLineParser wants.
#include "app/desktop/options.h"

#include "app/desktop/instance_word.h"
#include "app/process.h"
#include "client/invite_link.h"

#include <QDir>
#include <QStandardPaths>

namespace belfry::desktop {
namespace {

tl::unexpected<Error> wrong(const QString& sentence)
{
    return failure(400, "usage", sentence.toStdString());
}

} // namespace

Result<Options> readOptions(const QStringList& arguments, const QString& fromEnvironment)
{
    Options options;
    QString directory = fromEnvironment;
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        const QString& argument = arguments.at(at);
        if (argument == QLatin1StringView("--help") || argument == QLatin1StringView("-h")) {
            options.task = Options::Task::Help;
            return options;
        }
        if (argument == QLatin1StringView("--version") || argument == QLatin1StringView("-v")) {
            options.task = Options::Task::Version;
            return options;
        }
        if (argument == QLatin1StringView("--hidden")) {
            options.isHidden = true;
        } else if (argument == QLatin1StringView("--data")) {
            if (++at == arguments.size())
                return wrong(QStringLiteral("--data needs a folder."));
            directory = arguments.at(at);
            if (directory.isEmpty())
                return wrong(QStringLiteral("--data needs a folder."));
        } else if (argument.startsWith(QLatin1StringView("--data="))) {
            directory = argument.sliced(7);
            if (directory.isEmpty())
                return wrong(QStringLiteral("--data needs a folder."));
        } else if (client::isInviteLink(argument) && options.link.isEmpty()) {
            // One that nobody could have meant is no link either: told on the screen, where it was clicked.
            options.link = mayBeLink(argument) ? argument : QStringLiteral("belfry:");
        } else if (argument.startsWith(u'-')) {
            return wrong(QStringLiteral("There is no option %1. See belfry-desktop --help.").arg(argument));
        } else {
            return wrong(QStringLiteral("belfry-desktop takes no argument such as “%1”. See belfry-desktop --help.")
                             .arg(argument.left(200)));
        }
    }
    options.isDefaultDirectory = directory.isEmpty();
    if (directory.isEmpty() && !app::hasFolders("XDG_DATA_HOME"))
        return wrong(QStringLiteral("HOME is not set: say where to keep everything, --data DIR."));
    if (directory.isEmpty())
        directory = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/belfry");
    options.directory = QDir::cleanPath(QDir::current().absoluteFilePath(directory));
    return options;
}

QString usage()
{
    return QStringLiteral(
        "Usage: belfry-desktop [--data DIR] [--hidden] [LINK]\n"
        "\n"
        "Shows what you are told, as popups and in a history, from an icon in the tray.\n"
        "\n"
        "  --data DIR   keep everything there, the local server's store in DIR/server\n"
        "               (default: $BELFRY_DATA, else $XDG_DATA_HOME/belfry)\n"
        "  --hidden     start without a window\n"
        "  LINK         an invite (belfry://…): asks whether to join, in the Belfry that runs already\n"
        "               if there is one\n"
        "  --help       print this\n"
        "  --version    print the version\n");
}

} // namespace belfry::desktop
