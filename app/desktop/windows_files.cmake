# SPDX-License-Identifier: GPL-3.0-or-later
# The windows: history, settings, sign-in, about.
target_sources(belfry_desktop_parts PRIVATE
)
