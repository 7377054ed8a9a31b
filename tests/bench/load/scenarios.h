// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings.h"

namespace belfry::bench {

/// Each runs against a server that is up, writes one JSON object on stdout, and says whether all went as it should.
bool introducePeople(const Settings& settings);
bool runFanOut(const Settings& settings);
bool runTargeted(const Settings& settings);
bool runIdle(const Settings& settings);
bool runPolling(const Settings& settings);

} // namespace belfry::bench
