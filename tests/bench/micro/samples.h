// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <string>

namespace belfry::bench {

/// What is measured with: messages such as an office sends, each as the store would number and date it.
namespace samples {

/// Title, a line of text, a type: what most scripts send. About 220 bytes as JSON.
Notification common();
/// Every member that there is, `data` of half a kilobyte included.
Notification full();
/// The longest message: 8,000 characters, 2,000 of them of several bytes (Vietnamese), 80 lines.
Notification longest();

/// The body that triggers it, as a script writes it.
std::string trigger(const Notification& notification);
/// The event's `data:` line.
std::string event(const Notification& notification);

} // namespace samples

} // namespace belfry::bench
