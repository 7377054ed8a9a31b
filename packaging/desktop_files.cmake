# SPDX-License-Identifier: GPL-3.0-or-later
# What a desktop of freedesktop.org finds the app by: menu entry, icons, and the software centre's description.
# The entry's name is the notifier's `desktop-entry` hint and the windows' application id.
if(WIN32 OR APPLE)
    return()
endif()
include(GNUInstallDirs)
install(FILES "${CMAKE_CURRENT_LIST_DIR}/belfry.desktop" DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES "${CMAKE_CURRENT_LIST_DIR}/org.belfry.Belfry.metainfo.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
set(belfry_icons "${PROJECT_SOURCE_DIR}/resources/icons")
install(FILES "${belfry_icons}/belfry.svg" DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
foreach(size 16 22 24 32 48 64 128 256)
    install(FILES "${belfry_icons}/png/belfry-${size}.png" RENAME belfry.png
        DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/${size}x${size}/apps")
endforeach()
