# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    api/access.cpp
    api/api.cpp
    api/gate.cpp
    api/notifications.cpp
    api/queries.cpp
    api/sign_in.cpp
    api/status.cpp
    api/surroundings.cpp
    api/users.cpp
    log.cpp
    metrics.cpp
)
