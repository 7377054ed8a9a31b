// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace belfry::bench {

/// Makes a desktop's data directory as it stands after a long time with its own server: a person, a server whose log
/// has come to `rows`, and an inbox that holds them all (inbox_rows.h). Needs a QCoreApplication. Says on stderr what
/// went wrong.
bool makeHistory(const QString& directory, qint64 rows);

} // namespace belfry::bench
