# SPDX-License-Identifier: GPL-3.0-or-later
# The shell: application, tray, popups, notifier, hosting, single instance, preferences.
target_sources(belfry_desktop_parts PRIVATE
    application.cpp application.h
    autostart.h
    display.cpp display.h
    hosting/cut_off.cpp hosting/cut_off.h
    hosting/hosting.cpp hosting/hosting.h
    hosting/invites.cpp hosting/invites.h
    hosting/login_name.h
    hosting/own_link.cpp hosting/own_link.h
    hosting/owner.cpp hosting/owner.h
    hosting/owner_password.cpp hosting/owner_password.h
    hosting/ports.cpp hosting/ports.h
    icons.cpp icons.h
    instance_word.cpp instance_word.h
    leaving.cpp leaving.h
    link_handler.h
    notifier/balloon_notifier.cpp notifier/balloon_notifier.h
    notifier/notifier.h
    options.cpp options.h
    popups/compose.cpp popups/compose.h
    popups/dismissed.cpp popups/dismissed.h
    popups/policy.cpp popups/policy.h
    popups/popup.h
    popups/popup_desk.cpp popups/popup_desk.h
    popups/quiet.cpp popups/quiet.h
    popups/stage.h
    popups/standing.h
    popups/standing_popups.cpp popups/standing_popups.h
    preferences.cpp preferences.h
    screen_text.cpp screen_text.h
    session_watch.h
    single_instance.cpp single_instance.h
    translations.cpp translations.h
    tray/tray.cpp tray/tray.h
    tray/tray_face.cpp tray/tray_face.h
    tray/tray_host.h
    tray/tray_menu.cpp tray/tray_menu.h
    windows.cpp windows.h
    "${PROJECT_SOURCE_DIR}/resources/icons/belfry_icons.qrc"
)

# One file a platform behind each of these headers.
if(WIN32)
    target_sources(belfry_desktop_parts PRIVATE
        autostart_windows.cpp hosting/login_name_windows.cpp link_handler_windows.cpp)
elseif(APPLE)
    target_sources(belfry_desktop_parts PRIVATE
        autostart_macos.cpp hosting/login_name_unix.cpp link_handler_none.cpp)
else()
    target_sources(belfry_desktop_parts PRIVATE
        autostart_linux.cpp hosting/login_name_unix.cpp link_handler_none.cpp)
endif()
if(WIN32 OR APPLE)
    target_sources(belfry_desktop_parts PRIVATE
        notifier/notifier_other.cpp
        session_watch_other.cpp
        single_instance_other.cpp
        tray/tray_host_other.cpp
    )
else()
    find_package(Qt6 6.4 REQUIRED COMPONENTS DBus)
    pkg_check_modules(xcb REQUIRED IMPORTED_TARGET xcb)
    target_sources(belfry_desktop_parts PRIVATE
        notifier/dbus_image.cpp notifier/dbus_image.h
        notifier/dbus_notifier.cpp notifier/dbus_notifier.h
        notifier/notifier_linux.cpp
        session_watch_linux.cpp
        single_instance_linux.cpp
        tray/tray_host_linux.cpp
    )
    target_link_libraries(belfry_desktop_parts PUBLIC Qt6::DBus PRIVATE PkgConfig::xcb)
endif()

# Its parts hold what only this file knows.
set_source_files_properties(single_instance_linux.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
