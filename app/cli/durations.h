// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace belfry::cli {

/// A length of time as people type it: `90` (seconds), `1.5`, `30s`, `10m`, `1h`, `30d`, `2w`, `1h30m`. Nothing where
/// it is none, not above zero, or over 100 years.
std::optional<std::chrono::milliseconds> durationFrom(QStringView typed);

/// The same for people to read, in at most two units: `0.3 s`, `4 min 12 s`, `2 d 3 h`.
QString shownDuration(std::chrono::milliseconds duration);

} // namespace belfry::cli
