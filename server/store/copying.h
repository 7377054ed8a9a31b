// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/database.h"
#include "server/store/progress.h"

namespace belfry::server {

/// Copies a store, as it is when that begins, into a new and empty file that somebody handed over (handed_file.h),
/// without free pages. By a connection of its own, in one reading transaction: it keeps nobody from writing, but the
/// write-ahead log does not start over meanwhile. Nothing is written but the target, which is not synced. Any schema.
/// Blocks. 499 `broken_off` where `goesOn` said so; 500 `store_corrupt` where a page cannot be read.
Result<void> copyStore(const DatabasePlace& source, int target, const Progress& goesOn);

} // namespace belfry::server
