# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    backup.cpp
    check.cpp
    control/admin.cpp
    control/admin_long_work.cpp
    control/answer_line.cpp
    control/control_server.cpp
    control/long_command.cpp
    control_client.cpp
    data_directory.cpp
    engine.cpp
    expiry_watch.cpp
    listen_addresses.cpp
    memory.cpp
    pulse.cpp
    restore.cpp
    server.cpp
)
if(WIN32)
    target_sources(belfry_server PRIVATE control/local_socket_windows.cpp data_directory_windows.cpp
        durable_files_windows.cpp new_file_windows.cpp apart_windows.cpp)
else()
    target_sources(belfry_server PRIVATE control/local_socket_unix.cpp data_directory_unix.cpp
        durable_files_unix.cpp new_file_unix.cpp apart_unix.cpp)
endif()
