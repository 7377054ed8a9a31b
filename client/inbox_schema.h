// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace belfry::client {

/// The statements that lead from one schema version to the next.
using InboxMigration = std::span<const char* const>;

/// All of them in order: version N is what stands after the first N. Never change one that was released; add one.
std::span<const InboxMigration> inboxMigrations();

} // namespace belfry::client
