# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    api/access.cpp
    api/api.cpp
    api/audit.cpp
    api/authority.cpp
    api/gate.cpp
    api/invites.cpp
    api/notifications.cpp
    api/password_check.cpp
    api/proxy_hint.cpp
    api/queries.cpp
    api/rate_limit.cpp
    api/searches.cpp
    api/sessions.cpp
    api/sign_in.cpp
    api/status.cpp
    api/surroundings.cpp
    api/trusted_proxies.cpp
    api/users.cpp
    log.cpp
    metrics.cpp
)
if(WIN32)
    target_sources(belfry_server PRIVATE log_outlet_windows.cpp)
else()
    target_sources(belfry_server PRIVATE log_outlet_posix.cpp)
endif()
