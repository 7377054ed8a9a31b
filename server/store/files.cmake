# SPDX-License-Identifier: GPL-3.0-or-later
file(GLOB belfry_schema_steps CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/store/schema/*.sql")
list(SORT belfry_schema_steps)
set(belfry_schema_source "${CMAKE_CURRENT_BINARY_DIR}/schema.cpp")
add_custom_command(OUTPUT "${belfry_schema_source}"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${belfry_schema_source}" "-DSTEPS=${belfry_schema_steps}"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/store/embed_schema.cmake"
    DEPENDS ${belfry_schema_steps} "${CMAKE_CURRENT_SOURCE_DIR}/store/embed_schema.cmake"
    VERBATIM)

target_sources(belfry_server PRIVATE
    "${belfry_schema_source}"
    store/account_names.cpp
    store/accounts.cpp
    store/archive.cpp
    store/audience.cpp
    store/audit.cpp
    store/checking.cpp
    store/checkpointer.cpp
    store/clock_trust.cpp
    store/compacting.cpp
    store/copying.cpp
    store/database.cpp
    store/disk_health.cpp
    store/entry_sum.cpp
    store/folding.cpp
    store/free_pages.cpp
    store/housekeeping.cpp
    store/kept_room.cpp
    store/ledger.cpp
    store/invites.cpp
    store/known_places.cpp
    store/list.cpp
    store/merging.cpp
    store/notifications.cpp
    store/people.cpp
    store/read_ranges.cpp
    store/read_state.cpp
    store/reader.cpp
    store/replay.cpp
    store/session_uses.cpp
    store/sessions.cpp
    store/sqlite.cpp
    store/states.cpp
    store/store.cpp
    store/unread_count.cpp
    store/writer.cpp
)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_sources(belfry_server PRIVATE store/database_place_linux.cpp)
else()
    target_sources(belfry_server PRIVATE store/database_place_other.cpp)
endif()
if(WIN32)
    target_sources(belfry_server PRIVATE store/handed_file_windows.cpp)
else()
    target_sources(belfry_server PRIVATE store/handed_file_unix.cpp)
endif()
