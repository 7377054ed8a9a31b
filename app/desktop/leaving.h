// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace belfry::desktop {

/// Ends the process with exit code 0 after so long, whatever hangs: a session that ends does not wait longer, and what
/// has to survive is committed at every moment anyway. Once in a process.
void exitAtLatestIn(std::chrono::milliseconds time);

} // namespace belfry::desktop
