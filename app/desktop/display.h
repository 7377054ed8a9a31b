// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace belfry::desktop {

/// Whether there seems to be a display, before Qt looks for one: it ends the program with a crash where there is none.
/// One file per platform.
bool mayHaveDisplay();

/// From now until displayIsThere(): where Qt finds no display after all, one sentence on stderr and exit 1.
void expectDisplay();
void displayIsThere();

/// The sentence.
void sayNoDisplay();

} // namespace belfry::desktop
