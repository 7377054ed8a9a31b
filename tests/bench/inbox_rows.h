// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QString>

namespace belfry::bench {

/// Makes an inbox with a history: `rows` messages to the one connection, of the log named, 25 s apart up to now, so
/// that a million reach nine months back; all but the newest 3,000 are read, all were shown. Twenty senders, ten
/// categories; one in a thousand holds “needle”, one in fifty is an error, one in seven of the rest a warning; the
/// titles have accents.
///
/// The inbox makes its own schema; then the rows come in one transaction, and indexes and search are made when they
/// are there: a million takes a minute instead of ten. Says on stderr what went wrong.
bool fillInbox(const QString& path, const QString& connectionId, const QString& log, qint64 rows);

} // namespace belfry::bench
