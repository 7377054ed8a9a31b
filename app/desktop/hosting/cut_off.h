// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/form.h"

/// What is asked before something cuts off those who are connected to the local server. Thread: GUI.
namespace belfry::desktop::cutoff {

/// @param others  so many are connected; above 0
form::Question byQuitting(int others);
form::Question byTurningOff(int others);
form::Question byClosingTheNetwork(int others);

} // namespace belfry::desktop::cutoff
