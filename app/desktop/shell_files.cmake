# SPDX-License-Identifier: GPL-3.0-or-later
# The shell: application, tray, popups, notifier, hosting, single instance, preferences.
target_sources(belfry_desktop_parts PRIVATE
    hosting/hosting.h
    preferences.h
    screen_text.h
)
