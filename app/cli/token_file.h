// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>

namespace belfry::cli {

/// The token in a text: bare, or in a line `Authorization: Bearer TOKEN`, as curl takes it.
QString tokenIn(const QString& text);

/// The token in a file; refused where others can read or change it (protocol.md, "The data directory").
Result<QString> readTokenFile(const QString& path);
/// Written new, 0600, and renamed into place.
Result<void> writeTokenFile(const QString& path, const QString& token);

} // namespace belfry::cli
