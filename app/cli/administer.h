// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"

#include <QJsonObject>
#include <QString>

#include <string>

namespace belfry::cli {

/// The option that `belfry user` and `belfry token` share.
Option dataOption();

/// What it says, else the store that is meant: one's own (server::defaultDataDirectory()), for the superuser that of
/// the system's service where there is one and none of root's own. Where both could be meant it is said on stderr.
/// Empty where nothing says where it is, which DataDirectory refuses.
std::string dataDirectoryOf(const Options& options);

/// Carries out a command on the data directory of the options (see server/control_client.h), prints its answer.
ExitCode administer(const Options& options, const QJsonObject& command);

} // namespace belfry::cli
