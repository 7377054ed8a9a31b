// SPDX-License-Identifier: GPL-3.0-or-later
// A LaunchAgent of the person: ~/Library/LaunchAgents/org.belfry.desktop.plist.
#include "app/desktop/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace belfry::desktop::autostart {
namespace {

QString agentFile()
{
    return QDir::homePath() + QStringLiteral("/Library/LaunchAgents/org.belfry.desktop.plist");
}

QString sentence(const QString& file, const QString& reason)
{
    return QCoreApplication::translate("Autostart",
                                       "Belfry cannot be added to your session: %1 cannot be written (%2).")
        .arg(file, reason);
}

} // namespace

bool isOn()
{
    return QFile::exists(agentFile());
}

Result<void> set(bool isOn, const QString& program, const QStringList& arguments)
{
    const QString path = agentFile();
    if (!isOn) {
        QFile file(path);
        if (file.exists() && !file.remove())
            return failure(500, "autostart", sentence(path, file.errorString()).toStdString());
        return {};
    }
    QString strings = QStringLiteral("    <string>%1</string>\n").arg(program.toHtmlEscaped());
    for (const QString& argument : arguments)
        strings += QStringLiteral("    <string>%1</string>\n").arg(argument.toHtmlEscaped());

    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    const QString agent = QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                         "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                                         "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                                         "<plist version=\"1.0\">\n<dict>\n"
                                         "  <key>Label</key>\n  <string>org.belfry.desktop</string>\n"
                                         "  <key>ProgramArguments</key>\n  <array>\n%1  </array>\n"
                                         "  <key>RunAtLoad</key>\n  <true/>\n"
                                         "  <key>ProcessType</key>\n  <string>Interactive</string>\n"
                                         "</dict>\n</plist>\n")
                              .arg(strings);
    if (!file.open(QIODevice::WriteOnly) || file.write(agent.toUtf8()) < 0 || !file.commit())
        return failure(500, "autostart", sentence(path, file.errorString()).toStdString());
    return {};
}

} // namespace belfry::desktop::autostart
