# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    net/addresses.cpp
    net/batch_sender.cpp
    net/chunked_body.cpp
    net/http_connection.cpp
    net/http_connection_begin.cpp
    net/http_connection_out.cpp
    net/head_parser.cpp
    net/head_scanner.cpp
    net/listener.cpp
    net/loop.cpp
    net/network.cpp
    net/peer_address.cpp
    net/request.cpp
    net/request_reader.cpp
    net/response.cpp
    net/response_writer.cpp
    net/tls_channel.cpp
    net/tls_context.cpp
    net/waiting_room.cpp
    net/wire.cpp
)
if(WIN32)
    target_sources(belfry_server PRIVATE net/socket_calls_windows.cpp)
else()
    target_sources(belfry_server PRIVATE net/socket_calls_posix.cpp)
endif()
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    target_sources(belfry_server PRIVATE net/send_ring_linux.cpp)
    target_link_libraries(belfry_server PRIVATE PkgConfig::uring)
else()
    target_sources(belfry_server PRIVATE net/send_ring_other.cpp)
endif()
