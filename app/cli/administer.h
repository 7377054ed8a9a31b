// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"

#include <QJsonObject>
#include <QString>

#include <string>

namespace belfry::cli {

/// The option that `belfry user` and `belfry token` share.
Option dataOption();

/// What it says, or where the data directory is by default.
std::string dataDirectoryOf(const Options& options);

/// The first line of standard input; a sentence on stderr and Failed where there is none.
tl::expected<QString, ExitCode> passwordFromStandardInput();

/// Carries out a command on the data directory of the options (see server/control_client.h), prints its answer.
ExitCode administer(const Options& options, const QJsonObject& command);

} // namespace belfry::cli
