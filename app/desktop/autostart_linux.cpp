// SPDX-License-Identifier: GPL-3.0-or-later
// Desktop Application Autostart Specification 0.5: $XDG_CONFIG_HOME/autostart/belfry.desktop.
#include "app/desktop/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace belfry::desktop::autostart {
namespace {

QString entryFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
           QStringLiteral("/autostart/belfry.desktop");
}

/// Quoted for Exec= (Desktop Entry Specification, "The Exec key"), then for the value as a string.
QString quoted(const QString& argument)
{
    QString text;
    for (const QChar character : argument) {
        if (character == u'"' || character == u'`' || character == u'$' || character == u'\\')
            text += QStringLiteral("\\\\"); // one backslash, itself escaped in the file
        if (character == u'\\')
            text += u'\\';
        if (character == u'%')
            text += u'%';
        text += character;
    }
    return QStringLiteral("\"%1\"").arg(text);
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
    QFile file(entryFile());
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return false;
    for (const QByteArray& line : file.read(64 * 1024).split('\n')) {
        const QByteArray trimmed = line.trimmed();
        if (trimmed == "Hidden=true" || trimmed == "X-GNOME-Autostart-enabled=false")
            return false;
    }
    return true;
}

Result<void> set(bool isOn, const QString& program, const QStringList& arguments)
{
    const QString path = entryFile();
    if (!isOn) {
        QFile file(path);
        if (file.exists() && !file.remove())
            return failure(500, "autostart", sentence(path, file.errorString()).toStdString());
        return {};
    }
    QStringList command{quoted(program)};
    for (const QString& argument : arguments)
        command.append(quoted(argument));

    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    const QString entry = QStringLiteral("[Desktop Entry]\n"
                                         "Type=Application\n"
                                         "Version=1.4\n"
                                         "Name=Belfry\n"
                                         "Comment=Desktop notifications for an office\n"
                                         "Comment[vi]=Thông báo trên màn hình cho văn phòng\n"
                                         "Icon=belfry\n"
                                         "Exec=%1\n"
                                         "Terminal=false\n"
                                         "StartupNotify=false\n"
                                         "X-GNOME-Autostart-enabled=true\n")
                              .arg(command.join(u' '));
    if (!file.open(QIODevice::WriteOnly) || file.write(entry.toUtf8()) < 0 || !file.commit())
        return failure(500, "autostart", sentence(path, file.errorString()).toStdString());
    return {};
}

} // namespace belfry::desktop::autostart
