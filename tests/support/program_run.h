// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

namespace belfry::tests {

/// `belfry`, run to its end while this thread's servers go on serving; without a keyring, with a configuration of its
/// own.
struct ProgramRun
{
    explicit ProgramRun(const QStringList& arguments, const QByteArray& input = {},
                        const QMap<QString, QString>& variables = {},
                        const QString& program = QStringLiteral(BELFRY_PROGRAM))
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
        environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=/nonexistent"));
        for (auto each = variables.begin(); each != variables.end(); ++each)
            environment.insert(each.key(), each.value());
        process.setProcessEnvironment(environment);
        process.start(program, arguments);
        process.write(input);
        process.closeWriteChannel();
    }
    void finish()
    {
        QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 30000);
        out += process.readAllStandardOutput();
        err += process.readAllStandardError();
    }
    int code() const { return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1; }

    QTemporaryDir home;
    QProcess process;
    QByteArray out;
    QByteArray err;
};

} // namespace belfry::tests
