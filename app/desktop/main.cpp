// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/application.h"
#include "app/desktop/display.h"
#include "app/desktop/icons.h"
#include "app/process.h"
#include "protocol/version.h"

#include <QApplication>

#include <cstdio>

namespace {

using namespace belfry;
using namespace belfry::desktop;

void print(std::FILE* to, const QString& text)
{
    std::fputs(text.toUtf8().constData(), to);
    std::fflush(to);
}

int failed(const Error& error, int code)
{
    print(stderr, QString::fromStdString(error.message) + u'\n');
    return code;
}

} // namespace

int main(int argc, char* argv[])
{
    app::prepareProcess();
    app::takeSecret("BELFRY_TOKEN"); // nothing of ours: not for whatever is started from here

    QStringList arguments;
    for (int at = 1; at < argc; ++at)
        arguments.append(QString::fromLocal8Bit(argv[at]));
    const Result<Options> options = readOptions(arguments, qEnvironmentVariable("BELFRY_DATA"));
    if (!options)
        return failed(options.error(), 2);
    if (options->task == Options::Task::Help) {
        print(stdout, usage());
        return 0;
    }
    if (options->task == Options::Task::Version) {
        print(stdout,
              QStringLiteral("belfry-desktop %1\n").arg(QString::fromUtf8(version.data(), qsizetype(version.size()))));
        return 0;
    }
    if (!mayHaveDisplay()) {
        sayNoDisplay();
        return 1;
    }

    expectDisplay();
    int noArguments = 1; // ours are read; Qt's own are not for the person
    QApplication application(noArguments, argv);
    displayIsThere();
    QApplication::setApplicationName(QStringLiteral("belfry"));
    QApplication::setApplicationDisplayName(QStringLiteral("Belfry"));
    QApplication::setApplicationVersion(QString::fromUtf8(version.data(), qsizetype(version.size())));
    QApplication::setDesktopFileName(QStringLiteral("belfry"));
    QApplication::setQuitOnLastWindowClosed(false);
    QApplication::setWindowIcon(appIcon());

    SingleInstance instance;
    const Result<SingleInstance::Outcome> claimed =
        instance.claim(options->directory, {!options->isHidden, options->link});
    if (!claimed)
        return failed(claimed.error(), 1);
    if (*claimed == SingleInstance::Outcome::Second)
        return 0;

    Application desktop(*options, instance);
    desktop.start();
    return QApplication::exec();
}
