// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QStringList>

/// Whether the person's session starts Belfry: an entry of the platform's own kind, in the person's own area.
/// One file per platform. Thread: any, but one at a time.
namespace belfry::desktop::autostart {

/// Whether the entry is there and not switched off.
bool isOn();

/// Writes or removes the entry. `program` is started with `arguments` at the next session's start.
Result<void> set(bool isOn, const QString& program, const QStringList& arguments);

} // namespace belfry::desktop::autostart
