// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>
#include <QStringList>

namespace belfry::desktop {

/// What `belfry-desktop` was told on its command line.
struct Options
{
    enum class Task { Run, Help, Version };

    Task task = Task::Run;
    QString directory; ///< absolute
    bool isDefaultDirectory = true;
    bool isHidden = false;
    QString link; ///< an invite link, as the system hands it to us; not judged yet
};

/// Reads the arguments (without the program's name). An error is a usage error: exit 2.
/// @param fromEnvironment  BELFRY_DATA, which stands in for --data; empty where it is not set
Result<Options> readOptions(const QStringList& arguments, const QString& fromEnvironment);

/// The text of --help.
QString usage();

} // namespace belfry::desktop
