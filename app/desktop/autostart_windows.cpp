// SPDX-License-Identifier: GPL-3.0-or-later
// HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run, the value "Belfry".
#include "app/desktop/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QSettings>

namespace belfry::desktop::autostart {
namespace {

QString runKey()
{
    return QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
}

const QString valueName = QStringLiteral("Belfry");

/// Quoted as CommandLineToArgvW takes it apart.
QString quoted(const QString& argument)
{
    QString text;
    int backslashes = 0;
    for (const QChar character : argument) {
        if (character == u'"')
            text += QString(backslashes + 1, u'\\');
        backslashes = character == u'\\' ? backslashes + 1 : 0;
        text += character;
    }
    return QStringLiteral("\"%1%2\"").arg(text, QString(backslashes, u'\\'));
}

} // namespace

bool isOn()
{
    return QSettings(runKey(), QSettings::NativeFormat).contains(valueName);
}

Result<void> set(bool isOn, const QString& program, const QStringList& arguments)
{
    QSettings run(runKey(), QSettings::NativeFormat);
    if (isOn) {
        QStringList command{quoted(QDir::toNativeSeparators(program))};
        for (const QString& argument : arguments)
            command.append(quoted(argument));
        run.setValue(valueName, command.join(u' '));
    } else {
        run.remove(valueName);
    }
    run.sync();
    if (run.status() != QSettings::NoError)
        return failure(
            500, "autostart",
            QCoreApplication::translate("Autostart", "Belfry cannot be added to your session: Windows refused it.")
                .toStdString());
    return {};
}

} // namespace belfry::desktop::autostart
