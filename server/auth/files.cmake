# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    auth/certificate.cpp
    auth/claims.cpp
    auth/invite_code.cpp
    auth/jti.cpp
    auth/keys.cpp
    auth/opaque_string.cpp
    auth/password.cpp
    auth/signature.cpp
    auth/sodium.cpp
    auth/throttle.cpp
    auth/token.cpp
)
if(WIN32)
    target_sources(belfry_server PRIVATE auth/key_file_windows.cpp auth/thread_priority_windows.cpp)
elseif(APPLE)
    target_sources(belfry_server PRIVATE auth/key_file_unix.cpp auth/thread_priority_macos.cpp)
else()
    target_sources(belfry_server PRIVATE auth/key_file_unix.cpp auth/thread_priority_linux.cpp)
endif()
