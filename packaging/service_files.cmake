# SPDX-License-Identifier: GPL-3.0-or-later
# The service of the system: its unit, which names the program where it is installed, and its user.
include(GNUInstallDirs)
file(READ "${CMAKE_CURRENT_LIST_DIR}/systemd/belfry.service" belfry_unit)
string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_FULL_BINDIR}/" belfry_unit "${belfry_unit}")
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/belfry.service" "${belfry_unit}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/belfry.service" DESTINATION lib/systemd/system)
install(FILES "${CMAKE_CURRENT_LIST_DIR}/systemd/belfry.sysusers" DESTINATION lib/sysusers.d RENAME belfry.conf)
