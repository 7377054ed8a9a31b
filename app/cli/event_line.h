// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/sse_parser.h"

#include <QByteArray>
#include <QString>

namespace belfry::cli {

/// `{"event":…,"data":…,"id":…}`, without a line's end.
QByteArray jsonLine(const SseEvent& event);
/// A notification as one readable line; controls in it escaped.
QString readableLine(const Notification& notification);
/// Any event of any server as one readable line; controls in it escaped.
QString readableLine(const SseEvent& event);

} // namespace belfry::cli
