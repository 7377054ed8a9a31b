# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_client PRIVATE
    address.cpp
    api.cpp
    api.h
    api_answers.cpp
    api_answers.h
    backoff.cpp
    call.cpp
    call.h
    event_source.cpp
    event_source.h
    greeting.cpp
    greeting.h
    handshake.cpp
    handshake.h
    http_rules.cpp
    invite_link.cpp
    invite_link.h
    keychain.cpp
    keychain.h
    pin.cpp
    pin.h
    stream_attempt.cpp
    stream_attempt.h
    token_card.cpp
)
if(UNIX AND NOT APPLE)
    find_package(Qt6 6.4 REQUIRED COMPONENTS DBus)
    target_sources(belfry_client PRIVATE keychain_watch_linux.cpp)
    target_link_libraries(belfry_client PRIVATE Qt6::DBus)
else()
    target_sources(belfry_client PRIVATE keychain_watch_none.cpp)
endif()
