// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace belfry::desktop {

/// Makes this program the one that the system opens belfry:// links with, for this person; where another copy of it is
/// that, it no longer is. Nothing where an installed file says so (packaging/belfry.desktop). One file per platform.
void registerLinkHandler();

} // namespace belfry::desktop
